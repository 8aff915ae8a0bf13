"""From taken to replied: a decision for each child, by two people where two are needed, and the referrer told."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import Event
from casework import states
from casework.actions import deciding, moving, replying, taking
from casework.models import ChildCase, ChildMove, Decision
from casework.permissions import NotPermittedError
from referrals.actions.correspondence import ReplyRefusedError
from referrals.models import Clock, Milestone, Notice, Referral, Reply
from referrals.text import TextRefusedError
from tests.casework.deciding import DECISION, NO_FURTHER_ACTION, REPLY
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def harry(world: World) -> User:
    return world.person("harry", "Harry Hill", "hub_screener", unit="cumberland_hub")


def taken(world: World, **more: object) -> tuple[Referral, ChildCase]:
    referral = sent(world, **more)  # type: ignore[arg-type]
    taking.take(referral=referral, by=world.hana, at=LATER)
    return referral, ChildCase.objects.get(referral=referral, number=1)


def now(child: ChildCase) -> ChildCase:
    return ChildCase.objects.get(pk=child.pk)


def ended(referral: Referral, kind: str) -> bool:
    return not Clock.objects.filter(referral=referral, kind=kind, ended_at__isnull=True).exists()


def test_taking_opens_the_case_of_each_child(world: World) -> None:
    _, child = taken(world)
    assert (child.state, child.agency.unit) == (states.RECEIVED, "cumberland_hub")
    assert [move.verb for move in child.moves.all()] == [states.RECEIVE]


def test_a_referral_without_a_known_child_has_one_row(world: World, as_: As) -> None:
    referral = sent(world, area="no_child_known", concerns=("other",))
    taking.take(referral=referral, by=world.hana, at=LATER)
    child = ChildCase.objects.get(referral=referral)
    assert (child.child_key, child.number, child.state) == ("", 0, states.RECEIVED)
    assert "No child known" in case_text(as_(world.hana), referral.pk)


def test_a_screener_proposes_and_a_manager_agrees(world: World, mona: User) -> None:
    referral, child = taken(world)
    proposed = deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=world.hana, at=LATER)
    assert proposed.standing == Decision.Standing.PROPOSED
    assert now(child).state == states.SCREENING
    assert not ended(referral, "K-03")
    deciding.agree(decision=proposed, version=now(child).version, by=mona, at=LATER)
    assert (now(child).state, now(child).level) == (states.DECISION, "level_4")
    assert ended(referral, "K-03")
    assert Milestone.objects.get(referral=referral, kind="decided").reached_at == LATER
    assert Event.objects.about(referral).filter(event="decision.agreed", by_id=str(mona.pk)).count() == 1


def test_a_manager_decides_alone_where_one_person_may(world: World, mona: User) -> None:
    _, child = taken(world)
    decided = deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=mona, at=LATER)
    assert decided.standing == Decision.Standing.AGREED
    assert now(child).state == states.DECISION


def test_no_further_action_needs_two_people_also_from_a_manager(world: World, mona: User) -> None:
    _, child = taken(world)
    proposed = deciding.decide(child=child, code="no_further_action", given=NO_FURTHER_ACTION, by=mona, at=LATER)
    assert proposed.standing == Decision.Standing.PROPOSED
    with pytest.raises(NotPermittedError):
        deciding.agree(decision=proposed, version=now(child).version, by=mona, at=LATER)
    deciding.agree(decision=proposed, version=now(child).version, by=world.hana, at=LATER)
    assert now(child).state == states.DECISION


def test_a_screener_cannot_agree_to_a_screeners_proposal(world: World, harry: User) -> None:
    _, child = taken(world)
    proposed = deciding.decide(
        child=child, code="assessment", given=DECISION | {"agreement": "yes"}, by=world.hana, at=LATER
    )
    for person in (world.hana, harry, world.will, world.alice, world.pat, world.cleo):
        with pytest.raises(NotPermittedError):
            deciding.agree(decision=proposed, version=now(child).version, by=person, at=LATER)


def test_a_returned_proposal_says_what_is_missing(world: World, mona: User) -> None:
    _, child = taken(world)
    proposed = deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=world.hana, at=LATER)
    with pytest.raises(TextRefusedError):
        deciding.send_back(decision=proposed, version=now(child).version, reason=" ", by=mona, at=LATER)
    deciding.send_back(decision=proposed, version=now(child).version, reason="Ask health.", by=mona, at=LATER)
    assert Decision.objects.get().return_reason == "Ask health."
    again = deciding.decide(child=now(child), code="strategy_discussion", given=DECISION, by=world.hana, at=LATER)
    assert again.sequence == 2


@pytest.mark.parametrize(("code", "missing"), [
    ("no_further_action", "evidence"), ("no_further_action", "level"), ("assessment", "agreement"),
    ("setting_managed", "review_on"), ("setting_managed", "where"), ("early_help", "where"),
    ("strategy_discussion", "safety"), ("strategy_discussion", "family_why"), ("lado", "where"),
])  # fmt: skip
def test_a_decision_that_lacks_something_is_refused_by_name(world: World, mona: User, code: str, missing: str) -> None:
    _, child = taken(world)
    levels = {
        "no_further_action": "level_1",
        "assessment": "level_3",
        "setting_managed": "level_2",
        "early_help": "level_2",
    }
    whole = DECISION | {
        "level": levels.get(code, "level_4"),
        "where": "There.",
        "agreement": "yes",
        "review_on": NOW.date(),
    }
    with pytest.raises(deciding.DecisionRefusedError) as refused:
        deciding.decide(child=child, code=code, given=whole | {missing: ""}, by=mona, at=LATER)
    assert list(refused.value.faults) == [missing]
    assert not Decision.objects.exists()
    assert now(child).state == states.RECEIVED


def test_section_47_only_through_a_strategy_discussion(world: World, mona: User) -> None:
    _, child = taken(world)
    with pytest.raises(deciding.DecisionRefusedError):
        deciding.decide(
            child=child, code="section_47", given=DECISION | {"risk_assessment": "High."}, by=mona, at=LATER
        )


def test_of_two_stale_decisions_one_counts_and_the_other_is_told(world: World, mona: User) -> None:
    _, child = taken(world)
    first, second = now(child), now(child)
    deciding.decide(child=first, code="strategy_discussion", given=DECISION, by=world.hana, at=LATER)
    with pytest.raises(moving.ChildChangedError):
        deciding.decide(child=second, code="strategy_discussion", given=DECISION, by=mona, at=LATER)
    assert Decision.objects.count() == 1


def test_nothing_leaves_triage_without_a_reply(world: World, mona: User) -> None:
    referral, child = taken(world)
    with pytest.raises(replying.NothingDecidedError):
        replying.reply(children=[now(child)], given=REPLY, by=mona, at=LATER)
    deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=mona, at=LATER)
    for verb in (states.CLOSE, states.HAND_OVER):
        with pytest.raises(states.MoveRefusedError):
            moving.move(child=now(child), verb=verb, reason="Done.", by=mona, at=LATER)
    with pytest.raises(ReplyRefusedError) as refused:
        replying.reply(children=[now(child)], given=REPLY | {"reason": ""}, by=mona, at=LATER)
    assert list(refused.value.faults) == ["reason"]
    assert not ended(referral, "K-05")
    replying.reply(children=[now(child)], given=REPLY, by=mona, at=LATER)
    assert now(child).state == states.STRATEGY
    assert ended(referral, "K-05")
    assert Notice.objects.get(kind="reply").to == world.alice


@pytest.mark.parametrize("verb", sorted(states.WITH_ANOTHER_ACT))
def test_nobody_moves_a_child_by_hand_where_a_decision_or_a_reply_does(
    world: World, mona: User, as_: As, verb: str
) -> None:
    referral, child = taken(world)
    with pytest.raises(states.MoveRefusedError):
        moving.move(child=child, verb=verb, reason="Because.", by=mona, at=LATER)
    answer = as_(mona).post(
        f"/cases/{referral.pk}/children/{child.pk}/move/{verb}", {"reason": "Because."}, follow=True
    )
    assert "This is done by taking, deciding or replying" in text_of(answer)
    assert now(child).state == states.RECEIVED


def test_withheld_detail_needs_a_reason_that_the_referrer_never_reads(world: World, mona: User, as_: As) -> None:
    referral, child = taken(world)
    deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=mona, at=LATER)
    withheld = REPLY | {"is_withheld": True, "reason": "He is a colleague of hers."}
    with pytest.raises(ReplyRefusedError):
        replying.reply(children=[now(child)], given=withheld, by=mona, at=LATER)
    replying.reply(children=[now(child)], given=withheld | {"withheld_reason": "Tip-off."}, by=mona, at=LATER)
    assert Reply.objects.get().reason == ""
    page = text_of(as_(world.alice).get(f"/referrals/{referral.pk}/sent/"))
    assert "The hub cannot tell you more" in page
    assert "Tip-off" not in page
    assert "colleague" not in page


def test_a_step_back_is_recorded_and_leads_to_where_it_came_from(world: World, mona: User) -> None:
    _, child = taken(world)
    deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=mona, at=LATER)
    replying.reply(children=[now(child)], given=REPLY, by=mona, at=LATER)
    with pytest.raises(NotPermittedError):
        moving.move(child=now(child), verb=states.STEP_BACK, reason="Wrong child.", by=world.hana, at=LATER)
    with pytest.raises(TextRefusedError):
        moving.move(child=now(child), verb=states.STEP_BACK, reason="", by=mona, at=LATER)
    walked = [now(child).state]
    for _ in range(3):
        moving.move(child=now(child), verb=states.STEP_BACK, reason="Wrong child.", by=mona, at=LATER)
        walked.append(now(child).state)
    assert walked == [states.STRATEGY, states.DECISION, states.SCREENING, states.RECEIVED]
    with pytest.raises(states.MoveRefusedError):
        moving.move(child=now(child), verb=states.STEP_BACK, reason="Once more.", by=mona, at=LATER)
    assert ChildMove.objects.filter(child=child).count() == now(child).version - 1


def test_a_closed_case_opens_again_by_a_new_event(world: World, mona: User) -> None:
    referral, child = taken(world)
    proposed = deciding.decide(child=child, code="no_further_action", given=NO_FURTHER_ACTION, by=world.hana, at=LATER)
    deciding.agree(decision=proposed, version=now(child).version, by=mona, at=LATER)
    replying.reply(children=[now(child)], given=REPLY, by=world.hana, at=LATER)
    moving.move(child=now(child), verb=states.CLOSE, reason="Nothing owed.", by=mona, at=LATER)
    assert Milestone.objects.filter(referral=referral, kind="closed").exists()
    moving.move(child=now(child), verb=states.REOPEN, reason="A second message came.", by=mona, at=LATER)
    assert now(child).state == states.RECEIVED


# --- the pages


def test_the_whole_way_in_the_browser(world: World, mona: User, as_: As) -> None:
    referral, child = taken(world)
    screener, manager = as_(world.hana), as_(mona)
    case = f"/cases/{referral.pk}/"
    here = f"{case}children/{child.pk}"
    assert "Received by the hub" in text_of(screener.get(case))
    empty = screener.post(f"{here}/decide", {})
    assert empty.status_code == 400
    assert "Choose a decision" in text_of(empty)
    chosen = screener.post(f"{here}/decide", {"code": "no_further_action"})
    assert chosen.headers["Location"] == f"{here}/decide/no_further_action"
    form = screener.get(chosen.headers["Location"])
    assert "checked" not in form.content.decode()
    refused = screener.post(f"{here}/decide/no_further_action", NO_FURTHER_ACTION | {"version": "2", "analysis": ""})
    assert refused.status_code == 400
    assert "Write what it means for this child" in text_of(refused)
    assert "The school read the messages" in refused.content.decode()
    screener.post(f"{here}/decide/no_further_action", NO_FURTHER_ACTION | {"version": "2"})
    assert "waits for a second person" in text_of(screener.get(case))
    assert "Read it and answer" not in text_of(screener.get(case))
    asked = text_of(manager.get(f"{here}/agree"))
    assert "The school read the messages with Riley." in asked
    done = manager.post(f"{here}/agree", {"answer": "agree", "version": str(now(child).version)}, follow=True)
    assert "Decided: No further action , by Hana Hale and Mona Moor" in text_of(done)
    replied = manager.post(f"{case}reply", REPLY, follow=True)
    assert "The reply is sent" in text_of(replied)
    page = text_of(as_(world.alice).get(f"/referrals/{referral.pk}/sent/"))
    assert "The hub takes no further action." in page
    assert "Keep Riley in school until we ring." in page
    for hidden in ("building trust", "nothing known", "Level 1", "aunt"):
        assert hidden not in page


def test_whoever_comes_second_keeps_what_they_typed_and_is_shown_what_changed(
    world: World, mona: User, as_: As
) -> None:
    referral, child = taken(world)
    here = f"/cases/{referral.pk}/children/{child.pk}/decide/strategy_discussion"
    version = str(child.version)
    as_(world.hana).post(here, DECISION | {"version": version})
    lost = as_(mona).post(here, DECISION | {"version": version, "analysis": "My own long thought."})
    assert lost.status_code == 400
    assert "Somebody else was quicker" in text_of(lost)
    assert "Hana Hale proposed “Strategy discussion”" in text_of(lost)
    assert "My own long thought." in lost.content.decode()
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("name", ["alice", "bob", "will", "nell", "pat", "lena", "cleo", "adam", "nora"])
def test_nobody_else_finds_the_pages(world: World, as_: As, name: str) -> None:
    referral, child = taken(world)
    browser = as_(getattr(world, name))
    case = f"/cases/{referral.pk}/"
    for path in ("decide", "decide/no_further_action", "agree", "move/step_back"):
        assert browser.get(f"{case}children/{child.pk}/{path}").status_code in (302, 404), path
        assert browser.post(f"{case}children/{child.pk}/{path}").status_code == 404 or name == "nora", path
    assert not Decision.objects.exists()
    assert now(child).version == child.version
