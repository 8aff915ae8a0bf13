"""The relay: tells Celery's workers of promised jobs, and does them itself, slowly, while no broker can be reached."""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from referrals import outbox

EVERY = 1.0
SEND_WITHIN = 5.0
"""Seconds for one batch of hints; a broker that is frozen rather than dead answers nothing at all."""
ALONE_AFTER = 30.0
PAUSE_BETWEEN_OWN = 2.0


@dataclass
class Relay:
    """One relay. `send` tells a worker of a job, `do` does it here; both get the job's id.

    `is_stopping` ends the loop after the job at hand. Several relays do no harm: a claim decides who does a job.
    """

    send: Callable[[uuid.UUID], None]
    do: Callable[[uuid.UUID], object]
    alone_after: float = ALONE_AFTER
    """Seconds without a broker after which jobs are done here."""
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = timezone.now
    say: Callable[[str], None] = lambda line: None
    is_stopping: threading.Event = field(default_factory=threading.Event)
    silent_since: float | None = None
    _sender: threading.Thread | None = None

    def run(self) -> None:
        """Loop until asked to stop."""
        while not self.is_stopping.is_set():
            close_old_connections()
            self.turn()
            self.is_stopping.wait(EVERY)

    def turn(self) -> None:
        """Tell the workers of what waits; where no broker could be reached for long, do it here."""
        waiting = [job.pk for job in outbox.due(at=self.now())]
        if not waiting:
            return
        if self._tell(waiting):
            outbox.mark_hinted(waiting, at=self.now())
            if self.silent_since is not None:
                self.say("The broker can be reached again.")
            self.silent_since = None
            return
        if self.silent_since is None:
            self.silent_since = self.clock()
            self.say("The broker cannot be reached. Jobs wait in the database.")
        if self.clock() - self.silent_since >= self.alone_after:
            self._do_here(waiting)

    def _tell(self, jobs: Sequence[uuid.UUID]) -> bool:
        """Send the hints from a thread of their own, so that a broker that hangs cannot hold up the loop."""
        if self._sender is not None and self._sender.is_alive():
            return False
        told: list[bool] = []
        self._sender = threading.Thread(target=self._send_all, args=(list(jobs), told), daemon=True, name="hints")
        self._sender.start()
        self._sender.join(SEND_WITHIN)
        return bool(told)

    def _send_all(self, jobs: Sequence[uuid.UUID], told: list[bool]) -> None:
        try:
            for job in jobs:
                self.send(job)
        except Exception:
            return
        told.append(True)

    def _do_here(self, jobs: Sequence[uuid.UUID]) -> None:
        for job in jobs:
            if self.is_stopping.is_set():
                return
            try:
                self.do(job)
            except Exception as error:
                self.say(f"A job failed ({type(error).__name__}); it will be tried again.")
            self.is_stopping.wait(PAUSE_BETWEEN_OWN)
