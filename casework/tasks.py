"""The Celery door of the casework. Beat's tasks find what is due from the database; running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from casework.actions import digesting, exporting, handing_on, reminding


@shared_task(name="casework.remind")
def remind() -> None:
    """Tell whoever is concerned of clocks whose next stage is reached."""
    reminding.remind_due(at=timezone.now())


@shared_task(name="casework.digest")
def digest() -> None:
    """Make today's overview of whoever oversees a unit that has opened."""
    digesting.make_due(at=timezone.now())


@shared_task(name="casework.hand_on_left")
def hand_on_left() -> None:
    """Hand on the work of those whose role ran out by itself."""
    handing_on.hand_on_left(at=timezone.now())


@shared_task(name="casework.end_exports")
def end_exports() -> None:
    """Delete the files of case exports whose day is over."""
    exporting.expire_due(at=timezone.now())
