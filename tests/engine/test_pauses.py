"""A pause gives a clock back what it took and no more (5.4)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.engine.clock_errors import LimitError, NaiveDatetimeError
from procedures.engine.clock_hours import Opening, StaffedHours
from procedures.engine.clocks import CountedIn, Limit, due_time
from procedures.engine.pauses import Pause, due_after_pause, moment_after_pause
from procedures.engine.working_days import Calendar

LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar()
SHORT_FRIDAY = StaffedHours((*(Opening(time(8), time(17)),) * 4, Opening(time(8), time(16, 30)), None, None))


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def local(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%a %d %b %H:%M")


# Wednesday 2 December 2026 and the days after it; Friday the hub closes at 16:30.
@pytest.mark.parametrize(
    ("counted_in", "due", "start", "end", "moved"),
    [
        ("working_days", at(3, 17), at(2, 10), at(2, 16), "Thu 03 Dec 17:00"),
        ("working_days", at(3, 17), at(2, 10), at(3, 9), "Fri 04 Dec 16:30"),
        ("working_days", at(3, 17), at(2, 10), at(7, 9), "Tue 08 Dec 17:00"),
        ("working_days", at(24, 17), at(23, 10), at(29, 9), "Wed 30 Dec 17:00"),
        ("working_days", at(4, 16, 30), at(2, 10), at(3, 9), "Mon 07 Dec 17:00"),
        ("staffed_minutes", at(2, 11), at(2, 10, 30), at(2, 10, 50), "Wed 02 Dec 11:20"),
        ("staffed_minutes", at(2, 16, 50), at(2, 16, 30), at(3, 8, 30), "Thu 03 Dec 08:50"),
        ("staffed_minutes", at(3, 8, 10), at(2, 17), at(3, 8), "Thu 03 Dec 08:10"),
        ("staffed_minutes", at(4, 16, 30), at(4, 16, 20), at(6, 12), "Mon 07 Dec 08:10"),
        ("hours", at(4, 10), at(2, 10), at(2, 22), "Fri 04 Dec 22:00"),
        ("minutes", at(2, 11), at(2, 10), at(2, 10, 5), "Wed 02 Dec 11:05"),
        ("same_day", at(2, 17), at(2, 10), at(2, 15), "Wed 02 Dec 17:00"),
        ("same_day", at(2, 17), at(2, 10), at(4, 9), "Fri 04 Dec 16:30"),
        ("same_day", at(2, 17), at(2, 10), at(5, 9), "Sun 06 Dec 00:00"),
    ],
)
def test_how_far_a_due_time_moves(
    counted_in: CountedIn, due: datetime, start: datetime, end: datetime, moved: str
) -> None:
    assert local(due_after_pause(due, Pause(start, end), counted_in, CALENDAR, SHORT_FRIDAY).at) == moved


def test_the_counting_is_told_in_words() -> None:
    told = due_after_pause(at(3, 17), Pause(at(2, 10), at(7, 9)), "working_days", CALENDAR, SHORT_FRIDAY).computation
    assert told == ("paused from Wed 2 Dec 2026 10:00 to Mon 7 Dec 2026 09:00 (3 working days): Tue 8 Dec 2026, 17:00")


def test_the_partnerships_own_closed_day_is_no_day_lost() -> None:
    calendar = Calendar(frozenset({date(2026, 12, 3)}))
    moved = due_after_pause(at(7, 17), Pause(at(2, 10), at(4, 9)), "working_days", calendar, SHORT_FRIDAY)
    assert local(moved.at) == "Tue 08 Dec 17:00"


@pytest.mark.parametrize(
    ("counted_in", "moment", "moved"),
    [
        ("working_days", at(3, 15), "Mon 07 Dec 15:00"),
        ("staffed_minutes", at(2, 10, 15), "Fri 04 Dec 09:15"),
        ("hours", at(2, 11), "Fri 04 Dec 10:00"),
        ("same_day", at(2, 13), "Fri 04 Dec 09:00"),
        ("same_day", at(4, 13), "Fri 04 Dec 13:00"),
    ],
)
def test_reminders_move_as_the_clock_does(counted_in: CountedIn, moment: datetime, moved: str) -> None:
    pause = Pause(at(2, 10), at(4, 9))
    assert local(moment_after_pause(moment, pause, counted_in, CALENDAR, SHORT_FRIDAY)) == moved


def test_a_pause_out_of_hours_moves_no_reminder_counted_in_staffed_minutes() -> None:
    pause = Pause(at(2, 18), at(3, 7))
    assert moment_after_pause(at(2, 19), pause, "staffed_minutes", CALENDAR, SHORT_FRIDAY) == at(2, 19)


def test_what_cannot_be_paused() -> None:
    with pytest.raises(LimitError, match="ends after it starts"):
        Pause(at(2, 10), at(2, 10))
    with pytest.raises(NaiveDatetimeError):
        Pause(datetime(2026, 12, 2), at(2, 10))  # noqa: DTZ001  that it is refused is what is tested
    pause = Pause(at(2, 10), at(2, 11))
    with pytest.raises(LimitError, match="due before"):
        due_after_pause(at(2, 10), pause, "hours", CALENDAR, SHORT_FRIDAY)
    with pytest.raises(LimitError, match="at once"):
        due_after_pause(at(2, 12), pause, "now", CALENDAR, SHORT_FRIDAY)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  UTC is added
LIMITS = st.sampled_from(
    [Limit(1, "working_days"), Limit(3, "working_days"), Limit(60, "staffed_minutes"), Limit(72, "hours"),
     Limit(0, "same_day")]
)  # fmt: skip


@given(start=MOMENTS, limit=LIMITS, after=st.integers(0, 10_000), length=st.integers(1, 20_000))
def test_a_pause_never_shortens_and_never_gives_more_than_it_took(
    start: datetime, limit: Limit, after: int, length: int
) -> None:
    due = due_time(limit, start, CALENDAR, SHORT_FRIDAY).at
    begins = start + timedelta(minutes=after)
    if begins >= due:
        return
    pause = Pause(begins, begins + timedelta(minutes=length))
    moved = due_after_pause(due, pause, limit.counted_in, CALENDAR, SHORT_FRIDAY).at
    assert moved >= due
    # A clock that is started when it goes on would run at least as long as what was left of this one.
    assert moved <= max(due, due_time(limit, pause.ends_at, CALENDAR, SHORT_FRIDAY).at)


@given(start=MOMENTS, length=st.integers(1, 20_000), longer=st.integers(0, 5_000))
def test_a_longer_pause_never_ends_a_clock_earlier(start: datetime, length: int, longer: int) -> None:
    for limit in (Limit(3, "working_days"), Limit(600, "staffed_minutes"), Limit(72, "hours")):
        due = due_time(limit, start, CALENDAR, SHORT_FRIDAY).at
        begins = start + timedelta(minutes=1)
        if begins >= due:
            continue
        one, two = (
            due_after_pause(
                due, Pause(begins, begins + timedelta(minutes=n)), limit.counted_in, CALENDAR, SHORT_FRIDAY
            ).at
            for n in (length, length + longer)
        )
        assert one <= two
