"""Writing the record while people talk: each group saved by itself, who was there, what was agreed (section 5.3)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.record import record_event
from casework import quoracy, strategy_permissions, strategy_record
from casework.actions import case_clocks
from casework.actions.strategy_planning import StrategyChangedError, StrategyRefusedError, swap
from casework.models import StrategyAction, StrategyDiscussion, StrategyInvitee, StrategyPart
from casework.models.strategy import LONGEST_LINE
from casework.permissions import check
from procedures.engine.clock_hours import LONDON
from referrals.text import TextRefusedError, clean_text

Status = StrategyDiscussion.Status
_OPEN = (Status.PLANNED, Status.HELD)


class RecordClosedError(Exception):
    """The record is signed, or the discussion was called off: it takes nothing more but addenda."""

    def __init__(self) -> None:
        super().__init__("This record is closed. What is still to be said is added as an addendum.")


@transaction.atomic
def save_part(*, part: StrategyPart, version: int, given: Mapping[str, Any], by: Any, at: datetime) -> StrategyPart:
    """Save one group of fields as it was read at `version`; what is left empty may be filled in later.

    Raises StrategyRefusedError (by field), StrategyChangedError where somebody else saved it meanwhile,
    RecordClosedError, NotPermittedError.
    """
    discussion = locked(part.discussion)
    check(strategy_permissions.may_write(by, discussion, at=at))
    if discussion.status not in _OPEN:
        raise RecordClosedError
    content = _content(strategy_record.SECTIONS[part.section], given)
    was = dict(part.content)
    if discussion.is_held and part.section == "decision" and content["section_47"] != was.get("section_47"):
        raise StrategyRefusedError(
            {"section_47": "It was held with another answer. To change that, bring the discussion together again"}
        )
    rows = StrategyPart.objects.filter(pk=part.pk, version=version)
    if not rows.update(version=version + 1, saved_at=at, saved_by=by):
        raise StrategyChangedError
    saved = StrategyPart.objects.get(pk=part.pk)
    saved.content = content
    saved.save(update_fields=["content"])
    detail: dict[str, Any] = {"discussion": str(discussion.pk), "section": part.section, "place": part.place}
    record_event(event="strategy.part_saved", by=by, at=at, subject=discussion.referral, detail=detail)
    return saved


@transaction.atomic
def attend(
    *, discussion: StrategyDiscussion, version: int, given: Mapping[str, Mapping[str, Any]], by: Any, at: datetime
) -> StrategyDiscussion:
    """Put on record who was there: `{id of the invitee: {attendance, is_senior_enough, obtained}}`, codes yes and no.

    Once it is held, what was said about those present stands. Raises StrategyRefusedError with faults by
    "attendance_<id>" and the like, StrategyChangedError, NotPermittedError.
    """
    check(strategy_permissions.may_write(by, discussion, at=at))
    people = {str(each.pk): each for each in discussion.invitees.filter(withdrawn_at__isnull=True)}
    faults: dict[str, str] = {}
    for pk, invitee in people.items():
        _attended(invitee, given.get(pk, {}), faults)
    if faults:
        raise StrategyRefusedError(faults)
    changed = swap(discussion, version, Status.PLANNED)
    for invitee in people.values():
        invitee.save(update_fields=["attendance", "is_senior_enough", "obtained"])
    detail: dict[str, Any] = {"discussion": str(discussion.pk), "people": len(people)}
    record_event(event="strategy.attendance_saved", by=by, at=at, subject=discussion.referral, detail=detail)
    return changed


@transaction.atomic
def add_action(*, discussion: StrategyDiscussion, given: Mapping[str, Any], by: Any, at: datetime) -> StrategyAction:
    """Agree one action: `what`, `owner` (a User who may see the discussion) or `owner_name`, `due_on`. K-11 runs.

    Raises StrategyRefusedError, RecordClosedError, NotPermittedError.
    """
    discussion = locked(discussion)
    check(strategy_permissions.may_write(by, discussion, at=at))
    if discussion.status not in _OPEN:
        raise RecordClosedError
    faults: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, limit in (("what", LONGEST_LINE), ("owner_name", 200)):
        try:
            texts[name] = clean_text(str(given.get(name) or ""), limit=limit)
        except TextRefusedError as refused:
            faults[name] = str(refused)
    owner, due_on = given.get("owner"), given.get("due_on")
    if not texts.get("what") and "what" not in faults:
        faults["what"] = "Write what is to be done"
    if owner is None and not texts.get("owner_name") and "owner_name" not in faults:
        faults["owner_name"] = "Say who does it"
    if owner is not None and not strategy_permissions.may_see(owner, discussion, at=at):
        faults["owner"] = "Choose somebody who takes part, or write their name"
    if not isinstance(due_on, date):
        faults["due_on"] = "Give the day by which it is done"
    elif due_on < at.astimezone(LONDON).date():
        faults["due_on"] = "Give a day that has not passed"
    if faults or due_on is None:
        raise StrategyRefusedError(faults)
    newest = discussion.actions.aggregate(newest=Max("number"))["newest"] or 0
    action = StrategyAction(
        discussion=discussion, number=newest + 1, what=texts["what"], owner=owner,
        owner_name="" if owner else texts["owner_name"], due_on=due_on, agreed_at=at, agreed_by=by,
    )  # fmt: skip
    action.save(force_insert=True)
    case_clocks.start_action(action, at=at)
    _record_action("strategy.action_agreed", action, by=by, at=at)
    return action


@transaction.atomic
def mark_done(*, action: StrategyAction, note: str, by: Any, at: datetime) -> None:
    """Mark an action done: its owner, the chair or whoever writes the record; safe twice. Its clock ends.

    Raises TextRefusedError, NotPermittedError.
    """
    discussion = action.discussion
    check(strategy_permissions.may_see(by, discussion, at=at))
    check(action.owner_id == by.pk or strategy_permissions.may_write(by, discussion, at=at))
    words = clean_text(note, limit=LONGEST_LINE)
    if not StrategyAction.objects.filter(pk=action.pk, done_at__isnull=True).update(done_at=at, done_by=by):
        return
    done = StrategyAction.objects.get(pk=action.pk)
    done.done_note = words
    done.save(update_fields=["done_note"])
    case_clocks.end_about(discussion, case_clocks.ACTION, action.pk, by=by, at=at)
    _record_action("strategy.action_done", action, by=by, at=at)


def locked(discussion: StrategyDiscussion) -> StrategyDiscussion:
    """Return the discussion as it stands, held against a signature that comes at the same moment."""
    return StrategyDiscussion.objects.select_for_update().get(pk=discussion.pk)


def _content(section: strategy_record.Section, given: Mapping[str, Any]) -> dict[str, str]:
    content: dict[str, str] = {}
    faults: dict[str, str] = {}
    for field in section.fields:
        value = given.get(field.name) or ""
        if field.choices:
            content[field.name] = str(value) if value in dict(field.choices) else ""
        elif field.is_date:
            content[field.name] = value.isoformat() if isinstance(value, date) else ""
        else:
            try:
                content[field.name] = clean_text(str(value), limit=strategy_record.LONGEST_TEXT)
            except TextRefusedError as refused:
                faults[field.name] = str(refused)
    if faults:
        raise StrategyRefusedError(faults)
    return content


def _attended(invitee: StrategyInvitee, given: Mapping[str, Any], faults: dict[str, str]) -> None:
    attendance = str(given.get("attendance") or "")
    if attendance and attendance not in quoracy.ATTENDANCE:
        faults[f"attendance_{invitee.pk}"] = f"Say whether {invitee.full_name} was there"
    senior = {"yes": True, "no": False}.get(str(given.get("is_senior_enough") or ""))
    if attendance == quoracy.PRESENT and senior is None:
        faults[f"is_senior_enough_{invitee.pk}"] = f"Say whether {invitee.full_name} may commit their agency"
    try:
        obtained = clean_text(str(given.get("obtained") or ""), limit=LONGEST_LINE)
    except TextRefusedError as refused:
        faults[f"obtained_{invitee.pk}"] = str(refused)
        return
    invitee.attendance, invitee.is_senior_enough, invitee.obtained = attendance, senior, obtained


def _record_action(event: str, action: StrategyAction, *, by: Any, at: datetime) -> None:
    detail: dict[str, str | int | bool | list[str]] = {"discussion": str(action.discussion_id), "action": action.number}
    record_event(event=event, by=by, at=at, subject=action.discussion.referral, detail=detail)
