"""Taking a case: one wins, the other is told who; and giving it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import taking
from casework.models import Taking
from casework.permissions import NotPermittedError
from referrals.models import Clock, Referral
from referrals.text import TextRefusedError
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)


def running(referral: Referral) -> set[str]:
    clocks = Clock.objects.filter(referral=referral, ended_at__isnull=True).select_related("agency")
    return {f"{clock.kind} {clock.agency.unit if clock.agency else ''}" for clock in clocks}


def urgent(world: World) -> Referral:
    referral = sent(world, danger="yes")
    assert {"K-02 cumberland_hub", "K-04 cumberland_hub", "K-15 cumberland_hub"} <= running(referral)
    return referral


def test_taking_ends_the_first_look_and_tells_the_referrer_and_leaves_other_agencies_clocks(world: World) -> None:
    referral = urgent(world)
    before = running(referral)
    taken = taking.take(referral=referral, by=world.hana, at=LATER)
    assert (taken.taken_by, taken.agency.unit) == (world.hana, "cumberland_hub")
    assert before - running(referral) == {"K-02 cumberland_hub", "K-04 cumberland_hub", "K-15 cumberland_hub"}
    event = Event.objects.about(referral).get(event="case.taken")
    assert event.by_id == str(world.hana.pk)


def test_reading_takes_nothing(world: World, as_: As) -> None:
    referral = urgent(world)
    before = running(referral)
    as_(world.hana).get(f"/cases/{referral.pk}/")
    assert running(referral) == before
    assert not Taking.objects.exists()


def test_of_two_stale_pages_one_wins_and_the_other_is_told_who_has_it(world: World, as_: As) -> None:
    harry = world.person("harry", "Harry Hill", "hub_manager", unit="cumberland_hub")
    referral = urgent(world)
    first, second = as_(world.hana), as_(harry)
    for browser in (first, second):
        assert "Take this case" in case_text(browser, referral.pk)
    assert "You have this case" in text_of(first.post(f"/cases/{referral.pk}/take", follow=True))
    lost = text_of(second.post(f"/cases/{referral.pk}/take", follow=True))
    assert "somebody else took it first" in lost
    assert "Hana Hale , Cumberland" in lost
    assert Taking.objects.count() == 1
    assert "Hana Hale, since" in text_of(second.get("/hub/"))
    assert referral.reference not in second.get("/hub/?show=new").content.decode()
    assert referral.reference in first.get("/hub/?assignee=me").content.decode()


def test_a_double_click_takes_once(world: World, as_: As) -> None:
    referral = urgent(world)
    browser = as_(world.hana)
    for _ in range(2):
        assert browser.post(f"/cases/{referral.pk}/take").status_code == 302
    assert Event.objects.filter(event="case.taken").count() == 1


def test_the_out_of_hours_worker_records_it_as_received(world: World) -> None:
    referral = urgent(world)
    taking.take(referral=referral, by=world.nora, at=LATER)
    assert not {"K-02 cumberland_hub", "K-04 cumberland_hub"} & running(referral)


def test_the_conflict_officer_takes_a_sealed_case(world: World) -> None:
    referral = sent(world, about=("hub",), danger="yes")
    assert taking.take(referral=referral, by=world.cleo, at=LATER).agency.unit == "cumberland_conflict_officer"


@pytest.mark.parametrize("name", ["alice", "bob", "will", "nell", "pat", "lena", "cleo", "adam"])
def test_nobody_else_can_take(world: World, as_: As, name: str) -> None:
    referral = urgent(world)
    person = getattr(world, name)
    with pytest.raises(NotPermittedError):
        taking.take(referral=referral, by=person, at=LATER)
    assert as_(person).post(f"/cases/{referral.pk}/take").status_code == 404
    assert not Taking.objects.exists()


def test_giving_back_says_why_and_the_first_look_is_due_when_it_was(world: World, as_: As) -> None:
    referral = urgent(world)
    due = Clock.objects.get(referral=referral, kind="K-04").due_at
    taking.take(referral=referral, by=world.hana, at=LATER)
    browser = as_(world.hana)
    empty = browser.post(f"/cases/{referral.pk}/release", {"reason": "  "})
    assert empty.status_code == 400
    assert "Say why the case goes back" in text_of(empty)
    assert "Error:" in empty.content.decode().split("</title>")[0]
    back = browser.post(f"/cases/{referral.pk}/release", {"reason": "I know the family."}, follow=True)
    assert "back in the queue" in text_of(back)
    assert "Nobody yet." in text_of(back)
    assert Clock.objects.get(referral=referral, kind="K-04", ended_at__isnull=True).due_at == due
    assert Taking.objects.get().release_reason == "I know the family."
    assert Event.objects.about(referral).filter(event="case.released").count() == 1
    assert "K-02 cumberland_hub" not in running(referral)
    again = taking.take(referral=referral, by=world.hana, at=LATER + timedelta(minutes=5))
    assert again.released_at is None
    assert "K-04 cumberland_hub" not in running(referral)


def test_what_was_typed_is_still_there_when_it_is_refused(world: World, as_: As) -> None:
    referral = urgent(world)
    taking.take(referral=referral, by=world.hana, at=LATER)
    answer = as_(world.hana).post(f"/cases/{referral.pk}/release", {"reason": "Ask <b> first. " * 100})
    assert answer.status_code == 400
    assert "Shorten it" in text_of(answer)
    assert "Ask &lt;b&gt; first. Ask" in answer.content.decode()
    assert Taking.objects.get().released_at is None


def test_only_who_has_it_or_a_manager_gives_it_back(world: World, as_: As) -> None:
    harry = world.person("harry", "Harry Hill", "hub_screener", unit="cumberland_hub")
    mia = world.person("mia", "Mia Moss", "hub_manager", unit="cumberland_hub")
    referral = urgent(world)
    taken = taking.take(referral=referral, by=world.hana, at=LATER)
    assert as_(harry).get(f"/cases/{referral.pk}/release").status_code == 404
    with pytest.raises(NotPermittedError):
        taking.release(taking=taken, reason="Mine now", by=harry, at=LATER)
    with pytest.raises(TextRefusedError):
        taking.release(taking=taken, reason="", by=mia, at=LATER)
    taking.release(taking=taken, reason="Hana has gone home.", by=mia, at=LATER)
    with pytest.raises(taking.NotTakenError):
        taking.release(taking=taken, reason="Twice", by=mia, at=LATER)
