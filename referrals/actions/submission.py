"""Sending a referral: where it would go, and then everything that must be so at once, in one transaction."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.directory import get_agency
from accounts.models import Agency
from audit.record import record_event
from procedures import editions as shelf
from procedures.engine import journey
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts
from procedures.engine.joining import route_by_area
from procedures.engine.routing import Destination, Routing
from referrals import facts, outbox, permissions
from referrals.actions import search_index, watching
from referrals.actions.clocks import start_clocks
from referrals.actions.conflicts import keep_named_away
from referrals.actions.holding import DraftChangedError, DraftClosedError, take_draft
from referrals.actions.pack_snapshots import WHEN_SENT, Sending, snapshot_for
from referrals.author_words import unconfirmed_words
from referrals.models import ChecklistStep, Job, Pack, Referral, Route
from referrals.models import Routing as StoredRouting
from referrals.models.visibility import kinds_let_in

SCHOOL_SPOC = "school_spoc"


@dataclass(frozen=True)
class Preview:
    """Where a draft would go now, and why. `fingerprint` changes when that, or an answer, changes."""

    edition: Edition
    editions: Mapping[str, Edition]
    facts: Facts
    routing: Routing
    missing: tuple[journey.Missing, ...]
    """What must be answered before it can be sent."""
    fingerprint: str


@dataclass(frozen=True)
class Receipt:
    """A sent referral. `is_new` is False where it had been sent already: nothing was done twice."""

    referral: Referral
    is_new: bool


class AnswersMissingError(Exception):
    """Something must be answered first; `missing` says what, and on which page."""

    def __init__(self, missing: tuple[journey.Missing, ...]) -> None:
        self.missing = missing
        super().__init__(f"{len(missing)} questions must be answered before this can be sent.")


class RoutingChangedError(Exception):
    """Where it would go is not what was shown: show `preview` and ask again."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        super().__init__("Where this referral goes has changed since it was shown. Show it again before sending.")


def preview(*, referral: Referral, at: datetime, quick: bool = False) -> Preview:
    """Return where a draft would go under the editions in force now, each child under its own area's (Z-10, DD-03).

    Writes nothing. `quick` asks only for what "send now, add detail later" needs (Z-20).
    """
    today = facts.local_date(at)
    in_force = shelf.editions_in_force(on=today)
    edition = _form_edition_now(referral, in_force)
    sheet = facts.sheet_of(referral)
    said = facts.facts_of_referral(referral, edition=edition, today=today)
    routing = route_by_area(in_force, said)
    missing = journey.missing(edition, sheet, quick=quick)
    return Preview(edition, in_force, said, routing, missing, _fingerprint(referral, routing))


def _form_edition_now(referral: Referral, in_force: Mapping[str, Edition]) -> Edition:
    """Return the edition in force now that stands where the draft's own stood."""
    pinned = facts.form_edition(referral)
    return next((each for each in in_force.values() if each.id == pinned.id), pinned)


