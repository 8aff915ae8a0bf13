"""A case goes to another hub: the sender owns it until it is accepted, and the clocks follow the owner."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from casework import states
from casework.actions import asking, taking, transferring
from casework.actions.transferring import TransferRefusedError, TransferSettledError
from casework.models import ChildCase, Taking, Transfer
from casework.permissions import NotPermittedError
from referrals.actions import correspondence
from referrals.models import Clock, Notice, Referral
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
WHY = "The family moved to Grimsby on Friday."
THERE = "north_east_lincolnshire_hub"


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def taken(world: World) -> Referral:
    case = sent(world)
    taking.take(referral=case, by=world.hana, at=LATER)
    return case


def send(case: Referral, by: User, to: str = THERE, council: str = "") -> Transfer:
    return transferring.send(case=case, to_unit=to, to_council=council, reason=WHY, by=by, at=LATER)


def now(case: Referral) -> Referral:
    return Referral.objects.system(reason="a test").select_related("owner_unit").get(pk=case.pk)


def owner(case: Referral) -> str:
    unit = now(case).owner_unit
    assert unit is not None
    return unit.unit


def running(case: Referral, unit: str) -> set[str]:
    rows = Clock.objects.filter(referral=case, agency__unit=unit, ended_at__isnull=True)
    return set(rows.values_list("kind", flat=True))


def test_until_it_is_accepted_the_sender_owns_it_and_its_clocks_run(world: World, mona: User) -> None:
    case = taken(world)
    before = running(case, "cumberland_hub")
    send(case, mona)
    assert owner(case) == "cumberland_hub"
    assert running(case, "cumberland_hub") == before >= {"K-03", "K-05"}
    assert Referral.objects.visible_to(world.nell, at=LATER).filter(pk=case.pk).exists()
    assert all_packs(case)[THERE].is_current
    assert Notice.objects.get(kind="transfer").to == world.nell


def test_whoever_accepts_owns_the_case_with_its_children_and_clocks(world: World, mona: User, as_: As) -> None:
    case = taken(world)
    moving = running(case, "cumberland_hub") - {"K-15"}
    transfer = send(case, mona)
    transferring.accept(transfer=transfer, by=world.nell, at=LATER)
    assert owner(case) == THERE
    assert running(case, THERE) >= moving
    assert not running(case, "cumberland_hub") & moving
    child = ChildCase.objects.get(referral=case)
    assert (child.agency.unit, child.state) == (THERE, states.RECEIVED)
    assert Taking.objects.get(referral=case, released_at__isnull=True).taken_by == world.nell
    assert Notice.objects.get(kind="transfer_answered").to == mona
    page = text_of(as_(world.alice).get(f"/referrals/{case.pk}/sent/"))
    assert "owns this referral and replies to you" in page
    assert "Received by Cumberland" in page
    assert "Nell" not in page


def test_a_hub_that_had_it_before_it_accepted_has_received_the_child(world: World, mona: User) -> None:
    case = sent(world)
    transfer = send(case, mona)
    taking.take(referral=case, by=world.nell, at=LATER)
    transferring.accept(transfer=transfer, by=world.nell, at=LATER)
    child = ChildCase.objects.get(referral=case)
    assert (child.agency.unit, child.state) == (THERE, states.RECEIVED)
    assert not running(case, THERE) & {"K-02", "K-04"}


def test_rejected_with_a_reason_it_stays_where_it_was(world: World, mona: User, as_: As) -> None:
    case = taken(world)
    transfer = send(case, mona)
    with pytest.raises(TransferRefusedError):
        transferring.reject(transfer=transfer, reason=" ", by=world.nell, at=LATER)
    transferring.reject(transfer=transfer, reason="They moved on to Leeds.", by=world.nell, at=LATER)
    assert owner(case) == "cumberland_hub"
    assert "They moved on to Leeds." in case_text(as_(mona), case.pk)
    with pytest.raises(TransferSettledError):
        transferring.accept(transfer=transfer, by=world.nell, at=LATER)
    assert send(case, mona).is_waiting


def test_one_transfer_at_a_time_and_a_step_back(world: World, mona: User) -> None:
    case = taken(world)
    transfer = send(case, mona)
    with pytest.raises(TransferRefusedError):
        send(case, mona, to="westmorland_and_furness_hub")
    transferring.withdraw(transfer=transfer, reason="They are still here.", by=mona, at=LATER)
    with pytest.raises(TransferSettledError):
        transferring.accept(transfer=transfer, by=world.nell, at=LATER)
    assert owner(case) == "cumberland_hub"


def test_a_council_outside_is_recorded_and_leaves_the_owner(world: World, mona: User) -> None:
    case = taken(world)
    with pytest.raises(TransferRefusedError):
        send(case, mona, to="outside")
    transfer = send(case, mona, to="outside", council="Leeds City Council")
    with pytest.raises(TransferRefusedError) as refused:
        transferring.accept(transfer=transfer, by=mona, at=LATER)
    assert list(refused.value.faults) == ["answer"]
    with pytest.raises(NotPermittedError):
        transferring.accept(transfer=transfer, received_by="Mrs Example", by=world.nell, at=LATER)
    transferring.accept(transfer=transfer, received_by="Duty worker, by telephone.", by=mona, at=LATER)
    assert owner(case) == "cumberland_hub"
    assert Transfer.objects.get().answer == "Duty worker, by telephone."


def test_a_sealed_case_is_not_transferred(world: World) -> None:
    case = sent(world, about=("police",))
    with pytest.raises(NotPermittedError):
        send(case, world.cleo)


@pytest.mark.parametrize("name", ["hana", "alice", "will", "nell", "pat", "cleo", "adam", "nora"])
def test_only_whoever_decides_for_the_owner_sends_it(world: World, name: str, as_: As) -> None:
    case = taken(world)
    with pytest.raises(NotPermittedError):
        send(case, getattr(world, name))
    posted = as_(getattr(world, name)).post(f"/cases/{case.pk}/transfer", {"to_unit": THERE, "reason": WHY})
    assert posted.status_code == 404
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("name", ["hana", "mona", "alice", "will", "pat"])
def test_only_those_it_was_sent_to_answer(world: World, mona: User, name: str) -> None:
    case = taken(world)
    transfer = send(case, mona)
    person = mona if name == "mona" else getattr(world, name)
    with pytest.raises(NotPermittedError):
        transferring.accept(transfer=transfer, by=person, at=LATER)
    with pytest.raises(NotPermittedError):
        transferring.reject(transfer=transfer, reason="No.", by=person, at=LATER)


def test_an_answer_that_comes_after_a_transfer_moves_the_child_there(world: World, mona: User) -> None:
    case = taken(world)
    question = asking.ask(
        case=case, children=list(ChildCase.objects.filter(referral=case)), text="Which site?",
        answer_by=NOW.date() + timedelta(days=1), token=uuid.uuid4(), by=world.hana, at=LATER,
    )  # fmt: skip
    transferring.accept(transfer=send(case, mona), by=world.nell, at=LATER)
    correspondence.answer(question=question, text="A chat site.", token=uuid.uuid4(), by=world.alice, at=LATER)
    child = ChildCase.objects.get(referral=case)
    assert (child.agency.unit, child.state) == (THERE, states.SCREENING)
    assert Notice.objects.get(kind="answer").to == world.nell


def test_the_whole_way_in_the_browser(world: World, mona: User, as_: As) -> None:
    case = taken(world)
    here, sender, there = f"/cases/{case.pk}/transfer", as_(mona), as_(world.nell)
    refused = sender.post(here, {"to_unit": THERE})
    assert refused.status_code == 400
    assert "Write why it goes there" in text_of(refused)
    assert (
        "Waits for an answer".lower()
        in text_of(sender.post(here, {"to_unit": THERE, "reason": WHY}, follow=True)).lower()
    )
    assert "Accept or reject a transfer" in text_of(there.get("/tasks/"))
    assert WHY in text_of(there.get(here))
    done = there.post(here, {"act": "accept"}, follow=True)
    assert "Accepted, and on record." in text_of(done)
    assert owner(case) == THERE
