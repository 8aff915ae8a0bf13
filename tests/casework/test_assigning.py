"""A case for a named colleague: given to take, handed over, or given with others at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import assigning, taking
from casework.models import Assignment, QueueEntry, Taking
from casework.permissions import NotPermittedError
from casework.queries.tasks import tasks_of
from referrals.actions import conflicts
from referrals.models import Clock, Referral
from referrals.text import TextRefusedError
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def harry(world: World) -> User:
    return world.person("harry", "Harry Hill", "hub_screener", unit="cumberland_hub")


def runs(referral: Referral, kind: str) -> bool:
    return Clock.objects.filter(referral=referral, kind=kind, ended_at__isnull=True).exists()


def assignee(referral: Referral) -> User | None:
    return QueueEntry.objects.get(referral=referral, agency__unit="cumberland_hub").assignee


def test_a_case_that_nobody_has_is_given_to_take_and_its_first_look_runs_on(
    world: World, as_: As, mona: User, harry: User
) -> None:
    referral = sent(world, danger="yes")
    assigning.assign(referral=referral, to=harry, note="You know the school.", by=mona, at=LATER)
    assert runs(referral, "K-04")
    assert assignee(referral) == harry
    assert not Taking.objects.exists()
    assert "Take the case that was given to you" in [task.what for task in tasks_of(harry, at=LATER)]
    assert "Not taken yet , given to Harry Hill" in text_of(as_(world.hana).get("/hub/"))
    page = case_text(as_(harry), referral.pk)
    assert "Mona Moor gave it to Harry Hill to take. They wrote: You know the school." in page
    assigning.assign(referral=referral, to=world.hana, by=mona, at=LATER)
    assert Assignment.objects.filter(ended_at__isnull=True).get().to == world.hana
    taking.take(referral=referral, by=harry, at=LATER)
    assert not Assignment.objects.filter(ended_at__isnull=True).exists()
    assert assignee(referral) == harry
    assert not runs(referral, "K-04")


def test_whoever_has_a_case_hands_it_over_with_a_note(world: World, as_: As, harry: User) -> None:
    referral = sent(world, danger="yes")
    taking.take(referral=referral, by=world.hana, at=LATER)
    browser = as_(world.hana)
    assert "Give this case to a colleague" in case_text(browser, referral.pk)
    path = f"/cases/{referral.pk}/give"
    assert "Choose a colleague" in text_of(browser.post(path, {"note": "Off duty."}))
    empty = browser.post(path, {"to": str(harry.pk), "note": " "})
    assert empty.status_code == 400
    assert "Write what your colleague needs to know." in text_of(empty)
    done = browser.post(path, {"to": str(harry.pk), "note": "The aunt rings at four."}, follow=True)
    assert "Harry Hill has this case now" in text_of(done)
    assert "Hana Hale handed it over and wrote: The aunt rings at four." in text_of(done)
    first, second = Taking.objects.get(given_by=None), Taking.objects.get(given_by=world.hana)
    assert (first.released_by, second.taken_by, second.given_by) == (world.hana, harry, world.hana)
    assert assignee(referral) == harry
    event = Event.objects.about(referral).get(event="case.handed_over")
    assert event.detail == {"unit": "cumberland_hub", "from": str(world.hana.pk), "to": str(harry.pk)}
    assert browser.get(path).status_code == 404
    taking.release(taking=second, reason="Too much.", by=harry, at=LATER + timedelta(minutes=9))
    assert runs(referral, "K-04")
    assert assignee(referral) is None


def test_of_two_who_hand_over_at_once_one_is_told(world: World, mona: User, harry: User) -> None:
    referral = sent(world)
    stale = taking.take(referral=referral, by=world.hana, at=LATER)
    assigning.hand_over(taking=stale, to=harry, note="Yours.", by=world.hana, at=LATER)
    with pytest.raises(taking.AlreadyTakenError) as lost:
        assigning.hand_over(taking=stale, to=mona, note="Yours.", by=world.hana, at=LATER)
    assert lost.value.taking.taken_by == harry


def test_a_case_goes_only_to_the_units_own_people_who_may_see_it(world: World, mona: User, harry: User) -> None:
    referral = sent(world)
    conflicts.keep_away(referral=referral, person=harry, reason="A neighbour.", by=mona, at=NOW)
    for person in (harry, world.will, world.pat, world.alice, world.nora):
        with pytest.raises(assigning.PersonRefusedError, match="cannot be given this case"):
            assigning.assign(referral=referral, to=person, by=mona, at=LATER)
    with pytest.raises(TextRefusedError):
        assigning.assign(referral=referral, to=world.hana, note="x" * 2000, by=mona, at=LATER)


@pytest.mark.parametrize("name", ["hana", "alice", "will", "pat", "nora", "cleo"])
def test_only_a_manager_gives_what_somebody_else_has(world: World, as_: As, mona: User, name: str) -> None:
    referral = sent(world)
    taken = taking.take(referral=referral, by=mona, at=LATER)
    person = getattr(world, name)
    with pytest.raises(NotPermittedError):
        assigning.assign(referral=referral, to=world.hana, by=person, at=LATER)
    with pytest.raises(NotPermittedError):
        assigning.hand_over(taking=taken, to=world.hana, note="Mine.", by=person, at=LATER)
    assert as_(person).post(f"/cases/{referral.pk}/give", {"to": str(world.hana.pk)}).status_code == 404


def test_several_are_given_at_once_after_they_are_listed(world: World, as_: As, mona: User, harry: User) -> None:
    kept, free, hers = sent(world), sent(world), sent(world)
    conflicts.keep_away(referral=kept, person=harry, reason="A neighbour.", by=mona, at=NOW)
    taking.take(referral=hers, by=world.hana, at=LATER)
    chosen = {"case": [str(each.pk) for each in (kept, free, hers)], "do": "assign", "query": "show=new"}
    browser = as_(mona)
    listed = text_of(browser.post("/hub/chosen", chosen))
    for expected in (kept.reference, free.reference, hers.reference, "Hana Hale has it", "Nobody has it"):
        assert expected in listed
    assert not Assignment.objects.exists()
    assert "Choose a colleague" in text_of(browser.post("/hub/chosen", chosen | {"confirmed": "1"}))
    confirmed = chosen | {"confirmed": "1", "to": str(harry.pk), "note": "While Hana is away."}
    done = text_of(browser.post("/hub/chosen", confirmed))
    assert f"{kept.reference} Not done. Harry Hill cannot be given this case." in done
    assert f"{free.reference} Given to Harry Hill." in done
    assert f"{hers.reference} Given to Harry Hill." in done
    assert (assignee(kept), assignee(free), assignee(hers)) == (None, harry, harry)


def test_several_packs_are_acknowledged_at_once_and_no_case_is_taken(world: World, as_: As) -> None:
    first, second = sent(world), sent(world)
    chosen = {"case": [str(first.pk), str(second.pk), str(world.hana.pk)], "do": "acknowledge"}
    browser = as_(world.hana)
    assert "are not in your queue any more" in text_of(browser.post("/hub/chosen", chosen))
    done = text_of(browser.post("/hub/chosen", chosen | {"confirmed": "1"}))
    assert done.count("Acknowledged.") == 2
    for referral in (first, second):
        assert all_packs(referral)["cumberland_hub"].acknowledged_by == world.hana
        assert all_packs(referral)["cumbria_police"].acknowledged_at is None
    assert not Taking.objects.exists()
    assert "There was nothing to acknowledge." in text_of(browser.post("/hub/chosen", chosen | {"confirmed": "1"}))
    assert "Choose at least one case" in text_of(browser.post("/hub/chosen", {"do": "acknowledge"}, follow=True))
    assert browser.post("/hub/chosen", chosen | {"do": "assign"}).status_code == 404
    assert "Choose at least one case" in text_of(as_(world.nora).post("/hub/chosen", {"do": "assign"}, follow=True))


def test_another_hubs_cases_cannot_be_chosen(world: World, as_: As) -> None:
    referral = sent(world)
    answer = as_(world.nell).post("/hub/chosen", {"case": str(referral.pk), "do": "acknowledge", "confirmed": "1"})
    assert answer.status_code == 302
    assert all_packs(referral)["cumberland_hub"].acknowledged_at is None
