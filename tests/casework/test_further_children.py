"""A child whom the hub finds out about after sending, and the children of a hub that is dropped: none is left over."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from casework import states
from casework.actions import moving, notes, taking
from casework.models import ChildCase, ChildMove, Note, Taking
from casework.permissions import NotPermittedError
from referrals.actions import corrections, overrides, rerouting
from referrals.actions.clocks import end_clocks
from referrals.actions.corrections import CorrectionRefusedError
from referrals.models import Clock, Correction, Referral
from referrals.queries import live_routes
from tests.casework.reading import CASE_PAGES, case_text, text_of
from tests.casework.two_children import sent_to_two
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
SAM = {"Q-CHI-1": {"text": "Sam Further"}, "Q-CHI-2": {"text": "9"}}
HOW = "The mother said so on the telephone."
THERE = "north_east_lincolnshire_hub"


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def taken(world: World) -> Referral:
    case = sent(world)
    taking.take(referral=case, by=world.hana, at=LATER)
    return case


@pytest.fixture
def two(world: World) -> Referral:
    return sent_to_two(world)


def add(case: Referral, by: User, area: str = "", token: uuid.UUID | None = None) -> Correction:
    answers = SAM | ({"Q-CHI-0": {"chosen": [area]}} if area else {})
    return corrections.add_child(
        referral=case, page="child", answers=answers, how_known=HOW, token=token or uuid.uuid4(), by=by, at=LATER
    )


def settle(case: Referral, by: User) -> list[str]:
    """Send what is proposed; return to whom."""
    found = rerouting.rerouting(case)
    chosen = {f"answer_{number}": rerouting.SEND for number, _ in enumerate(found.proposed)}
    routes = rerouting.confirm(referral=case, expected=found.fingerprint, answers=chosen, by=by, at=LATER)
    return [route.unit for route in routes]


def child(case: Referral, number: int) -> ChildCase:
    return ChildCase.objects.select_related("agency").get(referral=case, number=number)


def test_a_further_child_is_routed_received_and_in_the_packs(world: World, taken: Referral, as_: As) -> None:
    key = add(taken, world.hana).record_key
    assert ChildCase.objects.filter(referral=taken).count() == 1
    assert "cumberland_hub" in settle(taken, world.hana)
    second = child(taken, 2)
    assert (second.child_key, second.agency.unit, second.state) == (key, "cumberland_hub", states.RECEIVED)
    pack = all_packs(taken)["cumberland_hub"]
    rows = [row for section in pack.snapshot["sections"] for row in section["rows"]]
    assert any("Sam Further" in row["lines"] and row["who"] == "the hub" for row in rows)
    page = case_text(as_(world.hana), taken.pk)
    assert "Child 2: Sam Further" in page
    assert "A further child" in page
    assert "R N, S F" in text_of(as_(world.hana).get("/hub/"))
    assert "Sam Further" not in text_of(as_(world.alice).get(f"/referrals/{taken.pk}/sent/"))


def test_a_child_of_another_area_is_its_hubs(world: World, taken: Referral) -> None:
    add(taken, world.hana, area="north_east_lincolnshire")
    assert THERE in settle(taken, world.hana)
    assert (child(taken, 2).agency.unit, child(taken, 2).state) == (THERE, states.SENT)
    taking.take(referral=taken, by=world.nell, at=LATER)
    assert child(taken, 2).state == states.RECEIVED


def test_the_owners_clocks_run_again_for_a_further_child(world: World, taken: Referral) -> None:
    unit = child(taken, 1).agency
    end_clocks(referral=taken, kinds=["K-03", "K-05"], agency=unit, by=world.hana, at=LATER)
    add(taken, world.hana)
    settle(taken, world.hana)
    running = Clock.objects.filter(referral=taken, agency=unit, ended_at__isnull=True)
    assert set(running.values_list("kind", flat=True)) >= {"K-03", "K-05"}
    assert not running.filter(kind__in=["K-03", "K-05"], starts_at__lt=LATER).exists()


def test_the_same_form_twice_adds_once(world: World, taken: Referral) -> None:
    token = uuid.uuid4()
    assert add(taken, world.hana, token=token) == add(taken, world.hana, token=token)
    assert len(rerouting.rerouting(taken).child_keys) == 2


def test_more_is_found_out_about_the_further_child(world: World, taken: Referral) -> None:
    key = add(taken, world.hana).record_key
    corrections.correct(
        referral=taken, page="child", key=key, answers={"Q-CHI-0": {"chosen": ["north_east_lincolnshire"]}},
        how_known=HOW, token=uuid.uuid4(), by=world.hana, at=LATER,
    )  # fmt: skip
    assert THERE in settle(taken, world.hana)


def test_a_child_of_whom_nothing_was_known_is_the_one_found(world: World) -> None:
    case = sent(world, area="no_child_known", concerns=("other",))
    taking.take(referral=case, by=world.hana, at=LATER)
    waiting = ChildCase.objects.get(referral=case)
    key = add(case, world.hana, area="cumberland").record_key
    settle(case, world.hana)
    found = ChildCase.objects.get(referral=case)
    assert (found.pk, found.number, found.child_key) == (waiting.pk, 1, key)


@pytest.mark.parametrize("name", ["alice", "nell", "will", "pat", "cleo", "adam"])
def test_nobody_else_adds_a_child(world: World, taken: Referral, name: str, as_: As) -> None:
    with pytest.raises(NotPermittedError):
        add(taken, getattr(world, name))
    assert as_(getattr(world, name)).get(f"/cases/{taken.pk}/facts/child/new/").status_code == 404
    assert not Correction.objects.exists()


def test_the_whole_way_in_the_browser(world: World, taken: Referral, as_: As) -> None:
    browser, here = as_(world.hana), f"/cases/{taken.pk}/facts/child/new/"
    assert here in browser.get(f"/cases/{taken.pk}/facts/").content.decode()
    assert "Child 2" in text_of(browser.get(here))
    form = {"Q-CHI-1": "Sam Further", "Q-CHI-2-age": "9", "token": str(uuid.uuid4())}
    refused = browser.post(here, form)
    assert refused.status_code == 400
    assert "Write how this is known" in text_of(refused)
    assert "Sam Further" in refused.content.decode()
    done = browser.post(here, form | {"how_known": HOW}, follow=True)
    assert "The child is written down." in text_of(done)
    assert Correction.objects.get().adds_child


def test_nothing_said_is_no_child(world: World, taken: Referral) -> None:
    with pytest.raises(CorrectionRefusedError):
        corrections.add_child(
            referral=taken, page="child", answers={}, how_known=HOW, token=uuid.uuid4(), by=world.hana, at=LATER
        )
    assert len(rerouting.rerouting(taken).child_keys) == 1


def test_the_children_of_a_dropped_hub_come_to_the_owner(world: World, two: Referral, mona: User, as_: As) -> None:
    before = child(two, 2)
    assert before.agency.unit == THERE
    overrides.drop(route=live_routes(two)["hub", THERE], reason="They moved back.", by=mona, at=LATER)
    after = child(two, 2)
    assert (after.agency.unit, after.state) == ("cumberland_hub", states.RECEIVED)
    assert after.version > before.version
    assert not Taking.objects.filter(referral=two, agency__unit=THERE, released_at__isnull=True).exists()
    moving.move(child=after, verb=states.START_CHECKS, by=world.hana, at=LATER)
    assert ChildMove.objects.filter(child=after).count() == 2
    assert "came over from a hub that was dropped" in case_text(as_(mona), two.pk)


def test_a_dropped_hub_reads_what_it_was_sent_and_acts_no_more(
    world: World, two: Referral, mona: User, as_: As
) -> None:
    browser = as_(world.nell)
    assert "/take" in browser.get(f"/cases/{two.pk}/").content.decode() or Taking.objects.filter(taken_by=world.nell)
    overrides.drop(route=live_routes(two)["hub", THERE], reason="They moved back.", by=mona, at=LATER)
    for page in CASE_PAGES:
        answer = browser.get(f"/cases/{two.pk}/{page}")
        assert answer.status_code == 200
        for way in ("/take", "/ask", "/decide", "Write a note"):
            assert way not in answer.content.decode()
    with pytest.raises(NotPermittedError):
        taking.take(referral=two, by=world.nell, at=LATER)
    with pytest.raises(NotPermittedError):
        moving.move(child=child(two, 2), verb=states.START_CHECKS, by=world.nell, at=LATER)
    with pytest.raises(NotPermittedError):
        notes.write(case=two, audience=Note.Audience.HUB, text="Ours.", token=uuid.uuid4(), by=world.nell, at=LATER)
    overrides.add(referral=two, unit=THERE, mode="pack", urgency="standard", reason="Back.", by=mona, at=LATER)
    assert taking.take(referral=two, by=world.nell, at=LATER).agency.unit == THERE
    assert child(two, 2).agency.unit == "cumberland_hub"
