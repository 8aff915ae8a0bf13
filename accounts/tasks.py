"""Beat's door to letters, invitations and reviews. A run that is missed or doubled does no harm: each looks for what is
not done yet.
"""

from celery import shared_task
from django.utils import timezone

from accounts.actions import access_review, entry_checks, invitations, letters, unproven


@shared_task(name="accounts.send_letters")
def send_letters() -> None:
    """Send the letters that were promised: invitations, links for new passwords, word of tasks."""
    letters.send_due(at=timezone.now())


@shared_task(name="accounts.end_invitations")
def end_invitations() -> None:
    """Note which invitations ran out unused, and close what began with a letter that nobody opened."""
    now = timezone.now()
    invitations.end_run_out(at=now)
    unproven.close_old(at=now)


@shared_task(name="accounts.remind_reviewers")
def remind_reviewers() -> None:
    """Remind those who have a review of access overdue."""
    access_review.remind_reviewers(at=timezone.now())


@shared_task(name="accounts.ask_for_checks")
def ask_for_checks() -> None:
    """Ask for the directory entries to be checked that nobody has tried for 90 days."""
    entry_checks.ask_for_checks(at=timezone.now())
