"""Working days in England, against the table and the examples of section 5.4."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.engine.clock_errors import LimitError, NotADateError
from procedures.engine.working_days import Calendar, Closure

ENGLAND = Calendar()

# Section 5.4, without the days that fall on a weekend and have a substitute.
BANK_HOLIDAYS = {
    2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2028: ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
}

some_days = st.dates(date(2020, 1, 1), date(2045, 12, 31))
some_calendars = st.builds(Calendar, st.frozensets(some_days, max_size=20))


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_weekdays_closed_in_a_year_are_those_of_the_table(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    closed_weekdays = [day.isoformat()[5:] for day in days if day.weekday() < 5 and not ENGLAND.is_working_day(day)]
    assert closed_weekdays == BANK_HOLIDAYS[year]


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 12, 24), None),
        (date(2026, 12, 25), "Christmas Day bank holiday"),
        (date(2026, 12, 26), "Saturday"),  # Boxing Day too, but a weekend in any year
        (date(2026, 12, 27), "Sunday"),
        (date(2026, 12, 28), "substitute day for Boxing Day"),
        (date(2027, 12, 27), "substitute day for Christmas Day"),
        (date(2028, 1, 3), "substitute day for New Year's Day"),
        (date(2027, 3, 26), "Good Friday bank holiday"),
        (date(2026, 5, 4), "Early May bank holiday"),
        (date(2026, 5, 25), "Spring bank holiday"),
        (date(2026, 8, 31), "Summer bank holiday"),
        (date(2023, 5, 8), "Coronation of Charles III bank holiday"),
    ],
)
def test_a_closed_day_says_why(day: date, reason: str | None) -> None:
    assert ENGLAND.why_closed(day) == reason
    assert ENGLAND.is_working_day(day) is (reason is None)


def test_a_partnership_closes_days_of_its_own() -> None:
    calendar = Calendar(extra_closed=frozenset({date(2026, 12, 25), date(2026, 12, 29)}))
    assert calendar.why_closed(date(2026, 12, 29)) == "the partnership's own closed day"
    assert calendar.why_closed(date(2026, 12, 25)) == "Christmas Day bank holiday"
    assert calendar.add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 30)


def test_a_holiday_is_found_on_a_weekend_too() -> None:
    assert ENGLAND.holiday(date(2026, 12, 26)) == Closure("bank_holiday", "Boxing Day")
    assert ENGLAND.holiday(date(2026, 12, 27)) is None


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 11), 15, date(2027, 1, 6)),
        (date(2026, 11, 23), 45, date(2027, 1, 28)),
        (date(2027, 3, 25), 1, date(2027, 3, 30)),
        (date(2026, 12, 5), 1, date(2026, 12, 7)),  # Saturday to Monday
        (date(2026, 12, 5), 0, date(2026, 12, 5)),
    ],
)
def test_worked_examples(start: date, count: int, due: date) -> None:
    assert ENGLAND.add_working_days(start, count) == due


def test_the_next_working_day_is_never_the_day_itself() -> None:
    assert ENGLAND.next_working_day(date(2026, 12, 7)) == date(2026, 12, 8)
    assert ENGLAND.next_working_day(date(2026, 12, 24)) == date(2026, 12, 29)


@settings(deadline=None)
@given(some_calendars, some_days, st.integers(1, 60))
def test_each_day_counted_is_a_working_day_and_none_is_missed(calendar: Calendar, start: date, count: int) -> None:
    due = calendar.add_working_days(start, count)
    after_start = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert calendar.is_working_day(due)
    assert sum(calendar.is_working_day(day) for day in after_start) == count


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(LimitError, match="-1 is negative: give 0 or more"):
        ENGLAND.add_working_days(date(2026, 12, 7), -1)


def test_a_moment_is_refused_where_a_date_is_wanted() -> None:
    moment = datetime(2026, 12, 7, 23, 30, tzinfo=UTC)
    for ask in (ENGLAND.is_working_day, ENGLAND.holiday, ENGLAND.next_working_day, ENGLAND.why_closed):
        with pytest.raises(NotADateError, match="Europe/London time first"):
            ask(moment)
    with pytest.raises(NotADateError):
        ENGLAND.add_working_days(moment, 0)


def test_a_closed_day_says_why_where_that_is_known() -> None:
    day = date(2026, 12, 8)
    assert Calendar({day: "Training"}).why_closed(day) == "the partnership's own closed day (Training)"
    assert Calendar({day: ""}).why_closed(day) == "the partnership's own closed day"
    assert Calendar({day: "Training"}).why_closed(date(2026, 12, 9)) is None
