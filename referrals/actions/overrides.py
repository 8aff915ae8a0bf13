"""The hub's own word on a destination, with the reason: one more than the rules ask for, or one less (roles 7.2)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency
from audit.record import record_event
from procedures.engine.routing import Destination, Reason, clocks_of
from referrals import permissions
from referrals.actions.clocks import end_clocks
from referrals.actions.rerouting import hold, is_must, reason_in, rerouting, send, store_routing
from referrals.actions.routed_again import tell_of_routing
from referrals.actions.submission import route_for
from referrals.models import Override, Referral, Route
from referrals.models.visibility import kinds_let_in
from referrals.queries import dropped_routes, live_routes

CODE_OF_KIND = {
    Agency.Kind.HUB: "hub",
    Agency.Kind.POLICE: "police",
    Agency.Kind.PREVENT: "prevent_spoc",
    Agency.Kind.LADO: "lado",
}
"""The kinds of agency that a hub may add, and the destination each is."""
MODES_TO_ADD = ("pack", "advice")
URGENCIES_TO_ADD = ("standard", "urgent")
BY_HUB = "hub"
"""Stands for the rule, and for how firmly it stands, where the hub added a destination itself."""


class OverrideRefusedError(ValueError):
    """The destination cannot be added or dropped as asked; `faults` says by field what to mend."""

    def __init__(self, faults: dict[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The change is not whole: " + "; ".join(self.faults.values()))


def reasons_of(route: Route) -> list[dict[str, Any]]:
    """Return the reasons of a route as its routing keeps them; none where the hub added it."""
    destinations = route.routing.result["destinations"]
    return destinations[route.position]["reasons"] if route.position < len(destinations) else []


def is_must_route(route: Route) -> bool:
    """Whether only whoever decides for the owner may drop a destination."""
    return is_must(route.mode, route.urgency, [reason["status"] for reason in reasons_of(route)])


@transaction.atomic
def drop(*, route: Route, reason: str, by: Any, at: datetime) -> Override:
    """Drop a destination: its clocks end and it gets nothing further. What it was sent already, it keeps.

    It stays on the case as dropped. Never the owning hub's own. Raises OverrideRefusedError, NotPermittedError (also
    for one that the rules insist on, where this person does not decide for the owner).
    """
    referral = hold(route.referral)
    permissions.check(permissions.may_reroute(by, referral, at=at))
    must = is_must_route(route)
    permissions.check(not must or permissions.may_drop_must(by, referral, at=at))
    faults: dict[str, str] = {}
    words = reason_in(reason, "reason", faults)
    newest = live_routes(referral).get((route.code, route.unit))
    if newest is None or newest.pk != route.pk or route.pk in dropped_routes(referral):
        faults["reason"] = "This destination was changed or dropped meanwhile. Look at the case again"
    elif route.code == "hub" and route.agency_id == referral.owner_unit_id:
        faults["reason"] = "The owning hub cannot be dropped: somebody must own the case. Transfer it instead"
    if faults:
        raise OverrideRefusedError(faults)
    override = _say(Override.Kind.DROPPED, referral, route, words, was_must=must, by=by, at=at)
    running = list(route.clocks.filter(ended_at__isnull=True).values_list("kind", flat=True))
    if running and route.agency is not None:
        end_clocks(referral=referral, kinds=running, agency=route.agency, by=by, at=at)
    detail: dict[str, Any] = {"destination": f"{route.code}:{route.unit or 'to be found'}", "was_must": must}
    record_event(event="destination.dropped", by=by, at=at, subject=referral, detail=detail)
    tell_of_routing(referral=referral, by=by, at=at)
    return override


@transaction.atomic
def add(*, referral: Referral, unit: str, mode: str, urgency: str, reason: str, by: Any, at: datetime) -> Route:
    """Add an agency of the directory as a destination for every child, with its pack and clocks.

    The reason stands in its pack. One that was dropped is added again in the same way. Raises OverrideRefusedError,
    NotPermittedError.
    """
    held = hold(referral)
    permissions.check(permissions.may_reroute(by, held, at=at))
    faults: dict[str, str] = {}
    words = reason_in(reason, "reason", faults)
    agency = next((each for each in may_be_added(held) if each.unit == unit), None)
    if agency is None:
        faults["unit"] = "Choose an agency that has no pack of this case yet"
    if mode not in MODES_TO_ADD:
        faults["mode"] = "Choose whether they are sent a pack"
    if urgency not in URGENCIES_TO_ADD:
        faults["urgency"] = "Choose how urgent it is for them"
    if faults:
        raise OverrideRefusedError(faults)
    assert agency is not None  # noqa: S101  a fault in the lines above
    found = rerouting(held)
    why = Reason(rule=BY_HUB, because=words, sources=(), status=BY_HUB, edition=found.edition.id)
    destination = Destination(
        CODE_OF_KIND[Agency.Kind(agency.kind)], unit, mode, urgency, None, tuple(range(len(found.child_keys))), (why,)
    )
    stored = store_routing(held, found, at=at)
    route = route_for(held, stored, len(found.routing.destinations), destination)
    send(held, found, [(route, destination)], clocks_of(found.edition, [destination]), at=at)
    _say(Override.Kind.ADDED, held, route, words, was_must=False, by=by, at=at)
    detail = {"destination": f"{route.code}:{route.unit}", "mode": mode, "urgency": urgency}
    record_event(event="destination.added", by=by, at=at, subject=held, detail=detail)
    tell_of_routing(referral=held, by=by, at=at)
    return route


def may_be_added(referral: Referral) -> list[Agency]:
    """Return the agencies of the directory that are sent no pack yet, as far as a seal lets them in."""
    dropped = dropped_routes(referral)
    live = [route for route in live_routes(referral).values() if route.pk not in dropped]
    there = {route.agency_id for route in live if route.state == Route.State.PACK}
    let_in = kinds_let_in(is_sealed=referral.is_sealed, is_about_staff=referral.is_about_staff)
    kinds = [kind for kind in CODE_OF_KIND if let_in is None or kind in let_in]
    return list(Agency.objects.filter(kind__in=kinds).exclude(pk__in=[pk for pk in there if pk]).order_by("name"))


def _say(
    kind: str, referral: Referral, route: Route, reason: str, *, was_must: bool, by: Any, at: datetime
) -> Override:
    override = Override(
        referral=referral, sequence=referral.overrides.count() + 1, kind=kind, route=route, code=route.code,
        unit=route.unit, agency=route.agency, mode=route.mode, urgency=route.urgency, was_must=was_must, reason=reason,
        made_at=at, made_by=by,
    )  # fmt: skip
    override.save(force_insert=True)
    return override
