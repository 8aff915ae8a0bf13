"""A strategy discussion from plan to signature: who has to be there, what follows, and that it stays as signed."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from audit.models import Event
from casework import quoracy, states
from casework.actions import moving, strategy_holding, strategy_planning, strategy_recording
from casework.actions.strategy_planning import StrategyChangedError, StrategyRefusedError
from casework.models import (
    StrategyAction,
    StrategyChild,
    StrategyPart,
)
from casework.permissions import NotPermittedError
from casework.quoracy import Attendee
from referrals.models import Clock
from tests.casework.strategy import AFTER, LONDON, MEETING, NIGHT, TAKEN, Meeting
from tests.referrals.people import World


@pytest.fixture
def meeting(world: World) -> Meeting:
    return Meeting(world)


def clock(meeting: Meeting, kind: str, about: object = "") -> Clock | None:
    return Clock.objects.filter(referral=meeting.referral, kind=kind, about=str(about), ended_at__isnull=True).first()


@pytest.mark.parametrize("there", list(product([True, False], repeat=3)))
def test_quoracy(there: tuple[bool, bool, bool]) -> None:
    codes = [code for code, is_there in zip(quoracy.CORE, there, strict=True) if is_there]
    found = quoracy.missing([Attendee(code, is_present=True, is_senior_enough=True) for code in codes])
    assert found == [code for code in quoracy.CORE if code not in codes]


@pytest.mark.parametrize(
    "attendee",
    [
        Attendee("police", is_present=False, is_senior_enough=True),
        Attendee("police", is_present=True, is_senior_enough=False),
        Attendee("police", is_present=True, is_senior_enough=True, has_conflict=True),
    ],
)
def test_who_does_not_count(attendee: Attendee) -> None:
    others = [Attendee(code, is_present=True, is_senior_enough=True) for code in ("social_care", "health")]
    assert quoracy.missing([*others, attendee]) == ["police"]
    assert not quoracy.is_enough_at_night([attendee])
    assert quoracy.is_enough_at_night([Attendee("police", is_present=True, is_senior_enough=True)])


def test_planning_moves_the_child_and_starts_the_clock(meeting: Meeting) -> None:
    assert meeting.child.state == states.STRATEGY
    started = clock(meeting, "K-07")
    assert started is not None
    assert (started.starts_at, started.plan[0]["to"]) == (TAKEN, ["chair", "invitees"])
    assert meeting.discussion.number == 1


def test_a_screener_cannot_call_one_but_plans_what_was_called(meeting: Meeting) -> None:
    strategy_planning.cancel(discussion=meeting.now(), version=1, reason="Nobody free.", by=meeting.mona, at=TAKEN)
    plan = {"planned_for": MEETING, "method": "phone", "chair": meeting.mona}
    again = strategy_planning.plan(children=[meeting.child], given=plan, by=meeting.world.hana, at=TAKEN)
    assert again.number == 2
    strategy_planning.cancel(discussion=again, version=1, reason="Nobody free.", by=meeting.mona, at=TAKEN)
    meeting.back_to_triage()
    with pytest.raises(NotPermittedError):
        strategy_planning.plan(
            children=[meeting.child], given=plan | {"reason": "Harm."}, by=meeting.world.hana, at=TAKEN
        )


def test_a_child_has_one_planned_discussion(meeting: Meeting) -> None:
    with pytest.raises(StrategyRefusedError, match="planned for this child already"):
        meeting.plan()


def test_what_is_missing_is_said_by_field(meeting: Meeting) -> None:
    given = {"chair": meeting.world.hana}
    with pytest.raises(StrategyRefusedError) as refused:
        strategy_planning.change(discussion=meeting.now(), version=1, given=given, by=meeting.mona, at=TAKEN)
    assert set(refused.value.faults) == {"planned_for", "method", "chair"}


def test_a_whole_discussion_is_held_by_whoever_writes_the_record(meeting: Meeting) -> None:
    held = meeting.held(by=meeting.world.hana)
    assert (held.status, held.quoracy, held.missing) == ("held", "full", [])
    assert meeting.child.state == states.STRATEGY_HELD
    assert clock(meeting, "K-07") is None
    assert clock(meeting, "S-02", held.pk) is not None
    assert Event.objects.about(meeting.referral).filter(event="strategy.held").count() == 1


def test_without_section_47_answered_it_is_not_held(meeting: Meeting) -> None:
    meeting.write(decision={"section_47": ""})
    meeting.attend("social_care", "police", "health")
    with pytest.raises(StrategyRefusedError, match="Section 47 enquiries"):
        meeting.hold()


def test_section_47_needs_the_risk_assessment_of_the_person_of_concern(meeting: Meeting) -> None:
    meeting.write(risk={"abuser_risk": ""})
    meeting.attend("social_care", "police", "health")
    with pytest.raises(StrategyRefusedError, match="risk assessment of the person of concern"):
        meeting.hold()
    meeting.write(risk={"abuser_risk": ""}, decision={"section_47": "no"})
    meeting.hold()


def test_without_police_only_a_manager_with_a_reason_and_a_day_to_meet_again(meeting: Meeting) -> None:
    meeting.write()
    meeting.attend("social_care", "health")
    with pytest.raises(StrategyRefusedError, match=r"Police\. A manager may record"):
        meeting.hold(by=meeting.world.hana)
    with pytest.raises(StrategyRefusedError) as refused:
        meeting.hold()
    assert set(refused.value.faults) == {"exception_reason", ""}
    meeting.write(review={"reconvene_on": "2026-12-09"})
    held = meeting.hold(reason="The officer was called away; the sergeant rang in.")
    assert (held.quoracy, held.missing) == ("excepted", ["police"])
    review = clock(meeting, "K-12", held.pk)
    assert review is not None
    assert review.due_at.astimezone(LONDON).date() == date(2026, 12, 9)


def test_somebody_not_senior_enough_does_not_make_it_quorate(meeting: Meeting) -> None:
    meeting.write()
    meeting.attend("social_care", "police", "health", senior=False)
    with pytest.raises(StrategyRefusedError, match="not senior enough"):
        meeting.hold(by=meeting.world.hana)


def test_two_agencies_at_night_are_ratified_by_another_manager(world: World) -> None:
    meeting = Meeting(world, planned_for=NIGHT)
    meeting.write(review={"reconvene_on": "2026-12-07"})
    meeting.attend("police")
    held = meeting.hold(by=world.hana, held_at=NIGHT, reason="Nobody from health at night; the ward rang.")
    assert (held.quoracy, held.awaits_ratification) == ("night", True)
    assert clock(meeting, "S-03", held.pk) is not None
    for one in (meeting.mona, world.hana, world.will):
        with pytest.raises(NotPermittedError):
            strategy_holding.ratify(discussion=meeting.now(), by=one, at=AFTER)
    max_ = world.person("max", "Max Mere", "hub_manager", unit="cumberland_hub")
    strategy_holding.ratify(discussion=meeting.now(), by=max_, at=AFTER)
    assert not meeting.now().awaits_ratification
    assert clock(meeting, "S-03", held.pk) is None


def test_two_agencies_by_day_are_not_enough(meeting: Meeting) -> None:
    meeting.write(review={"reconvene_on": "2026-12-07"})
    meeting.attend("police")
    with pytest.raises(StrategyRefusedError, match="A manager may record"):
        meeting.hold(by=meeting.world.hana, reason="Nobody from health.")


def test_section_47_starts_the_conference_clock_from_the_discussion(world: World) -> None:
    """The worked example of section 5.4: Friday 11 December 2026 → Wednesday 6 January 2027."""
    when = datetime(2026, 12, 11, 10, 0, tzinfo=UTC)
    meeting = Meeting(world, planned_for=when)
    meeting.held(held_at=when, at=when + timedelta(days=3))
    conference = clock(meeting, "K-09")
    assert conference is not None
    assert conference.starts_at == when
    assert conference.due_at.astimezone(LONDON).date() == date(2027, 1, 6)
    assert StrategyChild.objects.get(discussion=meeting.discussion).section_47 == "yes"


def test_without_section_47_no_conference_is_due(meeting: Meeting) -> None:
    meeting.write(decision={"section_47": "no"})
    meeting.attend("social_care", "police", "health")
    meeting.hold()
    assert clock(meeting, "K-09") is None


def test_a_second_discussion_leaves_the_conference_clock_where_it_is(meeting: Meeting) -> None:
    held = meeting.held()
    first = clock(meeting, "K-09")
    given = {"planned_for": MEETING + timedelta(days=3), "kind": "reconvened"}
    second = meeting.plan(at=AFTER, **given)
    assert (second.kind, second.previous_id, meeting.child.state) == ("reconvened", held.pk, states.STRATEGY)
    assert clock(meeting, "K-09") == first


def test_of_two_who_save_one_part_the_second_is_told(meeting: Meeting) -> None:
    part = meeting.discussion.parts.get(section="risk")
    strategy_recording.save_part(part=part, version=0, given={"safety": "At home."}, by=meeting.mona, at=AFTER)
    with pytest.raises(StrategyChangedError):
        strategy_recording.save_part(part=part, version=0, given={"safety": "No."}, by=meeting.world.hana, at=AFTER)
    assert StrategyPart.objects.get(pk=part.pk).content["safety"] == "At home."


def test_an_action_has_its_clock_until_it_is_done(meeting: Meeting) -> None:
    for day in (9, 10):
        given = {"what": "See Riley alone.", "owner": meeting.sue, "due_on": date(2026, 12, day)}
        strategy_recording.add_action(discussion=meeting.now(), given=given, by=meeting.mona, at=AFTER)
    first = StrategyAction.objects.select_related("discussion__referral", "discussion__agency").get(number=1)
    running = clock(meeting, "K-11", first.pk)
    assert running is not None
    assert running.due_at.astimezone(LONDON).date() == date(2026, 12, 9)
    strategy_recording.mark_done(action=first, note="Seen at school.", by=meeting.sue, at=AFTER)
    assert clock(meeting, "K-11", first.pk) is None
    assert Clock.objects.filter(referral=meeting.referral, kind="K-11", ended_at__isnull=True).count() == 1


def test_moving_on_without_section_47_ends_the_conference_clock(meeting: Meeting) -> None:
    meeting.held()
    assert clock(meeting, "K-09") is not None
    moving.swap(meeting.child, states.DECIDE, states.DECISION, by=meeting.mona, at=AFTER)
    assert clock(meeting, "K-09") is not None
    moving.swap(meeting.child, states.REPLY, states.NFA, by=meeting.mona, at=AFTER)
    assert clock(meeting, "K-09") is None
