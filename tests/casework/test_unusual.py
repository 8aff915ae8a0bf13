"""Reading that somebody should ask about: each rule by itself, then the page of a day."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User
from audit.record import record_alone
from casework.actions import reading
from casework.queries.unusual import BY_GLASS, DENIALS, MANY, NOT_ROUTED, ODD_HOURS, Limits, Reading, is_night, unusual
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LIMITS = Limits(cases=3, odd_hours=2, denials=4, night=(time(22), time(6)))
NOON = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 2, 0, 30, tzinfo=UTC)


def reads(count: int, *, at: datetime = NOON, **more: Any) -> list[Reading]:
    return [Reading(by="hana", at=at + timedelta(minutes=each), case=f"case {each}", **more) for each in range(count)]


def rules(readings: list[Reading]) -> dict[str, int]:
    return {each.rule: each.count for each in unusual(readings, LIMITS)}


@pytest.mark.parametrize(
    ("readings", "found"),
    [
        (reads(2), {}),
        (reads(3), {MANY: 3}),
        (reads(2) * 5, {}),  # the same two cases over and over
        (reads(1, at=MIDNIGHT), {}),
        (reads(2, at=MIDNIGHT), {ODD_HOURS: 2}),
        (reads(2, at=MIDNIGHT, works_nights=True), {}),
        (reads(1, was_routed=False), {NOT_ROUTED: 1}),
        (reads(1, was_routed=False, by_glass=True), {BY_GLASS: 1}),
        (reads(3, is_denial=True), {}),
        (reads(4, is_denial=True), {DENIALS: 4}),
        ([], {}),
    ],
)
def test_each_rule(readings: list[Reading], found: dict[str, int]) -> None:
    assert rules(readings) == found


@pytest.mark.parametrize(
    ("moment", "answer"), [("21:59", False), ("22:00", True), ("03:00", True), ("05:59", True), ("06:00", False)]
)
def test_a_night_spans_midnight_in_english_time(moment: str, answer: bool) -> None:
    summer = datetime.fromisoformat(f"2026-07-01T{moment}:00+01:00")
    assert is_night(summer, (time(22), time(6))) is answer
    assert is_night(NOON, (time(1), time(5))) is False


@pytest.mark.django_db
class TestThePage:
    def test_a_manager_sees_their_own_unit_and_an_auditor_the_partnership(
        self, world: World, as_: As, settings: Any
    ) -> None:
        settings.UNUSUAL_CASES_A_DAY = 2
        mona = world.person("mona", "Mona Moss", "hub_manager", unit="cumberland_hub")
        audrey = world.person("audrey", "Audrey Auld", "auditor", partnership="Cumbria")
        for case in (sent(world), sent(world)):
            reading.read_case(referral=case, by=world.hana, at=NOW)
        for person in (mona, audrey):
            words = text_of(as_(person).get("/record/unusual?day=2026-12-02"))
            assert "Hana Hale" in words
            assert "Read many cases in one day" in words
        assert "Hana Hale" not in text_of(as_(world.will).get("/record/unusual?day=2026-12-02"))
        assert "Nothing unusual" in text_of(as_(mona).get("/record/unusual"))

    def test_a_case_that_never_went_to_the_reader_stands_out(self, world: World, as_: As) -> None:
        audrey = world.person("audrey", "Audrey Auld", "auditor", partnership="Cumbria")
        record_alone(event="case.read", by=world.will, at=NOW, subject=sent(world))
        words = text_of(as_(audrey).get("/record/unusual?day=2026-12-02"))
        assert "Will West" in words
        assert "did not go to their unit" in words

    @pytest.mark.parametrize("name", ["alice", "hana", "cleo", "adam", "pat"])
    def test_it_is_nobody_elses(self, world: World, as_: As, name: str) -> None:
        assert as_(getattr(world, name)).get("/record/unusual").status_code == 404
