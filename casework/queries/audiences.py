"""Who is meant by "the screener on duty" or "the hub manager" for one clock (section 5.5; Z-08, Z-13).

Whoever may not know of the case is never told of it. Where nobody is left, the next above is told, so that no stage
falls silent.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from accounts.models import Agency, Membership, User
from accounts.permissions import Permission
from accounts.roles import ROLES
from casework.models import Taking
from casework.queries import disagreement_audiences, strategy_audiences
from casework.queries.duty import on_duty
from referrals.models import Clock, Referral
from referrals.models.visibility import referrals_in_full
from referrals.permissions import is_kept_away, leads_setting_of

MANAGED_BY_SETTING = "K-13"

_ABOVE = {
    "screener": "hub_manager",
    "supervisor": "hub_manager",
    "social_worker": "hub_manager",
    "owner": "hub_manager",
    "chair": "hub_manager",
    "invitees": "chair",
    "lead": "hub_manager",
    "recipient_manager": "recipient",
    "recipient": "hub_manager",
    "service_manager": "head_of_service",
    "head_of_service": "hub_manager",
    "hub_manager": "partnership_contact",
}
"""Whom a stage goes to where nobody answers to its own audience."""


def people_for(audience: str, clock: Clock, *, at: datetime) -> list[User]:
    """Return who is told of a stage of a clock, each once; nobody only where the whole partnership has nobody."""
    own = strategy_audiences.named(audience, clock, at=at)
    if own is not None:
        return list({person.pk: person for person in own}.values())
    if (theirs := disagreement_audiences.named(audience, clock, at=at)) is not None:
        return theirs
    found = [person for person in _named(audience, clock, at=at) if _may_know(person, clock, audience, at=at)]
    if found or audience not in _ABOVE:
        return list({person.pk: person for person in found}.values())
    return people_for(_ABOVE[audience], clock, at=at)


def workers_on(referral: Referral, *, at: datetime) -> list[User]:
    """Return who works on a case for its owner: who has it, else who may take it, else who decides there.

    Nobody whom the case is kept from, and nobody who only filed it.
    """
    hub = referral.owner_unit
    for found in (_who_has(referral, hub), _takers(hub, at=at), _people_of(hub, Permission.DECIDE_THRESHOLD, at=at)):
        rows = Referral.objects.system(reason="who of an owner's people is told of a case").filter(pk=referral.pk)
        people = {person.pk: person for person in found}.values()
        knowing = [person for person in people if rows.filter(referrals_in_full(person, at=at)).exists()]
        knowing = [person for person in knowing if not is_kept_away(person, referral)]
        if knowing:
            return knowing
    return []


def _named(audience: str, clock: Clock, *, at: datetime) -> Iterable[User]:
    referral, hub = clock.referral, clock.referral.owner_unit
    unit = clock.agency or hub
    match audience:
        case "referrer":
            return [referral.author]
        case "lead":
            return _lead(clock, at=at)
        case "screener":
            has = _who_has(referral, hub)
            # A social worker who has it is told of what is due, and so is somebody who can do it.
            if {each.pk for each in has} <= _assessors(hub, at=at):
                return [*has, *_screeners(referral, hub, at=at)]
            return has
        case "social_worker":
            return _who_has(referral, hub) or _screeners(referral, hub, at=at)
        case "supervisor" | "hub_manager":
            return _people_of(hub, Permission.DECIDE_THRESHOLD, at=at)
        case "service_manager" | "head_of_service":
            return _in_role(hub, audience, at=at)
        case "recipient":
            return _people_of(unit, Permission.ACKNOWLEDGE_PACK, at=at)
        case "partnership_contact":
            return _of_partnership(hub, at=at)
    return []


def _lead(clock: Clock, *, at: datetime) -> Iterable[User]:
    """The lead whom the author chose; of what the setting manages, an author who leads it themselves.

    Elsewhere a lead is told of what an author has not done, so an author is no lead of their own.
    """
    referral = clock.referral
    if referral.lead is not None:
        return [referral.lead]
    leads = clock.kind == MANAGED_BY_SETTING and leads_setting_of(referral.author, referral, at=at)
    return [referral.author] if leads else []


def _may_know(person: User, clock: Clock, audience: str, *, at: datetime) -> bool:
    """The partnership's contact is told only that a clock of a unit is late, so need not know the case."""
    if audience == "partnership_contact":
        return True
    return Referral.objects.visible_to(person, at=at).filter(pk=clock.referral_id).exists()


def _who_has(referral: Referral, unit: Agency | None) -> list[User]:
    takings = Taking.objects.filter(referral=referral, agency=unit, released_at__isnull=True, taken_by__is_active=True)
    return [taking.taken_by for taking in takings.select_related("taken_by")]


def _on_duty(referral: Referral, unit: Agency | None, *, at: datetime) -> list[User]:
    """Those on the rota who may know of the case; where there are none, all who take cases are meant (Z-11)."""
    people = on_duty(unit, at=at) if unit is not None else []
    known = Referral.objects.visible_to
    return [person for person in people if known(person, at=at).filter(pk=referral.pk).exists()]


def _screeners(referral: Referral, unit: Agency | None, *, at: datetime) -> list[User]:
    return _on_duty(referral, unit, at=at) or _takers(unit, at=at)


def _assessors(unit: Agency | None, *, at: datetime) -> set[Any]:
    """Those who assess what they were given, and neither decide nor reply."""
    takers = {person.pk for person in _people_of(unit, Permission.TAKE_CASE, at=at)}
    return {person.pk for person in _people_of(unit, Permission.READ_ASSIGNED_CASES, at=at)} - takers


def _people_of(unit: Agency | None, permission: Permission, *, at: datetime) -> list[User]:
    return _members(unit, lambda row: permission in ROLES[row.role].permissions, at=at)


def _takers(unit: Agency | None, *, at: datetime) -> list[User]:
    """Those who take cases and do not decide on them; where there is none, whoever decides is next above."""
    managers = {person.pk for person in _people_of(unit, Permission.DECIDE_THRESHOLD, at=at)}
    return [person for person in _people_of(unit, Permission.TAKE_CASE, at=at) if person.pk not in managers]


def _in_role(unit: Agency | None, role: str, *, at: datetime) -> list[User]:
    return _members(unit, lambda row: row.role == role, at=at)


def _members(unit: Agency | None, fits: Callable[[Membership], bool], *, at: datetime) -> list[User]:
    if unit is None:
        return []
    rows = Membership.objects.current(at=at).filter(agency=unit).select_related("user").order_by("user__email")
    return [row.user for row in rows if fits(row)]


def _of_partnership(unit: Agency | None, *, at: datetime) -> list[User]:
    if unit is None:
        return []
    rows = Membership.objects.current(at=at).filter(partnership=unit.partnership, role="partnership_admin")
    return [row.user for row in rows.select_related("user").order_by("user__email")]
