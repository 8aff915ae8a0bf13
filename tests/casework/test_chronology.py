"""One chronology over the cases of one child; and what came before each decision to do nothing further."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import deciding, taking
from casework.models import ChildCase, Link
from casework.queries.chronology import chronology
from casework.queries.links import seen_by
from referrals.actions import conflicts, draft_ends
from referrals.models import Referral
from referrals.queries import search
from tests.casework.deciding import NO_FURTHER_ACTION
from tests.casework.likeness import judge, raised
from tests.casework.reading import text_of
from tests.casework.test_calls import recorded
from tests.casework.two_hubs import sent_to_two_hubs
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, answer, filled, text
from tests.referrals.test_phone_contacts import called

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def linked(world: World, mona: User) -> tuple[Referral, Referral]:
    first = raised(world, name="Riley Jones", born="31/5/2012", handle="u1")
    second = raised(world, name="Riley Jones", born="31/5/2012", handle="u2", by=world.carol)
    judge(second, "confirm", mona)
    return first, second


def nothing_further(world: World, case: Referral, mona: User) -> ChildCase:
    taking.take(referral=case, by=world.hana, at=LATER)
    child = ChildCase.objects.get(referral=case, number=1)
    made = deciding.decide(child=child, code="no_further_action", given=NO_FURTHER_ACTION, by=world.hana, at=LATER)
    child.refresh_from_db()
    deciding.agree(decision=made, version=child.version, by=mona, at=LATER)
    return child


def withdrawn(world: World, **more: object) -> Referral:
    draft = filled(world, by=world.bob, **more)  # type: ignore[arg-type]
    key = draft.answers["children"][0]["key"]
    draft = answer(
        draft, "child", world.bob, key=key, Q_CHI_1=text("Jones, Riley"), Q_CHI_2=text("31/5/2012"), Q_CHI_9=text("-")
    )
    return draft_ends.withdraw(referral=draft, version=draft.version, reason="not_needed", by=world.bob, at=NOW)


def test_confirmed_cases_join_and_others_do_not(world: World, mona: User, as_: As) -> None:
    first, second = linked(world, mona)
    alike = raised(world, name="Riley Jones", born="31/5/2012", handle="u3")
    nothing_further(world, first, mona)
    recorded(first, world.hana)
    page = as_(world.hana).get(f"/cases/{second.pk}/chronology")
    assert first.reference in page.content.decode()
    assert alike.reference not in page.content.decode()
    for words in (
        "Referral sent from Example Academy",
        "Decided: No further action",
        "Carol Cox",
        "Same child as in",
        "Call to: Police on 101. Somebody was spoken to",
        "An officer rings the school before three.",
    ):
        assert words in text_of(page), words
    read = Event.objects.filter(event="case.read", by_id=str(world.hana.pk)).values_list("subject_id", flat=True)
    assert {str(first.pk), str(second.pk)} <= set(read)
    child = ChildCase.objects.get(referral=first)
    assert second.reference in text_of(as_(world.hana).get(f"/cases/{first.pk}/children/{child.pk}/chronology"))


def test_a_dismissed_link_is_told_and_joins_nothing(world: World, mona: User) -> None:
    first, second = linked(world, mona)
    judge(second, "undo", mona)
    judge(second, "reject", mona, "Cousins of one name.")
    found = chronology(world.hana, second, at=LATER)
    assert found.cases == (second,)
    assert "Cousins of one name." in {entry.words for entry in found.entries}
    assert [each.other for each in seen_by(world.hana, second, at=LATER)] == [first]


def test_a_case_that_is_not_open_to_the_reader_is_left_out(world: World, mona: User, as_: As) -> None:
    first, second = linked(world, mona)
    conflicts.keep_away(referral=first, person=world.hana, reason="Her nephew.", by=mona, at=NOW)
    page = as_(world.hana).get(f"/cases/{second.pk}/chronology").content.decode()
    assert first.reference not in page
    assert "Alice Appleby" not in page
    assert "Same child as in" not in page


def test_a_call_to_the_hub_stands_apart_from_its_being_written_down(
    world: World, mona: User, monkeypatch: pytest.MonkeyPatch, as_: As
) -> None:
    case = called(world, monkeypatch)
    page = text_of(as_(mona).get(f"/cases/{case.pk}/chronology"))
    for words in ("told by telephone, not confirmed in writing yet", "Dan Dee, Teacher, Sample High School",
                  "The call written down as a referral", "Hana Hale"):  # fmt: skip
        assert words in page, words


def test_a_link_of_a_record_that_is_not_the_readers_joins_nothing(world: World) -> None:
    both = sent_to_two_hubs(world)  # Riley of Cumberland, and Sam of North East Lincolnshire
    riley, sam = (record["key"] for record in both.answers["children"])
    for name, key, is_joined in (("Riley Number1", riley, False), ("Sam Second", sam, True)):
        case = raised(world, area="north_east_lincolnshire", name=name)
        (a, a_child), (b, b_child) = sorted([(both.pk, key), (case.pk, case.answers["children"][0]["key"])])
        Link.objects.create(
            kind="child", a_id=a, b_id=b, a_child=a_child, b_child=b_child, strength="weak", standing="confirmed",
            judged_at=LATER,
        )  # fmt: skip
        assert chronology(world.nell, case, at=LATER).cases == ((case, both) if is_joined else (case,)), name


def test_what_is_left_of_a_draft_finds_nothing_but_the_chronology(world: World, mona: User) -> None:
    draft = withdrawn(world)
    assert set(draft.blind_tokens.values_list("kind", flat=True)) == {"child"}
    case = raised(world, name="Riley Jones", born="31/5/2012")
    assert seen_by(world.hana, case, at=LATER) == []
    for person in (world.hana, world.bob, mona):
        assert draft not in search(person, "Riley Jones", at=LATER)
    shown = [entry for entry in chronology(world.hana, case, at=LATER).entries if entry.case is None]
    assert [(entry.at, entry.words, entry.who) for entry in shown] == [(NOW, "Example Academy.", "")]
    assert [e for e in chronology(world.will, case, at=LATER).entries if e.case is None] == []


def test_a_withdrawn_draft_leaves_that_there_was_one(world: World, mona: User, as_: As) -> None:
    first, _ = linked(world, mona)
    draft, hidden = withdrawn(world), withdrawn(world, about=("hub",))
    assert draft.answers == {}
    page = text_of(as_(world.hana).get(f"/cases/{first.pk}/chronology"))
    assert page.count("A draft about this child was withdrawn before it was sent") == 1
    for words in ("Bob Barrow", draft.reference, hidden.reference):
        assert words not in page
    assert not hidden.blind_tokens.exists()


def test_what_came_before_no_further_action_and_what_was_different(world: World, mona: User, as_: As) -> None:
    first = raised(world, name="Riley Jones", born="31/5/2012", handle="u1")
    second = raised(world, name="Riley Jones", born="31/5/2012", handle="u2", by=world.carol, concerns=("other",))
    nothing_further(world, second, mona)
    page = text_of(as_(world.hana).get(f"/cases/{second.pk}/"))
    assert "twelve months before “No further action”" in page
    assert first.reference in page
    assert "not confirmed" in page
    assert "New in this case: Something else" in page
    assert "Raised by another person" in page
    judge(second, "reject", mona)
    assert "No other contact that is open to you" in text_of(as_(world.hana).get(f"/cases/{second.pk}/"))
