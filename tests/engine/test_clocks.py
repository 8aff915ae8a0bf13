"""Due times of section 5.4: the worked examples, nights when the clocks change, and what is refused.

All times in the tables are London times, as a hub worker would say them.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from procedures.engine.clock_errors import ClockError, LimitError, NaiveDatetimeError, StaffedHoursError
from procedures.engine.clock_hours import LONDON, StaffedHours
from procedures.engine.clocks import CountedIn, Due, Limit, due_time
from procedures.engine.working_days import Calendar

ENGLAND = Calendar()
OFFICE = StaffedHours()
CUMBERLAND = StaffedHours.from_week(
    {**dict.fromkeys(["mon", "tue", "wed", "thu"], ("08:00", "17:00")), "fri": ("08:00", "16:30")}
)
MON_AND_WED = StaffedHours.from_week({"mon": ["10:00", "12:00"], "wed": ["10:00", "12:00"]})
SIX_DAYS = StaffedHours.from_week(dict.fromkeys(["mon", "tue", "wed", "thu", "fri", "sat"], ("09:00", "17:00")))

# Clocks as an edition writes them: kind, amount, counted in.
CLOCKS: dict[str, tuple[int, CountedIn]] = {
    "K-02": (1, "working_days"),
    "K-03": (1, "working_days"),
    "K-04": (30, "staffed_minutes"),
    "K-06": (1, "working_days"),
    "K-08": (45, "working_days"),
    "K-09": (15, "working_days"),
    "K-10": (72, "hours"),
    "K-14": (0, "same_day"),
    "K-15 urgent": (60, "staffed_minutes"),
    "K-15 normal": (1, "working_days"),
}


def london(text: str) -> datetime:
    """The UTC moment of a London time written "2026-12-24 15:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def due(kind: str, start: datetime, hours: StaffedHours = OFFICE, calendar: Calendar = ENGLAND) -> Due:
    amount, counted_in = CLOCKS[kind]
    return due_time(Limit(amount, counted_in), start, calendar, hours)


