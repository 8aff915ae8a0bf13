"""Clocks: started at submission as the edition says, ended by what they wait for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency
from audit.record import record_event
from procedures.engine.clock_schema import ClockKind
from procedures.engine.clocks import Due, Limit, due_time
from procedures.engine.edition import Edition
from procedures.engine.routing import Clock as RoutedClock
from procedures.engine.stages import Stage
from referrals.actions import watching
from referrals.actions.counting import calendar_of, hours_of, next_stage, plan_of
from referrals.actions.pauses import settle_paused
from referrals.clock_words import kinds_of
from referrals.models import Clock, Referral, Route

__all__ = ["calendar_of", "end_clocks", "hours_of", "next_stage", "plan_of", "start_clock", "start_clocks"]
"""The counting is here too for whoever starts a clock of their own."""


def start_clocks(
    referral: Referral,
    routed: Sequence[RoutedClock],
    routes: Sequence[Route],
    used: Sequence[Edition],
    *,
    at: datetime,
    is_further: bool = False,
) -> list[Clock]:
    """Start the clocks of a routing, in the caller's transaction, each counted in its recipient's staffed hours.

    A clock of the owner runs for the owning hub alone (Z-24); another for each route of its destination. `is_further`:
    the referral was routed before, so the owner's clocks are left as they are and none that runs is started again.
    """
    started = []
    running = _running(referral) if is_further else set()
    for clock in routed:
        kinds = _kinds_of(clock, used)
        if is_further and any("owner" in kind.runs_for for kind in kinds):
            continue
        for route, agency in _whose(clock, referral, routes, kinds):
            if (clock.kind, clock.recipient, agency.pk if agency is not None else None) in running:
                continue
            hours, calendar = hours_of(agency), calendar_of(agency)
            due = due_time(Limit(clock.limit, clock.counted_in), at, calendar, hours)  # type: ignore[arg-type]
            stages = kinds[-1].all_stages if kinds else []
            plan = plan_of(stages, starts_at=at, due_at=due.at, hours=hours, calendar=calendar)
            started.append(
                Clock(
                    referral=referral,
                    route=route,
                    kind=clock.kind,
                    recipient=clock.recipient,
                    agency=agency,
                    source=clock.source,
                    counted_in=clock.counted_in,
                    starts_at=at,
                    due_at=due.at,
                    computation=due.computation,
                    plan=plan,
                    next_stage_at=next_stage(plan, after=None),
                )
            )
    return Clock.objects.bulk_create(started)


@transaction.atomic
def start_clock(
    *,
    referral: Referral,
    kind: str,
    agency: Agency | None,
    at: datetime,
    due_at: datetime | None = None,
    about: str = "",
    limit: Limit | None = None,
    stages: Sequence[Stage] | None = None,
    source: str = "",
    urgency: str = "",
    skips_passed: bool = False,
) -> Clock | None:
    """Start one clock of a case at `at`, in the agency's staffed hours; the running one is returned where there is one.

    Limit and stages are the pinned edition's, of the referral's urgency or of the one given; `due_at` is the moment
    that somebody set, for a clock that counts nothing; `limit`, `stages` and `source` what no edition lists as a clock.
    `about`: the identifier of the row that it is for, where a case has several of the kind. `skips_passed`: what would
    be reminded of before the clock started is left out. None where no edition at hand knows such a clock, or its moment
    was not set.
    """
    running = Clock.objects.filter(referral=referral, kind=kind, agency=agency, about=about, ended_at__isnull=True)
    if (found := running.first()) is not None:
        return found
    kinds = kinds_of(referral, kind)
    fitting = [each for each in kinds if (urgency or referral.urgency) in each.urgencies] or kinds
    chosen = fitting[-1] if fitting else None
    if chosen is not None:
        if limit is None and chosen.counted_in != "set_date":
            limit = Limit(chosen.limit, chosen.counted_in)
        stages = chosen.all_stages if stages is None else stages
        source = source or chosen.source
    hours, calendar = hours_of(agency), calendar_of(agency)
    if due_at is not None:
        due = Due(max(at, due_at), "Set by whoever agreed it")
    elif limit is not None:
        due = due_time(limit, at, calendar, hours)
    else:
        return None
    plan = plan_of(stages or [], starts_at=at, due_at=due.at, hours=hours, calendar=calendar)
    if skips_passed:
        plan = [stage for stage in plan if datetime.fromisoformat(stage["at"]) > at]
    started = Clock.objects.create(
        referral=referral,
        kind=kind,
        recipient="hub",
        agency=agency,
        about=about,
        source=source,
        counted_in=limit.counted_in if due_at is None and limit is not None else "working_days",
        starts_at=at,
        due_at=due.at,
        computation=due.computation,
        plan=plan,
        next_stage_at=next_stage(plan, after=None),
    )
    watching.tell(referral)
    return started


def _running(referral: Referral) -> set[tuple[str, str, Any]]:
    rows = Clock.objects.filter(referral=referral, ended_at__isnull=True)
    return set(rows.values_list("kind", "recipient", "agency"))


def _kinds_of(clock: RoutedClock, used: Sequence[Edition]) -> list[ClockKind]:
    return [
        kind
        for edition in used
        for kind in edition.content.clocks
        if (kind.kind, kind.limit, kind.counted_in) == (clock.kind, clock.limit, clock.counted_in)
    ]


def _whose(
    clock: RoutedClock, referral: Referral, routes: Sequence[Route], kinds: Sequence[ClockKind]
) -> Iterable[tuple[Route | None, Agency | None]]:
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
def end_clocks(
    *,
    referral: Referral,
    kinds: Sequence[str],
    by: Any,
    at: datetime,
    agency: Agency | None = None,
    about: str | None = None,
) -> int:
    """End the running clocks of these kinds, of one agency or of all, about one row or any; return how many ended."""
    running = Clock.objects.filter(referral=referral, kind__in=kinds, ended_at__isnull=True)
    if about is not None:
        running = running.filter(about=about)
    if agency is not None:
        running = running.filter(agency=agency)
    settle_paused(running, by=by, at=at)
    ended = running.update(ended_at=at, ended_by=by)
    if ended:
        record_event(event="clock.ended", by=by, at=at, subject=referral, detail={"kinds": list(kinds), "count": ended})
        watching.tell(referral)
    return ended