def _fingerprint(referral: Referral, routing: Routing) -> str:
    """Return what the person is shown as one hash: the answers' version, and the routing without its digests."""
    shown = {key: value for key, value in routing.as_data().items() if key != "editions"}
    text = json.dumps([referral.version, shown], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def submit(
    *, referral: Referral, token: uuid.UUID, expected: str, by: Any, at: datetime, quick: bool = False
) -> Receipt:
    """Send a draft: routing, routes, owner, clocks, packs that wait, jobs, and last the audit, all or nothing.

    `token` comes with the form: the same form sent twice gives the same receipt. `expected` is the fingerprint that was
    shown. Raises RoutingChangedError, AnswersMissingError, DraftClosedError (withdrawn or expired), NotPermittedError.
    """
    seen = _fresh(referral)
    sent = seen if seen.is_sent else _sent_with(token, seen)
    if sent is not None:
        return _receipt_again(sent, by=by, at=at)
    permissions.check(permissions.may_edit_draft(by, seen, at=at))
    shown = preview(referral=seen, at=at, quick=quick)
    if shown.fingerprint != expected:
        raise RoutingChangedError(shown)
    if shown.missing:
        raise AnswersMissingError(shown.missing)
    try:
        draft = take_draft(seen, version=seen.version, at=at)
    except DraftClosedError as error:
        if error.referral.is_sent:
            return _receipt_again(error.referral, by=by, at=at)
        raise
    except DraftChangedError as error:
        raise RoutingChangedError(preview(referral=error.current, at=at, quick=quick)) from error
    _mark_sent(draft, shown, token, by=by, at=at, quick=quick)
    routes = _send(draft, shown, at=at)
    keep_named_away(referral=draft, at=at)
    record_event(
        event="referral.submitted",
        by=by,
        at=at,
        subject=draft,
        detail={
            "urgency": draft.urgency,
            "owner": shown.routing.owner,
            "routes": [f"{route.code}:{route.unit or 'to be found'}:{route.mode}" for route in routes],
            "quick": quick,
            "sealed": draft.is_sealed,
            "author_unconfirmed": bool(unconfirmed_words(draft)),
            "address_unproven": not draft.author.is_proven,
        },
    )
    watching.tell(draft)
    return Receipt(draft, True)


def _fresh(referral: Referral) -> Referral:
    rows = Referral.objects.system(reason="send one draft")
    return rows.select_related("author", "organisation").get(pk=referral.pk)


def _sent_with(token: uuid.UUID, referral: Referral) -> Referral | None:
    """Return what the same form of the same author sent already."""
    rows = Referral.objects.system(reason="the same form sent twice")
    return rows.filter(author=referral.author_id, submission_token=token).first()


def _receipt_again(referral: Referral, *, by: Any, at: datetime) -> Receipt:
    permissions.check(permissions.may_read_answers(by, referral, at=at))
    return Receipt(referral, False)


def _mark_sent(draft: Referral, shown: Preview, token: uuid.UUID, *, by: Any, at: datetime, quick: bool) -> None:
    draft.status, draft.sent_at, draft.sent_by = Referral.Status.SENT, at, by
    draft.submission_token, draft.is_quick = token, quick
    draft.urgency, draft.owner_unit = shown.routing.urgency, get_agency(shown.routing.owner)
    draft.editions = [each.as_data() for each in shown.routing.editions]
    draft.is_sealed = facts.must_be_sealed(shown.facts)
    draft.is_about_staff = facts.concerns_staff(shown.facts)
    draft.is_hidden_from_setting = facts.must_be_hidden(shown.facts)
    draft.save()


def _send(draft: Referral, shown: Preview, *, at: datetime) -> list[Route]:
    """Store the routing with its routes, clocks, checklist and packs; return the routes."""
    sheet = facts.sheet_of(draft)
    keys = facts.child_keys(shown.edition, sheet, today=facts.local_date(at))
    stored = StoredRouting(
        referral=draft,
        sequence=1,
        facts=shown.facts.as_data,
        result=shown.routing.as_data(),
        child_keys=keys,
        editions=draft.editions,
        routed_at=at,
    )
    stored.save(force_insert=True)
    used = _editions_used(shown)
    pairs = [
        (route_for(draft, stored, position, each), each) for position, each in enumerate(shown.routing.destinations)
    ]
    routes = [route for route, _ in pairs]
    for route in routes:
        route.save(force_insert=True)
    start_clocks(draft, shown.routing.clocks, routes, used, at=at)
    steps = _checklist(draft, shown.routing, used)
    sending = Sending(
        referral=draft,
        edition=shown.edition,
        editions=used,
        sheet=sheet,
        facts=shown.facts,
        child_keys=keys,
        routing=shown.routing,
        checklist=[{"text": step.text, "ticked_at": None} for step in steps],
        recipients=[route.agency.name for route in routes if route.agency and route.state == Route.State.PACK],
        owner=_owner(draft),
        at=at,
    )
    for route, destination in pairs:
        if route.state == Route.State.PACK:
            add_pack(sending, route, destination)
    search_index.index_sent(draft, shown.edition, sheet)
    search_index.promise_look(draft, at=at)
    return routes


def _owner(draft: Referral) -> Agency:
    assert draft.owner_unit is not None  # noqa: S101  set when it was marked as sent
    return draft.owner_unit


def _editions_used(shown: Preview) -> list[Edition]:
    by_id = {each.id: each for each in shown.editions.values()}
    return [by_id[each.id] for each in shown.routing.editions]


def route_for(draft: Referral, stored: StoredRouting, position: int, destination: Destination) -> Route:
    """Return the route, not saved yet, of one destination of a stored routing."""
    agency = get_agency(destination.unit) if destination.unit else None
    return Route(
        referral=draft,
        routing=stored,
        position=position,
        code=destination.code,
        unit=destination.unit or "",
        agency=agency,
        mode=destination.mode,
        urgency=destination.urgency,
        marking=destination.marking or "",
        children=list(destination.children),
        state=_state(draft, destination, agency),
    )


def _state(draft: Referral, destination: Destination, agency: Agency | None) -> str:
    if agency is None:
        return Route.State.TO_FIND
    if destination.unit == SCHOOL_SPOC:
        return Route.State.IN_PERSON
    let_in = kinds_let_in(is_sealed=draft.is_sealed, is_about_staff=draft.is_about_staff)
    if let_in is not None and agency.kind not in let_in:
        return Route.State.HELD
    return Route.State.ADVICE if destination.mode == "advice" else Route.State.PACK


def _checklist(draft: Referral, routing: Routing, editions: Sequence[Edition]) -> list[ChecklistStep]:
    items = {item.code: item for edition in editions for item in edition.content.checklists}
    steps = [
        ChecklistStep(
            referral=draft,
            position=position,
            code=step.code,
            text=step.text,
            sources=list(step.sources),
            is_never=items[step.code].do == "never",
            can_tick=items[step.code].tick,
        )
        for position, step in enumerate(routing.checklist)
    ]
    return ChecklistStep.objects.bulk_create(steps)


def add_pack(
    sending: Sending,
    route: Route,
    destination: Destination,
    *,
    number: int = 1,
    note: str | None = None,
    made_by: str = WHEN_SENT,
) -> Pack:
    """Put a pack of one route into the queue with its frozen snapshot, in the caller's transaction."""
    pack = Pack(referral=sending.referral, route=route, number=number, created_at=sending.at)
    pack.snapshot = snapshot_for(sending, route, destination, pack, note=note, made_by=made_by)
    pack.save(force_insert=True)
    outbox.enqueue(kind=Job.Kind.RENDER_PACK, subject_id=pack.pk, at=sending.at)
    return pack
