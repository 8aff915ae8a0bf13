"""`manage.py relay`: from the outbox to the workers, until it is told to stop."""

import signal
import uuid
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from referrals.actions import jobs
from referrals.relaying import ALONE_AFTER, Relay
from referrals.tasks import run_job


class Command(BaseCommand):
    """Run one relay in the foreground."""

    help = "Tell the workers of promised jobs; do them here, slowly, while the broker cannot be reached. Ctrl-C stops."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how long to wait for a broker."""
        parser.add_argument(
            "--alone-after",
            type=float,
            default=ALONE_AFTER,
            metavar="SECONDS",
            help="do jobs here once no broker could be reached for this long (default %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop until SIGTERM or SIGINT; the job at hand is finished first."""
        relay = Relay(send=send_hint, do=do_here, say=self.say, alone_after=options["alone_after"])

        def stop(_number: int, _frame: FrameType | None) -> None:
            relay.is_stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        relay.run()

    def say(self, line: str) -> None:
        """Print one line at once."""
        self.stdout.write(line)
        self.stdout.flush()


def send_hint(job_id: uuid.UUID) -> None:
    """Tell Celery of one job, giving up at once where the broker does not answer."""
    run_job.apply_async(args=[str(job_id)], retry=False, ignore_result=True)


def do_here(job_id: uuid.UUID) -> object:
    """Do one job in this process."""
    return jobs.run(job_id=job_id, at=timezone.now())
