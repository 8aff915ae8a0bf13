"""The papers of a strategy discussion: for its chair and those who come, until it is held."""

from collections.abc import Callable

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import strategy_inviting
from tests.casework.reading import text_of
from tests.casework.strategy import TAKEN, Meeting
from tests.form_client import FormClient
from tests.referrals.people import World

As = Callable[[User], FormClient]
KNOWN = "Health: seen in March for broken sleep."
ANSWERED = "Sleeps badly."  # the referrer's own words about the child


@pytest.fixture
def meeting(world: World) -> Meeting:
    return Meeting(world)


def papers(meeting: Meeting) -> str:
    return f"/strategy/{meeting.discussion.pk}/papers"


def comes(meeting: Meeting, kind: str, person: User, reply: str = "coming") -> None:
    given = {"reply": reply, "information": KNOWN if kind == "health" else "", "note": "On leave."}
    strategy_inviting.answer(invitee=meeting.invitees[kind], given=given, by=person, at=TAKEN)


def test_whoever_comes_reads_what_the_others_bring_but_not_the_referral(meeting: Meeting, as_: As) -> None:
    browser = as_(meeting.world.pat)
    assert browser.get(papers(meeting)).status_code == 404
    assert "once you have answered that you come" in text_of(browser.get(f"/strategy/{meeting.discussion.pk}/"))
    comes(meeting, "health", meeting.hugh)
    comes(meeting, "police", meeting.world.pat)
    page = text_of(browser.get(papers(meeting)))
    for words in (KNOWN, "An adult online.", "Riley Number1", "Hugh Heath", "OFFICIAL-SENSITIVE"):
        assert words in page
    assert ANSWERED not in page
    assert Event.objects.filter(event="strategy.papers_read", by_id=str(meeting.world.pat.pk)).count() == 1


def test_whoever_cannot_come_or_has_a_conflict_reads_nothing(meeting: Meeting, as_: As) -> None:
    comes(meeting, "health", meeting.hugh, reply="not_coming")
    comes(meeting, "police", meeting.world.pat, reply="conflict")
    for person in (meeting.hugh, meeting.world.pat, meeting.world.alice, meeting.world.will):
        assert as_(person).get(papers(meeting)).status_code == 404


def test_the_hub_reads_the_referral_with_them(meeting: Meeting, as_: As) -> None:
    assert ANSWERED in text_of(as_(meeting.mona).get(papers(meeting)))


def test_a_chair_who_does_not_read_cases_reads_this_one_in_its_papers(world: World, as_: As) -> None:
    kit = world.person("kit", "Kit Keld", "strategy_chair", unit="cumberland_hub")
    meeting = Meeting(world, chair=kit)
    assert as_(kit).get(f"/cases/{meeting.referral.pk}/").status_code == 404
    assert ANSWERED in text_of(as_(kit).get(papers(meeting)))


def test_once_it_is_held_those_who_came_wait_for_the_record(meeting: Meeting, as_: As) -> None:
    comes(meeting, "health", meeting.hugh)
    meeting.held()
    assert as_(meeting.hugh).get(papers(meeting)).status_code == 404
    assert as_(meeting.mona).get(papers(meeting)).status_code == 200
