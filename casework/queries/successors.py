"""Who may take over what somebody of a unit leaves behind: of its people, whoever may see it; managers first."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import Agency, Membership, User
from accounts.permissions import Permission
from accounts.roles import ROLES
from casework import permissions
from casework.models import Taking
from casework.queries.cases import cases_of
from referrals.models import Referral

Sees = Callable[[User], bool]


def may_have(person: User, referral: Referral, unit: Agency, *, at: datetime) -> bool:
    """Whether somebody may go on having a case for a unit: who may take it, or was given it there to assess."""
    assesses = permissions.assessing_units(person, referral, at=at).filter(pk=unit.pk)
    is_theirs = person.is_active and assesses.exists() and _sees_case(person, referral, at=at)
    return is_theirs or may_take(person, referral, unit, at=at)


def may_take(person: User, referral: Referral, unit: Agency, *, at: datetime) -> bool:
    """Whether somebody may take a case for a unit: an open account that takes for it and sees the case."""
    if not person.is_active:
        return False
    units = permissions.taking_units(person, at=at)
    return units.filter(pk=unit.pk).exists() and _sees_case(person, referral, at=at)


def for_case(referral: Referral, unit: Agency, *, but: Any, at: datetime) -> User | None:
    """Return who takes over a case: a manager of the unit, else somebody who takes; of several who has least."""
    return _first(unit, Permission.TAKE_CASE, lambda each: _sees_case(each, referral, at=at), but=but, at=at)


def for_discussion(unit: Agency, sees: Sees, *, but: Any, at: datetime) -> User | None:
    """Return who takes over a discussion's chair or an action of it, of those of the unit to whom `sees` says yes."""
    return _first(unit, Permission.CHAIR_STRATEGY_DISCUSSION, sees, but=but, at=at)


def overseers(referral: Referral, unit: Agency, *, but: Any, at: datetime) -> list[User]:
    """Return who is told of a case that nobody may take over: those above who may see it, else the administrators.

    An administrator learns that there is a task, not of which case.
    """
    above = _people(unit, Permission.OVERSEE_WORKLOAD, Permission.DECIDE_THRESHOLD, but=but, at=at)
    told = [each for each in above if cases_of(each, at=at).filter(pk=referral.pk).exists()]
    if told or not unit.partnership:
        return told
    rows = Membership.objects.current(at=at).filter(partnership=unit.partnership, role="partnership_admin")
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True))


def _first(unit: Agency, permission: Permission, sees: Sees, *, but: Any, at: datetime) -> User | None:
    deciding = {person.pk for person in _people(unit, Permission.DECIDE_THRESHOLD, but=but, at=at)}
    people = _people(unit, permission, but=but, at=at)
    has = _number_of_cases(people)
    ordered = sorted(people, key=lambda each: (each.pk not in deciding, has[each.pk], each.email))
    return next((each for each in ordered if sees(each)), None)


def _people(unit: Agency, *wanted: Permission, but: Any, at: datetime) -> list[User]:
    roles = [code for code, role in ROLES.items() if role.permissions & set(wanted)]
    there = Membership.objects.current(at=at).filter(agency=unit, role__in=roles).exclude(user=but.pk)
    return list(User.objects.filter(pk__in=there.values("user"), is_active=True).order_by("email"))


def _number_of_cases(people: list[User]) -> Counter[Any]:
    held = Taking.objects.filter(taken_by__in=people, released_at__isnull=True)
    return Counter(held.values_list("taken_by", flat=True))


def _sees_case(person: User, referral: Referral, *, at: datetime) -> bool:
    return cases_of(person, at=at).filter(pk=referral.pk).exists()
