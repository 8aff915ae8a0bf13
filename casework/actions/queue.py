"""Keeping the queue right: a referral's lines are made anew, in the same transaction, whenever it changes."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q

from accounts.areas import Area
from accounts.models import Agency
from audit.record import record_event, wait_for_turn
from casework import states
from casework.models import Assignment, ChildCase, QueueEntry, Taking
from casework.models.queue import CLOSED, NEW, WITH_OTHERS, packed, sort_key, tab_of
from referrals import queries
from referrals.models import Clock, Referral, Route, Routing

LOOKED_AFTER = "looked_after"
_KEY = ("referral", "agency")
_KEPT = tuple(
    field.name for field in QueueEntry._meta.concrete_fields if not field.primary_key and field.name not in _KEY
)


@dataclass(frozen=True)
class _Read:
    """What a referral's lines are made of, read once for all of its units."""

    referral: Referral
    routing: Routing
    children: Sequence[ChildCase]
    routes: Sequence[Route]
    takers: Mapping[uuid.UUID, uuid.UUID]
    given_to: Mapping[uuid.UUID, uuid.UUID]
    due: Mapping[uuid.UUID, datetime]


def refresh(*, referral: Referral) -> None:
    """Make the lines of a sent referral anew, in the caller's transaction, after what changed it.

    Waits for its turn at the record, which it keeps to the end of the transaction: of two changes at once the later one
    sees what the earlier one did.
    """
    wait_for_turn()
    rows = Referral.objects.system(reason="the queue's lines of one referral")
    fresh = rows.filter(pk=referral.pk, status=Referral.Status.SENT).defer("answers").first()
    routing = queries.current_routing(fresh) if fresh is not None else None
    if fresh is None or routing is None:
        return
    read = _read(fresh, routing)
    entries = [_entry(read, unit) for unit in _units(read)]
    QueueEntry.objects.filter(referral=fresh).exclude(agency__in=[entry.agency_id for entry in entries]).delete()
    QueueEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=_KEY, update_fields=_KEPT)


def rebuild(*, by: Any, at: datetime) -> int:
    """Make every line of every queue anew, one transaction for each referral; return how many referrals there are."""
    return _make(_sent(), by=by, at=at)


def make_missing(*, by: Any, at: datetime) -> int:
    """Make the lines of the sent referrals that have none, as after an upgrade; return how many there were."""
    return _make(_sent().filter(~Exists(QueueEntry.objects.filter(referral=OuterRef("pk")))), by=by, at=at)


def _sent() -> Any:
    return Referral.objects.system(reason="make the queue anew").filter(status=Referral.Status.SENT).defer("answers")


def _make(rows: Any, *, by: Any, at: datetime) -> int:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        with transaction.atomic():
            refresh(referral=_sent().get(pk=pk))
    if ids:
        with transaction.atomic():
            record_event(event="queue.rebuilt", by=by, at=at, detail={"referrals": len(ids)})
    return len(ids)


def _read(referral: Referral, routing: Routing) -> _Read:
    # What stands still is due when it goes on, and not before.
    running = Clock.objects.filter(
        referral=referral, ended_at__isnull=True, paused_at__isnull=True, agency__isnull=False
    )
    takings = Taking.objects.filter(referral=referral, released_at__isnull=True)
    assignments = Assignment.objects.filter(referral=referral, ended_at__isnull=True)
    routes = Route.objects.system(reason="the queue's lines of one referral").filter(referral=referral)
    return _Read(
        referral=referral,
        routing=routing,
        children=list(ChildCase.objects.filter(referral=referral)),
        routes=list(routes),
        takers=dict(takings.values_list("agency", "taken_by")),
        given_to=dict(assignments.values_list("agency", "to")),
        due=dict(running.values("agency").annotate(due=Min("due_at")).values_list("agency", "due")),
    )


def _units(read: _Read) -> Iterable[Agency]:
    """The hubs and conflict officers that own it or were sent it and not dropped; no hub where it is sealed."""
    kinds = [Agency.Kind.CONFLICT_OFFICER]
    if not read.referral.is_sealed:
        kinds.append(Agency.Kind.HUB)
    dropped = queries.dropped_routes(read.referral)
    sent_to = [route.agency_id for route in read.routes if route.agency_id is not None and route.pk not in dropped]
    return Agency.objects.filter(Q(pk=read.referral.owner_unit_id) | Q(pk__in=sent_to), kind__in=kinds)


def _entry(read: _Read, unit: Agency) -> QueueEntry:
    referral = read.referral
    is_owner, is_taken = unit.pk == referral.owner_unit_id, unit.pk in read.takers
    own = [child for child in read.children if child.agency_id == unit.pk]
    state = states.most_urgent(child.state for child in own) if own or not read.children else ""
    tab = tab_of(state, is_taken=is_taken) if state else _tab_without_children(read.children, is_taken=is_taken)
    due_at = read.due.get(unit.pk)
    assert referral.sent_at is not None  # noqa: S101  a sent referral has a moment
    facts = read.routing.facts
    return QueueEntry(
        referral=referral,
        agency=unit,
        is_owner=is_owner,
        tab=tab,
        state=state,
        sort_key=sort_key(
            tab=tab, urgency=referral.urgency, due_at=due_at, sent_at=referral.sent_at, referral_id=referral.pk
        ),
        urgency=referral.urgency,
        due_at=due_at,
        assignee_id=read.takers.get(unit.pk, read.given_to.get(unit.pk)),
        level=max((child.level for child in own), default=""),
        organisation_id=referral.organisation_id,
        areas=packed(_areas(facts, referral)),
        concerns=packed(code.removesuffix("?") for code in facts.get("concerns", [])),
        is_looked_after=any(LOOKED_AFTER in child.get("status", []) for child in _children_of(read, unit)),
    )


def _tab_without_children(children: Sequence[ChildCase], *, is_taken: bool) -> str:
    """Return the tab of a unit that was sent a case in which another decides for every child."""
    if all(tab_of(child.state, is_taken=True) == CLOSED for child in children):
        return CLOSED
    return WITH_OTHERS if is_taken else NEW


def _areas(facts: Mapping[str, Any], referral: Referral) -> list[str]:
    return [child.get("area", Area.UNKNOWN) for child in facts.get("children", [])] or [referral.setting_area]


def _children_of(read: _Read, unit: Agency) -> list[Mapping[str, Any]]:
    """Return the facts of the children that a unit was sent; the owner's are all of them."""
    found: list[Mapping[str, Any]] = read.routing.facts.get("children", [])
    if unit.pk == read.referral.owner_unit_id:
        return found
    sent = {index for route in read.routes if route.agency_id == unit.pk for index in route.children}
    return [child for index, child in enumerate(found) if index in sent]
