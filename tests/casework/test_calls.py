"""Calls as records: the referrer's and the hub's, never changed, corrected by further rows."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import calls as hub_calls
from casework.models import HubCall
from casework.permissions import NotPermittedError
from casework.queries.calls import calls_of
from referrals.actions import break_glass, calls, conflicts
from referrals.models import Referral, ReferrersCall
from tests.casework.reading import case_text, text_of
from tests.casework.two_hubs import sent_to_two_hubs
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
GIVEN: dict[str, Any] = {
    "other_kind": "101",
    "direction": "made",
    "on": date(2026, 12, 2),
    "clock": time(9, 50),
    "number": "101",
    "waited_minutes": 12,
    "ended": "answered",
    "other": "PC Invented, control room",
    "agreed": "An officer rings the school before three.",
    "reference": "INC-0042",
    "is_late": "no",
}
POSTED = GIVEN | {"on_0": "2", "on_1": "12", "on_2": "2026", "clock": "09:50", "waited_minutes": "12"}
del POSTED["on"]


@pytest.fixture
def case(world: World) -> Referral:
    return sent(world)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def recorded(case: Referral, by: User, **more: Any) -> HubCall:
    corrects = more.pop("corrects", None)
    token = more.pop("token", None) or uuid.uuid4()
    return hub_calls.record(referral=case, given=GIVEN | more, token=token, by=by, at=LATER, corrects=corrects)


def told(case: Referral, by: User, **more: Any) -> ReferrersCall:
    corrects = more.pop("corrects", None)
    return calls.record(referral=case, given=GIVEN | more, token=uuid.uuid4(), by=by, at=LATER, corrects=corrects)


def test_the_hub_records_a_call(world: World, case: Referral, as_: As) -> None:
    call = recorded(case, world.hana)
    assert (call.agency.unit, call.waited_minutes, call.is_late) == ("cumberland_hub", 12, False)
    assert call.began_at == datetime.fromisoformat("2026-12-02T09:50:00+00:00")
    assert Event.objects.about(case).get(event="call.recorded").by_id == str(world.hana.pk)
    page = case_text(as_(world.hana), case.pk)
    for words in ("Call to: Police on 101", "Waited: 12 minutes", "PC Invented", "before three", "INC-0042"):
        assert words in page
    assert "Call recorded: Police on 101. Somebody was spoken to" in page


def test_the_referrer_and_their_lead_record_theirs(world: World, case: Referral, as_: As) -> None:
    told(case, world.alice, ended="abandoned", other="", agreed="", is_late="yes", late_why="The line was engaged.")
    told(case, world.bob, other_kind="hub", direction="received")
    page = case_text(as_(world.hana), case.pk)
    assert "Not answered" in page
    assert "The line was engaged." in page
    assert "Call from: A hub or children’s social care" in page
    own = text_of(as_(world.alice).get(f"/referrals/{case.pk}/calls/"))
    assert "Recorded by Bob Barrow" in own


def test_the_referrer_never_reads_the_hubs_calls(world: World, case: Referral, as_: As) -> None:
    recorded(case, world.hana, agreed="SECRET", other="SECRET")
    for path in ("sent/", "calls/", "sent/print/", "copy.txt"):
        assert b"SECRET" not in as_(world.alice).get(f"/referrals/{case.pk}/{path}").content


@pytest.mark.parametrize(("change", "field"), [
    ({"other_kind": ""}, "other_kind"), ({"other_kind": "the press"}, "other_kind"), ({"direction": ""}, "direction"),
    ({"ended": ""}, "ended"), ({"other": ""}, "other"), ({"agreed": " "}, "agreed"), ({"is_late": ""}, "is_late"),
    ({"is_late": "yes"}, "late_why"), ({"on": None}, "on"), ({"clock": None}, "clock"),
    ({"clock": time(10, 8)}, "clock"), ({"on": date(2026, 12, 3)}, "clock"), ({"waited_minutes": -1}, "waited_minutes"),
    ({"waited_minutes": 2_000}, "waited_minutes"), ({"number": "1\n2"}, "number"), ({"agreed": "a" * 4_001}, "agreed"),
])  # fmt: skip
def test_what_is_missing_is_said_by_field(world: World, case: Referral, change: dict[str, Any], field: str) -> None:
    with pytest.raises(calls.CallRefusedError) as refused:
        recorded(case, world.hana, **change)
    assert list(refused.value.faults) == [field]
    assert not HubCall.objects.exists()


def test_what_nobody_answered_needs_no_name(world: World, case: Referral) -> None:
    call = recorded(case, world.hana, ended="message", other="", agreed="", waited_minutes=None)
    assert call.waited_minutes is None
    received = recorded(case, world.hana, direction="received", is_late="")
    assert received.is_late is False


def test_a_correction_is_a_further_row(world: World, case: Referral, mona: User, as_: As) -> None:
    first = recorded(case, world.hana)
    with pytest.raises(calls.CallRefusedError) as refused:
        recorded(case, mona, corrects=first)
    assert list(refused.value.faults) == ["correction_why"]
    second = recorded(case, mona, corrects=first, waited_minutes=20, correction_why="It was longer.")
    with pytest.raises(calls.CallCorrectedError):
        recorded(case, world.hana, corrects=first, correction_why="No, shorter.")
    [call] = calls_of(world.hana, case, at=LATER)
    assert call.row == second
    assert call.earlier == (first,)
    page = case_text(as_(world.hana), case.pk)
    assert "Waited: 20 minutes" in page
    assert "As it was recorded before" in page
    assert Event.objects.about(case).filter(event="call.corrected").count() == 1
    third = recorded(case, world.hana, corrects=second, correction_why="Both were wrong.")
    assert calls_of(world.hana, case, at=LATER)[0].earlier == (second, first)
    assert third.corrects == second


def test_a_double_click_records_once(world: World, case: Referral) -> None:
    token = uuid.uuid4()
    assert recorded(case, world.hana, token=token) == recorded(case, world.hana, token=token)
    assert HubCall.objects.count() == 1
    assert Event.objects.about(case).filter(event="call.recorded").count() == 1


def test_only_who_works_on_the_case_records(world: World, case: Referral, mona: User) -> None:
    sven = world.person("sven", "Sven Sale", "service_manager", unit="cumberland_hub")
    for person in (world.alice, world.bob, world.nell, world.will, world.pat, world.cleo, world.adam, sven):
        with pytest.raises(NotPermittedError):
            recorded(case, person)
    break_glass.open_case(reference=case.reference, reason="A child.", by=world.will, at=LATER)
    with pytest.raises(NotPermittedError):
        recorded(case, world.will)
    for person in (world.hana, world.carol, world.pat):
        with pytest.raises(NotPermittedError):
            told(case, person)
    recorded(case, world.nora)
    conflicts.keep_away(referral=case, person=world.hana, reason="Cousin.", by=mona, at=LATER)
    with pytest.raises(NotPermittedError):
        recorded(case, world.hana)


def test_a_hub_reads_its_own_calls_and_the_owner_all(world: World) -> None:
    case = sent_to_two_hubs(world)
    for person in (world.hana, world.nell):
        recorded(case, person)
    assert len(calls_of(world.hana, case, at=LATER)) == 2
    assert [call.row.recorded_by for call in calls_of(world.nell, case, at=LATER)] == [world.nell]
    told(case, world.alice)
    assert len(calls_of(world.nell, case, at=LATER)) == 2


def test_a_sealed_case_has_the_conflict_officers_calls(world: World) -> None:
    case = sent(world, about=("police",))
    recorded(case, world.cleo)
    with pytest.raises(NotPermittedError):
        recorded(case, world.hana)


def test_the_page_keeps_what_was_typed_and_says_what_is_missing(world: World, case: Referral, as_: As) -> None:
    browser = as_(world.hana)
    path = f"/cases/{case.pk}/calls"
    assert "checked" not in browser.get(path).content.decode()
    answer = browser.post(path, POSTED | {"on_0": "40"})
    assert answer.status_code == 400
    assert "PC Invented, control room" in answer.content.decode()
    answer = browser.post(path, POSTED | {"agreed": ""})
    assert "Write what was said and agreed" in answer.content.decode()
    assert browser.post(path, POSTED).status_code == 302
    call = HubCall.objects.get()
    correcting = browser.get(f"{path}?corrects={call.pk}").content.decode()
    assert "An officer rings the school before three." in correcting
    token = {"corrects": str(call.pk), "correction_why": "A minute."}
    assert browser.post(path, POSTED | token).status_code == 302
    gone = browser.get(f"{path}?corrects={call.pk}", follow=True)
    assert "corrected already" in text_of(gone)
    assert "corrected already" in text_of(browser.post(path, POSTED | token, follow=True))


def test_the_referrers_page_records_and_corrects(world: World, case: Referral, as_: As) -> None:
    browser = as_(world.alice)
    path = f"/referrals/{case.pk}/calls/"
    assert browser.post(path, POSTED | {"other_kind": "referrer"}).status_code == 400
    assert browser.post(path, POSTED | {"token": str(uuid.uuid4())}).status_code == 302
    call = ReferrersCall.objects.get()
    corrected = POSTED | {"corrects": str(call.pk), "correction_why": "The number.", "number": "999"}
    assert browser.post(path, corrected).status_code == 302
    assert ReferrersCall.objects.get(corrects=call).number == "999"
    assert "corrected already" in text_of(browser.get(f"{path}?corrects={call.pk}", follow=True))
