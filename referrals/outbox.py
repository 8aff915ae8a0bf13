"""The outbox: promises work inside a transaction, and lets it out to one worker at a time. It knows no kind of work.

A claim is one conditional UPDATE, which both databases decide alike; whoever's UPDATE finds the row unleased has it.
The attempt is counted at the claim, so that a job that kills its worker is counted too.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from referrals.models import Job

LEASE = timedelta(minutes=2)
"""Longer than any pack takes, fallback included."""
HINT_AGAIN_AFTER = timedelta(seconds=45)
"""A hint may be lost, or find its worker dead; told twice, a job is still done once."""
LATE_AFTER = timedelta(minutes=3)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_FAILURE = 80


class LeaseLostError(Exception):
    """Another worker has taken the job over since: what was done under the old lease must not be kept."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one job for a while. `attempt` counts from 1."""

    job: uuid.UUID
    kind: str
    subject_id: uuid.UUID
    token: uuid.UUID
    attempt: int


def enqueue(*, kind: str, subject_id: uuid.UUID, at: datetime, not_before: datetime | None = None) -> Job:
    """Promise work on one row, in the caller's transaction. The same work promised twice is one job."""
    defaults = {"created_at": at, "due_at": not_before or at}
    job, _ = Job.objects.get_or_create(kind=kind, subject_id=subject_id, defaults=defaults)
    return job


def open_jobs(*, at: datetime) -> QuerySet[Job]:
    """Return the jobs that could be claimed now: due, not done, not held, not leased."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    return Job.objects.filter(free, done_at__isnull=True, held_at__isnull=True, due_at__lte=at)


def due(*, at: datetime, limit: int = 100) -> Sequence[Job]:
    """Return jobs that wait for a worker and that nobody was told of lately, the oldest first."""
    untold = Q(hinted_at__isnull=True) | Q(hinted_at__lte=at - HINT_AGAIN_AFTER) | Q(hinted_at__lt=F("due_at"))
    return list(open_jobs(at=at).filter(untold).order_by("due_at")[:limit])


def mark_hinted(jobs: Sequence[uuid.UUID], *, at: datetime) -> None:
    """Remember that the workers were told of these jobs."""
    Job.objects.filter(pk__in=jobs).update(hinted_at=at)


def claim(job_id: uuid.UUID, *, at: datetime) -> Lease | None:
    """Take a job, or return None where it is done, held, not due or another's."""
    token = uuid.uuid4()
    taken = (
        open_jobs(at=at).filter(pk=job_id).update(attempts=F("attempts") + 1, lease_token=token, lease_until=at + LEASE)
    )
    if not taken:
        return None
    job = Job.objects.get(pk=job_id)
    return Lease(job.pk, job.kind, job.subject_id, token, job.attempts)


def check_held(lease: Lease) -> None:
    """Raise LeaseLostError unless the lease is still this worker's."""
    if not Job.objects.filter(pk=lease.job, lease_token=lease.token, done_at__isnull=True).exists():
        raise LeaseLostError


def complete(lease: Lease, *, at: datetime) -> None:
    """Mark the job done, in the transaction that keeps its work. Raises LeaseLostError, which must undo that."""
    mine = Job.objects.filter(pk=lease.job, lease_token=lease.token, done_at__isnull=True)
    if not mine.update(done_at=at, lease_token=None, lease_until=None, failure=""):
        raise LeaseLostError


def release(lease: Lease, *, failure: str, at: datetime) -> datetime:
    """Give a job back after a failure, to be tried again later and later; return when. `failure` is a code."""
    due_at = at + min(FIRST_WAIT * 2 ** min(lease.attempt - 1, 10), LONGEST_WAIT)
    mine = Job.objects.filter(pk=lease.job, lease_token=lease.token, done_at__isnull=True)
    if not mine.update(due_at=due_at, lease_token=None, lease_until=None, failure=failure[:LONGEST_FAILURE]):
        raise LeaseLostError
    return due_at


def hurry(kind: str, subject_id: uuid.UUID, *, at: datetime) -> bool:
    """Let work that waits for its next attempt be done now; False where it is done, held or in a worker's hands."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    waiting = Job.objects.filter(free, kind=kind, subject_id=subject_id, done_at__isnull=True, held_at__isnull=True)
    return bool(waiting.update(due_at=at, hinted_at=None))


def hold_all(*, at: datetime) -> int:
    """Hold every job that is not done, as after a restore; return how many."""
    return Job.objects.filter(done_at__isnull=True, held_at__isnull=True).update(held_at=at)


def let_go(*, at: datetime) -> int:
    """Let held jobs go on; return how many."""
    return Job.objects.filter(done_at__isnull=True, held_at__isnull=False).update(held_at=None, due_at=at)


def oldest_waiting(*, at: datetime) -> timedelta:
    """Return how long the oldest undone job has been waiting since it was promised; zero when nothing waits."""
    oldest = Job.objects.filter(done_at__isnull=True, held_at__isnull=True).order_by("created_at").first()
    return timedelta() if oldest is None else max(timedelta(), at - oldest.created_at)


def is_late(*, at: datetime) -> bool:
    """Whether work is late enough to say so on pages."""
    return oldest_waiting(at=at) > LATE_AFTER
