"""What must hold of every clock, whenever it starts and whoever it is for."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.engine.clock_hours import LONDON, StaffedHours
from procedures.engine.clocks import CountedIn, Limit, due_time
from procedures.engine.working_days import Calendar

SIX_DAYS = StaffedHours.from_week(dict.fromkeys(["mon", "tue", "wed", "thu", "fri", "sat"], ("09:00", "17:00")))
FRIDAYS_SHORT = StaffedHours.from_week({"thu": ("08:00", "17:00"), "fri": ("08:00", "16:30")})
SUNDAY_NIGHTS = StaffedHours.from_week({"sun": ("00:30", "02:30")})

# Speed is not what these are about, and a busy machine must not fail them.
patient = settings(deadline=None)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
calendars = st.builds(Calendar, st.frozensets(st.dates(date(2024, 1, 1), date(2035, 12, 31)), max_size=10))
weeks = st.sampled_from([StaffedHours(), FRIDAYS_SHORT, SIX_DAYS, SUNDAY_NIGHTS])
counted = st.sampled_from(["working_days", "staffed_minutes", "minutes", "hours"])


@patient
@given(counted, st.integers(1, 90), moments, calendars, weeks)
def test_a_clock_always_runs_out_after_it_starts(
    counted_in: CountedIn, amount: int, start: datetime, calendar: Calendar, hours: StaffedHours
) -> None:
    for limit in (Limit(amount, counted_in), Limit(0, "same_day")):
        found = due_time(limit, start, calendar, hours)
        assert found.at > start
        assert found.at.tzinfo is UTC
        assert found.computation


@patient
@given(st.integers(1, 60), moments, calendars, weeks)
def test_working_days_end_on_a_working_day_at_close(
    amount: int, start: datetime, calendar: Calendar, hours: StaffedHours
) -> None:
    local = due_time(Limit(amount, "working_days"), start, calendar, hours).at.astimezone(LONDON)
    assert calendar.is_working_day(local.date())
    assert local.time() == hours.closing_time(local.date())


@patient
@given(st.integers(1, 600), moments, calendars, weeks)
def test_staffed_minutes_end_while_the_recipient_is_staffed(
    amount: int, start: datetime, calendar: Calendar, hours: StaffedHours
) -> None:
    at = due_time(Limit(amount, "staffed_minutes"), start, calendar, hours).at
    assert hours.is_staffed(at - timedelta(minutes=1), calendar)
    assert hours.why_unstaffed(at.astimezone(LONDON).date(), calendar) is None


@patient
@given(st.integers(1, 200), moments, calendars, weeks)
def test_staffed_minutes_are_exactly_the_minutes_somebody_was_there(
    amount: int, start: datetime, calendar: Calendar, hours: StaffedHours
) -> None:
    begin = hours.next_opening(start, calendar)
    end = hours.add_staffed_minutes(begin, amount, calendar)
    stretches = hours.staffed_stretches(begin, amount, calendar)
    assert sum((stretch.length for stretch in stretches), timedelta()) == timedelta(minutes=amount)
    assert all(hours.is_staffed(stretch.start, calendar) for stretch in stretches)
    assert stretches[-1].end == end


@patient
@given(st.sampled_from(get_args(CountedIn)), st.integers(1, 90), moments, moments, calendars, weeks)
def test_a_later_start_is_never_due_earlier(
    counted_in: CountedIn, amount: int, one: datetime, other: datetime, calendar: Calendar, hours: StaffedHours
) -> None:
    limit = Limit(0 if counted_in in ("same_day", "now") else amount, counted_in)
    earlier, later = sorted((one, other))
    assert due_time(limit, earlier, calendar, hours).at <= due_time(limit, later, calendar, hours).at


@patient
@given(counted, st.integers(1, 60), st.integers(1, 30), moments, calendars, weeks)
def test_a_longer_limit_is_due_later(
    counted_in: CountedIn, amount: int, more: int, start: datetime, calendar: Calendar, hours: StaffedHours
) -> None:
    shorter = due_time(Limit(amount, counted_in), start, calendar, hours)
    longer = due_time(Limit(amount + more, counted_in), start, calendar, hours)
    assert shorter.at < longer.at
