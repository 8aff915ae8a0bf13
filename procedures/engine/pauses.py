"""What a pause does to a clock (section 5.4 of the procedure reference: only by a recorded decision of a manager).

A pause gives back what it took and no more: working days to a clock counted in working days, staffed minutes to one
counted in those, time that passed to one counted in hours.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from procedures.engine.clock_errors import LimitError
from procedures.engine.clock_hours import LONDON, StaffedHours, check_is_aware, local_moment
from procedures.engine.clock_words import count_words, due_words, start_words
from procedures.engine.clocks import CountedIn, Due, Limit, due_time
from procedures.engine.working_days import Calendar

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """From when to when a clock stood still. Raises LimitError unless it ends after it starts."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        check_is_aware(self.starts_at)
        check_is_aware(self.ends_at)
        if self.ends_at <= self.starts_at:
            raise LimitError("A pause ends after it starts: give a later end.")


def due_after_pause(
    due_at: datetime,
    pause: Pause,
    counted_in: CountedIn,
    calendar: Calendar,
    hours: StaffedHours,
    *,
    zone: ZoneInfo = LONDON,
) -> Due:
    """When a clock due at `due_at` runs out after a pause, and how that was counted.

    - working_days: later by the working days after the day of the pause, up to the day on which it goes on; at that
      day's close. A pause of some hours within one day gives none back.
    - staffed_minutes: later by the whole minutes in which the recipient was staffed meanwhile.
    - minutes, hours: later by the time that passed.
    - same_day: at the close of the day on which it goes on.

    Never earlier than `due_at`. Raises LimitError for a clock that was due before the pause, or is due "now".
    """
    _check_can_pause(due_at, pause, counted_in)
    opening = f"paused from {start_words(pause.starts_at, zone)} to {start_words(pause.ends_at, zone)}"
    match counted_in:
        case "working_days":
            days = _working_days(pause, calendar, zone)
            lost = count_words(days, "working day")
            due_day = calendar.add_working_days(due_at.astimezone(zone).date(), days)
            later = local_moment(due_day, hours.closing_time(due_day), zone=zone, fold=1) if days else due_at
        case "staffed_minutes":
            minutes = _staffed_minutes(pause, calendar, hours, zone)
            lost = count_words(minutes, "staffed minute")
            later = hours.add_staffed_minutes(due_at, minutes, calendar, zone=zone) if minutes else due_at
        case "same_day":
            lost = "due on the day on which it goes on"
            later = max(due_at, due_time(Limit(0, "same_day"), pause.ends_at, calendar, hours, zone=zone).at)
        case _:
            lost = count_words((pause.ends_at - pause.starts_at) // _MINUTE, "minute")
            later = due_at + (pause.ends_at - pause.starts_at)
    return Due(later.astimezone(UTC), f"{opening} ({lost}): {due_words(later, zone)}")


def moment_after_pause(
    moment: datetime,
    pause: Pause,
    counted_in: CountedIn,
    calendar: Calendar,
    hours: StaffedHours,
    *,
    zone: ZoneInfo = LONDON,
) -> datetime:
    """When a reminder set for `moment`, after the pause began, is given instead: later by what the clock gets back.

    Of a clock counted in working days it keeps its hour of the day; of one due the same day it comes when that goes on.
    """
    _check_can_pause(moment, pause, counted_in)
    match counted_in:
        case "working_days":
            local = moment.astimezone(zone)
            day = calendar.add_working_days(local.date(), _working_days(pause, calendar, zone))
            return local_moment(day, local.time().replace(tzinfo=None), zone=zone, fold=1)
        case "staffed_minutes":
            minutes = _staffed_minutes(pause, calendar, hours, zone)
            return hours.add_staffed_minutes(moment, minutes, calendar, zone=zone) if minutes else moment
        case "same_day":
            return max(moment, pause.ends_at)
        case _:
            return moment + (pause.ends_at - pause.starts_at)


def _check_can_pause(at: datetime, pause: Pause, counted_in: CountedIn) -> None:
    check_is_aware(at)
    if counted_in == "now":
        raise LimitError("What is due at once cannot be paused.")
    if at <= pause.starts_at:
        raise LimitError("A pause changes nothing that was due before it: give a moment after its start.")


def _working_days(pause: Pause, calendar: Calendar, zone: ZoneInfo) -> int:
    first, last = pause.starts_at.astimezone(zone).date(), pause.ends_at.astimezone(zone).date()
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def _staffed_minutes(pause: Pause, calendar: Calendar, hours: StaffedHours, zone: ZoneInfo) -> int:
    staffed = timedelta()
    day, last = pause.starts_at.astimezone(zone).date(), pause.ends_at.astimezone(zone).date()
    while day <= last:
        stretch = hours.stretch_on(day, calendar, zone=zone)
        if stretch is not None:
            staffed += max(timedelta(), min(stretch.end, pause.ends_at) - max(stretch.start, pause.starts_at))
        day += timedelta(days=1)
    return staffed // _MINUTE
