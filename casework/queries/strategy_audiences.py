"""Who is meant by "the chair", "those invited" and "its owner" for a clock of a strategy discussion (section 5.5)."""

import uuid
from datetime import datetime

from accounts.models import User
from casework import strategy_permissions
from casework.models import StrategyAction, StrategyCirculation, StrategyDiscussion, StrategyInvitee
from referrals.models import Clock

PLANNED, INVITED, TO_READ, ACTION = "K-07", "S-01", "S-04", "K-11"
PERSONAL = (INVITED, TO_READ)
"""The clocks of single people, which their own tasks show."""
_NEAR = ("discussion__referral", "discussion__agency", "discussion__chair")


def named(audience: str, clock: Clock, *, at: datetime) -> list[User] | None:
    """Return who is told, as far as they may know of the discussion; None where this module does not know.

    An empty list is an answer: nobody is told, and nobody above them.
    """
    if clock.kind == INVITED:
        return _invited(audience, clock, at=at)
    found = _discussions(clock)
    if not found or audience not in ("chair", "invitees", "owner"):
        return None
    people: list[User] = []
    for discussion in found:
        people += [each for each in _people(audience, clock, discussion) if _may(each, discussion, at=at)]
    return people or None


def discussion_of(clock: Clock) -> StrategyDiscussion | None:
    """Return the discussion that a clock is for, where it is for one."""
    if clock.kind == INVITED:
        invitee = StrategyInvitee.objects.select_related(*_NEAR).filter(pk=_key(clock)).first()
        return invitee.discussion if invitee is not None else None
    found = _discussions(clock)
    return found[0] if clock.about and found else None


def _discussions(clock: Clock) -> list[StrategyDiscussion]:
    rows = StrategyDiscussion.objects.select_related("referral", "agency", "chair")
    if clock.kind == PLANNED:
        return list(rows.filter(referral=clock.referral_id, agency=clock.agency_id, status="planned"))
    if not clock.about:
        return []
    if clock.kind == ACTION:
        return list(rows.filter(actions=_key(clock)))
    if clock.kind == TO_READ:
        return list(rows.filter(circulations=_key(clock)))
    return list(rows.filter(pk=_key(clock)))


def _people(audience: str, clock: Clock, discussion: StrategyDiscussion) -> list[User]:
    if audience == "invitees":
        coming = discussion.invitees.filter(withdrawn_at__isnull=True, person__isnull=False)
        rows = coming.exclude(reply__in=["not_coming", "conflict"]).select_related("person")
        return [each.person for each in rows if each.person is not None]
    if audience == "owner" and clock.kind == ACTION:
        action = StrategyAction.objects.select_related("owner").get(pk=_key(clock))
        if action.owner is not None:
            return [action.owner]
    if audience == "owner" and clock.kind == TO_READ:
        reader = StrategyCirculation.objects.select_related("invitee__person").get(pk=_key(clock)).invitee.person
        return [reader] if reader is not None else []
    return [discussion.chair]


def _invited(audience: str, clock: Clock, *, at: datetime) -> list[User]:
    invitee = StrategyInvitee.objects.select_related("person", *_NEAR).filter(pk=_key(clock)).first()
    if invitee is None or not invitee.discussion.is_planned or invitee.withdrawn_at is not None:
        return []
    if audience == "chair":
        no_answer = invitee.reply == StrategyInvitee.Reply.WAITING
        people = [invitee.discussion.chair] if no_answer else []
    else:
        people = [invitee.person] if invitee.person is not None else []
    return [each for each in people if _may(each, invitee.discussion, at=at)]


def _may(person: User, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    return strategy_permissions.may_see(person, discussion, at=at)


def _key(clock: Clock) -> uuid.UUID:
    return uuid.UUID(clock.about)
