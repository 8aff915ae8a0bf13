"""Deciding for one child: proposed by whoever did the checks, agreed by whoever decides; never by one person where
two are needed (section 5.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event, wait_for_turn
from casework import decisions, permissions, states
from casework.actions import case_clocks, moving
from casework.actions.moving import ChildChangedError
from casework.models import ChildCase, Decision
from casework.models.decisions import LONGEST_LINE, LONGEST_TEXT
from casework.queries import children as queries
from referrals.actions import correspondence
from referrals.actions.clocks import end_clocks
from referrals.facts import LONDON
from referrals.models import Milestone
from referrals.text import TextRefusedError, clean_text

DECISION_CLOCK = "K-03"
LONG_TEXTS = (
    "evidence",
    "analysis",
    "safety",
    "other_children",
    "child_view",
    "parent_view",
    "checks",
    "risk_assessment",
)
SHORT_TEXTS = ("family_why", "where", "next_step")
CODES = ("level", "family", "child_seen", "agreement")


class DecisionRefusedError(ValueError):
    """The decision is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The decision is not whole: " + "; ".join(self.faults.values()))


@transaction.atomic
def decide(*, child: ChildCase, code: str, given: Mapping[str, Any], by: Any, at: datetime) -> Decision:
    """Decide for a child as it was read. It counts at once where a manager decides what needs no second person.

    Otherwise it waits for `agree`; an earlier proposal that waited is replaced. `given` holds the fields of Decision.
    Raises DecisionRefusedError, states.MoveRefusedError, ChildChangedError, NotPermittedError.
    """
    permissions.check(permissions.may_propose(by, child, at=at))
    kind = decisions.DECISIONS.get(code)
    if kind is None or kind not in decisions.open_to(child.state):
        states.target_of(states.DECIDE, child.state)
        raise DecisionRefusedError({"code": "Choose one of the decisions"})
    values = _checked(kind, given, at=at)
    moving.hold(child)
    child = _into_checks(child, by=by, at=at)
    _replace_proposed(child, by=by, at=at)
    counts = permissions.may_decide(by, child, at=at) and not kind.needs_second_person
    decision = Decision(
        child=child, sequence=Decision.objects.filter(child=child).count() + 1, code=code, decided_by=by, decided_at=at,
        standing=Decision.Standing.AGREED if counts else Decision.Standing.PROPOSED,
        settled_by=by if counts else None, settled_at=at if counts else None, **values,
    )  # fmt: skip
    decision.save(force_insert=True)
    detail: dict[str, str | int | bool | list[str]] = {
        "child": child.number,
        "decision": code,
        "counts": "yes" if counts else "waits for a second person",
    }
    record_event(event="decision.made", by=by, at=at, subject=child.referral, detail=detail)
    if counts:
        _count(decision, by=by, at=at)
    else:
        _mark_changed(child)
    return decision


@transaction.atomic
def agree(*, decision: Decision, version: int, by: Any, at: datetime) -> Decision:
    """Agree to a proposed decision about a child that was read at `version`, and let it count.

    Raises ChildChangedError where the child or the proposal changed meanwhile, NotPermittedError (also for whoever
    proposed it).
    """
    child = _settle(decision, Decision.Standing.AGREED, version=version, by=by, at=at)
    record_event(event="decision.agreed", by=by, at=at, subject=child.referral, detail=_what(decision))
    decision.refresh_from_db()
    decision.child = child
    _count(decision, by=by, at=at)
    return decision


@transaction.atomic
def send_back(*, decision: Decision, version: int, reason: str, by: Any, at: datetime) -> Decision:
    """Return a proposed decision, saying what is missing.

    Raises TextRefusedError, ChildChangedError, NotPermittedError.
    """
    words = clean_text(reason, limit=LONGEST_LINE)
    if not words:
        raise TextRefusedError("Write what is missing, so that it can be mended.")
    child = _settle(decision, Decision.Standing.RETURNED, version=version, by=by, at=at)
    decision.refresh_from_db()
    decision.return_reason = words
    decision.save(update_fields=["return_reason"])
    record_event(event="decision.returned", by=by, at=at, subject=child.referral, detail=_what(decision))
    return decision


def _settle(decision: Decision, standing: str, *, version: int, by: Any, at: datetime) -> ChildCase:
    wait_for_turn()
    child = ChildCase.objects.select_related("referral", "agency").get(pk=decision.child_id)
    permissions.check(permissions.may_agree(by, decision, child, at=at))
    waiting = Decision.objects.filter(pk=decision.pk, standing=Decision.Standing.PROPOSED)
    if child.version != version or not waiting.update(standing=standing, settled_by=by, settled_at=at):
        raise ChildChangedError(child)
    return child


def _what(decision: Decision) -> dict[str, Any]:
    return {"child": decision.child.number, "decision": decision.code}


def _into_checks(child: ChildCase, *, by: Any, at: datetime) -> ChildCase:
    """Whoever decides has looked: the move into the checks is recorded for them where it was not."""
    if child.state in (states.RECEIVED, states.INFO_REQUESTED):
        return moving.move(child=child, verb=states.START_CHECKS, by=by, at=at)
    return child


def _mark_changed(child: ChildCase) -> None:
    """Of two people who propose from one page, one is told of the other, though a proposal moves nothing."""
    if not ChildCase.objects.filter(pk=child.pk, version=child.version).update(version=child.version + 1):
        raise ChildChangedError(ChildCase.objects.get(pk=child.pk))


def _replace_proposed(child: ChildCase, *, by: Any, at: datetime) -> None:
    waiting = Decision.objects.filter(child=child, standing=Decision.Standing.PROPOSED)
    waiting.update(standing=Decision.Standing.REPLACED, settled_by=by, settled_at=at)


def _count(decision: Decision, *, by: Any, at: datetime) -> None:
    """Let a decision count: the child moves. With the unit's last child its clock ends and the referrer is told."""
    if decision.level:
        ChildCase.objects.filter(pk=decision.child_id).update(level=decision.level)
    child = moving.swap(
        decision.child, states.DECIDE, states.target_of(states.DECIDE, decision.child.state), by=by, at=at
    )
    if decision.code == "strategy_discussion":
        case_clocks.strategy_decided(child, at=at)
    if queries.undecided(child.referral, child.agency).exists():
        return
    end_clocks(referral=child.referral, kinds=[DECISION_CLOCK], agency=child.agency, by=by, at=at)
    correspondence.reached(referral=child.referral, kind=Milestone.Kind.DECIDED, at=at)


def _checked(kind: decisions.DecisionKind, given: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {name: str(given.get(name) or "") for name in CODES}
    values["review_on"] = given.get("review_on") or None
    faults: dict[str, str] = {}
    for name in (*LONG_TEXTS, *SHORT_TEXTS):
        try:
            limit = LONGEST_TEXT if name in LONG_TEXTS else LONGEST_LINE
            values[name] = clean_text(str(given.get(name) or ""), limit=limit)
        except TextRefusedError as refused:
            faults[name] = str(refused)
            values[name] = ""
    for name, choices in (("family", decisions.FAMILY_CHOICES), ("child_seen", decisions.SEEN_CHOICES)):
        if values[name] not in dict(choices):
            values[name] = ""
    faults = decisions.faults_of(kind, values) | faults
    if kind.needs_review_date and values["review_on"] and values["review_on"] < at.astimezone(LONDON).date():
        faults["review_on"] = "Give a day that has not passed"
    if faults:
        raise DecisionRefusedError(faults)
    if not kind.levels:
        values["level"] = ""
    return values