@pytest.mark.parametrize(
    ("kind", "start", "hours", "at", "computation"),
    [
        # Section 5.4's own examples.
        (
            "K-03", "2026-12-24 15:00", OFFICE, "2026-12-29 17:00",
            "Thu 24 Dec 2026 15:00 + 1 working day: Fri 25 Dec is Christmas Day, Sat 26 and Sun 27 Dec are a weekend, "
            "Mon 28 Dec is a bank holiday (substitute for Boxing Day), so Tue 29 Dec 2026, 17:00",
        ),
        (
            "K-09", "2026-12-11 10:00", OFFICE, "2027-01-06 17:00",
            "Fri 11 Dec 2026 10:00 + 15 working days: 8 weekend days are not counted, Fri 25 Dec is Christmas Day, "
            "Mon 28 Dec is a bank holiday (substitute for Boxing Day), Fri 1 Jan is New Year's Day, "
            "so Wed 6 Jan 2027, 17:00",
        ),
        (
            "K-08", "2026-11-23 09:00", OFFICE, "2027-01-28 17:00",
            "Mon 23 Nov 2026 09:00 + 45 working days: 18 weekend days are not counted, Fri 25 Dec is Christmas Day, "
            "Mon 28 Dec is a bank holiday (substitute for Boxing Day), Fri 1 Jan is New Year's Day, "
            "so Thu 28 Jan 2027, 17:00",
        ),
        (
            "K-03", "2027-03-25 11:00", OFFICE, "2027-03-30 17:00",
            "Thu 25 Mar 2027 11:00 + 1 working day: Fri 26 Mar is Good Friday, Sat 27 and Sun 28 Mar are a weekend, "
            "Mon 29 Mar is Easter Monday, so Tue 30 Mar 2027, 17:00",
        ),
        (
            "K-02", "2026-12-05 21:10", OFFICE, "2026-12-07 17:00",
            "Sat 5 Dec 2026 21:10 + 1 working day: Sun 6 Dec is a weekend day, so Mon 7 Dec 2026, 17:00",
        ),
        # The recipient's own close of business.
        (
            "K-06", "2026-12-03 16:59", CUMBERLAND, "2026-12-04 16:30",
            "Thu 3 Dec 2026 16:59 + 1 working day: Fri 4 Dec 2026, 16:30",
        ),
        (
            "K-15 normal", "2026-12-07 09:00", MON_AND_WED, "2026-12-08 17:00",
            "Mon 7 Dec 2026 09:00 + 1 working day: Tue 8 Dec 2026, 17:00 "
            "(the recipient has no hours of its own that day)",
        ),
        # Midnight and after: the local date counts, also while UTC is still on the day before.
        (
            "K-03", "2026-06-12 00:30", OFFICE, "2026-06-15 17:00",
            "Fri 12 Jun 2026 00:30 + 1 working day: Sat 13 and Sun 14 Jun are a weekend, so Mon 15 Jun 2026, 17:00",
        ),
        (
            "K-03", "2026-10-30 23:59", OFFICE, "2026-11-02 17:00",
            "Fri 30 Oct 2026 23:59 + 1 working day: Sat 31 Oct and Sun 1 Nov are a weekend, so Mon 2 Nov 2026, 17:00",
        ),
        (
            "K-03", "2026-05-01 12:00", OFFICE, "2026-05-05 17:00",
            "Fri 1 May 2026 12:00 + 1 working day: Sat 2 and Sun 3 May are a weekend, "
            "Mon 4 May is the Early May bank holiday, so Tue 5 May 2026, 17:00",
        ),
        (
            "K-03", "2023-05-05 12:00", OFFICE, "2023-05-09 17:00",
            "Fri 5 May 2023 12:00 + 1 working day: Sat 6 and Sun 7 May are a weekend, "
            "Mon 8 May is a bank holiday (Coronation of Charles III), so Tue 9 May 2023, 17:00",
        ),
        # Urgent first look, in the recipient's staffed minutes (Z-11, Z-26).
        (
            "K-04", "2026-12-07 10:00", CUMBERLAND, "2026-12-07 10:30",
            "Mon 7 Dec 2026 10:00 + 30 staffed minutes: Mon 7 Dec 2026, 10:30",
        ),
        (
            "K-04", "2026-12-07 16:30", CUMBERLAND, "2026-12-07 17:00",
            "Mon 7 Dec 2026 16:30 + 30 staffed minutes: Mon 7 Dec 2026, 17:00",
        ),
        (
            "K-04", "2026-12-07 06:00", CUMBERLAND, "2026-12-07 08:30",
            "Mon 7 Dec 2026 06:00 + 30 staffed minutes: 30 minutes from 08:00 to 08:30 on Mon 7 Dec, "
            "so Mon 7 Dec 2026, 08:30",
        ),
        (
            "K-04", "2026-12-04 16:29", CUMBERLAND, "2026-12-07 08:29",
            "Fri 4 Dec 2026 16:29 + 30 staffed minutes: 1 minute from 16:29 to 16:30 on Fri 4 Dec, "
            "Sat 5 and Sun 6 Dec are a weekend, 29 minutes from 08:00 to 08:29 on Mon 7 Dec, so Mon 7 Dec 2026, 08:29",
        ),
        (
            "K-04", "2026-12-24 18:00", CUMBERLAND, "2026-12-29 08:30",
            "Thu 24 Dec 2026 18:00 + 30 staffed minutes: closed since 17:00 on Thu 24 Dec, "
            "Fri 25 Dec is Christmas Day, Sat 26 and Sun 27 Dec are a weekend, "
            "Mon 28 Dec is a bank holiday (substitute for Boxing Day), "
            "30 minutes from 08:00 to 08:30 on Tue 29 Dec, so Tue 29 Dec 2026, 08:30",
        ),
        (
            "K-15 urgent", "2026-12-05 22:00", CUMBERLAND, "2026-12-07 09:00",
            "Sat 5 Dec 2026 22:00 + 60 staffed minutes: Sat 5 and Sun 6 Dec are a weekend, "
            "60 minutes from 08:00 to 09:00 on Mon 7 Dec, so Mon 7 Dec 2026, 09:00",
        ),
        (
            "K-04", "2026-12-07 11:45", MON_AND_WED, "2026-12-09 10:15",
            "Mon 7 Dec 2026 11:45 + 30 staffed minutes: 15 minutes from 11:45 to 12:00 on Mon 7 Dec, "
            "Tue 8 Dec is a day without staffed hours, 15 minutes from 10:00 to 10:15 on Wed 9 Dec, "
            "so Wed 9 Dec 2026, 10:15",
        ),
        # A recipient that opens on Saturdays is still closed on a holiday that falls on one.
        (
            "K-04", "2026-12-25 12:00", SIX_DAYS, "2026-12-29 09:30",
            "Fri 25 Dec 2026 12:00 + 30 staffed minutes: Fri 25 Dec is Christmas Day, Sat 26 Dec is Boxing Day, "
            "Sun 27 Dec is a weekend day, Mon 28 Dec is a bank holiday (substitute for Boxing Day), "
            "30 minutes from 09:00 to 09:30 on Tue 29 Dec, so Tue 29 Dec 2026, 09:30",
        ),
        (
            "K-04", "2026-12-05 10:00", SIX_DAYS, "2026-12-05 10:30",
            "Sat 5 Dec 2026 10:00 + 30 staffed minutes: Sat 5 Dec 2026, 10:30",
        ),
        # Same day: close of business, or midnight once that has passed.
        (
            "K-14", "2026-12-24 15:00", OFFICE, "2026-12-24 17:00",
            "Thu 24 Dec 2026 15:00, due the same day: Thu 24 Dec 2026, 17:00",
        ),
        (
            "K-14", "2026-12-24 17:00", OFFICE, "2026-12-25 00:00",
            "Thu 24 Dec 2026 17:00, due the same day: the recipient closed at 17:00, "
            "so midnight at the end of Thu 24 Dec 2026",
        ),
        (
            "K-14", "2026-12-25 10:00", OFFICE, "2026-12-26 00:00",
            "Fri 25 Dec 2026 10:00, due the same day: Fri 25 Dec is Christmas Day, "
            "so midnight at the end of Fri 25 Dec 2026",
        ),
        # Time that simply passes, over nights when the clocks change.
        (
            "K-10", "2026-12-07 10:00", OFFICE, "2026-12-10 10:00",
            "Mon 7 Dec 2026 10:00 + 72 hours: Thu 10 Dec 2026, 10:00",
        ),
        (
            "K-10", "2026-10-23 10:00", OFFICE, "2026-10-26 09:00",
            "Fri 23 Oct 2026 10:00 + 72 hours (the clocks go back in between): Mon 26 Oct 2026, 09:00",
        ),
        (
            "K-10", "2026-03-27 10:00", OFFICE, "2026-03-30 11:00",
            "Fri 27 Mar 2026 10:00 + 72 hours (the clocks go forward in between): Mon 30 Mar 2026, 11:00",
        ),
    ],
)  # fmt: skip
def test_worked_examples(kind: str, start: str, hours: StaffedHours, at: str, computation: str) -> None:
    assert due(kind, london(start), hours) == Due(london(at), computation)


