"""What is open in the units that somebody oversees: overdue, due today, nobody's, unanswered, standing still.

Counted through what the reader may open: a case that does not exist for them is in no number (Z-15).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework import states
from casework.models import ChildCase, Taking
from casework.queries.cases import cases_of
from casework.queries.tasks import MOST_LISTED, Task, clock_task
from referrals.models import Clock

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Overview:
    """Five lists, each by what is most pressing, of at most MOST_LISTED."""

    overdue: list[Task]
    due_today: list[Task]
    unassigned: list[Task]
    unanswered: list[Task]
    paused: list[Task]

    def __bool__(self) -> bool:
        return bool(self.overdue or self.due_today or self.unassigned or self.unanswered or self.paused)


def overview_of(user: Any, *, at: datetime) -> Overview:
    """Return what is open in the units that this person oversees."""
    running = _clocks(user, at=at).filter(paused_at__isnull=True)
    midnight = datetime.combine(at.astimezone(LONDON).date() + timedelta(days=1), time(0), tzinfo=LONDON)
    return Overview(
        overdue=_tasks(running.filter(due_at__lte=at), at),
        due_today=_tasks(running.filter(due_at__gt=at, due_at__lt=midnight), at),
        unassigned=_unassigned(user, at),
        unanswered=_unanswered(user, at),
        paused=_tasks(_clocks(user, at=at).filter(paused_at__isnull=False), at),
    )


def _clocks(user: Any, *, at: datetime) -> QuerySet[Clock]:
    units = agencies_where(user, Permission.OVERSEE_WORKLOAD, at=at)
    rows = Clock.objects.filter(
        agency__in=units, ended_at__isnull=True, referral__in=cases_of(user, at=at).values("pk")
    )
    return rows.select_related("referral").defer("referral__answers").order_by("due_at", "pk")


def _tasks(clocks: QuerySet[Clock], at: datetime) -> list[Task]:
    return [clock_task(clock, at=at) for clock in clocks[:MOST_LISTED]]


def _unassigned(user: Any, at: datetime) -> list[Task]:
    """The cases that a unit owns, that are not over, and that nobody there has; the oldest first."""
    units = agencies_where(user, Permission.OVERSEE_WORKLOAD, at=at)
    children = ChildCase.objects.filter(referral=OuterRef("pk"))
    has_it = Taking.objects.filter(referral=OuterRef("pk"), agency=OuterRef("owner_unit"), released_at__isnull=True)
    waiting = cases_of(user, at=at).filter(
        ~Exists(has_it), ~Exists(children) | Exists(children.filter(state__in=states.OPEN)), Q(owner_unit__in=units)
    )
    rows = waiting.order_by("sent_at", "pk").defer("answers")[:MOST_LISTED]
    return [_task("Nobody has this case", case) for case in rows]


def _unanswered(user: Any, at: datetime) -> list[Task]:
    """The decisions of which the referrer has heard nothing yet; the oldest first, each case once."""
    units = agencies_where(user, Permission.OVERSEE_WORKLOAD, at=at)
    rows = ChildCase.objects.filter(
        agency__in=units, state=states.DECISION, referral__in=cases_of(user, at=at).values("pk")
    )
    cases = {row.referral_id: row.referral for row in _with_case(rows.order_by("changed_at", "pk"))}
    return [_task("Decided; the referrer waits for a reply", case) for case in cases.values()]


def _with_case(rows: QuerySet[ChildCase]) -> QuerySet[ChildCase]:
    return rows.select_related("referral").defer("referral__answers")[:MOST_LISTED]


def _task(what: str, case: Any) -> Task:
    return Task(what, case.reference, reverse("casework:case", args=[case.pk]), None, is_overdue=False)
