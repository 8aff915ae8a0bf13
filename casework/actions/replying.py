"""Replying to the referrer: no child leaves triage before (C-058, N-066)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from casework import decisions, permissions, states
from casework.actions import moving
from casework.models import ChildCase, Decision
from casework.queries import children as queries
from referrals.actions import correspondence
from referrals.actions.clocks import end_clocks
from referrals.models import Reply

REPLY_CLOCK = "K-05"


class NothingDecidedError(Exception):
    """No child of these waits for a reply: nothing is decided yet, or the reply was sent already."""


@transaction.atomic
def reply(*, children: Sequence[ChildCase], given: Mapping[str, Any], by: Any, at: datetime) -> Reply:
    """Reply about decided children of one unit, as they were read; each moves to what was decided for it.

    `given` is as `correspondence.send_reply` takes it. Raises NothingDecidedError, ChildChangedError,
    ReplyRefusedError, NotPermittedError.
    """
    if not children or any(child.state != states.DECISION for child in children):
        raise NothingDecidedError("None of these children waits for a reply. Open the case again to see where it is.")
    first = children[0]
    permissions.check(all(child.referral_id == first.referral_id for child in children))
    permissions.check(all(child.agency_id == first.agency_id for child in children))
    permissions.check(permissions.may_reply(by, first, at=at))
    decided = {child.pk: decision_of(child) for child in children}
    sent = correspondence.send_reply(
        referral=first.referral, agency=first.agency, children=[child.number for child in children if child.number],
        outcome=outcome_words(children, decided), given=given, by=by, at=at,
    )  # fmt: skip
    for child in children:
        outcome = decisions.DECISIONS[decided[child.pk].code].outcome
        moving.swap(child, states.REPLY, states.target_of(states.REPLY, child.state, outcome=outcome), by=by, at=at)
    if not queries.unanswered(first.referral, first.agency).exists():
        end_clocks(referral=first.referral, kinds=[REPLY_CLOCK], agency=first.agency, by=by, at=at)
    return sent


def decision_of(child: ChildCase) -> Decision:
    """Return the decision that counts for a child: its newest agreed one. Raises NothingDecidedError without."""
    agreed = child.decisions.filter(standing=Decision.Standing.AGREED).order_by("-sequence").first()
    if agreed is None:
        raise NothingDecidedError("Nothing is decided for this child yet.")
    return agreed


def outcome_words(children: Sequence[ChildCase], decided: Mapping[Any, Decision]) -> str:
    """Return what the referrer is told of the outcome, a line for each child where there are several."""
    lines = []
    for child in children:
        words = _outcome_of(decided[child.pk])
        lines.append(f"Child {child.number}: {words}" if len(children) > 1 else words)
    return "\n".join(lines)


def _outcome_of(decision: Decision) -> str:
    words, on = decisions.DECISIONS[decision.code].tells, decision.review_on
    return words if on is None else f"{words} That day is {on.day} {on:%B %Y}."
