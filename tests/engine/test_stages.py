"""When a clock reminds: worked examples on the calendar of winter 2026."""

from datetime import UTC, datetime, time

import pytest

from procedures.engine.clock_errors import LimitError
from procedures.engine.clock_hours import Opening, StaffedHours
from procedures.engine.clock_schema import ClockKind, ClockStage, DisagreementStage
from procedures.engine.loading import load_edition, shipped_files
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


@pytest.mark.parametrize(
    ("when", "amount", "words"),
    [
        ("minutes_before_due", 1440, "24 hours before it is due: the chair"),
        ("minutes_before_due", 60, "1 hour before it is due: the chair"),
        ("minutes_after_start", 90, "After 90 minutes: the chair"),
    ],
)
def test_whole_hours_are_told_as_hours(when: When, amount: int, words: str) -> None:
    assert stage_words(Stage(when, amount, ("chair",), is_escalation=False)) == words


OFFICE_DAY = Opening(time(9), time(17))
CLOSED_ON_WEDNESDAYS = StaffedHours((OFFICE_DAY, OFFICE_DAY, None, OFFICE_DAY, OFFICE_DAY, None, None))


def test_a_day_without_staffed_hours_reminds_when_the_recipient_opens_next() -> None:
    stage = Stage("day", 1, ("recipient",), is_escalation=False)  # Wednesday 9 December
    found = moment_of(stage, starts_at=at(8, 10), due_at=at(10, 17), calendar=Calendar(), hours=CLOSED_ON_WEDNESDAYS)
    assert found == at(10, 9)


def test_a_day_without_staffed_hours_before_it_is_due_reminds_at_noon() -> None:
    stage = Stage("working_days_before_due", 2, ("owner",), is_escalation=False)  # Wednesday 9 December
    found = moment_of(stage, starts_at=at(1, 10), due_at=at(11, 17), calendar=Calendar(), hours=CLOSED_ON_WEDNESDAYS)
    assert found == at(9, 12)


def test_each_stage_of_a_clock_has_a_code_of_its_own_and_reminders_come_first() -> None:
    for edition in (load_edition(path) for path in shipped_files()):
        for clock in edition.content.clocks:
            codes = [stage.code for stage in clock.all_stages]
            assert len(codes) == len(set(codes)), clock.id
            assert codes == sorted(codes, reverse=True, key=lambda code: code.startswith("remind:")), clock.id


def test_an_edition_with_an_amount_that_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="takes no amount"):
        ClockStage.model_validate({"when": "at_due", "amount": 2, "to": ["screener"]})


def test_the_stages_of_a_disagreement_tell_those_who_answer_and_say_what_is_not_confirmed() -> None:
    for edition in (load_edition(path) for path in shipped_files()):
        found = edition.content.disagreements
        assert [each.id for each in found][:2] == ["practitioners", "managers"]
        for each in found:
            codes = [stage.code for stage in each.all_stages]
            assert len(codes) == len(set(codes)), each.id
            assert codes[0] == "remind:minutes_after_start:1"
            assert set(each.all_stages[0].to) >= set(each.answering), "whoever answers hears of it at once"
            assert each.to_confirm, "no page found states the time limits (U-12)"


def test_a_stage_of_a_disagreement_takes_days_but_never_a_month() -> None:
    stage = {"id": "a", "title": "A", "who": "B", "raising": ["raiser"], "answering": ["decider"], "source": "C"}
    assert DisagreementStage.model_validate(stage | {"limit": 1}).all_stages == []
    for limit in (0, 21):
        with pytest.raises(ValueError, match="limit"):
            DisagreementStage.model_validate(stage | {"limit": limit})


@pytest.mark.parametrize("more", [{"limit": 1}, {"runs_for": ["hub"]}])
def test_a_clock_whose_date_somebody_sets_counts_nothing_and_starts_for_nobody(more: dict[str, object]) -> None:
    clock = {"id": "A", "kind": "S-09", "title": "A", "starts": "a", "ends": "b", "limit": 0, "counted_in": "set_date",
             "source": "S-1"}  # fmt: skip
    assert ClockKind.model_validate(clock).limit == 0
    with pytest.raises(ValueError, match="set by somebody"):
        ClockKind.model_validate(clock | more)
