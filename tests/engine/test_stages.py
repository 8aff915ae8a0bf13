"""When a clock reminds: worked examples on the calendar of winter 2026."""

from datetime import UTC, datetime, time

import pytest

from procedures.engine.clock_errors import LimitError
from procedures.engine.clock_hours import Opening, StaffedHours
from procedures.engine.stages import Stage, When, moment_of, stage_words
from procedures.engine.working_days import Calendar

HOURS = StaffedHours((*(Opening(time(9), time(17)),) * 5, None, None))


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "amount", "start", "due", "expected"),
    [
        ("half_time", 0, at(2, 10), at(2, 10, 30), at(2, 10, 15)),
        ("half_time", 0, at(2, 16, 45), at(3, 9, 15), at(2, 17)),  # 15 staffed minutes of 30, at close
        ("half_time", 0, at(24, 15), at(29, 17), at(29, 12)),  # five of ten staffed hours; Christmas in between
        ("half_time", 0, at(5, 10), at(5, 12), at(5, 11)),  # a Saturday: half of the time that passes
        ("staffed_minutes_after_start", 240, at(2, 15), at(3, 17), at(3, 11)),
        ("minutes_after_start", 30, at(5, 23), at(5, 23), at(5, 23, 30)),
        ("day", 3, at(4, 12), at(9, 17), at(9, 9)),
        ("day", 1, at(24, 15), at(29, 17), at(29, 9)),
        ("minutes_before_due", 120, at(2, 10), at(3, 17), at(3, 15)),
        ("minutes_before_due", 120, at(3, 16), at(3, 17), at(3, 16)),  # never before it starts
        ("working_days_before_due", 2, at(1, 9), at(29, 17), at(23, 9)),
        ("at_due", 0, at(2, 10), at(3, 17), at(3, 17)),
        ("staffed_minutes_late", 15, at(2, 16), at(2, 17), at(3, 9, 15)),
        ("working_days_late", 1, at(23, 10), at(24, 17), at(29, 9)),
    ],
)
def test_a_stage_is_reached(when: When, amount: int, start: datetime, due: datetime, expected: datetime) -> None:
    stage = Stage(when, amount, ("screener",), is_escalation=False)
    assert moment_of(stage, starts_at=start, due_at=due, calendar=Calendar(), hours=HOURS) == expected


def test_an_amount_is_given_where_there_is_one_to_give() -> None:
    with pytest.raises(LimitError, match="takes no amount"):
        Stage("at_due", 3, ("screener",), is_escalation=True)
    with pytest.raises(LimitError, match="needs an amount"):
        Stage("day", 0, ("screener",), is_escalation=False)


def test_a_stage_in_words() -> None:
    stage = Stage("working_days_late", 1, ("head_of_service", "hub_manager"), is_escalation=True)
    assert stage_words(stage) == "1 working day late: the head of service, the hub manager"
