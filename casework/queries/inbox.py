"""The rows of a hub's lists: each a case that names no child. Which cases, and in what order, `queries.queue` says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.areas import Area
from accounts.models import Agency
from accounts.queries import unconfirmed_authors
from casework import permissions
from casework.models import Assignment, QueueEntry, Taking
from casework.queries.cases import cases_of
from casework.queries.urgency import why_urgent
from procedures import editions
from referrals import queries
from referrals.clock_words import clock_title
from referrals.facts import sheet_now
from referrals.models import Clock, Correction, PhoneContact, Referral, Route, Routing

NAME_QUESTION, NAME_DETAIL = "Q-CHI-1", "name"


@dataclass(frozen=True)
class CaseEntry:
    """One row of a list. `initials` are of the children of the viewer's own units, by what the hub has found out since
    too; the case alone has names."""

    referral: Referral
    concerns: tuple[str, ...]
    why: tuple[str, ...]
    """What makes it urgent; nothing where it is not."""
    areas: tuple[str, ...]
    initials: tuple[str, ...] | None
    """None where the viewer wants none shown."""
    state: str
    """Where the case stands for the viewer's unit, in words; blank where that decides for no child."""
    taking: Taking | None
    assignment: Assignment | None
    """Whom it was given to, while nobody has it."""
    clock: Clock | None
    """What runs out next for the viewer's units."""
    clock_title: str
    by_phone: str
    """How it stands with a call that the hub wrote down; blank where the author filed it themselves."""
    is_author_unconfirmed: bool
    """Whether the author's setting has never said that they belong to it (Z-28)."""


def find(user: Any, text: str, *, at: datetime) -> QuerySet[Referral]:
    """Return the cases of this person's units that they find by these words, the newest first."""
    found = [each.pk for each in queries.search(user, text, at=at)]
    return cases_of(user, at=at).filter(pk__in=found).order_by("-sent_at", "pk")


def with_what_rows_show(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """Load what `entries` reads, in a fixed number of queries."""
    routes = Route.objects.system(reason="rows of the hub's inbox, scoped by the caller")
    return rows.defer(None).prefetch_related(
        Prefetch("routings", queryset=Routing.objects.order_by("-sequence")),
        Prefetch("routes", queryset=routes),
        Prefetch("corrections", queryset=Correction.objects.order_by("sequence")),
    )


def entries(user: Any, referrals: Sequence[Referral], *, at: datetime, with_initials: bool = True) -> list[CaseEntry]:
    """Return the rows of one page of a list, loaded by `with_what_rows_show`, in its order."""
    units = list(permissions.reading_units(user, at=at))
    clocks = Clock.objects.filter(referral__in=referrals, agency__in=units, ended_at__isnull=True)
    takings = Taking.objects.filter(referral__in=referrals, agency__in=units, released_at__isnull=True)
    assignments = Assignment.objects.filter(referral__in=referrals, agency__in=units, ended_at__isnull=True)
    lines = QueueEntry.objects.filter(referral__in=referrals, agency__in=units)
    loaded = _Loaded(
        units=units,
        clocks=_first(clocks.order_by("due_at", "kind", "pk")),
        takings=_first(takings.select_related("taken_by").order_by("taken_at", "pk")),
        assignments=_first(assignments.select_related("to").order_by("made_at", "pk")),
        lines=_first(lines.order_by("-is_owner", "agency")),
        calls=dict(PhoneContact.objects.filter(referral__in=referrals).values_list("referral", "confirmed_at")),
        unconfirmed=unconfirmed_authors({each.author_id for each in referrals}),
        with_initials=with_initials,
    )
    return [_entry(each, loaded) for each in referrals]


@dataclass(frozen=True)
class _Loaded:
    """What the rows of one page need, by referral."""

    units: Sequence[Agency]
    clocks: Mapping[Any, Clock]
    takings: Mapping[Any, Taking]
    assignments: Mapping[Any, Assignment]
    lines: Mapping[Any, QueueEntry]
    calls: Mapping[Any, datetime | None]
    unconfirmed: set[tuple[Any, Any]]
    with_initials: bool


def _first(rows: Iterable[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for row in rows:
        found.setdefault(row.referral_id, row)
    return found


def _entry(referral: Referral, loaded: _Loaded) -> CaseEntry:
    routing = next(iter(referral.routings.all()), None)
    facts: Mapping[str, Any] = routing.facts if routing is not None else {}
    clock, line = loaded.clocks.get(referral.pk), loaded.lines.get(referral.pk)
    return CaseEntry(
        referral=referral,
        concerns=concern_labels(referral, facts.get("concerns", [])),
        why=why_urgent(routing) if routing is not None else (),
        areas=_areas(referral, facts),
        initials=_initials(referral, loaded.units) if loaded.with_initials else None,
        state=line.state_label if line is not None else "",
        taking=loaded.takings.get(referral.pk),
        assignment=loaded.assignments.get(referral.pk),
        clock=clock,
        clock_title=clock_title(referral, clock.kind, clock.recipient) if clock else "",
        by_phone=_call_words(loaded.calls[referral.pk]) if referral.pk in loaded.calls else "",
        is_author_unconfirmed=(referral.author_id, referral.organisation_id) in loaded.unconfirmed,
    )


def _call_words(confirmed_at: datetime | None) -> str:
    return "By telephone, confirmed in writing" if confirmed_at else "By telephone, not yet confirmed in writing"


def concern_labels(referral: Referral, concerns: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of concern in the words of the edition that decided the referral."""
    labels: dict[str, str] = {}
    for pin in referral.editions:
        edition = editions.by_digest(pin["digest"])
        labels |= {kind.id: kind.label for kind in edition.content.concerns} if edition else {}
    codes = dict.fromkeys(code.removesuffix("?") for code in concerns)
    return tuple(labels.get(code, code.replace("_", " ").capitalize()) for code in codes)


def _areas(referral: Referral, facts: Mapping[str, Any]) -> tuple[str, ...]:
    areas = [child.get("area", Area.UNKNOWN) for child in facts.get("children", [])]
    return tuple(Area(code).label for code in dict.fromkeys(areas or [referral.setting_area]))


def _initials(referral: Referral, units: Sequence[Agency]) -> tuple[str, ...]:
    """Return the initials of the children that the viewer's units act for; their owner's are all of them."""
    ids = {unit.pk for unit in units}
    keys: set[str] | None = None
    if referral.owner_unit_id not in ids:
        routing = next(iter(referral.routings.all()), None)
        known = routing.child_keys if routing is not None else []
        routes = [route for route in referral.routes.all() if route.agency_id in ids]
        keys = {known[index] for route in routes for index in route.children if index < len(known)}
    children = [record for record in sheet_now(referral).children if keys is None or record.key in keys]
    return tuple(initials(child_name(record.answers)) for record in children)


def child_name(answers: Mapping[str, Any]) -> str:
    """Return the name that was given for a child, or nothing."""
    answer = answers.get(NAME_QUESTION)
    return (answer.details.get(NAME_DETAIL) or answer.text) if answer is not None else ""


def initials(name: str) -> str:
    """Return `R O` for Riley O'Hara-Jones; for no name, that it is not known."""
    letters = [next((letter for letter in part if letter.isalpha()), "") for part in name.split()]
    return " ".join(letter.upper() for letter in letters if letter) or "name not known"
