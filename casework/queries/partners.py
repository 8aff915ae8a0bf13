"""What the agencies that a case was sent to told of it, and which packs came back: who may write, who may read."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Agency
from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework import partner_words, permissions
from casework.models import PackReturn, PartnerReport
from casework.queries.cases import cases_of
from casework.queries.packs import own_packs
from referrals import queries
from referrals.models import Pack, Referral, Route


def may_report(user: Any, pack: Pack, *, at: datetime) -> bool:
    """Whether this person tells the hub what their agency knows of what it was sent (7.2); the LADO's word on the
    threshold is given by whoever decides it."""
    agency = pack.route.agency
    if agency is None or agency.kind not in partner_words.OF_AGENCY:
        return False
    kind = partner_words.OF_AGENCY[agency.kind]
    wanted = Permission.DECIDE_LADO_THRESHOLD if kind == partner_words.LADO else Permission.ADD_AGENCY_INFORMATION
    mine = agencies_where(user, wanted, at=at).filter(pk=agency.pk)
    return mine.exists() and own_packs(user, at=at).filter(pk=pack.pk).exists()


def newest_report(referral: Referral, agency: Agency) -> PartnerReport | None:
    """Return what an agency tells of a case as it stands now."""
    return reports_by(referral, agency).first()


def reports_by(referral: Referral, agency: Agency) -> QuerySet[PartnerReport]:
    """Return all that an agency told of a case, the newest first."""
    rows = PartnerReport.objects.filter(referral=referral, agency=agency).select_related("told_by", "agency")
    return rows.order_by("-sequence")


def reports_of(user: Any, referral: Referral, *, at: datetime) -> list[PartnerReport]:
    """Return what the agencies told of a case, each agency's newest first, as far as this person may know of it.

    The owner's people read all; another hub's, what an agency told that was sent no other child than theirs.
    """
    rows = PartnerReport.objects.filter(referral=referral).select_related("agency", "told_by")
    found = list(rows.order_by("agency__name", "-sequence"))
    if queries.children_in_full(user, referral, at=at) is None:
        return found
    routes = list(
        Route.objects.system(reason="which children each agency of a case was sent").filter(referral=referral)
    )
    units = set(permissions.units_with(user, referral, at=at).values_list("pk", flat=True))
    mine = _children_of(routes, units)
    return [row for row in found if _children_of(routes, {row.agency_id}) <= mine]


def _children_of(routes: Sequence[Route], agencies: set[uuid.UUID]) -> set[int]:
    return {index for route in routes if route.agency_id in agencies for index in route.children}


def open_return(route_id: uuid.UUID) -> PackReturn | None:
    """Return the return of a pack that is not settled, or None."""
    return PackReturn.objects.filter(route=route_id, settled_at__isnull=True).first()


def last_return(route_id: uuid.UUID) -> PackReturn | None:
    """Return the newest return of a pack, settled or not."""
    rows = PackReturn.objects.filter(route=route_id).select_related("route__agency", "returned_by", "settled_by")
    return rows.order_by("-returned_at", "-pk").first()


def returns_of(user: Any, referral: Referral, *, at: datetime) -> QuerySet[PackReturn]:
    """Return every pack of a case that came back, the newest first, for whoever reads all of the case."""
    rows = PackReturn.objects.filter(referral=referral).select_related("route__agency", "returned_by", "settled_by")
    if queries.children_in_full(user, referral, at=at) is not None:
        rows = rows.none()
    return rows.order_by("-returned_at", "-pk")


def may_settle(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person says who takes a pack that came back: who takes cases for the owner, not who assesses one."""
    taking = permissions.taking_units(user, at=at).filter(pk__in=[referral.owner_unit_id])
    return taking.exists() and cases_of(user, at=at).filter(pk=referral.pk).exists()


def returns_to_settle(user: Any, *, at: datetime) -> QuerySet[PackReturn]:
    """Return the packs that came back to a unit for which this person works and that nobody has settled."""
    owned = cases_of(user, at=at).filter(owner_unit__in=permissions.taking_units(user, at=at))
    rows = PackReturn.objects.filter(referral__in=owned.values("pk"), settled_at__isnull=True)
    return rows.select_related("referral", "route__agency").order_by("returned_at", "pk")
