"""The children of a case as its page shows them, and the door to one child."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from accounts.access import deny
from accounts.permissions import Permission
from casework import decisions, permissions, states
from casework.models import ChildCase, Decision
from casework.queries import children as queries
from casework.queries.child_words import child_label, decision_lines, level_labels
from casework.web.loading import case_or_404
from casework.web.words import clock_words
from referrals.facts import sheet_now
from referrals.models import Referral

__all__ = ["child_label", "child_or_404", "child_rows", "decision_lines", "level_labels", "move_label"]

_COLOURS = {
    states.IMMEDIATE: "red", states.SENT: "grey", states.STRATEGY: "orange", states.STRATEGY_HELD: "orange",
    states.S47: "orange", states.DECISION: "yellow", states.NFA: "grey", states.CLOSED: "grey",
}  # fmt: skip
ASKED_ELSEWHERE = (*states.WITH_ANOTHER_ACT, states.ASK)
"""The moves that have pages of their own, or come with another act."""


def child_or_404(
    request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID, *, at: datetime
) -> tuple[Referral, ChildCase]:
    """Return a case of this person's units and one of its children. Raises Http404, the denial recorded."""
    case = case_or_404(request, case_id, at=at)
    found = queries.get_child(request.user, case, child_id, at=at)
    if found is None:
        deny(request, Permission.READ_HUB_CASES, subject=case)
    return case, found


def child_rows(user: Any, case: Referral, *, at: datetime) -> list[dict[str, Any]]:
    """Return what the case page shows of each child: state, decision, what can be done next."""
    labels, sheet = level_labels(case), sheet_now(case)
    rows = queries.children_of(user, case, at=at)
    return [_row(user, child, child_label(case, child, sheet=sheet), labels, at) for child in rows]


def _row(user: Any, child: ChildCase, label: str, labels: dict[str, str], at: datetime) -> dict[str, Any]:
    found = list(child.decisions.select_related("decided_by", "settled_by").order_by("-sequence"))
    proposed = next((each for each in found if each.standing == Decision.Standing.PROPOSED), None)
    agreed = next((each for each in found if each.standing == Decision.Standing.AGREED), None)
    returned = found[0] if found and found[0].standing == Decision.Standing.RETURNED else None
    may_propose = permissions.may_propose(user, child, at=at)
    return {
        "child": child,
        "label": label,
        "tag": {"text": child.state_label, "colour": _COLOURS.get(child.state, "blue")},
        "since": clock_words(child.changed_at, at),
        "level": labels.get(child.level, ""),
        "agreed": _decision(agreed, at),
        "proposed": _decision(proposed, at),
        "returned": _decision(returned, at),
        "may_agree": proposed is not None and permissions.may_agree(user, proposed, child, at=at),
        "may_decide": may_propose and bool(decisions.open_to(child.state)),
        "may_reply": may_propose and child.state == states.DECISION,
        "ways_on": [
            move
            for move in {each.verb: each for each in states.ways_on(child.state)}.values()
            if move.verb not in ASKED_ELSEWHERE and permissions.may_move(user, child, move.verb, at=at)
        ],
        "may_hand_over": any(move.verb == states.HAND_OVER for move in states.ways_on(child.state))
        and permissions.may_move(user, child, states.HAND_OVER, at=at),
        "may_merge": _may_merge(child) and permissions.may_decide(user, child, at=at),
        "may_step_back": _has_before(child) and permissions.may_move(user, child, states.STEP_BACK, at=at),
        "moves": [{"move": each, "label": move_label(each.verb), "to": states.STATES[each.target].label,
                   "at": clock_words(each.made_at, at)} for each in queries.moves_of(child)],
    }  # fmt: skip


def move_label(verb: str) -> str:
    """Return what a move is called."""
    if verb == states.STEP_BACK:
        return "Take a step back"
    return next(move.label for move in states.MOVES if move.verb == verb)


def _may_merge(child: ChildCase) -> bool:
    return child.state == states.LINKED or any(move.verb == states.MERGE for move in states.ways_on(child.state))


def _has_before(child: ChildCase) -> bool:
    try:
        queries.state_before(child)
    except states.MoveRefusedError:
        return False
    return True


def _decision(decision: Decision | None, at: datetime) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "decision": decision,
        "label": decisions.DECISIONS[decision.code].label,
        "at": clock_words(decision.decided_at, at),
        "by": decision.decided_by.full_name,
        "settled": clock_words(decision.settled_at, at) if decision.settled_at else "",
        "settled_by": decision.settled_by.full_name if decision.settled_by else "",
        "is_by_two": decision.settled_by_id is not None and decision.settled_by_id != decision.decided_by_id,
    }
