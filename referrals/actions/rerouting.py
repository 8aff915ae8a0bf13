"""Where new facts lead: routed again under the pinned editions, proposed with reasons, sent when the hub confirms.

Nothing is dropped silently: what the rules ask for no longer stays until somebody drops it, and what they ask for newly
is sent, or left out with a reason.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from procedures import editions as shelf
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts
from procedures.engine.joining import route_by_area
from procedures.engine.routing import Clock, Destination, Routing, strongest_urgency
from procedures.engine.vocabulary import MODE_STRENGTH, URGENCY_STRENGTH
from referrals import facts, permissions
from referrals.actions.clocks import start_clocks
from referrals.actions.corrections import facts_now
from referrals.actions.pack_snapshots import Sending
from referrals.actions.routed_again import tell_of_routing
from referrals.actions.submission import add_pack, route_for
from referrals.models import Override, Pack, Referral, Route
from referrals.models import Routing as StoredRouting
from referrals.models.corrections import LONGEST_REASON
from referrals.queries import dropped_routes, live_routes, overrides_now
from referrals.text import TextRefusedError, clean_text

SEND, LEAVE_OUT = "send", "leave_out"
CHANGED = "What the hub found out changed where this goes."
MADE_BY = "the portal, when the hub confirmed"


@dataclass(frozen=True)
class Proposed:
    """A destination that the rules ask for now. `before` is the weaker one that is there already; None: a new one.

    `is_must`: only whoever decides for the unit may leave it out.
    """

    destination: Destination
    position: int
    before: Route | None
    is_must: bool


@dataclass(frozen=True)
class Rerouting:
    """A sent referral routed again. `fingerprint` changes when what is proposed, or what it rests on, changes."""

    edition: Edition
    editions: Mapping[str, Edition]
    facts: Facts
    child_keys: Sequence[str]
    routing: Routing
    proposed: tuple[Proposed, ...]
    no_longer: tuple[Route, ...]
    """The destinations that the rules would not ask for any more; they stay."""
    fingerprint: str


class ReroutingChangedError(Exception):
    """What is proposed is not what was shown: show it again."""


class ConfirmationRefusedError(ValueError):
    """A proposed destination has no answer, or is left out without a reason; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The confirmation is not whole: " + "; ".join(self.faults.values()))


def rerouting(referral: Referral) -> Rerouting:
    """Return where what is known now leads under the pinned editions, beside where the referral went (Z-10)."""
    said, keys = facts_now(referral)
    editions = facts.pinned_editions(referral)
    routing = route_by_area(editions, said)
    live, words = live_routes(referral), overrides_now(referral)
    has_new_facts = referral.corrections.exists()
    proposed = tuple(
        Proposed(
            each, position, live.get(_name(each)), is_must(each.mode, each.urgency, [r.status for r in each.reasons])
        )
        for position, each in enumerate(routing.destinations)
        if has_new_facts and _is_more(each, live.get(_name(each)), words.get(_name(each)))
    )
    asked = {_name(each) for each in routing.destinations}
    no_longer = tuple(
        route for name, route in live.items() if has_new_facts and name not in asked and name not in words
    )
    shown = [
        str(referral.pk), referral.routings.count(), referral.corrections.count(), referral.overrides.count(),
        [each.destination.as_data() for each in proposed],
    ]  # fmt: skip
    mark = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
    return Rerouting(facts.form_edition(referral), editions, said, keys, routing, proposed, no_longer, mark)


def is_must(mode: str, urgency: str, statuses: Sequence[str]) -> bool:
    """Whether the rules insist on a destination: a call, an emergency, or a duty in statute."""
    return mode.startswith("call_") or urgency == "emergency" or "statutory" in statuses


