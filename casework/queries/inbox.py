"""The hub's inbox: its cases by urgency and by what is due next, each as one row that names no child."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, Value, When

from accounts.areas import Area
from accounts.models import Agency
from accounts.queries import unconfirmed_authors
from casework import permissions
from casework.models import Taking
from casework.queries.cases import cases_of
from casework.queries.packs import URGENCY_ORDER
from procedures import editions
from referrals import queries
from referrals.clock_words import clock_title
from referrals.facts import sheet_of
from referrals.models import Clock, Referral, Route, Routing

NAME_QUESTION, NAME_DETAIL = "Q-CHI-1", "name"
EVERYTHING, NOT_TAKEN, MINE = "all", "new", "mine"
FILTERS = (EVERYTHING, NOT_TAKEN, MINE)


@dataclass(frozen=True)
class CaseEntry:
    """One row of the inbox. `initials` are of the children of the viewer's own units; the case alone has names."""

    referral: Referral
    concerns: tuple[str, ...]
    areas: tuple[str, ...]
    initials: tuple[str, ...]
    taking: Taking | None
    clock: Clock | None
    """What runs out next for the viewer's units."""
    clock_title: str
    is_author_unconfirmed: bool
    """Whether the author's setting has never said that they belong to it (Z-28)."""


def inbox(user: Any, *, show: str = EVERYTHING, at: datetime) -> QuerySet[Referral]:
    """Return the cases of this person's units: the most urgent first, then what is due next, then the oldest."""
    units = permissions.reading_units(user, at=at)
    running = Clock.objects.filter(referral=OuterRef("pk"), agency__in=units, ended_at__isnull=True)
    rank = Case(
        *(When(urgency=code, then=Value(order)) for code, order in URGENCY_ORDER.items()),
        default=Value(len(URGENCY_ORDER)),
        output_field=IntegerField(),
    )
    takings = Taking.objects.filter(agency__in=units, released_at__isnull=True)
    rows = cases_of(user, at=at)
    if show == NOT_TAKEN:
        rows = rows.exclude(pk__in=takings.values("referral"))
    elif show == MINE:
        rows = rows.filter(pk__in=takings.filter(taken_by=user).values("referral"))
    return rows.annotate(
        urgency_rank=rank, next_due=Subquery(running.order_by("due_at").values("due_at")[:1])
    ).order_by("urgency_rank", F("next_due").asc(nulls_last=True), "sent_at", "pk")


def find(user: Any, text: str, *, at: datetime) -> QuerySet[Referral]:
    """Return the cases of this person's units that they find by these words, the newest first."""
    found = [each.pk for each in queries.search(user, text, at=at)]
    return cases_of(user, at=at).filter(pk__in=found).order_by("-sent_at", "pk")


def with_what_rows_show(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """Load what `entries` reads, in a fixed number of queries."""
    routes = Route.objects.system(reason="rows of the hub's inbox, scoped by the caller")
    return rows.defer(None).prefetch_related(
        Prefetch("routings", queryset=Routing.objects.order_by("-sequence")), Prefetch("routes", queryset=routes)
    )


def entries(user: Any, referrals: Sequence[Referral], *, at: datetime) -> list[CaseEntry]:
    """Return the rows of one page of the inbox, loaded by `with_what_rows_show`."""
    units = list(permissions.reading_units(user, at=at))
    clocks = Clock.objects.filter(referral__in=referrals, agency__in=units, ended_at__isnull=True)
    takings = Taking.objects.filter(referral__in=referrals, agency__in=units, released_at__isnull=True)
    next_clock = _first(clocks.order_by("due_at"))
    taken = _first(takings.select_related("taken_by").order_by("taken_at"))
    unconfirmed = unconfirmed_authors({each.author_id for each in referrals})
    return [
        _entry(
            each,
            units,
            taken.get(each.pk),
            next_clock.get(each.pk),
            is_author_unconfirmed=(each.author_id, each.organisation_id) in unconfirmed,
        )
        for each in referrals
    ]


def _first(rows: Iterable[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for row in rows:
        found.setdefault(row.referral_id, row)
    return found


def _entry(
    referral: Referral,
    units: Sequence[Agency],
    taking: Taking | None,
    clock: Clock | None,
    *,
    is_author_unconfirmed: bool,
) -> CaseEntry:
    facts: Mapping[str, Any] = next((each.facts for each in referral.routings.all()), {})
    return CaseEntry(
        referral=referral,
        concerns=concern_labels(referral, facts.get("concerns", [])),
        areas=_areas(referral, facts),
        initials=_initials(referral, units),
        taking=taking,
        clock=clock,
        clock_title=clock_title(referral, clock.kind, clock.recipient) if clock else "",
        is_author_unconfirmed=is_author_unconfirmed,
    )


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
    children = [record for record in sheet_of(referral).children if keys is None or record.key in keys]
    return tuple(initials(child_name(record.answers)) for record in children)


def child_name(answers: Mapping[str, Any]) -> str:
    """Return the name that was given for a child, or nothing."""
    answer = answers.get(NAME_QUESTION)
    return (answer.details.get(NAME_DETAIL) or answer.text) if answer is not None else ""


def initials(name: str) -> str:
    """Return `R O` for Riley O'Hara-Jones; for no name, that it is not known."""
    letters = [next((letter for letter in part if letter.isalpha()), "") for part in name.split()]
    return " ".join(letter.upper() for letter in letters if letter) or "name not known"
