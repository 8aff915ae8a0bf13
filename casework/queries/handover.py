"""The lists at 17:00 and 08:30: what one shift hands to the next (Z-11). Computed whenever somebody looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import Agency, User
from audit.models import Event
from audit.record import SYSTEM
from casework.models import Duty, PackReturn
from casework.queries import duty as rota
from casework.queries.cases import cases_of
from casework.queries.event_cases import cases_behind
from casework.queries.timeline import WORDS
from procedures.engine.clock_hours import LONDON
from procedures.engine.working_days import Calendar
from referrals.actions.clocks import hours_of
from referrals.models import Clock, Disagreement, Referral

URGENT = ("emergency", "urgent")
RECEIVED = "K-02"
MOST = 200
"""Of each list. Whoever has more works from the inbox, which pages."""
FOLLOWS = frozenset(
    {"clock.ended", "clock.reminded", "pack.rendered", "pack.failed", "pack.downloaded", "pack.data_downloaded"}
)
"""What only follows from something that somebody did, or is a reading: the list leaves it out."""
TOLD = WORDS.keys() - FOLLOWS
CHUNK = 1_000
_LOOK_BACK_DAYS = 14  # longer than any run of bank holidays and weekends


@dataclass(frozen=True)
class Done:
    """One thing that somebody did with a case while the hub was closed."""

    at: datetime
    referral: Referral
    what: str
    who: str


@dataclass(frozen=True)
class Handover:
    """What stands open for one hub. `since`: when it last closed; `until`: when it opens next."""

    unit: Agency
    since: datetime
    until: datetime
    duties: Sequence[Duty]
    not_received: Sequence[Referral]
    due: Sequence[Clock]
    returned: Sequence[PackReturn]
    disagreements: Sequence[Disagreement]
    done: Sequence[Done]


def handover(user: Any, unit: Agency, *, is_morning: bool, at: datetime) -> Handover:
    """Return what one hub's shift hands to the next, as far as this person may read its cases.

    In the evening: what is due before the hub opens again. In the morning: what was done since it closed, and what is
    due until it closes.
    """
    calendar, hours = Calendar(), hours_of(unit)
    since = last_closing(unit, at=at)
    opens = hours.next_opening(at, calendar)
    today = hours.stretch_on(at.astimezone(LONDON).date(), calendar)
    closes = today.end if today is not None and today.end > at else opens
    until = closes if is_morning else opens
    cases = cases_of(user, at=at).filter(owner_unit=unit)
    return Handover(
        unit=unit,
        since=since,
        until=until,
        duties=rota.duties(unit, since=since if is_morning else at, until=at if is_morning else opens),
        not_received=list(_not_received(cases, unit)[:MOST]),
        due=list(_due(cases, unit, until)[:MOST]),
        returned=list(_returned(cases)[:MOST]),
        disagreements=list(_disagreements(cases, unit)[:MOST]),
        done=_done(cases, since, at) if is_morning else [],
    )


def last_closing(unit: Agency, *, at: datetime) -> datetime:
    """Return when a unit last closed before this moment; a day ago where it never did."""
    calendar, hours = Calendar(), hours_of(unit)
    today = at.astimezone(LONDON).date()
    for back in range(_LOOK_BACK_DAYS):
        stretch = hours.stretch_on(today - timedelta(days=back), calendar)
        if stretch is not None and stretch.end <= at:
            return stretch.end
    return at - timedelta(days=1)


def _not_received(cases: QuerySet[Referral], unit: Agency) -> QuerySet[Referral]:
    """The urgent ones that nobody has taken and about which nobody has recorded a call with the referrer."""
    waiting = Clock.objects.filter(agency=unit, kind=RECEIVED, ended_at__isnull=True)
    rows = cases.filter(urgency__in=URGENT, pk__in=waiting.values("referral"))
    return rows.prefetch_related("routings").order_by("urgency", "sent_at", "pk")  # "emergency" comes before "urgent"


def _due(cases: QuerySet[Referral], unit: Agency, until: datetime) -> QuerySet[Clock]:
    rows = Clock.objects.filter(agency=unit, ended_at__isnull=True, due_at__lt=until, referral__in=cases.values("pk"))
    return rows.select_related("referral").defer("referral__answers").order_by("due_at", "pk")


def _returned(cases: QuerySet[Referral]) -> QuerySet[PackReturn]:
    rows = PackReturn.objects.filter(settled_at__isnull=True, referral__in=cases.values("pk"))
    return rows.select_related("referral", "route__agency").order_by("returned_at", "pk")


def _disagreements(cases: QuerySet[Referral], unit: Agency) -> QuerySet[Disagreement]:
    open_ones = Disagreement.objects.filter(standing=Disagreement.Standing.OPEN, agency=unit)
    rows = open_ones.filter(referral__in=cases.values("pk")).select_related("referral")
    return rows.defer("referral__answers").order_by("raised_at", "pk")


def _done(cases: QuerySet[Referral], since: datetime, at: datetime) -> list[Done]:
    events = _acts_since(since, at)
    behind = cases_behind(events)
    own = set(cases.filter(pk__in={case.pk for case in behind.values()}).values_list("pk", flat=True))
    people = {str(user.pk): user.full_name for user in User.objects.filter(pk__in={event.by_id for event in events})}
    found = []
    for event in events:
        case = behind.get((event.subject_kind, event.subject_id))
        if case is not None and case.pk in own:
            found.append(Done(event.at, case, WORDS[event.event], people.get(event.by_id, "")))
    return found[-MOST:]


def _acts_since(since: datetime, at: datetime) -> list[Event]:
    """Return what people did, the earliest first: read backwards from the end of the record, which knows no time but
    its own order, until it is older."""
    found: list[Event] = []
    rows = list(Event.objects.order_by("-sequence")[:CHUNK])
    while rows:
        found += [row for row in rows if since <= row.at <= at and row.event in TOLD and row.by_id != SYSTEM]
        if rows[-1].at < since or len(rows) < CHUNK:
            break
        rows = list(Event.objects.filter(sequence__lt=rows[-1].sequence).order_by("-sequence")[:CHUNK])
    return found[::-1]
