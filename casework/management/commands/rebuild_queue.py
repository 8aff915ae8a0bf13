"""`manage.py rebuild_queue`: make the hubs' queues anew from the cases."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.encryption import EncryptionError
from casework.actions import queue


class Command(BaseCommand):
    """Make every line of every queue anew."""

    help = "Make the hubs' queues anew, should a line ever not say what its case says."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many referrals stand in the queues now."""
        try:
            count = queue.rebuild(by=None, at=timezone.now())
        except EncryptionError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} referrals stand in the hubs' queues.")
