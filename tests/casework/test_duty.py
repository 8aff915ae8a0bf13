"""Out of hours: the rota, the lists that one shift hands to the next, and what counts as received (Z-11)."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.directory import get_agency
from accounts.models import Agency, User
from casework import states
from casework.actions import calls, duty, partners, queue, taking
from casework.models import ChildCase, Duty
from casework.permissions import NotPermittedError
from casework.queries import duty as queries
from casework.queries.audiences import people_for
from casework.queries.handover import handover, last_closing
from referrals.actions import conflicts
from referrals.models import Clock, Pack, Referral
from tests.casework.reading import text_of
from tests.casework.test_disagreeing import disagreed, replied
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
EVENING = datetime(2026, 12, 2, 20, 0, tzinfo=UTC)  # a Wednesday, the hub long closed
MORNING = datetime(2026, 12, 3, 8, 30, tzinfo=UTC)
ENTRY: dict[str, Any] = {
    "from_day": date(2026, 12, 2), "from_time": time(17, 0), "to_day": date(2026, 12, 3), "to_time": time(8, 0),
}  # fmt: skip
POSTED = {
    "from_day_0": "2", "from_day_1": "12", "from_day_2": "2026", "from_time": "17:00",
    "to_day_0": "3", "to_day_1": "12", "to_day_2": "2026", "to_time": "08:00",
}  # fmt: skip
RANG: dict[str, Any] = {
    "other_kind": "referrer", "direction": "received", "on": date(2026, 12, 2), "clock": time(19, 50),
    "ended": "answered", "other": "Alice Appleby", "agreed": "The child stays with an aunt tonight.",
}  # fmt: skip


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def hub(world: World) -> Agency:
    return get_agency("cumberland_hub")


@pytest.fixture
def urgent(world: World) -> Referral:
    return sent(world, danger="yes", at=EVENING)


def entered(hub: Agency, by: User, who: User, *, at: datetime = NOW, **more: Any) -> Duty:
    return duty.enter(agency=hub, given=ENTRY | {"person": str(who.pk)} | more, by=by, at=at)


def the_clock_says(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at)


def test_a_manager_keeps_the_rota(world: World, mona: User, hub: Agency) -> None:
    entry = entered(hub, mona, world.nora)
    assert queries.on_duty(hub, at=EVENING) == [world.nora]
    assert queries.on_duty(hub, at=MORNING) == []
    for person in (world.hana, world.nora, world.will, world.adam):
        with pytest.raises(NotPermittedError):
            entered(hub, person, world.nora)
        with pytest.raises(NotPermittedError):
            duty.take_back(duty=entry, by=person, at=NOW)
    duty.take_back(duty=entry, by=mona, at=NOW)
    assert queries.on_duty(hub, at=EVENING) == []
    with pytest.raises(duty.DutyGoneError):
        duty.take_back(duty=entry, by=mona, at=NOW)


def test_who_may_be_on_duty(world: World, mona: User, hub: Agency) -> None:
    assert set(queries.who_may_be_on_duty(hub, at=NOW)) == {world.hana, mona, world.nora}


@pytest.mark.parametrize(("change", "field"), [
    ({"person": ""}, "person"), ({"from_day": None}, "from_day"), ({"from_time": None}, "from_time"),
    ({"to_day": None}, "to_day"), ({"to_time": None}, "to_time"), ({"to_day": date(2026, 12, 2)}, "to_day"),
    ({"to_day": date(2026, 12, 12)}, "to_day"),
    ({"from_day": date(2026, 12, 1), "to_day": date(2026, 12, 1), "to_time": time(18)}, "to_day"),
])  # fmt: skip
def test_what_is_missing_is_said_by_field(
    world: World, mona: User, hub: Agency, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(duty.DutyRefusedError) as refused:
        entered(hub, mona, world.nora, **change)
    assert list(refused.value.faults) == [field]
    assert not Duty.objects.exists()


def test_the_pages_of_the_rota(world: World, mona: User, hub: Agency, as_: As) -> None:
    browser, path = as_(mona), f"/duty/{hub.unit}/enter"
    assert "Choose who is on duty" in text_of(browser.post(path, POSTED))
    assert browser.post(path, POSTED | {"person": str(world.nora.pk)}).status_code == 302
    entry = Duty.objects.get()
    for person in (world.hana, mona, world.nora):
        assert "Nora Night" in text_of(as_(person).get("/duty/"))
    assert "Nora Night" not in text_of(as_(world.nell).get("/duty/"))
    for person in (world.hana, world.will, world.alice):
        assert as_(person).get(path).status_code == 404
        assert as_(person).post(f"/duty/{entry.pk}/take-back").status_code == 404
    assert browser.post(f"/duty/{entry.pk}/take-back").status_code == 302
    assert "was taken back already" in text_of(browser.post(f"/duty/{entry.pk}/take-back", follow=True))


def test_an_urgent_referral_is_not_received_until_somebody_takes_it(
    world: World, mona: User, hub: Agency, urgent: Referral
) -> None:
    standard = sent(world, at=EVENING)
    found = handover(world.nora, hub, is_morning=False, at=EVENING + timedelta(minutes=5))
    assert [case.pk for case in found.not_received] == [urgent.pk]
    assert standard.urgency == "standard"
    taking.take(referral=urgent, by=world.nora, at=EVENING + timedelta(minutes=6))
    assert handover(mona, hub, is_morning=False, at=EVENING + timedelta(minutes=7)).not_received == []


def test_a_call_with_the_referrer_receives_it(world: World, hub: Agency, urgent: Referral, as_: As) -> None:
    later = EVENING + timedelta(minutes=9)
    for change in ({"ended": "message", "other": "", "agreed": ""}, {"other_kind": "101"}):
        calls.record(referral=urgent, given=RANG | change, token=uuid.uuid4(), by=world.nora, at=later)
        assert handover(world.nora, hub, is_morning=False, at=later).not_received != []
    calls.record(referral=urgent, given=RANG, token=uuid.uuid4(), by=world.nora, at=later)
    assert handover(world.nora, hub, is_morning=False, at=later).not_received == []
    assert not Clock.objects.filter(referral=urgent, kind__in=["K-02", "K-04"], ended_at__isnull=True).exists()
    assert {child.state for child in ChildCase.objects.filter(referral=urgent)} == {states.RECEIVED}
    taking.take(referral=urgent, by=world.hana, at=MORNING)
    assert ChildCase.objects.get(referral=urgent).state == states.RECEIVED


def test_the_morning_reads_what_the_night_did(
    world: World, mona: User, hub: Agency, urgent: Referral, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered(hub, mona, world.nora)
    taking.take(referral=urgent, by=world.nora, at=EVENING + timedelta(minutes=6))
    found = handover(mona, hub, is_morning=True, at=MORNING)
    assert ("Case taken", "Nora Night") in {(done.what, done.who) for done in found.done}
    assert [entry.person for entry in found.duties] == [world.nora]
    the_clock_says(monkeypatch, MORNING)
    page = text_of(as_(mona).get("/handover/"))
    assert "Return list of the morning" in page
    assert "Case taken, Nora Night" in page
    assert "Riley" not in page
    assert "Handover list of the evening" in text_of(as_(mona).get("/handover/?list=evening"))


def test_the_evening_reads_what_is_due_and_what_came_back(
    world: World, mona: User, hub: Agency, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = sent(world)
    police = Pack.objects.system(reason="a test").get(referral=case, route__unit="cumbria_police")
    partners.return_pack(pack=police, reason="Not ours.", whose="", by=world.pat, at=NOW)
    Clock.objects.filter(referral=case, kind="K-03").update(due_at=EVENING + timedelta(hours=2))
    queue.refresh(referral=case)
    found = handover(mona, hub, is_morning=False, at=EVENING)
    assert "K-03" in {clock.kind for clock in found.due}
    assert [row.referral_id for row in found.returned] == [case.pk]
    the_clock_says(monkeypatch, EVENING)
    assert case.reference in text_of(as_(world.nora).get("/handover/"))
    assert case.reference not in text_of(as_(world.nell).get("/handover/"))
    for person in (world.alice, world.pat, world.adam):
        assert as_(person).get("/handover/").status_code == 404


def test_the_lists_hold_nothing_that_is_kept_from_their_reader(
    world: World, mona: User, hub: Agency, urgent: Referral
) -> None:
    taking.take(referral=urgent, by=world.nora, at=EVENING + timedelta(minutes=6))
    conflicts.keep_away(referral=urgent, person=world.hana, reason="Cousin.", by=mona, at=EVENING)
    sealed = sent(world, about=("police",), danger="yes", at=EVENING)
    found = handover(world.hana, hub, is_morning=True, at=MORNING)
    assert (found.not_received, found.due, found.done) == ([], [], [])
    assert sealed.pk not in {case.pk for case in handover(mona, hub, is_morning=True, at=MORNING).not_received}


def test_when_a_hub_last_closed(hub: Agency) -> None:
    assert last_closing(hub, at=MORNING) < MORNING
    assert last_closing(hub, at=MORNING).date() == date(2026, 12, 2)
    monday = datetime(2026, 12, 7, 7, 0, tzinfo=UTC)
    assert last_closing(hub, at=monday).date() == date(2026, 12, 4)


def test_whoever_is_on_duty_is_reminded_first(world: World, mona: User, hub: Agency, urgent: Referral) -> None:
    clock = Clock.objects.filter(referral=urgent, kind="K-04").select_related("referral__owner_unit", "agency").get()
    assert world.hana in people_for("screener", clock, at=EVENING)
    entered(hub, mona, world.nora)
    assert people_for("screener", clock, at=EVENING) == [world.nora]
    conflicts.keep_away(referral=urgent, person=world.nora, reason="Cousin.", by=mona, at=EVENING)
    assert world.hana in people_for("screener", clock, at=EVENING)


def test_the_lists_name_what_is_disagreed_with(
    world: World, mona: User, hub: Agency, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = replied(world, mona)
    disagreed(case, world.alice)
    assert [row.referral_id for row in handover(mona, hub, is_morning=False, at=EVENING).disagreements] == [case.pk]
    the_clock_says(monkeypatch, EVENING)
    assert "Open disagreements" in text_of(as_(mona).get("/handover/"))