def newer_editions_differ(referral: Referral, *, at: datetime) -> list[tuple[Destination, bool]]:
    """Return what the editions in force now would do otherwise: `(destination, whether it would be added)` each.

    Nothing while no newer edition of those that decided is in force. A notice for the hub; it changes nothing.
    """
    pinned = referral.routings.order_by("-sequence").values_list("editions", flat=True).first() or []
    in_force = shelf.editions_in_force(on=facts.local_date(at))
    pins = {pin["id"]: pin["digest"] for pin in pinned}
    if not any(each.id in pins and pins[each.id] != each.digest for each in in_force.values()):
        return []
    said, _ = facts_now(referral)
    now, then = route_by_area(in_force, said), route_by_area(facts.pinned_editions(referral), said)
    there = {(_name(each), each.mode) for each in then.destinations}
    here = {(_name(each), each.mode) for each in now.destinations}
    added = [(each, True) for each in now.destinations if (_name(each), each.mode) not in there]
    return added + [(each, False) for each in then.destinations if (_name(each), each.mode) not in here]


@transaction.atomic
def confirm(*, referral: Referral, expected: str, answers: Mapping[str, str], by: Any, at: datetime) -> list[Route]:
    """Send what is proposed, or leave it out with a reason; return the new routes, with packs and clocks.

    `expected` is the fingerprint that was shown; `answers` holds for each proposal, counted from nought, `answer_N`
    (`send` or `leave_out`) and `reason_N`. Raises ReroutingChangedError, ConfirmationRefusedError, NotPermittedError.
    """
    held = hold(referral)
    permissions.check(permissions.may_reroute(by, held, at=at))
    found = rerouting(held)
    if found.fingerprint != expected or not found.proposed:
        raise ReroutingChangedError
    reasons = _checked(found, answers, may_drop_must=permissions.may_drop_must(by, held, at=at))
    chosen = [each for number, each in enumerate(found.proposed) if number not in reasons]
    stored = store_routing(held, found, at=at)
    routes = [route_for(held, stored, each.position, each.destination) for each in chosen]
    send(
        held, found, list(zip(routes, [each.destination for each in chosen], strict=True)), found.routing.clocks, at=at
    )
    for number, reason in reasons.items():
        _leave_out(held, found.proposed[number], reason, by=by, at=at)
    _raise_urgency(held, routes)
    record_event(
        event="referral.rerouted", by=by, at=at, subject=held,
        detail={
            "sequence": stored.sequence,
            "sent": [f"{route.code}:{route.unit or 'to be found'}:{route.mode}" for route in routes],
            "left_out": [":".join(_name(found.proposed[number].destination)) for number in reasons],
        },
    )  # fmt: skip
    tell_of_routing(referral=held, by=by, at=at)
    return routes


def hold(referral: Referral) -> Referral:
    """Return a referral fresh from the database, held by this transaction. SQLite has one writer anyway."""
    rows = Referral.objects.system(reason="change where one referral goes")
    return (
        rows.select_for_update(of=("self",)).select_related("author", "organisation", "owner_unit").get(pk=referral.pk)
    )


def store_routing(referral: Referral, found: Rerouting, *, at: datetime) -> StoredRouting:
    """Keep a routing as the next of its referral, in the caller's transaction."""
    stored = StoredRouting(
        referral=referral, sequence=referral.routings.count() + 1, facts=found.facts.as_data,
        result=found.routing.as_data(), child_keys=list(found.child_keys),
        editions=[each.as_data() for each in found.routing.editions], routed_at=at,
    )  # fmt: skip
    stored.save(force_insert=True)
    return stored


def send(
    referral: Referral,
    found: Rerouting,
    pairs: Sequence[tuple[Route, Destination]],
    clocks: Sequence[Clock],
    *,
    at: datetime,
) -> None:
    """Save new routes with their clocks and packs, in the caller's transaction; the latest version of a pack that a
    destination had already is replaced by the new one."""
    before = {name: route for name, route in live_routes(referral).items() if name}
    for route, _ in pairs:
        route.save(force_insert=True)
    used = _editions_used(found)
    start_clocks(referral, clocks, [route for route, _ in pairs], used, at=at, is_further=True)
    sending = _sending(referral, found, used, at=at)
    for route, destination in pairs:
        if route.state == Route.State.PACK:
            old = _replaced_pack(before.get((route.code, route.unit)))
            number = old.number + 1 if old is not None else 1
            add_pack(sending, route, destination, number=number, note=CHANGED if old else None, made_by=MADE_BY)


