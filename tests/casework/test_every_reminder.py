"""Every row of section 5.5 that a sent referral starts, with a moved clock: each stage at its time, to whom, once.

The times below were counted by hand from Wednesday 2 December 2026, 10:00: the hub is staffed from 08:00 to 17:00, the
police, the LADO and Prevent in office hours from 09:00 to 17:00.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.actions.closed_days import close_day
from accounts.models import User
from casework.actions import reminding, strategy_inviting, strategy_recording, strategy_signing
from casework.models import Reminder, StrategyCirculation
from referrals.actions.clocks import end_clocks, start_clock
from referrals.models import Clock, Referral
from tests.casework.strategy import AFTER, NIGHT, TAKEN, Meeting
from tests.referrals.people import NOW, World, sent

LONDON = ZoneInfo("Europe/London")
EVERY = timedelta(minutes=5)
END = NOW + timedelta(days=8)

HUB_OF_EVERY_REFERRAL = """
K-02 hub     Thu  3 09:00 hana
K-02 hub     Thu  3 17:00 mona
K-03 hub     Thu  3 09:00 hana mona
K-03 hub     Thu  3 15:00 hana mona
K-03 hub     Thu  3 17:00 mona
K-03 hub     Fri  4 08:00 hedy
"""
STANDARD = """
K-05 hub     Mon  7 08:00 alice mona
K-05 hub     Wed  9 08:00 adam
K-15 hub     Thu  3 09:00 hana mona
K-15 hub     Thu  3 17:00 hana mona
"""
POLICE = """
K-15 police  Thu  3 09:30 pat
K-15 police  Thu  3 17:00 hana mona
"""
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "an emergency": (
        {"danger": "yes"},
        HUB_OF_EVERY_REFERRAL
        + """
K-01 police  Wed  2 10:30 alice
K-01 police  Wed  2 11:00 mona
K-04 hub     Wed  2 10:15 hana
K-04 hub     Wed  2 10:30 mona
K-04 hub     Wed  2 10:45 sven
K-05 hub     Thu  3 08:00 alice mona
K-05 hub     Mon  7 08:00 adam
K-15 police  Wed  2 10:30 pat
K-15 police  Wed  2 11:00 hana mona
K-15 hub     Wed  2 10:30 hana mona
K-15 hub     Wed  2 11:00 hana mona
""",
    ),
    "a person who works with children": (
        {"works": "work"},
        HUB_OF_EVERY_REFERRAL
        + STANDARD
        + POLICE
        + """
K-06 lado    Wed  2 14:00 hana lena
K-06 lado    Thu  3 17:00 lena
K-15 lado    Thu  3 09:30 lena
K-15 lado    Thu  3 17:00 hana mona
""",
    ),
    "extremism": (
        {"concerns": ("extremism",)},
        HUB_OF_EVERY_REFERRAL
        + STANDARD
        + """
