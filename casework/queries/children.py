"""The children of a case: which unit decides for each, where each stands, what may be done next."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Agency
from casework import permissions, states
from casework.models import ChildCase, ChildMove
from referrals import queries
from referrals.models import Referral, Route

_PLACE = "place-"


def deciding_units(referral: Referral) -> list[tuple[str, int, Agency]]:
    """Return `(key of the child's record, place from one, unit)` for each child; one row with "" and 0 for none.

    A child is decided for by the owning hub where it was sent the child, else by the first hub that was (Z-10) and is
    not dropped; a conflict, or a hub still to be found, leaves every child with the owner.
    """
    owner = referral.owner_unit
    assert owner is not None  # noqa: S101  a sent referral has one
    routing = queries.current_routing(referral)
    keys = routing.child_keys if routing is not None else []
    if not keys:
        return [("", 0, owner)]
    dropped = queries.dropped_routes(referral)
    routes = Route.objects.system(reason="which hub decides for each child of a case")
    hubs = [
        route
        for route in routes.filter(referral=referral, code="hub")
        .order_by("routing__sequence", "position")
        .select_related("agency")
        if route.agency is not None
        and route.agency.kind == Agency.Kind.HUB
        and route.state != Route.State.HELD
        and route.pk not in dropped
    ]
    return [(key or f"{_PLACE}{index + 1}", index + 1, _unit(index, hubs, owner)) for index, key in enumerate(keys)]


def is_place(child_key: str) -> bool:
    """Return whether a child's key says only at which place it stands, for it has no record of its own."""
    return child_key.startswith(_PLACE)


def dropped_hubs(referral: Referral) -> set[uuid.UUID]:
    """Return the hubs that were sent a case and dropped since; never its owner."""
    dropped = queries.dropped_routes(referral)
    routes = [route for route in referral.routes.all() if route.pk in dropped and route.code == "hub"]
    return {route.agency_id for route in routes if route.agency_id is not None} - {referral.owner_unit_id}


def _unit(index: int, hubs: list[Route], owner: Agency) -> Agency:
    sent = [route.agency for route in hubs if index in route.children and route.agency is not None]
    if owner in sent or not sent:
        return owner
    return sent[0]


def children_of(user: Any, referral: Referral, *, at: datetime) -> list[ChildCase]:
    """Return the children of a case as this person may know of them: the owner's people all, others their own."""
    units = set(permissions.units_with(user, referral, at=at).values_list("pk", flat=True))
    rows = ChildCase.objects.filter(referral=referral).select_related("agency", "referral")
    return [row for row in rows if referral.owner_unit_id in units or row.agency_id in units]


def get_child(user: Any, referral: Referral, child_id: uuid.UUID, *, at: datetime) -> ChildCase | None:
    """Return one child of a case, or None as if it did not exist."""
    return next((child for child in children_of(user, referral, at=at) if child.pk == child_id), None)


def moves_of(child: ChildCase) -> QuerySet[ChildMove]:
    """Return what led a child to where it stands, the newest first."""
    return child.moves.select_related("made_by").order_by("-sequence")


def state_before(child: ChildCase) -> str:
    """Return the state that a step back leads to. Raises MoveRefusedError where there is none before.

    Steps back are walked over: two of them after one another lead two states back, not to and fro.
    """
    path: list[str] = []
    for move in child.moves.order_by("sequence"):
        if move.verb == states.STEP_BACK:
            path.pop()
        else:
            path.append(move.source)
    if not path or path[-1] == states.SENT:
        raise states.MoveRefusedError("There is no state before this one. To let the case go, give it back.")
    return path[-1]


def open_children(referral: Referral) -> QuerySet[ChildCase]:
    """Return the children of a referral for whom somebody still owes something."""
    return ChildCase.objects.filter(referral=referral, state__in=states.OPEN)


def undecided(referral: Referral, agency: Agency) -> QuerySet[ChildCase]:
    """Return the children of a unit for whom no decision counts yet."""
    waiting = (states.SENT, states.RECEIVED, states.SCREENING, states.INFO_REQUESTED)
    return ChildCase.objects.filter(referral=referral, agency=agency, state__in=waiting)


def unanswered(referral: Referral, agency: Agency) -> QuerySet[ChildCase]:
    """Return the children of a unit about whom the referrer has had no reply."""
    return ChildCase.objects.filter(referral=referral, agency=agency, state__in=states.TRIAGE)


def state_of(children: list[ChildCase]) -> str:
    """Return the state in which a case stands for whoever sees these children: the most urgent one's."""
    return states.most_urgent(child.state for child in children)
