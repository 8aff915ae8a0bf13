"""Recording that a strategy discussion was held: quorate, excepted by a manager, or at night by two agencies."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from casework import quoracy, states, strategy_permissions, strategy_record
from casework.actions import case_clocks, moving
from casework.actions.strategy_planning import StrategyChangedError, StrategyRefusedError, swap
from casework.actions.strategy_recording import locked
from casework.models import StrategyDiscussion
from casework.models.strategy import LONGEST_LINE
from casework.permissions import check
from casework.queries import strategy as queries
from procedures.engine.clock_hours import LONDON
from procedures.engine.working_days import Calendar
from referrals.actions.clocks import hours_of
from referrals.text import TextRefusedError, clean_text

Status, Quoracy = StrategyDiscussion.Status, StrategyDiscussion.Quoracy


@transaction.atomic
def hold(
    *, discussion: StrategyDiscussion, version: int, given: Mapping[str, Any], by: Any, at: datetime
) -> StrategyDiscussion:
    """Record that a discussion took place, as it was read at `version`; each child moves on, and the clocks follow.

    `given`: held_at, exception_reason (who of social care, police and health was not there, why, and how what they
    know was obtained). Where one was missing, only a manager of the unit may record it, or, outside the unit's hours,
    two agencies are enough and another manager ratifies it next working day (Z-27); either way a day to meet again is
    set. Section 47 for any child starts K-09 from `held_at`. Raises StrategyRefusedError, StrategyChangedError,
    states.MoveRefusedError, NotPermittedError.
    """
    check(strategy_permissions.may_write(by, discussion, at=at))
    if not locked(discussion).is_planned:
        raise StrategyChangedError
    held_at, faults = given.get("held_at"), {}
    contents = queries.contents(discussion)
    if held_at is None or held_at > at:
        faults["held_at"] = "Give the day and the time at which it began; it cannot be still to come"
    try:
        reason = clean_text(str(given.get("exception_reason") or ""), limit=LONGEST_LINE)
    except TextRefusedError as refused:
        faults["exception_reason"], reason = str(refused), ""
    if lines := [*strategy_record.faults_of(contents, strategy_record.HOLD), *_people_faults(discussion)]:
        faults[""] = ". ".join(lines) + "."
    if faults or held_at is None:
        raise StrategyRefusedError(faults)
    how, missing = _quoracy(discussion, contents, held_at, reason, by=by, at=at)
    held = swap(discussion, version, Status.PLANNED, status=Status.HELD, held_at=held_at, recorded_at=at,
                recorded_by=by, quoracy=how, missing=missing)  # fmt: skip
    if missing:
        held.exception_reason = reason
        held.save(update_fields=["exception_reason"])
    _move_children(held, contents, by=by, at=at)
    _start_clocks(held, contents, by=by, at=at)
    detail: dict[str, Any] = {"discussion": str(held.pk), "number": held.number, "quoracy": how, "missing": missing}
    record_event(event="strategy.held", by=by, at=at, subject=held.referral, detail=detail)
    return held


@transaction.atomic
def ratify(*, discussion: StrategyDiscussion, by: Any, at: datetime) -> None:
    """Ratify what two agencies held at night: another manager than its chair and than whoever recorded it (Z-27).

    Safe twice. Raises NotPermittedError.
    """
    check(strategy_permissions.may_ratify(by, discussion, at=at))
    waiting = StrategyDiscussion.objects.filter(
        pk=discussion.pk, quoracy=Quoracy.NIGHT, held_at__isnull=False, ratified_at__isnull=True
    )
    if not waiting.update(ratified_at=at, ratified_by=by):
        return
    case_clocks.end_about(discussion, case_clocks.TO_RATIFY, discussion.pk, by=by, at=at)
    detail: dict[str, Any] = {"discussion": str(discussion.pk), "number": discussion.number}
    record_event(event="strategy.ratified", by=by, at=at, subject=discussion.referral, detail=detail)


def is_at_night(discussion: StrategyDiscussion, held_at: datetime) -> bool:
    """Whether a moment lies outside the staffed hours of the unit that holds the discussion."""
    stretch = hours_of(discussion.agency).stretch_on(held_at.astimezone(LONDON).date(), Calendar(), zone=LONDON)
    return stretch is None or not stretch.start <= held_at < stretch.end


def _quoracy(
    discussion: StrategyDiscussion, contents: strategy_record.Contents, held_at: datetime, reason: str, *, by: Any,
    at: datetime,
) -> tuple[str, list[str]]:  # fmt: skip
    there = queries.attendees(discussion)
    missing = quoracy.missing(there)
    if not missing:
        return Quoracy.FULL, []
    named = ", ".join(quoracy.CORE[code] for code in missing)
    at_night = is_at_night(discussion, held_at) and quoracy.is_enough_at_night(there)
    if not at_night and not strategy_permissions.may_answer_for(by, discussion, at=at):
        raise StrategyRefusedError(
            {"": f"Not there, or not senior enough: {named}. A manager may record it as an exception."}
        )
    faults = {}
    if not reason:
        faults["exception_reason"] = (
            f"Not there, or not senior enough: {named}. Write why, and how what they know was obtained"
        )
    if not contents.get(("review", 0), {}).get("reconvene_on"):
        faults[""] = "As somebody was missing, write under Review when it meets again."
    if faults:
        raise StrategyRefusedError(faults)
    return (Quoracy.NIGHT if at_night else Quoracy.EXCEPTED), missing


def _people_faults(discussion: StrategyDiscussion) -> list[str]:
    lines = []
    for each in discussion.invitees.filter(withdrawn_at__isnull=True).select_related("person"):
        if not each.attendance and not each.has_conflict:
            lines.append(f"People: say whether {each.full_name} was there")
        elif each.agency_kind in quoracy.CORE and each.attendance not in (quoracy.PRESENT, "") and not each.obtained:
            lines.append(f"People: write why {each.full_name} was not there, and how what they know was obtained")
    return lines


def _move_children(held: StrategyDiscussion, contents: strategy_record.Contents, *, by: Any, at: datetime) -> None:
    for row in held.children.select_related("child__referral", "child__agency").order_by("place"):
        row.section_47 = contents[("decision", row.place)]["section_47"]
        row.save(update_fields=["section_47"])
        target = states.target_of(states.HOLD_STRATEGY, row.child.state)
        moving.swap(row.child, states.HOLD_STRATEGY, target, by=by, at=at)


def _start_clocks(held: StrategyDiscussion, contents: strategy_record.Contents, *, by: Any, at: datetime) -> None:
    case_clocks.end_invitations(held, by=by, at=at)
    if held.previous is not None:
        case_clocks.end_about(held, case_clocks.REVIEW, held.previous_id, by=by, at=at)
    case_clocks.start_signing(held, at=at)
    if held.quoracy == Quoracy.NIGHT:
        case_clocks.start_ratifying(held, at=at)
    begun = held.children.filter(section_47="yes").select_related("child__referral", "child__agency").first()
    if begun is not None and held.held_at is not None:
        case_clocks.start_conference(begun.child, from_=held.held_at)
    if on := contents.get(("review", 0), {}).get("reconvene_on"):
        case_clocks.start_review(held, date.fromisoformat(on), at=at)
