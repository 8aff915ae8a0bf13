"""May this person do this to this case? Which cases exist for them at all, `queries.cases` says."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency
from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework import states
from casework.models import ChildCase, Decision, Taking
from referrals.models import Referral, Route
from referrals.models.visibility import hubs_given
from referrals.permissions import NotPermittedError, check, may_read_answers

__all__ = [
    "NotPermittedError",
    "assessing_units",
    "check",
    "may_agree",
    "may_assign",
    "may_decide",
    "may_export",
    "may_judge_links",
    "may_move",
    "may_propose",
    "may_release",
    "may_reply",
    "may_reply_in",
    "reading_units",
    "taking_units",
    "units_with",
    "writing_units",
]

_MANAGERS_MOVES = (states.CLOSE, states.REOPEN, states.HAND_OVER, states.CALL_STRATEGY, states.RECONVENE)


def reading_units(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the hubs and conflict officers whose cases this person reads."""
    return agencies_where(user, Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, at=at)


def assessing_units(user: Any, case: Referral, *, at: datetime) -> QuerySet[Agency]:
    """Return the hubs in which this case was given to this person, who reads there what they were given and no more."""
    return Agency.objects.filter(pk__in=hubs_given(user, [case.pk], at=at)[case.pk])


def units_with(user: Any, case: Referral, *, at: datetime) -> QuerySet[Agency]:
    """Return the units for which this person reads this case: where they read all, and where this one is theirs."""
    all_of = agencies_where(user, Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, at=at)
    return all_of | assessing_units(user, case, at=at)


def taking_units(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the units for which this person may take a case; an out-of-hours worker records it as received (Z-11)."""
    return agencies_where(user, Permission.TAKE_CASE, Permission.WORK_OUT_OF_HOURS, at=at)


def writing_units(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the units for which this person writes notes on a case and to its referrer, also out of hours."""
    return agencies_where(
        user, Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD, Permission.WORK_OUT_OF_HOURS, at=at
    )


def may_release(user: Any, taking: Taking, *, at: datetime) -> bool:
    """Whether this person may give a case back: who has it, or whoever decides for that unit."""
    units = agencies_where(
        user, Permission.TAKE_CASE, Permission.WORK_OUT_OF_HOURS, Permission.READ_ASSIGNED_CASES, at=at
    )
    if taking.taken_by_id != user.pk:
        units = agencies_where(user, Permission.DECIDE_THRESHOLD, at=at)
    return units.filter(pk=taking.agency_id).exists()


def may_assign(user: Any, agency: Agency, *, at: datetime) -> bool:
    """Whether this person gives a unit's cases to its people: whoever decides there, or oversees the work."""
    units = agencies_where(user, Permission.DECIDE_THRESHOLD, Permission.OVERSEE_WORKLOAD, at=at)
    return units.filter(pk=agency.pk).exists()


def may_decide(user: Any, child: ChildCase, *, at: datetime) -> bool:
    """Whether this person's decision for a child counts: whoever decides in the unit that has the child (7.2)."""
    return _works_for(user, child, Permission.DECIDE_THRESHOLD, at=at)


def may_propose(user: Any, child: ChildCase, *, at: datetime) -> bool:
    """Whether this person may propose a decision for a child, and reply to the referrer: the unit's own people."""
    return _works_for(user, child, Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD, at=at)


may_reply = may_propose


def may_reply_in(user: Any, case: Referral, *, at: datetime) -> bool:
    """Whether this person replies to referrers for any unit that decides in a case."""
    return any(may_reply(user, child, at=at) for child in ChildCase.objects.filter(referral=case))


def may_agree(user: Any, decision: Decision, child: ChildCase, *, at: datetime) -> bool:
    """Whether this person may agree to a proposal or return it: never whoever made it.

    A manager agrees to anybody's; to what a manager decided, anybody of the unit who proposes.
    """
    if decision.decided_by_id == user.pk:
        return False
    if may_decide(user, child, at=at):
        return True
    return may_decide(decision.decided_by, child, at=at) and may_propose(user, child, at=at)


def may_move(user: Any, child: ChildCase, verb: str, *, at: datetime) -> bool:
    """Whether this person may move a child: within triage the unit's people, else, and back, whoever decides there."""
    if verb in _MANAGERS_MOVES or (verb == states.STEP_BACK and child.state not in states.TRIAGE):
        return may_decide(user, child, at=at)
    return may_propose(user, child, at=at)


def may_judge_links(user: Any, case: Referral, *, at: datetime) -> bool:
    """Whether this person says that another case is of the same child or account, or is not: whoever decides for a
    unit that has the case (H-22)."""
    units = agencies_where(user, Permission.DECIDE_THRESHOLD, at=at)
    theirs = Q(pk__in=[case.owner_unit_id]) | Q(pk__in=case.routes.exclude(state=Route.State.HELD).values("agency"))
    return units.filter(theirs).exists() and may_read_answers(user, case, at=at)


def may_export(user: Any, case: Referral, *, at: datetime) -> bool:
    """Whether this person exports a case: a manager of its owning hub, or the conflict officer who has a sealed one;
    never by break-glass, which is for reading (7.2)."""
    units = agencies_where(user, Permission.EXPORT_CASE, at=at).filter(pk__in=reading_units(user, at=at).values("pk"))
    return units.filter(pk__in=[case.owner_unit_id]).exists() and may_read_answers(user, case, at=at)


def _works_for(user: Any, child: ChildCase, *permissions: Permission, at: datetime) -> bool:
    units = agencies_where(user, *permissions, at=at).filter(pk=child.agency_id)
    return units.exists() and may_read_answers(user, child.referral, at=at)
