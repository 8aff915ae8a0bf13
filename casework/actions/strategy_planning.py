"""Planning a strategy discussion, changing the plan, calling it off, bringing it together again (section 5.3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.record import record_event, wait_for_turn
from casework import states, strategy_permissions, strategy_record
from casework.actions import case_clocks, moving
from casework.models import ChildCase, StrategyChild, StrategyDiscussion, StrategyPart
from casework.models.strategy import LONGEST_BRIEFING, LONGEST_LINE
from casework.permissions import check
from casework.queries import strategy as queries
from referrals.text import TextRefusedError, clean_text

Kind, Status = StrategyDiscussion.Kind, StrategyDiscussion.Status


class StrategyRefusedError(ValueError):
    """What was given is not whole; `faults` says by field what to mend, with "" for what belongs to no field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("; ".join(self.faults.values()))


class StrategyChangedError(Exception):
    """Somebody else changed the discussion or this part of its record meanwhile; nothing was kept."""

    def __init__(self) -> None:
        super().__init__("Somebody else changed this while you had it open. Look at it, then send yours once more.")


@transaction.atomic
def plan(*, children: Sequence[ChildCase], given: Mapping[str, Any], by: Any, at: datetime) -> StrategyDiscussion:
    """Plan a discussion about children of one unit, as they were read; each moves to “strategy discussion planned”.

    `given`: planned_for, method, chair (a User), joining, agenda, briefing, is_restricted, kind (where one was held
    before), reason (where a child is called to it from elsewhere). K-07 runs from the move. A moment that has passed
    is for what was held already and is put on record afterwards. Raises StrategyRefusedError, TextRefusedError,
    states.MoveRefusedError, ChildChangedError, NotPermittedError.
    """
    check(strategy_permissions.may_plan(by, children, at=at))
    first = children[0]
    check(all((each.referral_id, each.agency_id) == (first.referral_id, first.agency_id) for each in children))
    previous = next((held for held in map(queries.last_held_for, children) if held is not None), None)
    faults, values = _checked(given, first, at=at)
    if previous is not None and given.get("kind") not in (Kind.REVIEW, Kind.RECONVENED):
        faults["kind"] = "Say whether this is a review or the earlier discussion reconvened"
    if any(queries.planned_for(child) is not None for child in children):
        faults["children"] = "A discussion is planned for this child already. Change that one instead"
    if faults:
        raise StrategyRefusedError(faults)
    wait_for_turn()
    newest = StrategyDiscussion.objects.filter(referral=first.referral).aggregate(newest=Max("number"))["newest"]
    discussion = StrategyDiscussion(
        referral=first.referral, agency=first.agency, number=(newest or 0) + 1, previous=previous,
        kind=Kind.FIRST if previous is None else given["kind"], planned_at=at, planned_by=by, **values,
    )  # fmt: skip
    discussion.save(force_insert=True)
    for place, child in enumerate(sorted(children, key=lambda each: each.number), start=1):
        _call(child, str(given.get("reason") or ""), by=by, at=at)
        StrategyChild.objects.create(discussion=discussion, child=child, place=place)
    for section in strategy_record.SECTIONS.values():
        places = range(1, len(children) + 1) if section.is_per_child else (0,)
        for place in places:
            StrategyPart(discussion=discussion, section=section.code, place=place, content={}).save(force_insert=True)
    _record("strategy.planned", discussion, by=by, at=at)
    return discussion


@transaction.atomic
def change(
    *, discussion: StrategyDiscussion, version: int, given: Mapping[str, Any], by: Any, at: datetime
) -> StrategyDiscussion:
    """Change the plan of a discussion that is still to be held; those invited are reminded of the new time.

    Raises StrategyRefusedError, TextRefusedError, StrategyChangedError, NotPermittedError.
    """
    check(strategy_permissions.may_write(by, discussion, at=at))
    faults, values = _checked(given, discussion, at=at)
    if faults:
        raise StrategyRefusedError(faults)
    changed = swap(discussion, version, Status.PLANNED, planned_for=values["planned_for"], method=values["method"],
                   chair=values["chair"], is_restricted=values["is_restricted"])  # fmt: skip
    for name in ("joining", "agenda", "briefing"):
        setattr(changed, name, values[name])
    changed.save(update_fields=["joining", "agenda", "briefing"])
    if changed.planned_for != discussion.planned_for:
        case_clocks.end_invitations(changed, by=by, at=at)
        for invitee in changed.invitees.filter(withdrawn_at__isnull=True).exclude(reply__in=["not_coming", "conflict"]):
            invitee.discussion = changed
            case_clocks.start_invitation(invitee, at=at)
    _record("strategy.changed", changed, by=by, at=at)
    return changed


