"""The door to a strategy discussion, and what its pages show of it."""

import uuid
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from accounts.access import deny
from accounts.permissions import Permission
from casework import quoracy, strategy_permissions, strategy_record
from casework.actions import strategy_signing
from casework.models import StrategyDiscussion
from casework.queries import strategy as queries
from casework.web.children import child_label
from casework.web.words import clock_words, due_words
from procedures.engine.clock_hours import LONDON
from referrals.models import Clock

COLOURS = {"planned": "orange", "held": "yellow", "signed": "green", "cancelled": "grey"}


def discussion_or_404(request: HttpRequest, discussion_id: uuid.UUID, *, at: datetime) -> StrategyDiscussion:
    """Return a discussion that exists for this person. Raises Http404, the denial recorded."""
    found = queries.get_discussion(request.user, discussion_id, at=at)
    if found is None:
        refused = queries.discussions().filter(pk=discussion_id).first()
        deny(request, Permission.CONTRIBUTE_TO_STRATEGY, subject=refused.referral if refused else None)
    return found


def writing_or_404(request: HttpRequest, discussion_id: uuid.UUID, *, at: datetime) -> StrategyDiscussion:
    """Return a discussion whose record this person writes. Raises Http404, the denial recorded."""
    found = discussion_or_404(request, discussion_id, at=at)
    if not strategy_permissions.may_write(request.user, found, at=at):
        deny(request, Permission.CHAIR_STRATEGY_DISCUSSION, subject=found.referral)
    return found


def exact(moment: datetime) -> str:
    """Return a moment as "Friday 11 December 2026, 14:30", in English time."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"


def row(discussion: StrategyDiscussion) -> dict[str, Any]:
    """Return one discussion as a list shows it."""
    return {
        "discussion": discussion,
        "tag": {"text": discussion.get_status_display(), "colour": COLOURS[discussion.status]},
        "when": exact(discussion.held_at or discussion.planned_for),
    }


def plan_context(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> dict[str, Any]:
    """Return the plan and the people, which everybody sees for whom the discussion exists."""
    case = discussion.referral
    children = list(discussion.children.select_related("child"))
    return row(discussion) | {
        "case": case,
        "children": [{"row": each, "label": child_label(case, each.child)} for each in children],
        "missing": [quoracy.CORE[code] for code in discussion.missing],
        "invitees": [
            {"invitee": each, "attendance": quoracy.ATTENDANCE.get(each.attendance, "")}
            for each in discussion.invitees.filter(withdrawn_at__isnull=True).select_related("person")
        ],
        "mine": strategy_permissions.invitee_of(user, discussion),
        "may_write": strategy_permissions.may_write(user, discussion, at=at),
        "may_read_record": strategy_permissions.may_read_record(user, discussion, at=at),
        "may_read_papers": strategy_permissions.may_read_papers(user, discussion, at=at),
        "may_answer_for": strategy_permissions.may_answer_for(user, discussion, at=at),
        "may_ratify": discussion.awaits_ratification and strategy_permissions.may_ratify(user, discussion, at=at),
        "is_chair": strategy_permissions.is_chair(user, discussion, at=at),
        "is_of_the_hub": strategy_permissions.is_of_the_hub(user, discussion, at=at),
    }


def record_context(discussion: StrategyDiscussion, *, at: datetime) -> dict[str, Any]:
    """Return the whole record, for those who may read it."""
    labels = {each.place: child_label(discussion.referral, each.child) for each in
              discussion.children.select_related("child")}  # fmt: skip
    parts = []
    for part in queries.parts_in_order(discussion):
        section = strategy_record.SECTIONS[part.section]
        content = dict(part.content)
        lines = [{"label": field.label, "text": _shown(field, content)} for field in section.fields]
        parts.append({
            "part": part, "title": section.title, "child": labels.get(part.place, ""),
            "lines": [line for line in lines if line["text"]],
            "saved": f"{part.saved_by.full_name}, {clock_words(part.saved_at, at)}"
            if part.saved_by and part.saved_at else "",
        })  # fmt: skip
    conference = _conference(discussion)
    return {
        "parts": parts,
        "actions": [{"action": each, "owner": each.owner.full_name if each.owner else each.owner_name}
                    for each in discussion.actions.select_related("owner", "done_by")],
        "addenda": discussion.addenda.select_related("added_by"),
        "circulations": [
            {"circulation": each, "sent": clock_words(each.sent_at, at),
             "received": clock_words(each.received_at, at) if each.received_at else ""}
            for each in discussion.circulations.select_related("invitee__person", "receipt_by")
        ],
        "conference": {"due": due_words(conference, at).text, "on": exact(conference.due_at),
                       "computation": conference.computation} if conference else None,
        "is_as_signed": not discussion.is_signed or queries.is_as_signed(discussion),
        "readers": strategy_signing.readers(discussion) if discussion.is_signed else [],
    }  # fmt: skip


def _shown(field: strategy_record.Field, content: dict[str, Any]) -> str:
    value = content.get(field.name)
    if field.is_date and value:
        return f"{date.fromisoformat(value).day} {date.fromisoformat(value):%B %Y}"
    return field.shown(value)


def _conference(discussion: StrategyDiscussion) -> Clock | None:
    """Return the conference clock that this discussion started, and no other did."""
    if discussion.held_at is None:
        return None
    clocks = Clock.objects.filter(referral=discussion.referral, kind="K-09", agency=discussion.agency)
    return clocks.filter(starts_at=discussion.held_at).first()
