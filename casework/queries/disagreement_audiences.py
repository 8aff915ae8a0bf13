"""Who is meant by "whoever decided" or "the hub manager" on a stage of a disagreement (section 5.5; Z-08, Z-13).

Whoever may not know of the case is never told of it. Nobody answers what they raised; from the second stage on nobody
answers who made the decision. Where nobody is left, the next above is told, so that no stage falls silent.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import Agency, Membership, User
from accounts.permissions import Permission
from accounts.roles import ROLES
from casework.models import Decision, Taking
from referrals.models import Clock, Disagreement, Referral
from referrals.permissions import leads_setting_of

CLOCK = "D-01"

_ABOVE = {
    "decider": ("hub_manager", "service_manager", "head_of_service", "partnership_contact"),
    "hub_manager": ("service_manager", "head_of_service", "partnership_contact"),
    "service_manager": ("head_of_service", "hub_manager", "partnership_contact"),
    "head_of_service": ("service_manager", "hub_manager", "partnership_contact"),
    "raiser": ("raisers_manager",),
    "raisers_manager": ("raiser",),
}
"""Whom a stage goes to, one after the other, where nobody answers to its own audience."""

_RAISING = ("raiser", "raisers_manager")


def named(audience: str, clock: Clock, *, at: datetime) -> list[User] | None:
    """Return who is told of a stage of a disagreement's clock, each once; None for any other clock."""
    if clock.kind != CLOCK:
        return None
    found = of_clock(clock)
    return people(audience, found, at=at) if found is not None and found.is_open else []


def of_clock(clock: Clock) -> Disagreement | None:
    """Return the disagreement that a clock is for, where it is for one."""
    if clock.kind != CLOCK:
        return None
    near = ("referral__owner_unit", "referral__author", "agency", "raised_for", "raised_by")
    return Disagreement.objects.select_related(*near).filter(pk=clock.about).first()


def answering(disagreement: Disagreement, *, at: datetime) -> list[User]:
    """Return who answers on the stage that a disagreement is on, as far as they are known by name."""
    found: dict[Any, User] = {}
    for audience in disagreement.step["answering"]:
        found |= {person.pk: person for person in people(audience, disagreement, at=at)}
    return list(found.values())


def people(audience: str, disagreement: Disagreement, *, at: datetime) -> list[User]:
    """Return who answers to an audience on the stage that a disagreement is on, else the next above."""
    kept_out = set() if audience in _RAISING else {disagreement.raised_by_id}
    if audience in disagreement.step["answering"] and disagreement.stage > 1:
        kept_out |= deciders(disagreement)
    for each in (audience, *_ABOVE.get(audience, ())):
        found = {person.pk: person for person in _named(each, disagreement, at=at) if person.pk not in kept_out}
        known = [person for person in found.values() if _may_know(person, each, disagreement, at=at)]
        if known:
            return known
    return []


def deciders(disagreement: Disagreement) -> set[Any]:
    """Return who made or agreed to the unit's decisions that count in this case."""
    agreed = Decision.objects.filter(
        child__referral=disagreement.referral_id, child__agency=disagreement.agency_id, standing="agreed"
    )
    return {pk for row in agreed.values_list("decided_by", "settled_by") for pk in row if pk is not None}


def _named(audience: str, disagreement: Disagreement, *, at: datetime) -> Iterable[User]:
    referral, unit = disagreement.referral, disagreement.agency
    match audience:
        case "raiser":
            return [disagreement.raised_by] if disagreement.raised_by.is_active else []
        case "raisers_manager":
            return _raisers_managers(disagreement, at=at)
        case "decider":
            takings = Taking.objects.filter(referral=referral, agency=unit, released_at__isnull=True)
            who = deciders(disagreement) | set(takings.values_list("taken_by", flat=True))
            members = _members(unit, at=at)
            return [row.user for row in members if row.user_id in who]
        case "hub_manager":
            return _with(unit, Permission.DECIDE_THRESHOLD, at=at)
        case "service_manager" | "head_of_service":
            return [row.user for row in _members(unit, at=at) if row.role == audience]
        case "partnership_contact":
            rows = Membership.objects.current(at=at).filter(partnership=unit.partnership, role="partnership_admin")
            return [row.user for row in rows.select_related("user").order_by("user__email")]
    return []


def _raisers_managers(disagreement: Disagreement, *, at: datetime) -> list[User]:
    """The setting's safeguarding leads; of an agency whoever decides there, or where nobody does, the colleagues."""
    unit = disagreement.raised_for
    if unit is None:
        referral = disagreement.referral
        rows = Membership.objects.current(at=at).filter(organisation=referral.organisation_id or None)
        leads = [row.user for row in rows.select_related("user").order_by("user__email") if row.organisation_id]
        found = [lead for lead in leads if leads_setting_of(lead, referral, at=at)]
    else:
        found = _with(unit, Permission.DECIDE_THRESHOLD, at=at) or _with(unit, Permission.RAISE_DISAGREEMENT, at=at)
    return [person for person in found if person.pk != disagreement.raised_by_id]


def _with(unit: Agency, permission: Permission, *, at: datetime) -> list[User]:
    return [row.user for row in _members(unit, at=at) if permission in ROLES[row.role].permissions]


def _members(unit: Agency, *, at: datetime) -> list[Membership]:
    rows = Membership.objects.current(at=at).filter(agency=unit)
    return list(rows.select_related("user").order_by("user__email"))


def _may_know(person: User, audience: str, disagreement: Disagreement, *, at: datetime) -> bool:
    """The partnership's contact is told only that a clock of a unit is late, so need not know the case."""
    if audience == "partnership_contact":
        return True
    return Referral.objects.visible_to(person, at=at).filter(pk=disagreement.referral_id).exists()
