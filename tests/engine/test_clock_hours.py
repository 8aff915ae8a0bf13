"""When a recipient is staffed: its own week, holidays, and the nights when the clocks change (Z-11, Z-26)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from procedures.engine.clock_errors import LimitError, StaffedHoursError
from procedures.engine.clock_hours import LONDON, Opening, StaffedHours
from procedures.engine.clocks import Due, Limit, due_time
from procedures.engine.working_days import Calendar

ENGLAND = Calendar()
OFFICE = StaffedHours()
CUMBERLAND = StaffedHours.from_week(
    {**dict.fromkeys(["mon", "tue", "wed", "thu"], ("08:00", "17:00")), "fri": ("08:00", "16:30")}
)
NIGHT_WORKERS = StaffedHours.from_week({"sun": ["00:30", "02:30"]})


def london(text: str) -> datetime:
    """The UTC moment of a London time written "2026-12-24 15:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def test_the_repeated_hour_is_staffed_twice_and_the_skipped_one_not_at_all() -> None:
    long_night = NIGHT_WORKERS.stretch_on(date(2026, 10, 25), ENGLAND)
    short_night = NIGHT_WORKERS.stretch_on(date(2026, 3, 29), ENGLAND)
    assert long_night is not None
    assert short_night is not None
    assert long_night.length == timedelta(hours=3)
    assert short_night.length == timedelta(hours=1)


def test_hours_within_the_skipped_hour_leave_nobody_staffed() -> None:
    in_the_gap = StaffedHours.from_week({"sun": ["01:15", "01:45"]})
    assert in_the_gap.stretch_on(date(2026, 3, 29), ENGLAND) is None
    assert not in_the_gap.is_staffed(london("2026-03-29 02:00"), ENGLAND)
    assert in_the_gap.next_opening(london("2026-03-29 00:30"), ENGLAND) == london("2026-04-05 01:15")
    assert due_time(Limit(0, "same_day"), london("2026-03-29 00:30"), ENGLAND, in_the_gap) == Due(
        london("2026-03-30 00:00"), "Sun 29 Mar 2026 00:30, due the same day: midnight at the end of Sun 29 Mar 2026"
    )


def test_opening_in_the_repeated_hour_is_at_its_first_showing_and_closing_at_its_second() -> None:
    hours = StaffedHours.from_week({"sun": ["01:15", "01:45"]})
    stretch = hours.stretch_on(date(2026, 10, 25), ENGLAND)
    assert stretch is not None
    assert (stretch.start, stretch.end) == (
        datetime(2026, 10, 25, 0, 15, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 45, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("at", "staffed", "opening"),
    [
        ("2026-12-04 07:59", False, "2026-12-04 08:00"),
        ("2026-12-04 08:00", True, "2026-12-07 08:00"),
        ("2026-12-04 16:29", True, "2026-12-07 08:00"),
        ("2026-12-04 16:30", False, "2026-12-07 08:00"),
        ("2026-12-03 16:30", True, "2026-12-04 08:00"),
        ("2026-12-25 10:00", False, "2026-12-29 08:00"),
        ("2026-12-27 10:00", False, "2026-12-29 08:00"),
    ],
)
def test_when_cumberland_is_staffed(at: str, staffed: bool, opening: str) -> None:
    assert CUMBERLAND.is_staffed(london(at), ENGLAND) is staffed
    assert CUMBERLAND.next_opening(london(at), ENGLAND) == london(opening)


def test_no_staffed_minutes_lead_to_the_next_staffed_moment() -> None:
    assert CUMBERLAND.add_staffed_minutes(london("2026-12-05 10:00"), 0, ENGLAND) == london("2026-12-07 08:00")
    assert CUMBERLAND.add_staffed_minutes(london("2026-12-07 10:00"), 0, ENGLAND) == london("2026-12-07 10:00")


def test_negative_staffed_minutes_are_refused() -> None:
    with pytest.raises(LimitError, match="-5 is negative: give 0 or more"):
        OFFICE.add_staffed_minutes(london("2026-12-07 10:00"), -5, ENGLAND)


@pytest.mark.parametrize(
    ("week", "message"),
    [
        ({"monday": ["09:00", "17:00"]}, "use mon, tue, wed"),
        ({"mon": ["9:00", "17:00"]}, "write HH:MM"),
        ({"mon": ["09:00", "24:00"]}, "write HH:MM"),
        ({"mon": ["09:00", None]}, "write HH:MM"),
        ({"mon": ["09:00"]}, r'as \["08:00", "17:00"\]'),
        ({"mon": "09:00-17:00"}, r'as \["08:00", "17:00"\]'),
        ({"mon": None}, r'as \["08:00", "17:00"\]'),
        ({"mon": ["17:00", "08:30"]}, "closing time later on the same day"),
        ({}, "give at least one weekday"),
    ],
)
def test_a_week_that_cannot_be_read_is_refused(week: Any, message: str) -> None:
    with pytest.raises(StaffedHoursError, match=message):
        StaffedHours.from_week(week)


def test_a_week_has_seven_days() -> None:
    monday: Opening | None = OFFICE.week[0]
    with pytest.raises(StaffedHoursError, match="A week has 7 days and 1 were given"):
        StaffedHours((monday,))
