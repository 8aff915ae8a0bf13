"""Beat's doors to the record: its head is published while it grows. Each may be missed or run twice."""

from celery import shared_task
from django.utils import timezone

from audit import publishing


@shared_task(name="audit.publish_anchor")
def publish_anchor() -> None:
    """Append the head of the record to the anchor file, if it grew."""
    publishing.publish_anchor(at=timezone.now())


@shared_task(name="audit.send_anchor")
def send_anchor() -> None:
    """Send the data-protection lead the head of the record, once a day."""
    publishing.send_daily_anchor(at=timezone.now())
