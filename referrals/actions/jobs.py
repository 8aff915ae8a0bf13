"""From a kind of job to its action: the one place where the outbox's work is told apart."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from audit.record import record_event
from referrals import outbox
from referrals.actions import packs
from referrals.models import Job, Notice
from referrals.notifications import send_email
from referrals.outbox import Lease, LeaseLostError


def run(*, job_id: uuid.UUID, at: datetime) -> bool:
    """Claim a job and do it; False where there was nothing to claim. Safe to call any number of times at once."""
    lease = outbox.claim(job_id, at=at)
    if lease is None:
        return False
    try:
        DOERS[lease.kind](lease=lease, at=at)
    except LeaseLostError:
        pass  # another worker has it: what was done here was not kept
    except Exception as error:
        _give_back(lease, type(error).__name__, at=at)
        raise
    return True


def do_with(kind: str, do: Callable[..., object]) -> None:
    """Let a later app do a kind of job: `do(lease=…, at=…)` completes the lease in the transaction of its work."""
    DOERS[kind] = do


def _give_back(lease: Lease, failure: str, *, at: datetime) -> None:
    try:
        outbox.release(lease, failure=failure, at=at)
    except LeaseLostError:
        return


def email_notice(*, lease: Lease, at: datetime) -> None:
    """Send the email of a notice, then mark it as sent: at least once, under one Message-ID.

    Nothing goes to a closed account, nor to an address that nobody has shown to be theirs; no record says that it did.
    """
    notice = Notice.objects.select_related("to").get(pk=lease.subject_id)
    is_due = notice.emailed_at is None and notice.to.is_active and notice.to.is_proven
    if is_due:
        send_email(notice, at=at)
    with transaction.atomic():
        outbox.complete(lease, at=at)
        if is_due:
            Notice.objects.filter(pk=notice.pk, emailed_at__isnull=True).update(emailed_at=at)
            record_event(event="notice.emailed", by=None, at=at, subject=notice)


DOERS: dict[str, Callable[..., object]] = {
    Job.Kind.RENDER_PACK: packs.render,
    Job.Kind.EMAIL_NOTICE: email_notice,
}
"""What does each kind of job. The casework adds its own when the portal starts."""