K-14 prevent_spoc Wed  2 13:30 prue
K-14 prevent_spoc Wed  2 17:00 mona
K-15 prevent_spoc Thu  3 09:30 prue
K-15 prevent_spoc Thu  3 17:00 hana mona
""",
    ),
}

# Started by later work on a case. No discussion is planned here, so what is the chair's or an owner's goes to the next
# above, the manager; tests/casework/test_strategy*.py tell of those who are invited.
LATER = """
K-07 hub     Thu  3 15:00 mona
K-07 hub     Thu  3 17:00 mona
K-07 hub     Fri  4 08:30 mona
K-08 hub     Wed 16 08:00 hana mona
K-08 hub     Mon 4Jan 08:00 hana mona
K-08 hub     Mon 25Jan 08:00 hana mona
K-08 hub     Wed 3Feb 08:00 hana mona
K-08 hub     Mon 8Feb 17:00 hedy
K-09 hub     Wed  9 08:00 hana mona
K-09 hub     Wed 16 08:00 hana mona
K-09 hub     Mon 21 08:00 hana mona
K-09 hub     Wed 23 17:00 mona
K-10 hub     Fri  4 22:00 hana mona
K-10 hub     Sat  5 10:00 hedy
K-11 hub     Wed  9 08:00 mona
K-11 hub     Fri 11 08:30 mona
K-11 hub     Mon 14 08:00 mona
K-12 hub     Wed  9 08:00 mona
K-12 hub     Fri 11 08:30 mona
K-12 hub     Mon 14 08:00 mona
K-13 hub     Wed  9 09:00 mona
K-13 hub     Thu 10 08:00 mona
K-16 hub     Thu  3 08:00 alice
K-16 hub     Mon  7 08:00 alice
K-16 hub     Tue  8 10:00 mona
"""
# A discussion planned on the Wednesday for Friday 4 December, 14:00; sue and pat answer that they come, hugh does not
# answer. Put on record on the Friday at 16:00 with an action of pat's for Friday 11, signed late, on Wednesday 9 at
# 10:00, and sent to sue, who says on Thursday at 09:00 that she has it, and to pat, who does not. The hub closes at
# 16:30 on Fridays.
DISCUSSION = """
S-01 hub     Wed  2 10:02 sue pat hugh
S-01 hub     Thu  3 14:00 sue pat hugh chas
S-01 hub     Fri  4 13:00 sue pat hugh chas
K-07 hub     Thu  3 15:00 sue pat hugh chas
K-07 hub     Thu  3 17:00 sue pat hugh chas
K-07 hub     Fri  4 08:30 mona
S-02 hub     Mon  7 17:00 chas
S-02 hub     Tue  8 08:00 mona
S-04 hub     Wed  9 10:01 sue pat
S-04 hub     Thu 10 17:00 pat chas
K-11 hub     Wed  9 08:00 pat
K-11 hub     Fri 11 08:30 pat
K-11 hub     Mon 14 08:00 chas
"""
# Held by two agencies on Thursday 3 December at 23:00, on record at 23:40.
AT_NIGHT = """
S-01 hub     Wed  2 10:02 sue pat hugh
S-01 hub     Wed  2 23:00 sue pat hugh chas
S-01 hub     Thu  3 22:00 sue pat hugh chas
S-02 hub     Fri  4 16:30 chas
S-02 hub     Mon  7 08:00 mona
S-03 hub     Fri  4 12:15 mona
S-03 hub     Fri  4 16:30 mona hedy
"""
AGREED = {"K-11": datetime(2026, 12, 11, 16, 30, tzinfo=LONDON), "K-12": datetime(2026, 12, 11, 16, 30, tzinfo=LONDON)}


@pytest.fixture
def staffed(world: World) -> World:
    """The named people with everybody in the hub to whom something is escalated."""
    for first, name, role in (
        ("mona", "Mona Moor", "hub_manager"),
        ("sven", "Sven Sale", "service_manager"),
        ("hedy", "Hedy Holm", "head_of_service"),
    ):
        world.person(first, name, role, unit="cumberland_hub")
    return world


def expected(table: str) -> set[tuple[str, str, str, str]]:
    rows = set()
    for line in table.split("\n"):
        if line.strip():
            kind, recipient, weekday, day, clock, *people = line.split()
            rows |= {(kind, recipient, f"{weekday} {day} {clock}", who) for who in people}
    return rows


def told(referral: Referral) -> list[tuple[str, str, str, str]]:
    rows = Reminder.objects.filter(clock__referral=referral).select_related("to", "clock")
    return [(row.clock.kind, row.clock.recipient, moment(row.reached_at), row.to.email.split("@")[0]) for row in rows]


def moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    month = "" if local.month == NOW.month else f"{local:%b}"
    return f"{local:%a} {local.day}{month} {local:%H:%M}"


def sweep(start: datetime, end: datetime, *, every: timedelta = EVERY) -> None:
    at = start
    while at <= end:
        reminding.remind_due(at=at)
        at += every


@pytest.mark.parametrize("what", CASES)
def test_each_stage_at_its_time_to_whom_it_concerns_and_once(staffed: World, what: str) -> None:
    more, table = CASES[what]
    referral = sent(staffed, **more)
    sweep(NOW, END)
    found = told(referral)
    assert sorted(found) == sorted(expected(table))
    late = [row for row in Reminder.objects.all() if not timedelta() <= row.made_at - row.reached_at < EVERY]
    assert late == []
    sweep(END, END + timedelta(hours=1))
    assert told(referral) == found


def test_each_stage_of_what_later_work_starts(staffed: World) -> None:
    referral = sent(staffed)
    end_clocks(referral=referral, kinds=["K-02", "K-03", "K-05", "K-15"], by=None, at=NOW)
    for kind in ("K-07", "K-08", "K-09", "K-10", "K-11", "K-12", "K-13", "K-16"):
        assert start_clock(referral=referral, kind=kind, agency=referral.owner_unit, at=NOW, due_at=AGREED.get(kind))
    sweep(NOW, NOW + timedelta(days=70), every=timedelta(minutes=30))
    assert sorted(told(referral)) == sorted(expected(LATER))
    assert all(row.made_at == row.reached_at for row in Reminder.objects.all())


@pytest.fixture
def chas(world: World) -> User:
    """Who chairs, with the head of service above the hub's manager."""
    world.person("hedy", "Hedy Holm", "head_of_service", unit="cumberland_hub")
    return world.person("chas", "Chas Cole", "strategy_chair", unit="cumberland_hub")


