"""What was raised about a child in the twelve months before each decision to do nothing further, and what was different
(what an inspector will ask)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from casework.models import ChildCase, Consultation, Decision, Link
from casework.queries.consultations_about import Advice, advice_about
from casework.queries.inbox import concern_labels
from casework.queries.links import Seen
from procedures.engine.vocabulary import FACTS
from referrals import queries
from referrals.models import Referral, Routing

NO_FURTHER_ACTION = "no_further_action"
BEFORE = timedelta(days=365)
_APART = ("concerns", "workplace_areas", "setting_area")


@dataclass(frozen=True)
class Contact:
    """One earlier case of the same child. `different` says what this case has otherwise; empty: nothing that counts.

    `is_certain`: somebody has confirmed that it is the same child.
    """

    case: Referral
    concerns: tuple[str, ...]
    different: tuple[str, ...]
    is_certain: bool


@dataclass(frozen=True)
class BeforeDecision:
    """A decision to do nothing further, and what came before it, the newest first."""

    decision: Decision
    child: ChildCase
    contacts: tuple[Contact, ...]
    advice: tuple[Consultation, ...]


def before_no_further_action(
    user: Any, case: Referral, children: Sequence[ChildCase], seen: Sequence[Seen], *, at: datetime
) -> list[BeforeDecision]:
    """Return the contacts before each agreed decision to do nothing further, of the likenesses that were `seen`.

    Those confirmed as the same child, and those alike in name and date of birth that nobody has rejected; and the
    advice that this person's hubs gave about a child of that name and date of birth.
    """
    agreed = Decision.objects.filter(
        child__in=[child.pk for child in children], code=NO_FURTHER_ACTION, standing=Decision.Standing.AGREED
    )
    by_pk = {child.pk: child for child in children}
    now = queries.current_routing(case)
    found = []
    for decision in agreed.order_by("decided_at", "pk"):
        child = by_pk[decision.child_id]
        earlier = {each.other.pk: each for each in seen if _counts(each, child, decision)}
        contacts = tuple(_contact(case, now, each) for each in earlier.values())
        given = advice_about(user, case, [child.child_key], at=at) if child.child_key else []
        advice = tuple(each.consultation for each in given if each.is_certain and _asked_before(each, decision))
        found.append(BeforeDecision(decision, child, contacts, advice))
    return found


def _counts(seen: Seen, child: ChildCase, decision: Decision) -> bool:
    if seen.likeness.kind != Link.Kind.CHILD or seen.likeness.mine != child.child_key:
        return False
    is_alike = seen.likeness.strength == Link.Strength.STRONG and seen.standing == Link.Standing.SUGGESTED
    sent = seen.other.sent_at
    in_time = sent is not None and decision.decided_at - BEFORE <= sent <= decision.decided_at
    return in_time and (is_alike or seen.standing == Link.Standing.CONFIRMED)


def _asked_before(advice: Advice, decision: Decision) -> bool:
    return decision.decided_at - BEFORE <= advice.consultation.asked_at <= decision.decided_at


def _contact(case: Referral, now: Routing | None, seen: Seen) -> Contact:
    then = queries.current_routing(seen.other)
    assert now is not None  # noqa: S101  whatever was sent was routed
    assert then is not None  # noqa: S101
    different = [*_concerns(case, now, seen.other, then), *_setting(case, seen.other), *_facts(now.facts, then.facts)]
    labels = concern_labels(seen.other, then.facts.get("concerns", []))
    return Contact(seen.other, labels, tuple(different), seen.standing == Link.Standing.CONFIRMED)


def _concerns(case: Referral, now: Routing, other: Referral, then: Routing) -> list[str]:
    mine, theirs = set(now.facts.get("concerns", [])), set(then.facts.get("concerns", []))
    lines = []
    if more := concern_labels(case, sorted(mine - theirs)):
        lines.append(f"New in this case: {'; '.join(more)}")
    if less := concern_labels(other, sorted(theirs - mine)):
        lines.append(f"Only then: {'; '.join(less)}")
    if case.urgency != other.urgency:
        lines.append(f"Urgency: {other.urgency} then, {case.urgency} in this case")
    return lines


def _setting(case: Referral, other: Referral) -> list[str]:
    lines = []
    if case.author_id != other.author_id:
        lines.append("Raised by another person")
    if case.organisation_id != other.organisation_id:
        lines.append("Raised from another setting")
    return lines


def _facts(now: Mapping[str, Any], then: Mapping[str, Any]) -> list[str]:
    """Return the facts that one case has otherwise than the other, both of them known."""
    lines = []
    for code, kind in FACTS.items():
        mine, theirs = _known(now.get(code)), _known(then.get(code))
        if code not in _APART and mine and theirs and mine != theirs:
            lines.append(f"{kind.whether[:1].upper()}{kind.whether[1:]}: {theirs} then, {mine} in this case")
    return lines


def _known(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(sorted(str(each).replace("_", " ") for each in value if each != "unknown"))
    return "" if value in (None, "unknown") else str(value).replace("_", " ")