def test_a_summer_night_belongs_to_the_london_date() -> None:
    """23:30 UTC on Thursday is 00:30 on Friday: day 1 is Monday. Due at 17:00 in London, 16:00 UTC."""
    start = datetime(2026, 6, 11, 23, 30, tzinfo=UTC)
    assert due("K-03", start).at == datetime(2026, 6, 15, 16, 0, tzinfo=UTC)


def test_the_same_moment_in_another_time_zone_has_the_same_due_time() -> None:
    start = london("2026-06-12 00:30")
    assert due("K-03", start.astimezone(ZoneInfo("Asia/Tokyo"))) == due("K-03", start)
    assert due("K-10", start.astimezone(ZoneInfo("Asia/Tokyo"))).at.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "minutes", "computation"),
    [
        ("2026-10-25 00:30", 60, "Sun 25 Oct 2026 01:30 BST + 60 minutes (the clocks go back in between): "
                                 "Sun 25 Oct 2026, 01:30 GMT"),
        ("2026-10-25 01:30", 1, "Sun 25 Oct 2026 01:30 GMT + 1 minute: Sun 25 Oct 2026, 01:31 GMT"),
        ("2026-03-29 00:59", 1, "Sun 29 Mar 2026 00:59 + 1 minute (the clocks go forward in between): "
                                "Sun 29 Mar 2026, 02:00"),
    ],
)  # fmt: skip
def test_the_hour_that_comes_twice_is_told_apart_and_the_skipped_one_never_shown(
    start: str, minutes: int, computation: str
) -> None:
    starts_at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = due_time(Limit(minutes, "minutes"), starts_at, ENGLAND, OFFICE)
    assert found == Due(starts_at + timedelta(minutes=minutes), computation)


