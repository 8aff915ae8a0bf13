"""Beat's door to the letters. A run that is missed or doubled does no harm: it looks for what is not done yet."""

from celery import shared_task
from django.utils import timezone

from accounts.actions import letters


@shared_task(name="accounts.send_letters")
def send_letters() -> None:
    """Send the invitations that wait for their letter."""
    letters.send_due(at=timezone.now())
