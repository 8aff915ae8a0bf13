"""The record of a strategy discussion is signed by its chair, and stays as it was signed."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import Error as DatabaseError
from django.db import connection, transaction

from audit.models import Event
from casework.actions import strategy_planning, strategy_recording, strategy_signing
from casework.actions.strategy_planning import StrategyRefusedError
from casework.models import (
    StrategyAddendum,
    StrategyDiscussion,
    StrategyInvitee,
)
from casework.permissions import NotPermittedError
from casework.queries import strategy as queries
from referrals.models import Clock
from tests.casework.strategy import AFTER, Meeting
from tests.referrals.people import World

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def meeting(world: World) -> Meeting:
    return Meeting(world)


def clock(meeting: Meeting, kind: str, about: object = "") -> Clock | None:
    return Clock.objects.filter(referral=meeting.referral, kind=kind, about=str(about), ended_at__isnull=True).first()


def test_the_chair_signs_and_nobody_else(meeting: Meeting) -> None:
    held = meeting.held()
    with pytest.raises(NotPermittedError):
        strategy_signing.sign(discussion=held, version=held.version, by=meeting.world.hana, at=AFTER)
    signed = strategy_signing.sign(discussion=held, version=held.version, by=meeting.mona, at=AFTER)
    assert signed.is_signed
    assert queries.is_as_signed(signed)
    assert clock(meeting, "S-02", held.pk) is None
    told = Event.objects.about(meeting.referral).get(event="strategy.signed")
    assert told.detail["seal"] == signed.seal


def test_what_is_not_whole_is_not_signed(meeting: Meeting) -> None:
    meeting.write(medical={"needed": ""})
    meeting.attend("social_care", "police", "health")
    held = meeting.hold()
    with pytest.raises(StrategyRefusedError, match="Medical examination"):
        strategy_signing.sign(discussion=held, version=held.version, by=meeting.mona, at=AFTER)


def test_what_was_decided_when_held_cannot_be_turned_round_before_signing(meeting: Meeting) -> None:
    meeting.held()
    part = meeting.discussion.parts.get(section="decision")
    with pytest.raises(StrategyRefusedError, match="bring the discussion together again"):
        strategy_recording.save_part(
            part=part, version=part.version, given={"section_47": "no"}, by=meeting.mona, at=AFTER
        )


def signed(meeting: Meeting) -> StrategyDiscussion:
    held = meeting.held()
    return strategy_signing.sign(discussion=held, version=held.version, by=meeting.mona, at=AFTER)


def test_a_signed_record_takes_addenda_alone(meeting: Meeting) -> None:
    found = signed(meeting)
    part = found.parts.get(section="risk")
    with pytest.raises(strategy_recording.RecordClosedError):
        strategy_recording.save_part(part=part, version=part.version, given={"safety": "x"}, by=meeting.mona, at=AFTER)
    with pytest.raises(strategy_recording.RecordClosedError):
        strategy_recording.add_action(
            discussion=found, given={"what": "x", "owner": meeting.sue, "due_on": date(2026, 12, 9)}, by=meeting.mona,
            at=AFTER,
        )  # fmt: skip
    strategy_signing.add(discussion=found, text="The officer’s number was wrong.", by=meeting.mona, at=AFTER)
    assert StrategyAddendum.objects.get(discussion=found).number == 1
    assert queries.is_as_signed(meeting.now())


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("casework_strategydiscussion", "held_at", "2026-12-01 10:00:00+00:00"),
        ("casework_strategydiscussion", "status", "held"),
        ("casework_strategypart", "version", 9),
        ("casework_strategychild", "section_47", "no"),
        ("casework_strategyinvitee", "attendance", "absent"),
    ],
)
def test_the_database_refuses_to_change_a_signed_record(
    meeting: Meeting, table: str, column: str, value: str | int
) -> None:
    signed(meeting)
    with pytest.raises(DatabaseError, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_words_changed_past_the_portal_are_noticed(meeting: Meeting) -> None:
    found = signed(meeting)
    part = found.parts.get(section="risk")
    part.content = dict(part.content) | {"safety": "Nothing to see."}
    part.save(update_fields=["content"])
    assert not queries.is_as_signed(meeting.now())


def test_circulated_to_those_who_were_there_with_receipts(meeting: Meeting) -> None:
    found = signed(meeting)
    pat, hugh = meeting.invitees["police"], meeting.invitees["health"]
    count = strategy_signing.circulate(
        discussion=found, how={str(pat.pk): "", str(hugh.pk): ""}, by=meeting.world.hana, at=AFTER
    )
    assert count == 2
    circulation = found.circulations.select_related("invitee", "discussion__referral", "discussion__agency").get(
        invitee=pat
    )
    assert clock(meeting, "S-04", circulation.pk) is not None
    with pytest.raises(NotPermittedError):
        strategy_signing.receive(circulation=circulation, by=meeting.hugh, at=AFTER)
    strategy_signing.receive(circulation=circulation, by=meeting.world.pat, at=AFTER)
    assert clock(meeting, "S-04", circulation.pk) is None


def test_another_chair_where_the_first_cannot_sign(meeting: Meeting) -> None:
    held = meeting.held()
    max_ = meeting.world.person("max", "Max Mere", "hub_manager", unit="cumberland_hub")
    strategy_planning.hand_chair(discussion=held, version=held.version, chair=max_, by=meeting.mona, at=AFTER)
    now = meeting.now()
    strategy_signing.sign(discussion=now, version=now.version, by=max_, at=AFTER)
    assert StrategyInvitee.objects.filter(discussion=held).count() == 3