def test_many_staffed_days_are_summed_up() -> None:
    found = due_time(Limit(2_000, "staffed_minutes"), london("2026-12-07 16:00"), ENGLAND, OFFICE)
    assert found.computation == (
        "Mon 7 Dec 2026 16:00 + 2000 staffed minutes: 60 minutes from 16:00 to 17:00 on Mon 7 Dec, "
        "1920 minutes on the 4 staffed days after that, Sat 12 and Sun 13 Dec are a weekend, "
        "20 minutes from 09:00 to 09:20 on Mon 14 Dec, so Mon 14 Dec 2026, 09:20"
    )


def test_single_days_of_two_weekends_are_named() -> None:
    hours = StaffedHours.from_week({"mon": ["09:00", "17:00"], "sun": ["09:00", "09:10"]})
    found = due_time(Limit(500, "staffed_minutes"), london("2026-12-05 12:00"), ENGLAND, hours)
    assert "Sat 5 Dec and Sat 12 Dec are weekend days" in found.computation
    assert found.at == london("2026-12-13 09:10")


def test_seconds_of_the_start_are_dropped_only_where_minutes_are_told() -> None:
    start = london("2026-12-07 16:59") + timedelta(seconds=37, microseconds=5)
    assert due_time(Limit(1, "staffed_minutes"), start, ENGLAND, OFFICE).at == london("2026-12-07 17:00")
    assert due_time(Limit(1, "minutes"), start, ENGLAND, OFFICE).at == start + timedelta(minutes=1)


def test_now_is_due_as_it_starts() -> None:
    start = london("2026-12-24 15:00")
    assert due_time(Limit(0, "now"), start, ENGLAND, OFFICE) == Due(start, "Thu 24 Dec 2026 15:00: due at once")


def test_a_partnerships_own_closed_day_moves_and_explains_every_kind_of_clock() -> None:
    calendar = Calendar(extra_closed=frozenset({date(2026, 12, 8)}))
    start = london("2026-12-07 16:50")
    assert due("K-03", start, calendar=calendar) == Due(
        london("2026-12-09 17:00"),
        "Mon 7 Dec 2026 16:50 + 1 working day: Tue 8 Dec is the partnership's own closed day, so Wed 9 Dec 2026, 17:00",
    )
    assert due("K-04", start, calendar=calendar).at == london("2026-12-09 09:20")


# What is refused, and how to mend it.


def test_a_moment_without_its_time_zone_is_refused() -> None:
    naive = datetime(2026, 12, 7, 10, 0)  # noqa: DTZ001
    asks: list[Any] = [
        lambda: due_time(Limit(0, "now"), naive, ENGLAND, OFFICE),
        lambda: OFFICE.is_staffed(naive, ENGLAND),
        lambda: OFFICE.next_opening(naive, ENGLAND),
        lambda: OFFICE.add_staffed_minutes(naive, 1, ENGLAND),
    ]
    for ask in asks:
        with pytest.raises(NaiveDatetimeError, match=r"no time zone.*give it in UTC"):
            ask()


@pytest.mark.parametrize(
    ("amount", "counted_in", "message"),
    [
        (-1, "working_days", "give 1 or more"),
        (0, "minutes", 'count it in "same_day" or "now"'),
        (1, "same_day", "has no amount, and 1 was given: give 0"),
        (-1, "now", "give 0"),
        (1_001, "working_days", "give at most 1000"),
        (1, "fortnights", "use one of working_days, staffed_minutes, minutes, hours, same_day, now"),
    ],
)
def test_a_limit_that_cannot_be_counted_is_refused(amount: int, counted_in: Any, message: str) -> None:
    with pytest.raises(LimitError, match=message):
        Limit(amount, counted_in)


def test_every_refusal_can_be_caught_as_one() -> None:
    assert all(issubclass(error, ClockError) for error in (LimitError, NaiveDatetimeError, StaffedHoursError))
