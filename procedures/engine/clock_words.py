"""Dates, closed days and counted minutes in words that a hub worker can check against a wall calendar.

Names of days and months are written out here, because strftime would follow the machine's language.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from procedures.engine.clock_hours import Stretch
from procedures.engine.working_days import WEEKDAY_NAMES, Closure

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ONE_WEEKEND = 2
_STRETCHES_TOLD_ONE_BY_ONE = 3

# A clause with the date it speaks of, so that clauses of several kinds can be put in the order of the calendar.
DatedClause = tuple[date, str]


def day_words(day: date) -> str:
    """As in "Thu 24 Dec"."""
    return f"{_weekday(day)} {day.day} {_MONTHS[day.month - 1]}"


def full_day_words(day: date) -> str:
    """As in "Thu 24 Dec 2026"."""
    return f"{day_words(day)} {day.year}"


def clock_words(at: datetime, zone: ZoneInfo) -> str:
    """Local time, as in "15:00"; with BST or GMT in the hour that comes twice when the clocks go back."""
    local = at.astimezone(zone)
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M} {local.tzname()}" if comes_twice else f"{local:%H:%M}"


def start_words(at: datetime, zone: ZoneInfo) -> str:
    """As in "Thu 24 Dec 2026 15:00"."""
    return f"{full_day_words(at.astimezone(zone).date())} {clock_words(at, zone)}"


def due_words(at: datetime, zone: ZoneInfo) -> str:
    """As in "Tue 29 Dec 2026, 17:00"."""
    return f"{full_day_words(at.astimezone(zone).date())}, {clock_words(at, zone)}"


def count_words(amount: int, one: str) -> str:
    """As in "1 working day" and "15 working days"."""
    return f"{amount} {one}" if amount == 1 else f"{amount} {one}s"


def clock_change_words(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """As in " (the clocks go back in between)", where an hour counted is not an hour on the wall; else nothing."""
    before, after = (at.astimezone(zone).utcoffset() or timedelta() for at in (starts_at, ends_at))
    if before == after:
        return ""
    return f" (the clocks go {'back' if after < before else 'forward'} in between)"


def sentence(opening: str, clauses: Sequence[DatedClause], ending: str) -> str:
    """As in "A + 1 working day: B, C, so D", the clauses in date order; without any, "A + 1 working day: D"."""
    if not clauses:
        return f"{opening}: {ending}"
    return f"{opening}: {', '.join(clause for _, clause in sorted(clauses, key=_date_of))}, so {ending}"


def closure_clauses(closed: Sequence[tuple[date, Closure]]) -> list[DatedClause]:
    """One clause for each holiday; a weekend is named, several weekends are only counted."""
    weekend = [day for day, closure in closed if closure.kind == "weekend"]
    clauses = [(day, f"{day_words(day)} is {_what(closure)}") for day, closure in closed if closure.kind != "weekend"]
    if weekend:
        clauses.append((weekend[0], _weekend_words(weekend)))
    return clauses


def stretch_clauses(stretches: Sequence[Stretch], zone: ZoneInfo) -> list[DatedClause]:
    """As in "15 minutes from 16:45 to 17:00 on Thu 24 Dec" for each stretch; of many, the first and the last."""
    if len(stretches) <= _STRETCHES_TOLD_ONE_BY_ONE:
        return [_stretch_clause(stretch, zone) for stretch in stretches]
    between = stretches[1:-1]
    minutes = count_words(sum(_minutes(stretch) for stretch in between), "minute")
    told = f"{minutes} on the {len(between)} staffed days after that"
    return [
        _stretch_clause(stretches[0], zone),
        (between[0].start.astimezone(zone).date(), told),
        _stretch_clause(stretches[-1], zone),
    ]


def _stretch_clause(stretch: Stretch, zone: ZoneInfo) -> DatedClause:
    day = stretch.start.astimezone(zone).date()
    minutes = count_words(_minutes(stretch), "minute")
    times = f"from {clock_words(stretch.start, zone)} to {clock_words(stretch.end, zone)}"
    return day, f"{minutes} {times} on {day_words(day)}"


def _minutes(stretch: Stretch) -> int:
    return stretch.length // timedelta(minutes=1)


def _what(closure: Closure) -> str:
    if closure.kind == "substitute":
        return f"a bank holiday (substitute for {closure.name})"
    if closure.kind != "bank_holiday":
        return closure.name
    if closure.name.endswith("bank holiday"):
        return f"the {closure.name}"
    # "Christmas Day" and "Easter Monday" say what they are; "Coronation of Charles III" does not.
    if closure.name.endswith(("day", "Day")):
        return closure.name
    return f"a bank holiday ({closure.name})"


def _weekend_words(days: Sequence[date]) -> str:
    if len(days) > _ONE_WEEKEND:
        return f"{len(days)} weekend days are not counted"
    if len(days) == 1:
        return f"{day_words(days[0])} is a weekend day"
    first, last = days
    if last - first > timedelta(days=1):
        return f"{day_words(first)} and {day_words(last)} are weekend days"
    if first.month == last.month:
        return f"{_weekday(first)} {first.day} and {day_words(last)} are a weekend"
    return f"{day_words(first)} and {day_words(last)} are a weekend"


def _date_of(dated: DatedClause) -> date:
    return dated[0]


def _weekday(day: date) -> str:
    return WEEKDAY_NAMES[day.weekday()][:3]
