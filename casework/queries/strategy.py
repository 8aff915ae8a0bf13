"""Strategy discussions as one person may know of them, and what their record holds."""

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from casework import strategy_permissions, strategy_record
from casework.models import ChildCase, StrategyDiscussion, StrategyPart
from casework.quoracy import PRESENT, Attendee
from referrals import facts, summary
from referrals.models import Referral
from referrals.queries import answers_for

_NEARBY = (
    "referral__owner_unit",
    "agency",
    "chair",
    "planned_by",
    "previous",
    "recorded_by",
    "signed_by",
    "ratified_by",
)


def discussions() -> QuerySet[StrategyDiscussion]:
    """Return all discussions with what their pages name; every caller asks `may_see` of each."""
    return StrategyDiscussion.objects.select_related(*_NEARBY)


def get_discussion(user: Any, discussion_id: uuid.UUID, *, at: datetime) -> StrategyDiscussion | None:
    """Return a discussion, or None as if it did not exist."""
    found = discussions().filter(pk=discussion_id).first()
    return found if found is not None and strategy_permissions.may_see(user, found, at=at) else None


def discussions_of(user: Any, referral: Referral, *, at: datetime) -> list[StrategyDiscussion]:
    """Return the discussions of a case that this person may know of, the newest first."""
    rows = discussions().filter(referral=referral).order_by("-number")
    return [row for row in rows if strategy_permissions.may_see(user, row, at=at)]


def answers_for_chair(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> tuple[summary.Section, ...]:
    """Return the referral's answers for whoever runs the discussion, its children in full; nothing for those invited.

    Who reads the case for the hub reads them as on the case; a chair who does not, of the children it is about.
    """
    case = discussion.referral
    if strategy_permissions.is_of_the_hub(user, discussion, at=at):
        return answers_for(user, case, at=at)
    if not strategy_permissions.is_chair(user, discussion, at=at):
        return ()
    keys = frozenset(discussion.children.values_list("child__child_key", flat=True))
    return summary.only_in_full(summary.summarise(facts.form_edition(case), facts.sheet_of(case)), keys)


def planned_for(child: ChildCase) -> StrategyDiscussion | None:
    """Return the planned discussion about a child."""
    return StrategyDiscussion.objects.filter(children__child=child, status=StrategyDiscussion.Status.PLANNED).first()


def last_held_for(child: ChildCase) -> StrategyDiscussion | None:
    """Return the newest discussion held about a child."""
    held = StrategyDiscussion.objects.filter(children__child=child, held_at__isnull=False)
    return held.order_by("-held_at", "-pk").first()


def parts_in_order(discussion: StrategyDiscussion) -> list[StrategyPart]:
    """Return the groups of the record in the order in which they are read."""
    order = list(strategy_record.SECTIONS)
    rows = discussion.parts.select_related("saved_by")
    return sorted(rows, key=lambda part: (order.index(part.section), part.place))


def contents(discussion: StrategyDiscussion) -> dict[tuple[str, int], dict[str, Any]]:
    """Return what the record holds, as `strategy_record.faults_of` takes it."""
    return {(part.section, part.place): dict(part.content) for part in discussion.parts.all()}


def attendees(discussion: StrategyDiscussion) -> list[Attendee]:
    """Return who was there, as quoracy counts them."""
    return [
        Attendee(each.agency_kind, each.attendance == PRESENT, each.is_senior_enough is True, each.has_conflict)
        for each in discussion.invitees.filter(withdrawn_at__isnull=True)
    ]


def digest(discussion: StrategyDiscussion) -> str:
    """Return the SHA-256 of all that a record says: whoever changes a word of it later changes this."""
    record: dict[str, Any] = {
        "discussion": str(discussion.pk), "number": discussion.number, "kind": discussion.kind,
        "chair": str(discussion.chair_id), "held_at": discussion.held_at.isoformat() if discussion.held_at else "",
        "method": discussion.method, "agenda": discussion.agenda, "briefing": discussion.briefing,
        "quoracy": discussion.quoracy, "missing": discussion.missing, "exception": discussion.exception_reason,
        "children": [[row.place, str(row.child_id), row.section_47] for row in discussion.children.order_by("place")],
        "people": [_person(each) for each in discussion.invitees.order_by("invited_at", "pk")],
        "parts": [[part.section, part.place, dict(part.content)] for part in parts_in_order(discussion)],
        "actions": [
            [each.number, each.what, str(each.owner_id or ""), each.owner_name, each.due_on.isoformat()]
            for each in discussion.actions.order_by("number")
        ],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(record, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_as_signed(discussion: StrategyDiscussion) -> bool:
    """Whether a signed record still says what its chair signed."""
    return digest(discussion) == discussion.seal


def _person(each: Any) -> list[Any]:
    return [str(each.person_id or ""), each.name, each.agency_kind, each.agency_name, each.role, each.reply,
            each.reply_note, each.information, each.attendance, each.is_senior_enough, each.obtained]  # fmt: skip