def two_answer(meeting: Meeting) -> None:
    for kind, person in (("social_care", meeting.sue), ("police", meeting.world.pat)):
        given = {"reply": "coming"}
        strategy_inviting.answer(invitee=meeting.invitees[kind], given=given, by=person, at=TAKEN)


def test_each_stage_of_a_strategy_discussion_of_its_record_and_its_actions(world: World, chas: User) -> None:
    meeting, quarter = Meeting(world, chair=chas), timedelta(minutes=15)
    two_answer(meeting)
    sweep(NOW, AFTER, every=quarter)
    held = meeting.held()
    given = {"what": "See the child.", "owner": world.pat, "due_on": date(2026, 12, 11)}
    strategy_recording.add_action(discussion=held, given=given, by=meeting.mona, at=AFTER)
    signed_at = datetime(2026, 12, 9, 10, 0, tzinfo=LONDON)
    sweep(AFTER, signed_at, every=quarter)
    strategy_signing.sign(discussion=held, version=held.version, by=chas, at=signed_at)
    readers = {str(meeting.invitees[kind].pk): "" for kind in ("social_care", "police")}
    assert strategy_signing.circulate(discussion=meeting.now(), how=readers, by=chas, at=signed_at) == 2
    read_at = datetime(2026, 12, 10, 9, 0, tzinfo=LONDON)
    sweep(signed_at, read_at, every=quarter)
    hers = StrategyCirculation.objects.get(invitee=meeting.invitees["social_care"])
    strategy_signing.receive(circulation=hers, by=meeting.sue, at=read_at)
    sweep(read_at, datetime(2026, 12, 15, 12, 0, tzinfo=LONDON), every=quarter)
    kinds = {row[0] for row in expected(DISCUSSION)}
    found = [row for row in told(meeting.referral) if row[0] in kinds]
    assert sorted(found) == sorted(expected(DISCUSSION))


def test_each_stage_of_a_discussion_that_two_agencies_held_at_night(world: World, chas: User) -> None:
    meeting, quarter = Meeting(world, planned_for=NIGHT, chair=chas), timedelta(minutes=15)
    two_answer(meeting)
    recorded_at = NIGHT + timedelta(minutes=40)
    sweep(NOW, recorded_at, every=quarter)
    meeting.write(at=recorded_at, review={"reconvene_on": "2026-12-07"})
    meeting.attend("police", at=recorded_at)
    held = meeting.hold(by=world.hana, held_at=NIGHT, reason="Nobody from health at night.", at=recorded_at)
    assert held.awaits_ratification
    sweep(recorded_at, recorded_at + timedelta(days=6), every=quarter)
    kinds = {row[0] for row in expected(AT_NIGHT)}
    found = [row for row in told(meeting.referral) if row[0] in kinds]
    assert sorted(found) == sorted(expected(AT_NIGHT))


def test_after_an_outage_each_hears_of_a_clock_once_and_of_its_newest_stage(staffed: World) -> None:
    referral = sent(staffed, danger="yes")
    whole = expected(CASES["an emergency"][1])
    sweep(NOW, NOW + timedelta(minutes=20))
    before = told(referral)
    assert before == [("K-04", "hub", "Wed 2 10:15", "hana")]
    back = datetime(2026, 12, 4, 12, 0, tzinfo=LONDON)
    sweep(back, back + timedelta(hours=2))
    while_away = {row for row in whole if row not in before and datetime_of(row[2]) <= back}
    newest = {
        row
        for row in while_away
        if not any(other[:2] == row[:2] and other[3] == row[3] and datetime_of(other[2]) > datetime_of(row[2])
                   for other in while_away)
    }  # fmt: skip
    assert sorted(told(referral)) == sorted([*before, *newest])
    # What came after the outage comes at its own time again.
    sweep(back + timedelta(hours=2), END)
    assert {row for row in whole if datetime_of(row[2]) > back} <= set(told(referral))


def datetime_of(words: str) -> datetime:
    _, day, clock = words.split()
    hour, minute = clock.split(":")
    return datetime(2026, 12, int(day), int(hour), int(minute), tzinfo=LONDON)


def test_a_closed_day_of_the_partnership_is_counted_by_what_starts_from_then_on(staffed: World) -> None:
    before = sent(staffed)
    close_day(partnership="Cumbria", day=date(2026, 12, 3), reason="Training", by=staffed.adam, at=NOW)
    after = sent(staffed)
    due = {
        referral: Clock.objects.get(referral=referral, kind="K-03", agency__unit="cumberland_hub")
        for referral in (before, after)
    }
    assert moment(due[before].due_at) == "Thu 3 17:00"
    assert moment(due[after].due_at) == "Fri 4 16:30"
    assert "Thu 3 Dec is the partnership's own closed day (Training)" in due[after].computation
