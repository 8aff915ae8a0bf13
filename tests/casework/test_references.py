"""The numbers under which others know a case, the blocks to paste, and handing a child over (Z-22, Z-23)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import Event
from casework import states
from casework.actions import deciding, handing_over, moving, references, replying, taking
from casework.actions.moving import ChildChangedError
from casework.models import CaseReference, ChildCase
from casework.permissions import NotPermittedError
from referrals.models import Clock, Milestone, Referral
from referrals.text import TextRefusedError
from tests.casework.deciding import DECISION, REPLY
from tests.casework.reading import case_text, text_of
from tests.casework.two_hubs import sent_to_two_hubs
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
INCIDENT, CRIME, COUNCIL = "police_incident", "police_crime", "council"


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def keep(
    case: Referral, value: str, *, by: User, seen: int = 0, kind: str = INCIDENT, child: ChildCase | None = None
) -> CaseReference | None:
    return references.keep(referral=case, kind=kind, value=value, seen=seen, by=by, at=LATER, child=child)


def assessed(world: World, mona: User, **more: object) -> tuple[Referral, list[ChildCase]]:
    case = sent(world, **more)  # type: ignore[arg-type]
    taking.take(referral=case, by=world.hana, at=LATER)
    children = list(ChildCase.objects.filter(referral=case))
    for child in children:
        deciding.decide(child=child, code="assessment", given=DECISION | {"agreement": "yes"}, by=mona, at=LATER)
    replying.reply(children=list(ChildCase.objects.filter(referral=case)), given=REPLY, by=mona, at=LATER)
    return case, list(ChildCase.objects.filter(referral=case).select_related("referral", "agency"))


def running(case: Referral, kind: str) -> Clock:
    """The clock that runs, or one as the strategy discussions start it."""
    started = Clock.objects.filter(referral=case, kind=kind, ended_at__isnull=True).first()
    return started or Clock.objects.create(
        referral=case, kind=kind, recipient="hub", agency=case.owner_unit, source="K", starts_at=LATER, due_at=LATER,
        computation="As agreed",
    )  # fmt: skip


def test_each_change_of_a_number_is_kept(world: World, mona: User, as_: As) -> None:
    case = sent(world)
    keep(case, "INC-0042", by=world.hana)
    keep(case, "INC-0043", by=mona, seen=1)
    assert keep(case, "INC-0043", by=mona, seen=2) is None
    page = case_text(as_(world.hana), case.pk)
    assert "INC-0043" in page
    assert "before: INC-0042 , Hana Hale" in page or "before: INC-0042, Hana Hale" in page
    keep(case, "", by=mona, seen=2)
    assert "None any more" in case_text(as_(world.hana), case.pk)
    assert Event.objects.about(case).filter(event="reference.kept").count() == 3


def test_of_two_at_once_the_later_is_told(world: World, mona: User) -> None:
    case = sent(world)
    keep(case, "INC-0042", by=world.hana)
    with pytest.raises(references.ReferenceChangedError) as lost:
        keep(case, "INC-0099", by=mona)
    assert lost.value.current.value == "INC-0042"
    with pytest.raises(TextRefusedError):
        keep(case, "x" * 61, by=mona, seen=1)


def test_who_does_not_work_on_the_case_keeps_none(world: World) -> None:
    case = sent(world)
    for person in (world.alice, world.nell, world.will, world.pat, world.cleo):
        with pytest.raises(NotPermittedError):
            keep(case, "INC-0042", by=person)
    assert keep(case, "INC-0042", by=world.nora) is not None


def test_the_councils_number_is_a_childs(world: World, mona: User, as_: As) -> None:
    case, [child] = assessed(world, mona)
    keep(case, "LCS 1001", by=world.hana, kind=COUNCIL, child=child)
    with pytest.raises(NotPermittedError):
        keep(case, "LCS 1001", by=world.nora, kind=COUNCIL, child=child)
    page = case_text(as_(world.hana), case.pk)
    assert "Council’s system, Child 1: Riley Number1" in page
    assert "LCS 1001" in page


def test_the_page_of_numbers(world: World, mona: User, as_: As) -> None:
    case = sent(world)
    browser, path = as_(world.hana), f"/cases/{case.pk}/references"
    typed = {INCIDENT: "INC-0042", CRIME: "", "seen_police_incident": "0", "seen_police_crime": "0"}
    assert browser.post(path, typed).status_code == 302
    answer = as_(mona).post(path, typed | {INCIDENT: "INC-0077", CRIME: "CR/1"})
    assert answer.status_code == 400
    assert "Hana Hale changed this meanwhile: it now says “INC-0042”" in text_of(answer)
    assert "INC-0077" in answer.content.decode()
    again = typed | {INCIDENT: "INC-0077", CRIME: "CR/1", "seen_police_incident": "1", "seen_police_crime": "1"}
    assert as_(mona).post(path, again).status_code == 302
    assert {row.value for row in CaseReference.objects.filter(sequence=2)} == {"INC-0077"}
    assert browser.post(path, again | {CRIME: "1\u202e2"}).status_code == 400


def test_handing_over_closes_the_child_and_ends_the_clocks(world: World, mona: User, as_: As) -> None:
    case, [child] = assessed(world, mona)
    clocks = [running(case, "K-08"), running(case, "K-09"), running(case, "K-12")]
    handing_over.hand_over(child=child, reference="LCS 1001", receiver="Sol Shore, 01632 960003", by=mona, at=LATER)
    assert ChildCase.objects.get(pk=child.pk).state == states.CLOSED
    assert [Clock.objects.get(pk=clock.pk).ended_at for clock in clocks] == [LATER, LATER, None]
    assert CaseReference.objects.get(child=child).value == "LCS 1001"
    assert Milestone.objects.filter(referral=case, kind="closed").exists()
    page = case_text(as_(world.hana), case.pk)
    assert "Handed over to the council’s system" in page
    assert "LCS 1001" in page
    with pytest.raises(states.MoveRefusedError):
        handing_over.hand_over(child=ChildCase.objects.get(), reference="1", receiver="2", by=mona, at=LATER)


def test_a_clock_runs_on_while_another_child_waits_for_it(world: World, mona: User) -> None:
    case, children = assessed(world, mona)
    sibling = ChildCase.objects.create(
        referral=case, child_key="sibling", number=2, agency=children[0].agency, state=states.ASSESSMENT,
        opened_at=LATER, changed_at=LATER,
    )  # fmt: skip
    clock = running(case, "K-08")
    handing_over.hand_over(child=children[0], reference="LCS 1", receiver="Sol Shore", by=mona, at=LATER)
    assert Clock.objects.get(pk=clock.pk).ended_at is None
    handing_over.hand_over(child=sibling, reference="LCS 2", receiver="Sol Shore", by=mona, at=LATER)
    assert Clock.objects.get(pk=clock.pk).ended_at == LATER


def test_handing_over_needs_a_reference_a_manager_and_the_child_as_read(world: World, mona: User) -> None:
    _, [child] = assessed(world, mona)
    with pytest.raises(NotPermittedError):
        handing_over.hand_over(child=child, reference="LCS 1", receiver="Sol", by=world.hana, at=LATER)
    with pytest.raises(handing_over.HandOverRefusedError) as refused:
        handing_over.hand_over(child=child, reference="", receiver="a" * 1_001, by=mona, at=LATER)
    assert set(refused.value.faults) == {"reference", "receiver"}
    stale = ChildCase.objects.get()
    moving.move(child=child, verb=states.REVIEW, reason="Again.", by=mona, at=LATER)
    with pytest.raises(ChildChangedError):
        handing_over.hand_over(child=stale, reference="LCS 1", receiver="Sol", by=mona, at=LATER)
    assert not CaseReference.objects.exists()


def test_the_page_that_hands_over(world: World, mona: User, as_: As) -> None:
    case, [child] = assessed(world, mona)
    browser, path = as_(mona), f"/cases/{case.pk}/children/{child.pk}/hand-over"
    assert as_(world.hana).get(path).status_code == 404
    assert "Hand over to the council’s system" in case_text(browser, case.pk)
    typed = {"version": str(child.version), "reference": "", "receiver": "Sol Shore"}
    assert "Write the reference" in text_of(browser.post(path, typed))
    stale = browser.post(path, typed | {"reference": "LCS 1", "version": "1"})
    assert "Somebody else was quicker" in text_of(stale)
    assert browser.post(path, typed | {"reference": "LCS 1"}).status_code == 302
    assert "cannot be handed over" in text_of(browser.get(path, follow=True))
    again = browser.post(path, typed | {"reference": "LCS 1", "version": str(child.version + 1)}, follow=True)
    assert "cannot be done" in text_of(again)


def test_the_case_as_text_to_paste(world: World, mona: User, as_: As) -> None:
    case, _ = assessed(world, mona)
    keep(case, "INC-0042", by=world.hana)
    page = as_(world.hana).get(f"/cases/{case.pk}/copy").content.decode()
    for words in (f"Reference in the portal: {case.reference}", "Police incident: INC-0042", "Riley Number1",
                  "A man online asked Riley", "What it means for this child: An adult is building trust",
                  "Decided by: Mona Moor", "readonly"):  # fmt: skip
        assert words in page
    assert Event.objects.about(case).filter(event="case.read", by_id=str(world.hana.pk)).exists()
    for person in (world.alice, world.nell, world.pat):
        assert as_(person).get(f"/cases/{case.pk}/copy").status_code == 404


def test_another_hub_copies_only_what_it_reads(world: World, as_: As) -> None:
    case = sent_to_two_hubs(world)
    page = as_(world.nell).get(f"/cases/{case.pk}/copy").content.decode()
    assert "Is new at school" in page
    assert "Sleeps badly" not in page