@transaction.atomic
def hand_chair(*, discussion: StrategyDiscussion, version: int, chair: Any, by: Any, at: datetime) -> None:
    """Let somebody else chair what was held and is not signed, because the chair cannot sign: a manager's to do.

    Raises StrategyRefusedError for somebody who may not chair, StrategyChangedError, NotPermittedError.
    """
    check(strategy_permissions.may_answer_for(by, discussion, at=at))
    if chair is None or not strategy_permissions.may_chair(chair, discussion.agency, discussion.referral, at=at):
        raise StrategyRefusedError({"chair": "Choose somebody who may chair"})
    _record("strategy.chair_changed", swap(discussion, version, Status.HELD, chair=chair), by=by, at=at)


@transaction.atomic
def cancel(*, discussion: StrategyDiscussion, version: int, reason: str, by: Any, at: datetime) -> None:
    """Call a planned discussion off, saying why. The children stay where they are, and K-07 runs on.

    Raises TextRefusedError without a reason, StrategyChangedError, NotPermittedError.
    """
    check(strategy_permissions.may_write(by, discussion, at=at))
    words = clean_text(reason, limit=LONGEST_LINE)
    if not words:
        raise TextRefusedError("Write why it is called off, so that the next person knows.")
    changed = swap(discussion, version, Status.PLANNED, status=Status.CANCELLED, cancelled_at=at, cancelled_by=by)
    changed.cancel_reason = words
    changed.save(update_fields=["cancel_reason"])
    case_clocks.end_invitations(changed, by=by, at=at)
    _record("strategy.cancelled", changed, by=by, at=at)


def swap(discussion: StrategyDiscussion, version: int, standing: str, /, **values: Any) -> StrategyDiscussion:
    """Change a discussion if nobody has since it was read at `version`, and it still stands at `standing`.

    Raises StrategyChangedError for the loser of a race.
    """
    rows = StrategyDiscussion.objects.filter(pk=discussion.pk, version=version, status=standing)
    if not rows.update(version=version + 1, **values):
        raise StrategyChangedError
    return queries.discussions().get(pk=discussion.pk)


def _call(child: ChildCase, reason: str, *, by: Any, at: datetime) -> None:
    if child.state == states.STRATEGY:
        return
    verb = states.RECONVENE if child.state in (states.STRATEGY_HELD, states.S47) else states.CALL_STRATEGY
    moving.move(child=child, verb=verb, reason=reason, by=by, at=at)


def _checked(
    given: Mapping[str, Any], about: ChildCase | StrategyDiscussion, *, at: datetime
) -> tuple[dict[str, str], dict[str, Any]]:
    faults: dict[str, str] = {}
    values: dict[str, Any] = {"is_restricted": bool(given.get("is_restricted"))}
    for name, limit in (("joining", LONGEST_LINE), ("agenda", LONGEST_BRIEFING), ("briefing", LONGEST_BRIEFING)):
        try:
            values[name] = clean_text(str(given.get(name) or ""), limit=limit)
        except TextRefusedError as refused:
            faults[name] = str(refused)
    values["planned_for"] = given.get("planned_for")
    if values["planned_for"] is None:
        faults["planned_for"] = "Give the day and the time"
    values["method"] = given.get("method") or ""
    if values["method"] not in StrategyDiscussion.Method.values:
        faults["method"] = "Say how it is held"
    values["chair"] = given.get("chair")
    if values["chair"] is None or not strategy_permissions.may_chair(
        values["chair"], about.agency, about.referral, at=at
    ):
        faults["chair"] = "Choose who chairs"
    return faults, values


def _record(event: str, discussion: StrategyDiscussion, *, by: Any, at: datetime) -> None:
    detail: dict[str, str | int | bool | list[str]] = {"discussion": str(discussion.pk), "number": discussion.number}
    record_event(event=event, by=by, at=at, subject=discussion.referral, detail=detail)
