"""The Celery door: an id in, one action, safe to run twice. Beat's tasks find what was not done."""

import uuid

from celery import shared_task
from django.utils import timezone

from referrals import outbox
from referrals.actions import danger, draft_ends, jobs, matching


@shared_task(name="referrals.run_job")
def run_job(job_id: str) -> None:
    """Do one job of the outbox, if it is still to be done."""
    jobs.run(job_id=uuid.UUID(job_id), at=timezone.now())


@shared_task(name="referrals.sweep")
def sweep() -> None:
    """Tell the workers again of whatever waits: a lost hint, a dead worker, a failure whose time has come."""
    now = timezone.now()
    waiting = outbox.due(at=now)
    outbox.mark_hinted([job.pk for job in waiting], at=now)
    for job in waiting:
        run_job.delay(str(job.pk))


@shared_task(name="referrals.end_drafts")
def end_drafts() -> None:
    """Warn of drafts that expire soon, and end those whose time has run out."""
    now = timezone.now()
    draft_ends.warn_expiring(at=now)
    draft_ends.expire_due(at=now)


@shared_task(name="referrals.match_people")
def match_people() -> None:
    """Match accounts that are new, or have another name or address, with whom the referrals name."""
    matching.match_changed(at=timezone.now())


@shared_task(name="referrals.alert_unsent_danger")
def alert_unsent_danger() -> None:
    """Alert about drafts that speak of danger and stay unsent (Z-14)."""
    danger.alert_unsent(at=timezone.now())
