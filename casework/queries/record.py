"""The record as it may be searched; by auditors: what their partnership's people did, or was done to its cases."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q

from accounts.models import Agency, User
from accounts.permissions import Permission, memberships_with
from audit.models import Event
from audit.record import SYSTEM
from casework.queries.history import about
from casework.queries.part_of_record import of_area, of_settings
from referrals.facts import LONDON, form_edition, sheet_of
from referrals.models import Referral
from referrals.models.visibility import cases_kept_from, not_kept_away
from referrals.summary import Section, summarise

PAGE = 25
_BATCH = 500
_MOST_LOOKED_AT = 20_000
"""Rows looked through for one page; a page that has to look further says so and goes on from there."""


@dataclass(frozen=True)
class Wanted:
    """What to look for. Blank: everything. `person`: an email address; `reference`: a referral's."""

    first_day: date | None = None
    last_day: date | None = None
    person: str = ""
    event: str = ""
    reference: str = ""

    @property
    def fields(self) -> list[str]:
        """Return which fields were filled in: what is recorded of a search."""
        values = {
            "first_day": self.first_day,
            "last_day": self.last_day,
            "person": self.person,
            "event": self.event,
            "reference": self.reference,
        }
        return [name for name, value in values.items() if value]


@dataclass(frozen=True)
class Found:
    """A page of events, the newest first. `older`: where to go on from; None when everything was looked at."""

    events: tuple[Event, ...]
    older: int | None


@dataclass(frozen=True)
class Reach:
    """How far one auditor's reading goes: their partnerships, the people that these have or had, and the cases whose
    conflict list they are on, of which they read nothing."""

    partnerships: frozenset[str]
    people: frozenset[str]
    kept_from: frozenset[str] = frozenset()


def reach_of(user: Any, *, at: datetime) -> Reach:
    """Return how far this person's reading of the record goes; nothing for whoever is no auditor."""
    held = memberships_with(user, Permission.READ_AUDIT, at=at).exclude(partnership="")
    partnerships = frozenset(held.values_list("partnership", flat=True))
    units = Agency.objects.filter(partnership__in=partnerships)
    areas = units.filter(area__isnull=False).values_list("area", flat=True)
    belongs = (
        Q(memberships__partnership__in=partnerships)
        | Q(memberships__agency__in=units)
        | Q(memberships__organisation__area__in=list(areas))
    )
    people = User.objects.filter(belongs).values_list("pk", flat=True) if partnerships else []
    kept_from = cases_kept_from(user)
    return Reach(partnerships, frozenset(str(pk) for pk in people), frozenset(str(pk) for pk in kept_from))