def _replaced_pack(route: Route | None) -> Pack | None:
    if route is None:
        return None
    packs = Pack.objects.system(reason="a later version replaces it").filter(route=route, is_current=True)
    old = packs.first()
    packs.update(is_current=False)
    return old


def _sending(referral: Referral, found: Rerouting, used: Sequence[Edition], *, at: datetime) -> Sending:
    assert referral.owner_unit is not None  # noqa: S101  a sent referral has one
    dropped = dropped_routes(referral)
    receiving = [
        route.agency.name
        for route in live_routes(referral).values()
        if route.agency is not None and route.state == Route.State.PACK and route.pk not in dropped
    ]
    return Sending(
        referral=referral, edition=found.edition, editions=used, sheet=facts.sheet_now(referral), facts=found.facts,
        child_keys=found.child_keys, routing=found.routing, recipients=receiving, owner=referral.owner_unit, at=at,
        checklist=[
            {"text": step.text, "ticked_at": step.ticked_at.isoformat() if step.ticked_at else None}
            for step in referral.checklist_steps.all()
        ],
        corrected=facts.corrected_in(referral),
    )  # fmt: skip


def _editions_used(found: Rerouting) -> list[Edition]:
    by_id = {each.id: each for each in found.editions.values()}
    return [by_id[each.id] for each in found.routing.editions]


def _name(destination: Destination) -> tuple[str, str]:
    return destination.code, destination.unit or ""


def _is_more(destination: Destination, route: Route | None, override: Override | None) -> bool:
    """Whether a destination asks for more than is there, or than the hub said its word on."""
    if override is not None and override.kind == Override.Kind.DECLINED:
        return _is_stronger(destination, override.mode, override.urgency)
    if route is None:
        return True
    return _is_stronger(destination, route.mode, route.urgency) or bool(set(destination.children) - set(route.children))


def _is_stronger(destination: Destination, mode: str, urgency: str) -> bool:
    return (
        MODE_STRENGTH[destination.mode] > MODE_STRENGTH[mode]
        or URGENCY_STRENGTH[destination.urgency] > URGENCY_STRENGTH[urgency]
    )


def _checked(found: Rerouting, answers: Mapping[str, str], *, may_drop_must: bool) -> dict[int, str]:
    """Return the reasons of those left out, by their number. Raises ConfirmationRefusedError."""
    reasons: dict[int, str] = {}
    faults: dict[str, str] = {}
    for number, each in enumerate(found.proposed):
        answer = answers.get(f"answer_{number}")
        if answer not in (SEND, LEAVE_OUT):
            faults[f"answer_{number}"] = "Choose whether it is sent"
        if answer != LEAVE_OUT:
            continue
        if each.is_must and not may_drop_must:
            faults[f"answer_{number}"] = "The rules insist on this one. Only a manager may leave it out"
        reasons[number] = reason_in(answers.get(f"reason_{number}") or "", f"reason_{number}", faults)
    if faults:
        raise ConfirmationRefusedError(faults)
    return reasons


def reason_in(text: str, name: str, faults: dict[str, str]) -> str:
    """Return a reason as it is kept; what is wrong with it goes into `faults` under its field's name."""
    try:
        words = clean_text(text, limit=LONGEST_REASON)
    except TextRefusedError as refused:
        faults[name] = str(refused)
        return ""
    if not words:
        faults[name] = "Write why, so that an inspector can follow it"
    return words


def _leave_out(referral: Referral, proposed: Proposed, reason: str, *, by: Any, at: datetime) -> None:
    destination = proposed.destination
    Override(
        referral=referral, sequence=referral.overrides.count() + 1, kind=Override.Kind.DECLINED, route=None,
        code=destination.code, unit=destination.unit or "", agency=None, mode=destination.mode,
        urgency=destination.urgency, was_must=proposed.is_must, reason=reason, made_at=at, made_by=by,
    ).save(force_insert=True)  # fmt: skip


def _raise_urgency(referral: Referral, routes: Sequence[Route]) -> None:
    urgency = strongest_urgency([referral.urgency, *(route.urgency for route in routes)])
    if urgency != referral.urgency:
        referral.urgency = urgency
        referral.save(update_fields=["urgency"])
