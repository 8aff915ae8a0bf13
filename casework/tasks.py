"""The Celery door of the casework. Beat's tasks find what is due from the database; running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from casework.actions import reminding


@shared_task(name="casework.remind")
def remind() -> None:
    """Tell whoever is concerned of clocks whose next stage is reached."""
    reminding.remind_due(at=timezone.now())
