"""When a clock reminds, and whom (section 5.5 of the procedure reference). An edition lists the stages of each clock.

Values in, value out: a stage, the clock's start and due time and its recipient's hours come in, a moment goes out.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from procedures.engine.clock_errors import LimitError
from procedures.engine.clock_hours import LONDON, StaffedHours, local_moment
from procedures.engine.clock_words import count_words
from procedures.engine.working_days import Calendar

When = Literal[
    "half_time", "staffed_minutes_after_start", "minutes_after_start", "day", "minutes_before_due",
    "working_days_before_due", "at_due", "staffed_minutes_late", "working_days_late",
]  # fmt: skip
WHENS: tuple[str, ...] = get_args(When)
WITHOUT_AMOUNT = ("half_time", "at_due")

Audience = Literal[
    "screener", "supervisor", "hub_manager", "service_manager", "head_of_service", "referrer", "lead",
    "partnership_contact", "recipient", "recipient_manager", "chair", "invitees", "social_worker", "owner",
    "raiser", "raisers_manager", "decider",
]  # fmt: skip
AUDIENCE_WORDS: dict[str, str] = {
    "screener": "the screener on duty",
    "supervisor": "the supervisor",
    "hub_manager": "the hub manager",
    "service_manager": "the service manager",
    "head_of_service": "the head of service",
    "referrer": "the referrer",
    "lead": "the safeguarding lead they chose",
    "partnership_contact": "the partnership’s contact",
    "recipient": "the recipient’s inbox",
    "recipient_manager": "the recipient’s manager",
    "chair": "the chair",
    "invitees": "those invited",
    "social_worker": "the social worker",
    "owner": "its owner",
    "raiser": "whoever disagrees",
    "raisers_manager": "the line manager or safeguarding lead of whoever disagrees",
    "decider": "whoever decided or has the case",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One reminder or escalation: the moment, as `when` and an amount of its unit, and who hears.

    Raises LimitError for an amount that cannot be counted.
    """

    when: When
    amount: int
    to: tuple[Audience, ...]
    is_escalation: bool

    def __post_init__(self) -> None:
        if (self.when in WITHOUT_AMOUNT) != (self.amount == 0):
            needs = "takes no amount: leave it out" if self.when in WITHOUT_AMOUNT else "needs an amount of 1 or more"
            raise LimitError(f'A stage "{self.when}" {needs}.')

    @property
    def code(self) -> str:
        """What the stage is stored as; never shown."""
        return f"{'late' if self.is_escalation else 'remind'}:{self.when}:{self.amount}"


def moment_of(
    stage: Stage,
    *,
    starts_at: datetime,
    due_at: datetime,
    calendar: Calendar,
    hours: StaffedHours,
    zone: ZoneInfo = LONDON,
) -> datetime:
    """When a stage is reached (UTC), in the recipient's hours.

    - half_time: when half of the staffed time between start and due has passed; half of the time that passes where the
      recipient is not staffed in between.
    - day n: at opening on the n-th working day after the start. working_days_before_due and working_days_late the same,
      counted from the due day.
    - minutes_before_due never comes before the start.
    """
    match stage.when:
        case "half_time":
            return _half_way(starts_at, due_at, calendar, hours, zone)
        case "staffed_minutes_after_start":
            return hours.add_staffed_minutes(starts_at, stage.amount, calendar, zone=zone)
        case "minutes_after_start":
            return starts_at + timedelta(minutes=stage.amount)
        case "day":
            return _opening_after(starts_at, stage.amount, calendar, hours, zone)
        case "minutes_before_due":
            return max(starts_at, due_at - timedelta(minutes=stage.amount))
        case "working_days_before_due":
            return max(starts_at, _opening_before(due_at, stage.amount, calendar, hours, zone))
        case "staffed_minutes_late":
            return hours.add_staffed_minutes(due_at, stage.amount, calendar, zone=zone)
        case "working_days_late":
            return _opening_after(due_at, stage.amount, calendar, hours, zone)
        case _:
            return due_at


def stage_words(stage: Stage) -> str:
    """As in "At half time: the screener on duty"."""
    amount = stage.amount
    when = {
        "half_time": "At half time",
        "staffed_minutes_after_start": f"After {count_words(amount, 'staffed minute')}",
        "minutes_after_start": f"After {_span_words(amount)}",
        "day": f"On working day {amount}",
        "minutes_before_due": f"{_span_words(amount).capitalize()} before it is due",
        "working_days_before_due": f"{count_words(amount, 'working day').capitalize()} before it is due",
        "at_due": "When it is due",
        "staffed_minutes_late": f"{count_words(amount, 'staffed minute').capitalize()} late",
        "working_days_late": f"{count_words(amount, 'working day').capitalize()} late",
    }[stage.when]
    return f"{when}: {', '.join(AUDIENCE_WORDS[each] for each in stage.to)}"


def _span_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return count_words(minutes, "minute") if rest else count_words(hours, "hour")


def _half_way(
    starts_at: datetime, due_at: datetime, calendar: Calendar, hours: StaffedHours, zone: ZoneInfo
) -> datetime:
    staffed = timedelta()
    day, last = starts_at.astimezone(zone).date(), due_at.astimezone(zone).date()
    while day <= last:
        stretch = hours.stretch_on(day, calendar, zone=zone)
        if stretch is not None:
            staffed += max(timedelta(), min(stretch.end, due_at) - max(stretch.start, starts_at))
        day += timedelta(days=1)
    minutes = int(staffed.total_seconds() // 120)
    if minutes == 0:
        return starts_at + (due_at - starts_at) / 2
    return hours.add_staffed_minutes(starts_at, minutes, calendar, zone=zone)


def _opening_after(at: datetime, days: int, calendar: Calendar, hours: StaffedHours, zone: ZoneInfo) -> datetime:
    day = calendar.add_working_days(at.astimezone(zone).date(), days)
    stretch = hours.stretch_on(day, calendar, zone=zone)
    if stretch is not None:
        return stretch.start
    return hours.next_opening(_noon(day, zone), calendar, zone=zone)


def _opening_before(at: datetime, days: int, calendar: Calendar, hours: StaffedHours, zone: ZoneInfo) -> datetime:
    day = at.astimezone(zone).date()
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_working_day(day)
    stretch = hours.stretch_on(day, calendar, zone=zone)
    return stretch.start if stretch is not None else _noon(day, zone)


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return local_moment(day, time(12, 0), zone=zone, fold=0)
