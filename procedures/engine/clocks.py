"""When a clock runs out, and how that was counted (section 5.4 of the procedure reference; Z-11, Z-21, Z-26, DD-08).

There is no code for any one clock: an edition's clock is an amount and what it is counted in, and `due_time` counts.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from procedures.engine.clock_errors import LimitError
from procedures.engine.clock_hours import LONDON, StaffedHours, check_is_aware, local_moment
from procedures.engine.clock_words import (
    clock_change_words,
    clock_words,
    closure_clauses,
    count_words,
    day_words,
    due_words,
    full_day_words,
    sentence,
    start_words,
    stretch_clauses,
)
from procedures.engine.working_days import Calendar, Closure

CountedIn = Literal["working_days", "staffed_minutes", "minutes", "hours", "same_day", "now"]
COUNTED_IN: tuple[str, ...] = get_args(CountedIn)

# About four years each. Anything longer is a slip of the keyboard, and would end outside the known bank holidays.
LONGEST = MappingProxyType({"working_days": 1_000, "staffed_minutes": 480_000, "minutes": 2_000_000, "hours": 35_000})


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a clock runs: an amount, and the edition's `counted_in`. "same_day" and "now" take no amount.

    Raises LimitError for an unknown `counted_in` or an amount that cannot be counted.
    """

    amount: int
    counted_in: CountedIn

    def __post_init__(self) -> None:
        if self.counted_in not in COUNTED_IN:
            raise LimitError(f'A limit cannot be counted in "{self.counted_in}": use one of {", ".join(COUNTED_IN)}.')
        if self.counted_in not in LONGEST:
            if self.amount != 0:
                raise LimitError(f'A limit of "{self.counted_in}" has no amount, and {self.amount} was given: give 0.')
            return
        if self.amount < 1:
            raise LimitError(
                f"A limit of {self.amount} {self.counted_in} cannot be counted: give 1 or more, "
                'or count it in "same_day" or "now", which take 0.'
            )
        if self.amount > LONGEST[self.counted_in]:
            raise LimitError(
                f"A limit of {self.amount} {self.counted_in} is longer than any clock: "
                f"give at most {LONGEST[self.counted_in]}."
            )


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock runs out (UTC), and the counting in words, with local dates and times."""

    at: datetime
    computation: str


def due_time(
    limit: Limit,
    starts_at: datetime,
    calendar: Calendar,
    hours: StaffedHours,
    *,
    zone: ZoneInfo = LONDON,
) -> Due:
    """When a clock started at `starts_at` runs out for the recipient whose staffed hours are `hours`.

    - working_days: day 0 is the local date of the start, however late (DD-08); ends at the recipient's close of
      business on the due day, or at 17:00 where it has no hours that weekday.
    - staffed_minutes: only minutes in which the recipient is staffed count; the start's seconds are dropped.
    - minutes, hours: time that passes, by day and night.
    - same_day: ends at the recipient's close of business. Started after that, or on a day it is closed, it ends at
      midnight: "same day" never means tomorrow, and an unmet clock then shows before the day is over.
    - now: due as it starts.

    Except for "now", the answer is always after the start. Raises NaiveDatetimeError for a start without a time zone.
    """
    check_is_aware(starts_at)
    starts_at = starts_at.astimezone(UTC)
    match limit.counted_in:
        case "working_days":
            return _after_working_days(limit.amount, starts_at, calendar, hours, zone)
        case "staffed_minutes":
            return _after_staffed_minutes(limit.amount, starts_at, calendar, hours, zone)
        case "minutes":
            return _after_elapsed(timedelta(minutes=limit.amount), count_words(limit.amount, "minute"), starts_at, zone)
        case "hours":
            return _after_elapsed(timedelta(hours=limit.amount), count_words(limit.amount, "hour"), starts_at, zone)
        case "same_day":
            return _same_day(starts_at, calendar, hours, zone)
        case _:
            return Due(starts_at, f"{start_words(starts_at, zone)}: due at once")


def _after_working_days(
    count: int, starts_at: datetime, calendar: Calendar, hours: StaffedHours, zone: ZoneInfo
) -> Due:
    first_day = starts_at.astimezone(zone).date()
    due_day = calendar.add_working_days(first_day, count)
    due_at = local_moment(due_day, hours.closing_time(due_day), zone=zone, fold=1)
    closed: list[tuple[date, Closure]] = []
    for day in _days_between(first_day, due_day):
        closure = calendar.closure(day)
        if closure is not None:
            closed.append((day, closure))
    opening = f"{start_words(starts_at, zone)} + {count_words(count, 'working day')}"
    ending = due_words(due_at, zone)
    if hours.week[due_day.weekday()] is None:
        ending += " (the recipient has no hours of its own that day)"
    return Due(due_at, sentence(opening, closure_clauses(closed), ending))


def _after_staffed_minutes(
    count: int, starts_at: datetime, calendar: Calendar, hours: StaffedHours, zone: ZoneInfo
) -> Due:
    # Whole minutes, so that the minutes told of each day add up to the limit.
    starts_at = starts_at.replace(second=0, microsecond=0)
    stretches = hours.staffed_stretches(starts_at, count, calendar, zone=zone)
    due_at = stretches[-1].end
    opening = f"{start_words(starts_at, zone)} + {count_words(count, 'staffed minute')}"
    if len(stretches) == 1 and stretches[0].start == starts_at:
        return Due(due_at, sentence(opening, [], due_words(due_at, zone)))
    first_day, due_day = (at.astimezone(zone).date() for at in (starts_at, due_at))
    closed: list[tuple[date, Closure]] = []
    for day in (first_day, *_days_between(first_day, due_day)):
        closure = hours.why_unstaffed(day, calendar)
        if closure is not None:
            closed.append((day, closure))
    clauses = [*closure_clauses(closed), *stretch_clauses(stretches, zone)]
    started_on = hours.stretch_on(first_day, calendar, zone=zone)
    if started_on is not None and started_on.end <= starts_at:
        clauses.append((first_day, f"closed since {clock_words(started_on.end, zone)} on {day_words(first_day)}"))
    return Due(due_at, sentence(opening, clauses, due_words(due_at, zone)))


def _after_elapsed(length: timedelta, length_words: str, starts_at: datetime, zone: ZoneInfo) -> Due:
    due_at = starts_at + length
    opening = f"{start_words(starts_at, zone)} + {length_words}{clock_change_words(starts_at, due_at, zone)}"
    return Due(due_at, sentence(opening, [], due_words(due_at, zone)))


def _same_day(starts_at: datetime, calendar: Calendar, hours: StaffedHours, zone: ZoneInfo) -> Due:
    day = starts_at.astimezone(zone).date()
    opening = f"{start_words(starts_at, zone)}, due the same day"
    stretch = hours.stretch_on(day, calendar, zone=zone)
    if stretch is not None and starts_at < stretch.end:
        return Due(stretch.end, sentence(opening, [], due_words(stretch.end, zone)))
    if stretch is not None:
        clauses = [(day, f"the recipient closed at {clock_words(stretch.end, zone)}")]
    else:
        closure = hours.why_unstaffed(day, calendar)
        clauses = closure_clauses([(day, closure)] if closure is not None else [])
    midnight = local_moment(day + timedelta(days=1), time(0, 0), zone=zone, fold=0)
    return Due(midnight, sentence(opening, clauses, f"midnight at the end of {full_day_words(day)}"))


def _days_between(first_day: date, last_day: date) -> list[date]:
    """The days after the first and before the last."""
    return [first_day + timedelta(days=n) for n in range(1, (last_day - first_day).days)]