def may_sample(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this auditor may sample a case: one that a unit of their partnership owns, and that is not sealed."""
    return referral.is_sent and not referral.is_sealed and sampled_cases(user, at=at).filter(pk=referral.pk).exists()


def sampled_cases(user: Any, *, at: datetime) -> Any:
    """Return the sent cases of this auditor's partnerships that are not sealed."""
    held = memberships_with(user, Permission.READ_SAMPLED_CASES, at=at).exclude(partnership="")
    partnerships = list(held.values_list("partnership", flat=True))
    rows = Referral.objects.system(reason="an auditor samples a case of their own partnership")
    theirs = rows.filter(status=Referral.Status.SENT, is_sealed=False, owner_unit__partnership__in=partnerships)
    return theirs.filter(not_kept_away(user)).defer("answers")


def sampled_answers(user: Any, referral: Referral, *, at: datetime) -> tuple[Section, ...]:
    """Return the answers of a case that this auditor may sample; nothing of any other."""
    if not may_sample(user, referral, at=at):
        return ()
    return summarise(form_edition(referral), sheet_of(referral))


def search(user: Any, wanted: Wanted, *, before: int | None = None, at: datetime) -> Found:
    """Return a page of what this person may read and looks for, ending ahead of the event `before`."""
    reach = reach_of(user, at=at)
    shown: list[Event] = []
    looked_at = 0
    last = before
    for batch in _batches(wanted, before=before):
        kept = {each.sequence for each in readable(user, reach, batch, at=at)}
        for event in batch:
            if len(shown) == PAGE:
                return Found(tuple(shown), last)
            looked_at, last = looked_at + 1, event.sequence
            if event.sequence in kept:
                shown.append(event)
        if looked_at >= _MOST_LOOKED_AT:
            return Found(tuple(shown), last)
    return Found(tuple(shown), None)


def everything(user: Any, wanted: Wanted, *, before: int, at: datetime) -> Iterator[Event]:
    """Return all that this person may read and looks for, older than the event `before`, a batch at a time."""
    reach = reach_of(user, at=at)
    for batch in _batches(wanted, before=before):
        yield from readable(user, reach, batch, at=at)


def readable(user: Any, reach: Reach, events: Sequence[Event], *, at: datetime) -> list[Event]:
    """Return those events that this person may read by any of their roles (7.2, "View audit")."""
    parts = (within(reach, events), of_area(user, events, at=at), of_settings(user, events, at=at))
    kept = {each.sequence for part in parts for each in part}
    return [each for each in events if each.sequence in kept]


def _batches(wanted: Wanted, *, before: int | None) -> Iterator[list[Event]]:
    """Walk the events that fit, the newest first, by their number: no page costs more than the one before it."""
    fits = _condition(wanted)
    if fits is None:
        return
    while True:
        rows = Event.objects.filter(fits).order_by("-sequence")
        batch = list((rows if before is None else rows.filter(sequence__lt=before))[:_BATCH])
        if not batch:
            return
        yield batch
        before = batch[-1].sequence


def _condition(wanted: Wanted) -> Q | None:
    """Return the condition on events; None where nothing can fit: nobody has that address, no case that reference."""
    fits = Q()
    if wanted.first_day:
        fits &= Q(at__gte=_midnight(wanted.first_day))
    if wanted.last_day:
        fits &= Q(at__lt=_midnight(wanted.last_day + timedelta(days=1)))
    if wanted.event:
        fits &= Q(event=wanted.event)
    if wanted.person:
        person = User.objects.filter(email=wanted.person.strip().lower()).first()
        if person is None:
            return None
        fits &= Q(by_id=str(person.pk))
    if wanted.reference:
        rows = Referral.objects.system(reason="events of one case, each of which is scoped by itself")
        found = rows.filter(reference=wanted.reference.strip().upper()).defer("answers").first()
        if found is None:
            return None
        fits &= about(found)
    return fits


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def within(reach: Reach, events: Sequence[Event]) -> list[Event]:
    """Return those events that are within somebody's reach.

    By one of their partnership's people; or about a case that a unit of it owns, or about one of its people; or the
    portal's own, about no case at all. Nothing about a case that keeps this person away.
    """
    owners = _owners(events)
    partnership_of = {key: owner for key, (_, owner) in owners.items()}
    hidden = {key for key, (case, _) in owners.items() if case in reach.kept_from}
    kept = []
    for event in events:
        key = (event.subject_kind, event.subject_id)
        if key in hidden:
            continue
        if event.by_id in reach.people or partnership_of.get(key) in reach.partnerships:
            kept.append(event)
        elif event.subject_kind == "accounts.user":
            if event.subject_id in reach.people:
                kept.append(event)
        elif event.by_id == SYSTEM and key not in partnership_of and not _belongs_to_a_case(event.subject_kind):
            kept.append(event)
    return kept if reach.partnerships else []


def _belongs_to_a_case(kind: str) -> bool:
    return kind.partition(".")[0] in ("referrals", "casework")


def _owners(events: Iterable[Event]) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return the case of each event's subject and the partnership that owns it, by kind and identifier; one query a
    kind."""
    wanted: dict[str, set[str]] = {}
    for event in events:
        if _belongs_to_a_case(event.subject_kind):
            wanted.setdefault(event.subject_kind, set()).add(event.subject_id)
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    for kind, ids in wanted.items():
        path = _path_to_case(kind)
        if path is None:
            continue
        model = apps.get_model(kind)
        keys = [key for key in map(_key, ids) if key is not None]
        owner = f"{path}owner_unit__partnership"
        rows = model._base_manager.filter(pk__in=keys).values_list("pk", f"{path}pk", owner)
        found |= {(kind, str(pk)): (str(case), partnership) for pk, case, partnership in rows}
    return found


def _path_to_case(kind: str) -> str | None:
    try:
        model = apps.get_model(kind)
    except LookupError:
        return None
    if model is Referral:
        return ""
    has_referral = any(field.name == "referral" for field in model._meta.fields)
    return "referral__" if has_referral else None


def _key(text: str) -> Any:
    if text.isdecimal():
        return int(text)
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
