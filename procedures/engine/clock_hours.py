"""When a recipient is staffed, and minutes counted in those hours only (Z-11, Z-26)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from procedures.engine.clock_errors import LimitError, NaiveDatetimeError, StaffedHoursError
from procedures.engine.working_days import Calendar, Closure

LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_CLOSE = time(17, 0)
_NO_HOURS = Closure("unstaffed", "a day without staffed hours")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """One weekday's local opening and closing time."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise StaffedHoursError(
                f"A recipient cannot close at {self.closes:%H:%M} having opened at {self.opens:%H:%M}: give a closing "
                'time later on the same day ("23:59" at most), and the hours after midnight to the next weekday.'
            )


@dataclass(frozen=True, slots=True)
class Stretch:
    """A staffed time without a break. Both ends are in UTC; the end itself is no longer staffed."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


OFFICE_WEEK: tuple[Opening | None, ...] = (*(Opening(time(9, 0), DEFAULT_CLOSE),) * 5, None, None)


@dataclass(frozen=True, slots=True)
class StaffedHours:
    """A recipient's week, Monday first; None on a day it is closed. Closed on holidays and own closed days as well."""

    week: tuple[Opening | None, ...] = OFFICE_WEEK

    def __post_init__(self) -> None:
        if len(self.week) != len(WEEKDAYS):
            raise StaffedHoursError(f"A week has 7 days and {len(self.week)} were given: give None for a closed day.")
        if not any(self.week):
            raise StaffedHoursError("No day has staffed hours, so no clock could ever end: give at least one weekday.")

    @classmethod
    def from_week(cls, week: Mapping[str, Sequence[str]]) -> "StaffedHours":
        """Read the directory's shape, {"mon": ["08:00", "17:00"], …}; a missing weekday is closed.

        Raises StaffedHoursError for an unknown weekday, a time not written HH:MM, or a closing before its opening.
        """
        for weekday in week:
            if weekday not in WEEKDAYS:
                raise StaffedHoursError(f'"{weekday}" is no weekday: use {", ".join(WEEKDAYS)}.')
        return cls(tuple(_opening(weekday, week[weekday]) if weekday in week else None for weekday in WEEKDAYS))

    def why_unstaffed(self, day: date, calendar: Calendar) -> Closure | None:
        """Why nobody is there at all on `day`; None when the recipient opens."""
        if self.week[day.weekday()] is None:
            return calendar.closure(day) or _NO_HOURS
        return calendar.holiday(day)

    def closing_time(self, day: date) -> time:
        """Local close of business on `day` by the weekday alone; 17:00 on a weekday without hours."""
        opening = self.week[day.weekday()]
        return DEFAULT_CLOSE if opening is None else opening.closes

    def stretch_on(self, day: date, calendar: Calendar, *, zone: ZoneInfo = LONDON) -> Stretch | None:
        """The staffed time of the local date `day`; None when closed.

        On the night the clocks go back the repeated hour is staffed both times; a time they skip is read as the
        moment they jump.
        """
        opening = self.week[day.weekday()]
        if opening is None or calendar.holiday(day) is not None:
            return None
        start = local_moment(day, opening.opens, zone=zone, fold=0)
        end = local_moment(day, opening.closes, zone=zone, fold=1)
        return Stretch(start, end) if start < end else None

    def is_staffed(self, at: datetime, calendar: Calendar, *, zone: ZoneInfo = LONDON) -> bool:
        """True from the minute of opening until just before the minute of closing."""
        check_is_aware(at)
        stretch = self.stretch_on(at.astimezone(zone).date(), calendar, zone=zone)
        return stretch is not None and stretch.start <= at < stretch.end

    def next_opening(self, at: datetime, calendar: Calendar, *, zone: ZoneInfo = LONDON) -> datetime:
        """The next moment (UTC) after `at` when the recipient opens, also when it is open now."""
        check_is_aware(at)
        stretches = self._stretches_from(at, calendar, zone)
        stretch = next(stretches)
        return stretch.start if stretch.start > at else next(stretches).start

    def add_staffed_minutes(
        self, at: datetime, minutes: int, calendar: Calendar, *, zone: ZoneInfo = LONDON
    ) -> datetime:
        """The moment (UTC) when `minutes` staffed minutes have passed since `at`; a full day ends at its closing time.

        With 0 minutes: `at` when staffed, else the next opening. Raises LimitError when `minutes` is negative.
        """
        return self.staffed_stretches(at, minutes, calendar, zone=zone)[-1].end

    def staffed_stretches(
        self, at: datetime, minutes: int, calendar: Calendar, *, zone: ZoneInfo = LONDON
    ) -> tuple[Stretch, ...]:
        """The stretches in which those minutes are counted, in order; at least one."""
        check_is_aware(at)
        if minutes < 0:
            raise LimitError(f"Staffed minutes are counted forwards only, and {minutes} is negative: give 0 or more.")
        left = timedelta(minutes=minutes)
        ahead = self._stretches_from(at, calendar, zone)
        stretch = next(ahead)
        stretch = Stretch(max(stretch.start, at.astimezone(UTC)), stretch.end)
        counted: list[Stretch] = []
        while stretch.length < left:
            counted.append(stretch)
            left -= stretch.length
            stretch = next(ahead)
        return (*counted, Stretch(stretch.start, stretch.start + left))

    def _stretches_from(self, at: datetime, calendar: Calendar, zone: ZoneInfo) -> Iterator[Stretch]:
        """Every stretch that ends after `at`, without end: some weekday has hours, and closed dates are finite."""
        day = at.astimezone(zone).date()
        while True:
            stretch = self.stretch_on(day, calendar, zone=zone)
            if stretch is not None and stretch.end > at:
                yield stretch
            day += timedelta(days=1)


def check_is_aware(at: datetime) -> None:
    """Raises NaiveDatetimeError for a moment without a time zone."""
    if at.utcoffset() is None:
        raise NaiveDatetimeError(
            f"{at.isoformat()} has no time zone, so nobody can say which moment it is: give it in UTC (tzinfo=UTC)."
        )


def local_moment(day: date, clock_time: time, *, zone: ZoneInfo, fold: int) -> datetime:
    """The moment (UTC) when the clocks of `zone` show `clock_time` on `day`.

    A time shown twice: the first with fold 0, the second with fold 1. A time that is skipped: the moment of the jump.
    """
    local = datetime.combine(day, clock_time, tzinfo=zone).replace(fold=fold)
    while (moment := local.astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        local += _MINUTE
    return moment


def _opening(weekday: str, times: Sequence[str]) -> Opening:
    if isinstance(times, (list, tuple)) and len(times) == 2:
        opens, closes = (_clock_time(weekday, text) for text in times)
        return Opening(opens, closes)
    raise StaffedHoursError(
        f'The hours of "{weekday}" are {times!r}: give an opening and a closing time, as ["08:00", "17:00"].'
    )


def _clock_time(weekday: str, text: object) -> time:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", str(text)):
        raise StaffedHoursError(f'"{text}" on "{weekday}" is no time of day: write HH:MM from "00:00" to "23:59".')
    return time.fromisoformat(str(text))
