"""Which days are working days in England (section 5.4 of the procedure reference).

A working day is Monday to Friday, except a bank holiday and except a day that the partnership itself has closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Literal

import holidays

from procedures.engine.clock_errors import LimitError, NotADateError

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY = 5

# The library's names on the left, the names people in England read on the GOV.UK list on the right.
_NAMES_IN_ENGLAND = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
}
_SUBSTITUTE_MARK = " (observed)"

ClosureKind = Literal["weekend", "bank_holiday", "substitute", "own_day", "unstaffed"]


@dataclass(frozen=True, slots=True)
class Closure:
    """Why a day does not count. `name`: the weekday, the bank holiday, or the one a substitute day stands for."""

    kind: ClosureKind
    name: str

    @property
    def reason(self) -> str:
        """The reason in a few words, as `Calendar.why_closed` gives it."""
        match self.kind:
            case "substitute":
                return f"substitute day for {self.name}"
            case "bank_holiday" if not self.name.endswith("bank holiday"):
                return f"{self.name} bank holiday"
            case _:
                return self.name


OWN_CLOSED_DAY = Closure("own_day", "the partnership's own closed day")


@dataclass(frozen=True, slots=True)
class Calendar:
    """England's working days, less the dates in `extra_closed` (one-off holidays, a partnership's own closed days).

    A mapping says why each of those dates is closed.
    """

    extra_closed: frozenset[date] | Mapping[date, str] = frozenset()

    def closure(self, day: date) -> Closure | None:
        """Why `day` is no working day; None for a working day. A weekend is called a weekend even on Boxing Day."""
        _check_is_date(day)
        if day.weekday() >= SATURDAY:
            return Closure("weekend", WEEKDAY_NAMES[day.weekday()])
        return self.holiday(day)

    def holiday(self, day: date) -> Closure | None:
        """The bank holiday, substitute or own closed day that falls on `day`, whatever day of the week it is."""
        _check_is_date(day)
        name = _bank_holidays(day.year).get(day)
        if name is None:
            return self._own_day(day)
        if name.endswith(_SUBSTITUTE_MARK):
            return Closure("substitute", name.removesuffix(_SUBSTITUTE_MARK))
        return Closure("bank_holiday", _NAMES_IN_ENGLAND.get(name, name))

    def _own_day(self, day: date) -> Closure | None:
        if day not in self.extra_closed:
            return None
        why = self.extra_closed[day] if isinstance(self.extra_closed, Mapping) else ""
        return Closure("own_day", f"{OWN_CLOSED_DAY.name} ({why})") if why else OWN_CLOSED_DAY

    def is_working_day(self, day: date) -> bool:
        """True when work is done on `day`."""
        return self.closure(day) is None

    def why_closed(self, day: date) -> str | None:
        """The reason in words, None for a working day. The words are as these:

        "Saturday", "Christmas Day bank holiday", "substitute day for Boxing Day", "the partnership's own closed day".
        """
        closure = self.closure(day)
        return None if closure is None else closure.reason

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`, never `day` itself."""
        _check_is_date(day)
        following = day + timedelta(days=1)
        while not self.is_working_day(following):
            following += timedelta(days=1)
        return following

    def add_working_days(self, day: date, count: int) -> date:
        """`day` is day 0, the next working day is day 1; gives day `count`. Count 0 gives `day` back, working or not.

        Raises LimitError when `count` is negative.
        """
        _check_is_date(day)
        if count < 0:
            raise LimitError(f"Working days are counted forwards only, and {count} is negative: give 0 or more.")
        for _ in range(count):
            day = self.next_working_day(day)
        return day


def _check_is_date(day: date) -> None:
    if isinstance(day, datetime):
        raise NotADateError(
            f"A calendar takes a date and was given the moment {day.isoformat()}: "
            "turn it into Europe/London time first and give its .date()."
        )


@cache
def _bank_holidays(year: int) -> Mapping[date, str]:
    """One year's bank holidays by date. A year at a time, because the library's own object grows as it is asked."""
    return MappingProxyType(dict(holidays.country_holidays("GB", subdiv="ENG", years=year, language="en_GB")))
