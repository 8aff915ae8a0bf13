"""Clocks: started at submission as the edition says, ended by what they wait for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency, DirectoryEntry
from audit.record import record_event
from procedures.engine.clock_hours import StaffedHours
from procedures.engine.clocks import Limit, due_time
from procedures.engine.edition import Edition
from procedures.engine.routing import Clock as RoutedClock
from procedures.engine.working_days import Calendar
from referrals.models import Clock, Referral, Route


def start_clocks(
    referral: Referral,
    routed: Sequence[RoutedClock],
    routes: Sequence[Route],
    editions: Sequence[Edition],
    *,
    at: datetime,
) -> list[Clock]:
    """Start the clocks of a routing, in the caller's transaction, each counted in its recipient's staffed hours.

    A clock of the owner runs for the owning hub alone (Z-24); another for each route of its destination.
    """
    started = []
    for clock in routed:
        for route, agency in _whose(clock, referral, routes, editions):
            due = due_time(Limit(clock.limit, clock.counted_in), at, Calendar(), hours_of(agency))  # type: ignore[arg-type]
            started.append(
                Clock(
                    referral=referral,
                    route=route,
                    kind=clock.kind,
                    recipient=clock.recipient,
                    agency=agency,
                    source=clock.source,
                    starts_at=at,
                    due_at=due.at,
                    computation=due.computation,
                )
            )
    return Clock.objects.bulk_create(started)


def hours_of(agency: Agency | None) -> StaffedHours:
    """Return an agency's staffed hours; office hours where none are known."""
    entry = DirectoryEntry.objects.filter(agency=agency).first() if agency is not None else None
    return StaffedHours.from_week(entry.hours) if entry is not None and entry.hours else StaffedHours()


def _whose(
    clock: RoutedClock, referral: Referral, routes: Sequence[Route], editions: Sequence[Edition]
) -> Iterable[tuple[Route | None, Agency | None]]:
    kinds = [
        kind
        for edition in editions
        for kind in edition.content.clocks
        if (kind.kind, kind.limit, kind.counted_in) == (clock.kind, clock.limit, clock.counted_in)
    ]
    if any("owner" in kind.runs_for for kind in kinds):
        own = next((route for route in routes if route.agency_id == referral.owner_unit_id), None)
        yield own, referral.owner_unit
        return
    for route in routes:
        fits = any(
            route.code in kind.runs_for
            and route.urgency in kind.urgencies
            and not (kind.needs_pack and route.state != Route.State.PACK)
            for kind in kinds
        )
        if fits and route.code == clock.recipient:
            yield route, route.agency


@transaction.atomic
def end_clocks(*, referral: Referral, kinds: Sequence[str], by: Any, at: datetime, agency: Agency | None = None) -> int:
    """End the running clocks of these kinds, of one agency or of all; return how many ended."""
    running = Clock.objects.filter(referral=referral, kind__in=kinds, ended_at__isnull=True)
    if agency is not None:
        running = running.filter(agency=agency)
    ended = running.update(ended_at=at, ended_by=by)
    if ended:
        record_event(event="clock.ended", by=by, at=at, subject=referral, detail={"kinds": list(kinds), "count": ended})
    return ended
