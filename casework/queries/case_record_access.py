"""What the document of a case says of who was kept away from it, and of who opened it from outside."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from casework.queries.case_record_rows import PORTAL, Row, moment, row
from referrals.models import BreakGlass, KeptAway, Referral
from referrals.permissions import may_keep_away, openings_to_review


def kept_away_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return each person who is or was on the conflict list, the oldest first; nothing for who does not keep it."""
    if not may_keep_away(user, case, at=at):
        return
    rows = KeptAway.objects.filter(referral=case).select_related("person", "added_by", "lifted_by")
    for kept in rows.order_by("since", "pk"):
        lines = [f"Since {moment(kept.since)}", kept.get_how_display(), kept.reason]
        if kept.lifted_at is not None and kept.lifted_by is not None:
            lines.append(f"Lifted {moment(kept.lifted_at)} by {kept.lifted_by.full_name}: {kept.lift_reason}")
        who = kept.added_by.full_name if kept.added_by is not None else PORTAL
        yield row(kept.person.full_name, "\n".join(filter(None, lines)), who)


def opening_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return each opening of the case from outside that this person may review, with its review, the oldest first."""
    rows = openings_to_review(user, at=at).filter(referral=case).select_related("person", "reviewed_by")
    for opening in rows.order_by("opened_at", "pk"):
        yield row(f"Opened {moment(opening.opened_at)}", "\n".join(_review(opening)), opening.person.full_name)


def _review(opening: BreakGlass) -> Iterator[str]:
    yield opening.reason
    yield f"Open until {moment(opening.closes_at)}"
    if opening.reviewed_by is None or opening.reviewed_at is None:
        yield "Not reviewed yet"
        return
    found = "Justified" if opening.was_justified else "Not justified"
    yield f"{found}, reviewed {moment(opening.reviewed_at)} by {opening.reviewed_by.full_name}"
    if opening.review_note:
        yield opening.review_note
