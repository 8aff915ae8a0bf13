"""Who may see a strategy discussion, write its record and answer for it (7.1, 7.2; section 5.3).

Its chair, the hub's people who have the case, and those invited, who see this discussion and nothing else of the case.
A restricted one is open to those who were there, its chair and whoever decides for the unit. Nobody on the case's
conflict list, nobody who declared a conflict, and nobody outside a seal.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import Agency, User
from accounts.permissions import Permission, has_permission
from accounts.queries import agencies_where
from accounts.roles import ROLES
from casework import permissions, quoracy
from casework.models import ChildCase, StrategyDiscussion, StrategyInvitee
from referrals.models import Referral
from referrals.permissions import is_kept_away, may_read_answers

_CHAIRS = (Permission.CHAIR_STRATEGY_DISCUSSION, Permission.HANDLE_CONFLICT_CASES)


def may_plan(user: Any, children: Sequence[ChildCase], *, at: datetime) -> bool:
    """Whether this person may plan a discussion about these children: the people of the unit that decides for them."""
    return bool(children) and all(permissions.may_propose(user, child, at=at) for child in children)


def may_chair(user: Any, agency: Agency, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may chair for a unit: its chairs and managers; of a sealed case its conflict officers."""
    if not agencies_where(user, *_CHAIRS, at=at).filter(pk=agency.pk).exists():
        return False
    return _is_let_in(user, referral, at=at)


def may_be_invited(user: User, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may be invited: not kept away from the case, and within its seal where it has one."""
    return _is_let_in(user, referral, at=at)


def may_see(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    """Whether a discussion exists for this person."""
    if not _is_let_in(user, discussion.referral, at=at):
        return False
    if is_chair(user, discussion, at=at):
        return True
    invitee = invitee_of(user, discussion)
    if invitee is not None and invitee.has_conflict:
        return False
    if invitee is not None and _was_let_in(invitee, discussion):
        return True
    if discussion.is_restricted:
        return may_answer_for(user, discussion, at=at)
    return is_of_the_hub(user, discussion, at=at)


def may_read_record(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    """Whether this person may read the record: who writes it, the hub, and those to whom it was circulated."""
    if not may_see(user, discussion, at=at):
        return False
    if is_chair(user, discussion, at=at) or is_of_the_hub(user, discussion, at=at):
        return True
    invitee = invitee_of(user, discussion)
    return invitee is not None and invitee.circulations.exists()


def may_read_papers(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    """Whether this person may read what was gathered beforehand: who writes the record, the hub, and who comes.

    Those invited read it until the discussion is held; then they wait for the record.
    """
    if may_write(user, discussion, at=at) or is_of_the_hub(user, discussion, at=at):
        return may_see(user, discussion, at=at)
    if not discussion.is_planned or not may_see(user, discussion, at=at):
        return False
    invitee = invitee_of(user, discussion)
    return invitee is not None and invitee.reply == StrategyInvitee.Reply.COMING


def may_write(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    """Whether this person may change the plan and write the record: the chair, and the unit's own people."""
    if not may_see(user, discussion, at=at):
        return False
    return is_chair(user, discussion, at=at) or _works_for(
        user, discussion, Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD, at=at
    )


def may_answer_for(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    """Whether this person decides for the unit: signs an exception, ratifies what was held at night."""
    return _is_let_in(user, discussion.referral, at=at) and _works_for(
        user, discussion, Permission.DECIDE_THRESHOLD, at=at
    )


def may_ratify(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    """Whether this person may ratify what was held at night: never its chair, nor whoever put it on record."""
    if user.pk in (discussion.chair_id, discussion.recorded_by_id):
        return False
    return may_answer_for(user, discussion, at=at)


def is_chair(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    """Whether this person chairs it, and may chair for its unit still."""
    return discussion.chair_id == user.pk and may_chair(user, discussion.agency, discussion.referral, at=at)


def is_of_the_hub(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> bool:
    """Whether this person reads the case for its owner or for the unit that holds the discussion."""
    units = permissions.units_with(user, discussion.referral, at=at)
    theirs = units.filter(pk__in=[discussion.agency_id, discussion.referral.owner_unit_id])
    return theirs.exists() and may_read_answers(user, discussion.referral, at=at)


def invitee_of(user: Any, discussion: StrategyDiscussion) -> StrategyInvitee | None:
    """Return this person's standing invitation."""
    return discussion.invitees.filter(person=user.pk, withdrawn_at__isnull=True).select_related("person").first()


def chairs_for(agency: Agency, referral: Referral, *, at: datetime) -> list[User]:
    """Return who may chair for a unit, by name."""
    roles = [role.code for role in ROLES.values() if role.permissions & set(_CHAIRS)]
    people = User.objects.filter(memberships__agency=agency, memberships__role__in=roles, is_active=True).distinct()
    return [person for person in people.order_by("full_name") if may_chair(person, agency, referral, at=at)]


def _was_let_in(invitee: StrategyInvitee, discussion: StrategyDiscussion) -> bool:
    """Everybody invited, until a restricted discussion was held: then those who were there."""
    if not (discussion.is_restricted and discussion.is_held):
        return True
    return invitee.attendance == quoracy.PRESENT


def _is_let_in(user: Any, referral: Referral, *, at: datetime) -> bool:
    if not has_permission(user, Permission.USE_PORTAL, at=at) or is_kept_away(user, referral):
        return False
    if not referral.is_sealed:
        return True
    return Referral.objects.visible_to(user, at=at).filter(pk=referral.pk).exists()


def _works_for(user: Any, discussion: StrategyDiscussion, *needed: Permission, at: datetime) -> bool:
    units = agencies_where(user, *needed, at=at).filter(pk=discussion.agency_id)
    return units.exists() and may_read_answers(user, discussion.referral, at=at)
