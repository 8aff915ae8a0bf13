"""Reading that somebody should ask about: the rules, as values in and values out, and a day's events as these values.

A finding is a question, never an accusation: a busy night explains most of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.queries import agencies_where
from accounts.standing import standing_of
from audit.models import Event
from audit.record import SYSTEM
from casework.queries.history import names
from casework.queries.record import reach_of
from referrals.facts import LONDON
from referrals.models import Pack, Referral, Route
from referrals.models.visibility import cases_kept_from

SAMPLED = ("case.sampled", "case.answers_sampled")
READS = ("case.read", "case.history_read", *SAMPLED, "pack.read", "pack.downloaded", "pack.data_downloaded")
DENIED = "access.denied"
MANY, ODD_HOURS, NOT_ROUTED, DENIALS = "many", "odd_hours", "not_routed", "denials"
BY_GLASS = "by_glass"
_RECEIVING = (
    Permission.READ_HUB_CASES,
    Permission.READ_ASSIGNED_CASES,
    Permission.READ_PACK,
    Permission.HANDLE_CONFLICT_CASES,
    Permission.READ_AGENCY_INBOX,
)


@dataclass(frozen=True)
class Limits:
    """From how many on something is unusual. `night`: from and until when, in English time, reading is at odd hours."""

    cases: int
    odd_hours: int
    denials: int
    night: tuple[time, time]


@dataclass(frozen=True)
class Reading:
    """One read, or one denial. `case`: which; blank for a denial of no case. `was_routed`: to a unit of the reader's.
    `works_nights`: whether the reader has a role that reads at any hour. `by_glass`: after breaking the glass."""

    by: str
    at: datetime
    case: str
    was_routed: bool = True
    works_nights: bool = False
    is_denial: bool = False
    by_glass: bool = False


@dataclass(frozen=True)
class Unusual:
    """One finding about one person: which rule, how many, and when first and last."""

    rule: str
    by: str
    count: int
    first: datetime
    last: datetime


def unusual(readings: Iterable[Reading], limits: Limits) -> list[Unusual]:
    """Return what is unusual about one day's reading, by person; the most first."""
    by_person: dict[str, list[Reading]] = defaultdict(list)
    for each in readings:
        by_person[each.by].append(each)
    found = [finding for person, own in by_person.items() for finding in _of_person(person, own, limits)]
    return sorted(found, key=lambda each: (-each.count, each.rule, each.by))


def _of_person(person: str, own: Sequence[Reading], limits: Limits) -> Iterable[Unusual]:
    reads = [each for each in own if not each.is_denial]
    cases = {each.case for each in reads}
    if len(cases) >= limits.cases:
        yield _finding(MANY, person, reads, count=len(cases))
    at_night = [each for each in reads if not each.works_nights and is_night(each.at, limits.night)]
    if len(at_night) >= limits.odd_hours:
        yield _finding(ODD_HOURS, person, at_night)
    if opened := [each for each in reads if each.by_glass]:
        yield _finding(BY_GLASS, person, opened, count=len({each.case for each in opened}))
    if strange := [each for each in reads if not each.was_routed and not each.by_glass]:
        yield _finding(NOT_ROUTED, person, strange, count=len({each.case for each in strange}))
    denials = [each for each in own if each.is_denial]
    if len(denials) >= limits.denials:
        yield _finding(DENIALS, person, denials)


def _finding(rule: str, person: str, of: Sequence[Reading], *, count: int | None = None) -> Unusual:
    times = [each.at for each in of]
    return Unusual(rule, person, len(of) if count is None else count, min(times), max(times))


def is_night(at: datetime, night: tuple[time, time]) -> bool:
    """Return whether a moment is at night, in English time; a night may span midnight."""
    local = at.astimezone(LONDON).time()
    begins, ends = night
    return begins <= local < ends if begins <= ends else local >= begins or local < ends


def limits() -> Limits:
    """Return the limits of the settings."""
    return Limits(
        cases=settings.UNUSUAL_CASES_A_DAY,
        odd_hours=settings.UNUSUAL_READS_AT_NIGHT,
        denials=settings.UNUSUAL_DENIALS_A_DAY,
        night=settings.UNUSUAL_NIGHT,
    )


@dataclass(frozen=True)
class Line:
    """A finding as it is shown: who it is about by name and place."""

    finding: Unusual
    who: str


def of_day(user: Any, day: date, *, at: datetime) -> list[Line]:
    """Return a day's findings about the people this person answers for.

    An auditor: everybody of their partnership. A manager: who works in their own units. What was done with a case
    whose conflict list holds the viewer counts for nothing here: even a number would say that there is one (Z-15).
    """
    people = reach_of(user, at=at).people | _colleagues(user, at=at)
    begins = datetime.combine(day, time(), tzinfo=LONDON)
    ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON)
    rows = Event.objects.filter(at__gte=begins, at__lt=ends, event__in=[*READS, DENIED]).order_by("sequence")
    events = [each for each in rows.iterator() if each.by_id in people]
    kept_from = {str(pk) for pk in cases_kept_from(user)}
    found = unusual([each for each in _readings(events, at=at) if each.case not in kept_from], limits())
    who = names(each.by for each in found)
    return [Line(each, who.get(each.by, "")) for each in found]


def _colleagues(user: Any, *, at: datetime) -> frozenset[str]:
    units = agencies_where(user, Permission.OVERSEE_WORKLOAD, at=at)
    members = Membership.objects.filter(agency__in=units).values_list("user", flat=True)
    return frozenset(str(pk) for pk in members)


def _readings(events: Sequence[Event], *, at: datetime) -> list[Reading]:
    case_of = _cases(events)
    units = _units_of_cases(set(case_of.values()))
    people = {str(each.pk): each for each in User.objects.filter(pk__in={event.by_id for event in events} - {SYSTEM})}
    standings = {pk: standing_of(person, at=at) for pk, person in people.items()}
    readings = []
    for event in events:
        case = case_of.get((event.subject_kind, event.subject_id), "")
        standing = standings.get(event.by_id)
        mine = {pk for permission in _RECEIVING for pk in standing.agencies(permission)} if standing else set()
        readings.append(
            Reading(
                by=event.by_id,
                at=event.at,
                case=case,
                was_routed=event.event in (DENIED, *SAMPLED) or bool(units.get(case, set()) & mine),
                works_nights=bool(standing and standing.may(Permission.WORK_OUT_OF_HOURS)),
                is_denial=event.event == DENIED,
                by_glass=event.detail.get("break_glass") is True,
            )
        )
    return readings


def _cases(events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """Return the case behind each event's subject: itself, or a pack's."""
    subjects = {(each.subject_kind, each.subject_id) for each in events}
    found = {key: key[1] for key in subjects if key[0] == "referrals.referral"}
    packs = Pack.objects.system(reason="whose packs were read on one day").filter(
        pk__in=[key for kind, key in subjects if kind == "referrals.pack"]
    )
    return found | {("referrals.pack", str(pk)): str(referral) for pk, referral in packs.values_list("pk", "referral")}


def _units_of_cases(cases: set[str]) -> Mapping[str, set[Any]]:
    known = Q(pk__in=cases - {""})
    owners = Referral.objects.system(reason="to which units the cases read on one day went").filter(known)
    units: dict[str, set[Any]] = defaultdict(set)
    for pk, owner in owners.values_list("pk", "owner_unit"):
        units[str(pk)].add(owner)
    routes = Route.objects.system(reason="to which units the cases read on one day went")
    for pk, agency in routes.filter(referral__in=owners).values_list("referral", "agency"):
        units[str(pk)].add(agency)
    return units
