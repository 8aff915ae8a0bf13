"""Which cases exist for a person who works in a hub or handles conflicts."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency
from accounts.permissions import Permission, has_permission
from accounts.queries import agencies_where
from casework import permissions
from casework.models import Assignment, Taking
from referrals import queries
from referrals.models import Referral, Route
from referrals.models.visibility import not_kept_away, opened_by_glass


def given_cases(user_id: Any, hubs: Collection[uuid.UUID]) -> Q:
    """The referrals that somebody has now for one of these hubs, as `visibility` asks. A condition, never alone."""
    has = Taking.objects.filter(taken_by=user_id, agency__in=list(hubs), released_at__isnull=True)
    return Q(pk__in=has.values("referral"))


def cases_of(user: Any, *, at: datetime) -> QuerySet[Referral]:
    """Return the cases of this person's units; a sealed one only for a conflict officer whose unit has it.

    To a social worker, of their hub's cases those alone that they were given.

    What somebody filed themselves is no case of theirs: a hub's own author of a sealed referral finds it among
    their referrals, not here.
    """
    # An author who is kept away keeps what they filed, but not as a case.
    return queries.hub_inbox(user, at=at).filter(not_kept_away(user), _unsealed_or_an_officers(user, at))


def readable_cases(user: Any, *, at: datetime) -> QuerySet[Referral]:
    """Return the cases of this person's units and, for the hour it lasts, what they opened by break-glass."""
    of_units = queries.of_own_hubs(user, at=at) & _unsealed_or_an_officers(user, at)
    rows = Referral.objects.visible_to(user, at=at).filter(not_kept_away(user), status=Referral.Status.SENT)
    return rows.filter(of_units | (opened_by_glass(user, at=at) & Q(is_sealed=False)))


def _unsealed_or_an_officers(user: Any, at: datetime) -> Q:
    officers = agencies_where(user, Permission.HANDLE_CONFLICT_CASES, at=at)
    theirs = Route.objects.system(reason="which sealed cases went to a conflict officer").filter(agency__in=officers)
    return Q(is_sealed=False) | Q(owner_unit__in=officers) | Q(pk__in=theirs.values("referral"))


def get_case(user: Any, case_id: uuid.UUID, *, at: datetime) -> Referral | None:
    """Return a case with its answers and people loaded, or None as if it did not exist."""
    found = readable_cases(user, at=at).filter(pk=case_id)
    return found.select_related("author", "organisation", "owner_unit").first()


def unit_of(user: Any, referral: Referral, *, at: datetime, taking: bool = False) -> Agency | None:
    """Return the unit for which this person reads, or with `taking` takes, a case: its owner's before another's.

    One that was dropped reads what it was sent, and takes nothing.
    """
    units = permissions.taking_units(user, at=at) if taking else permissions.units_with(user, referral, at=at)
    sent_to = referral.routes.exclude(state=Route.State.HELD).values("agency")
    if taking:
        sent_to = sent_to.exclude(pk__in=queries.dropped_routes(referral))
    mine = list(units.filter(Q(pk=referral.owner_unit_id) | Q(pk__in=sent_to)).order_by("name"))
    return next((unit for unit in mine if unit.pk == referral.owner_unit_id), mine[0] if mine else None)


def recording_unit(user: Any, referral: Referral, *, at: datetime) -> Agency | None:
    """Return the unit for which this person records what happened with a case, such as a call; None: for none.

    It is whoever takes cases for a unit of it, or was given this one. Not by break-glass, which is for reading.
    """
    if not cases_of(user, at=at).filter(pk=referral.pk).exists():
        return None
    return unit_of(user, referral, at=at, taking=True) or assessing_unit(user, referral, at=at)


def assessing_unit(user: Any, referral: Referral, *, at: datetime) -> Agency | None:
    """Return the hub in which this person was given a case to assess, its owner before another; None: in none."""
    given = permissions.assessing_units(user, referral, at=at).order_by("name")
    return next((unit for unit in given if unit.pk == referral.owner_unit_id), given.first())


def current_takings(referral: Referral) -> list[Taking]:
    """Return who has the case now, the owning unit first."""
    takings = Taking.objects.filter(referral=referral, released_at__isnull=True).select_related("taken_by", "agency")
    return sorted(takings, key=lambda taking: taking.agency_id != referral.owner_unit_id)


def get_taking(referral: Referral, agency: Agency) -> Taking | None:
    """Return who has the case for one unit now, or None."""
    takings = Taking.objects.filter(referral=referral, agency=agency, released_at__isnull=True)
    return takings.select_related("taken_by", "agency").first()


def current_assignment(referral: Referral, agency: Agency) -> Assignment | None:
    """Return to whom a unit's case was given to take, or None."""
    rows = Assignment.objects.filter(referral=referral, agency=agency, ended_at__isnull=True)
    return rows.select_related("to", "made_by").first()


def cases_left_behind(person: Any, *, viewer: Any, at: datetime) -> int:
    """Return how many cases somebody has taken and not given back, but for sealed ones and those kept from the viewer.

    Only whoever manages people is told: to a safeguarding lead it is always none.
    """
    if not has_permission(viewer, Permission.MANAGE_PEOPLE, at=at):
        return 0
    taken = Taking.objects.filter(taken_by=person, released_at__isnull=True, referral__is_sealed=False)
    return taken.filter(not_kept_away(viewer, referral="referral")).count()
