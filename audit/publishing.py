"""The head of the record, published: to the anchor file as it grows, and once a day to the data-protection lead."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage

from audit.anchors import Anchor, AnchorBrokenError, AnchorFileError, head, publish
from audit.models import Event
from audit.record import record_alone

_A_DAY = timedelta(hours=23, minutes=30)
"""Somewhat less than a day: the task that looks runs each hour, and the message shall not wander through the clock."""


def publish_anchor(*, at: datetime) -> Anchor | None:
    """Publish the head to the anchor file if the record grew. Raises AnchorFileError, AnchorBrokenError."""
    return publish(at=at)


def send_daily_anchor(*, at: datetime) -> bool:
    """Send the data-protection lead the head of the record, unless that was done within the day; say whether it was.

    The message says so where the record no longer fits what was published. It holds no personal data. It may arrive
    twice, never not at all: the event that says it was sent follows the sending.
    """
    if not settings.DATA_PROTECTION_EMAIL or _was_sent(since=at - _A_DAY):
        return False
    trouble = ""
    try:
        publish(at=at)
    except (AnchorBrokenError, AnchorFileError) as error:
        trouble = str(error)
    now = head()
    if now is None:
        return False
    message = EmailMessage(
        subject=f"{settings.PORTAL_NAME}: {'THE RECORD MUST BE LOOKED AT' if trouble else 'head of the record'}",
        body=_body(now, trouble, at=at),
        to=[settings.DATA_PROTECTION_EMAIL],
    )
    message.send()
    record_alone(event="anchor.sent", by=None, at=at, detail={"sequence": now.sequence, "trouble": bool(trouble)})
    return True


def _was_sent(*, since: datetime) -> bool:
    return Event.objects.filter(at__gt=since, event="anchor.sent").exists()


def _body(now: Anchor, trouble: str, *, at: datetime) -> str:
    lines = [
        f"At {at:%H:%M} UTC on {at:%d.%m.%Y} the audit record ended with",
        "",
        f"event {now.sequence}, chain head {now.mac}",
        "",
        "Keep this message. If the record is ever doubted, give that line to whoever runs",
        "manage.py verify_audit --printed “event …, chain head …”.",
    ]
    if trouble:
        lines = ["The record does not fit what was published before:", "", trouble, "", *lines]
    return "\n".join(lines) + "\n"
