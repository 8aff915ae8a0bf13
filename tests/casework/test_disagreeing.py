"""Disagreeing with a decision: stages, who speaks on each, time limits, and what each side reads (section 5.5)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from audit.models import Event
from casework.actions import deciding, disagreeing, reminding, replying, taking
from casework.models import ChildCase, Reminder
from casework.permissions import NotPermittedError
from casework.queries import disagreement_audiences, disagreements, tasks
from referrals.actions import break_glass, conflicts
from referrals.actions.disagreeing import (
    AlreadyOpenError,
    DisagreementChangedError,
    DisagreementRefusedError,
    raise_own,
)
from referrals.models import Clock, Disagreement, DisagreementEntry, Notice, Referral
from tests.casework.deciding import DECISION, REPLY
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=3)
SAID = {"what": "That it waits until Friday.", "why": "He wrote again last night.", "wanted": "A discussion today."}
ANSWER = {"outcome": "kept", "words": "We looked at it again.", "hub_words": "An informant is at risk."}


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def mike(world: World) -> User:
    return world.person("mike", "Mike Marsh", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def sven(world: World) -> User:
    return world.person("sven", "Sven Sale", "service_manager", unit="cumberland_hub")


def replied(world: World, manager: User, *, withheld: bool = False, taker: User | None = None, **more: Any) -> Referral:
    """Return a case that was decided by its manager and replied to."""
    referral = sent(world, **more)
    taking.take(referral=referral, by=taker or world.hana, at=NOW + timedelta(minutes=1))
    child = ChildCase.objects.get(referral=referral, number=1)
    deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=manager, at=NOW + timedelta(minutes=2))
    given = REPLY | ({"is_withheld": True, "withheld_reason": "An informant."} if withheld else {})
    child = ChildCase.objects.get(pk=child.pk)
    replying.reply(children=[child], given=given, by=manager, at=NOW + timedelta(minutes=2))
    return referral


def disagreed(referral: Referral, by: User, at: datetime = LATER) -> Disagreement:
    owner = referral.owner_unit
    assert owner is not None
    return raise_own(referral=referral, agency=owner, given=SAID, by=by, at=at)


def now(disagreement: Disagreement) -> Disagreement:
    return Disagreement.objects.select_related("referral__owner_unit", "agency", "raised_for", "raised_by").get(
        pk=disagreement.pk
    )


def answered(disagreement: Disagreement, by: User, at: datetime) -> DisagreementEntry:
    return disagreeing.answer(disagreement=now(disagreement), given=ANSWER, by=by, at=at)


def told(disagreement: Disagreement) -> list[tuple[str, str]]:
    rows = Reminder.objects.filter(clock__about=str(disagreement.pk)).select_related("to")
    return [(row.stage, row.to.email.split("@")[0]) for row in rows.order_by("reached_at", "to__email")]


def sweep(*moments: datetime) -> None:
    for at in moments:
        reminding.remind_due(at=at)
        reminding.remind_due(at=at)


def owed(user: User, at: datetime) -> list[str]:
    return [task.what for task in tasks.tasks_of(user, at=at) if "isagree" in task.what]


# --- raised


def test_the_author_disagrees_only_once_the_hub_has_replied(world: World, mona: User) -> None:
    referral = sent(world)
    with pytest.raises(NotPermittedError):
        disagreed(referral, world.alice)
    referral = replied(world, mona)
    for person in (world.carol, world.dan, world.hana, world.pat):
        with pytest.raises(NotPermittedError):
            disagreed(referral, person)
    found = disagreed(referral, world.bob)
    assert (found.stage, found.standing, found.raised_by) == (1, "open", world.bob)


def test_the_first_stage_starts_with_its_time_limit_and_its_computation(world: World, mona: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    clock = Clock.objects.get(about=str(found.pk))
    assert (clock.kind, clock.due_at) == ("D-01", NOW.replace(day=3, hour=17, minute=0))
    stage = found.stages.get()
    assert (stage.code, stage.due_at) == ("practitioners", clock.due_at)
    assert "+ 1 working day: Thu 3 Dec 2026, 17:00" in stage.computation
    assert Event.objects.about(found.referral).filter(event="disagreement.raised").count() == 1


def test_nothing_half_written_is_kept(world: World, mona: User) -> None:
    referral = replied(world, mona)
    with pytest.raises(DisagreementRefusedError) as refused:
        raise_own(referral=referral, agency=referral.owner_unit, given=SAID | {"why": " "}, by=world.alice, at=LATER)  # type: ignore[arg-type]
    assert list(refused.value.faults) == ["why"]
    assert not Disagreement.objects.exists()


def test_one_side_has_one_open_with_a_unit(world: World, mona: User) -> None:
    referral = replied(world, mona)
    first = disagreed(referral, world.alice)
    with pytest.raises(AlreadyOpenError) as already:
        disagreed(referral, world.bob)
    assert already.value.found == first
    disagreeing.withdraw(disagreement=now(first), words="They rang.", by=world.alice, at=LATER)
    assert disagreed(referral, world.bob).pk != first.pk


# --- the stages


def test_every_stage_tells_its_people_at_its_time_and_each_once(
    world: World, mona: User, mike: User, sven: User
) -> None:
    found = disagreed(replied(world, mona), world.alice)
    due = found.stages.get().due_at
    sweep(LATER)
    assert told(found) == []
    moments = [LATER + timedelta(minutes=1), due - timedelta(hours=2), due - timedelta(minutes=1), due]
    sweep(*moments, due + timedelta(hours=1), due.replace(day=4, hour=9))
    assert told(found) == [
        ("remind:minutes_after_start:1", "hana"), ("remind:minutes_after_start:1", "mona"),
        ("remind:minutes_before_due:120", "hana"), ("remind:minutes_before_due:120", "mona"),
        ("late:at_due:0", "alice"), ("late:at_due:0", "hana"), ("late:at_due:0", "mike"), ("late:at_due:0", "mona"),
        ("late:working_days_late:1", "bob"), ("late:working_days_late:1", "mike"), ("late:working_days_late:1", "mona"),
    ]  # fmt: skip
    made = Reminder.objects.filter(clock__about=str(found.pk), stage="late:at_due:0").values_list("made_at", flat=True)
    assert set(made) == {due}

    friday = due.replace(day=4, hour=10)
    disagreeing.take_further(disagreement=now(found), words="No answer.", by=world.alice, at=friday)
    second = found.stages.get(number=2)
    assert (second.code, second.due_at) == ("managers", due.replace(day=8))  # two working days from Friday
    sweep(friday + timedelta(minutes=1), second.due_at)
    on_second = [each for each in told(found) if each not in told(found)[:11]]
    assert {who for stage, who in told(found)[11:] if stage == "remind:minutes_after_start:1"} == {"bob", "mike"}
    assert ("late:at_due:0", "sven") in on_second


def test_a_stage_that_was_answered_reminds_no_more(world: World, mona: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    answered(found, world.hana, LATER + timedelta(hours=1))
    sweep(LATER + timedelta(days=9))
    assert told(found) == []
    clock = Clock.objects.get(about=str(found.pk))
    assert (clock.ended_at, clock.ended_by) == (LATER + timedelta(hours=1), world.hana)


def test_nothing_closes_or_moves_on_by_itself_and_a_breach_stays_to_be_seen(
    world: World, mona: User, mike: User, as_: As
) -> None:
    referral = replied(world, mona)
    found = disagreed(referral, world.alice)
    month = NOW + timedelta(days=30)
    sweep(month, month + timedelta(minutes=1))
    assert (now(found).standing, now(found).stage) == ("open", 1)
    answered(found, mike, month)
    stage = found.stages.get()
    assert stage.is_late(at=month + timedelta(days=1))
    assert Clock.objects.get(about=str(found.pk)).is_overdue(at=month)
    page = text_of(as_(mike).get(f"/cases/{referral.pk}/disagreements/{found.pk}/"))
    assert "28 days 17 hours late" in page
    assert "Answered, not settled" in page


def test_from_the_second_stage_on_nobody_answers_for_what_they_decided(world: World, mona: User, mike: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    assert disagreements.may_answer(mona, now(found), at=LATER)
    disagreeing.take_further(disagreement=now(found), words="We do not agree.", by=world.alice, at=LATER)
    assert not disagreements.may_answer(mona, now(found), at=LATER)
    assert not disagreements.may_answer(world.hana, now(found), at=LATER)
    with pytest.raises(NotPermittedError):
        answered(found, mona, LATER)
    answered(found, mike, LATER)


def test_where_only_the_decider_is_left_the_next_above_answers(world: World, mona: User, sven: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    disagreeing.take_further(disagreement=now(found), words="We do not agree.", by=world.alice, at=LATER)
    assert disagreement_audiences.answering(now(found), at=LATER) == [sven]
    answered(found, sven, LATER)


def test_where_nobody_is_left_the_partnership_hears_of_it(world: World, mona: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    disagreeing.take_further(disagreement=now(found), words="We do not agree.", by=world.alice, at=LATER)
    sweep(LATER + timedelta(minutes=2))
    assert ("remind:minutes_after_start:1", "adam") in told(found)
    assert not disagreements.may_answer(world.adam, now(found), at=LATER)


def test_either_side_takes_it_further_and_the_last_stage_is_the_last(world: World, mona: User, mike: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    for person in (world.hana, world.carol, world.pat, world.will):
        with pytest.raises(NotPermittedError):
            disagreeing.take_further(disagreement=now(found), words="On.", by=person, at=LATER)
    entry = disagreeing.take_further(disagreement=now(found), words="Our managers should.", by=mike, at=LATER)
    assert (entry.is_hubs, now(found).stage) == (True, 2)
    entry = disagreeing.take_further(disagreement=now(found), words="On.", by=world.bob, at=LATER)
    assert (entry.is_hubs, now(found).stage) == (False, 3)
    with pytest.raises(NotPermittedError):
        disagreeing.take_further(disagreement=now(found), words="On.", by=world.alice, at=LATER)
    assert [each.left_at is None for each in found.stages.order_by("number")] == [False, False, True]


def test_once_the_answer_is_late_whoever_answers_may_take_it_further_too(world: World, mona: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    overdue = found.stages.get().due_at + timedelta(minutes=1)
    assert disagreements.side_taking_further(world.hana, now(found), at=overdue) == "answering"


def test_it_is_settled_when_both_sides_agree(world: World, mona: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    with pytest.raises(NotPermittedError):
        disagreeing.settle(disagreement=now(found), words="Fine.", by=world.alice, at=LATER)
    answered(found, world.hana, LATER)
    for person in (world.hana, mona, world.bob):  # a lead speaks from the second stage on
        with pytest.raises(NotPermittedError):
            disagreeing.settle(disagreement=now(found), words="Fine.", by=person, at=LATER)
    disagreeing.settle(disagreement=now(found), words="They meet today.", by=world.alice, at=LATER)
    assert (now(found).standing, now(found).ended_by) == ("agreed", world.alice)
    assert not Clock.objects.filter(about=str(found.pk), ended_at__isnull=True).exists()
    with pytest.raises(NotPermittedError):
        answered(found, world.hana, LATER)


def test_only_who_raised_it_withdraws_it_and_says_why(world: World, mona: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    for person in (world.bob, world.hana, mona):
        with pytest.raises(NotPermittedError):
            disagreeing.withdraw(disagreement=now(found), words="Done.", by=person, at=LATER)
    with pytest.raises(DisagreementRefusedError):
        disagreeing.withdraw(disagreement=now(found), words=" ", by=world.alice, at=LATER)
    disagreeing.withdraw(disagreement=now(found), words="They rang me.", by=world.alice, at=LATER)
    assert now(found).standing == "withdrawn"


def test_of_two_at_once_one_acts_and_the_other_is_told(world: World, mona: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    first, second = now(found), now(found)
    disagreeing.answer(disagreement=first, given=ANSWER, by=world.hana, at=LATER)
    with pytest.raises(DisagreementChangedError):
        disagreeing.answer(disagreement=second, given=ANSWER, by=mona, at=LATER)
    assert DisagreementEntry.objects.count() == 1


# --- what each side sees


def test_what_the_referrers_side_and_the_unit_owe(world: World, mona: User, mike: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    assert [owed(person, LATER) for person in (world.hana, mona, mike)] == [["Answer a disagreement"]] * 3
    assert owed(world.alice, LATER) == []
    overdue = found.stages.get().due_at + timedelta(minutes=1)
    assert owed(world.alice, overdue) == ["Your disagreement has had no answer in time: take it further?"]
    answered(found, world.hana, overdue)
    assert owed(world.hana, overdue) == []
    assert owed(world.alice, overdue) == ["Read an answer: is your disagreement settled?"]
    assert Notice.objects.get(kind="disagreement").to == world.alice


def test_the_units_own_record_and_its_names_stay_with_the_unit(world: World, mona: User, as_: As) -> None:
    referral = replied(world, mona, withheld=True)
    found = disagreed(referral, world.alice)
    here = f"/cases/{referral.pk}/disagreements/{found.pk}/"
    asked = text_of(as_(world.hana).get(f"{here}answer"))
    assert "Detail was withheld in the reply" in asked
    answered(found, world.hana, LATER)
    theirs = text_of(as_(world.hana).get(here))
    assert "An informant is at risk." in theirs
    assert "Hana Hale, " in theirs
    own = as_(world.alice)
    for path in (f"/referrals/{referral.pk}/disagreements/{found.pk}/", f"/referrals/{referral.pk}/sent/"):
        page = own.get(path).content.decode()
        assert "informant" not in page
        assert "Hana" not in page
    assert "We looked at it again." in text_of(own.get(f"/referrals/{referral.pk}/disagreements/{found.pk}/"))


def test_what_an_agency_raises_the_referrer_never_learns_of(world: World, mona: User, as_: As) -> None:
    referral = replied(world, mona)
    pack = all_packs(referral)["cumbria_police"]
    browser = as_(world.pat)
    assert "I disagree with a decision" in text_of(browser.get(f"/packs/{pack.pk}/"))
    browser.post(f"/packs/{pack.pk}/disagree", SAID)
    found = Disagreement.objects.get()
    assert (found.raised_for, found.agency, found.raised_by) == (pack.route.agency, referral.owner_unit, world.pat)
    own = disagreed(referral, world.alice)
    answered(found, world.hana, LATER)
    assert Notice.objects.get(kind="disagreement").to == world.pat
    page = f"/packs/{pack.pk}/disagreements/{found.pk}/"
    assert browser.get(f"/referrals/{referral.pk}/disagreements/", follow=True).redirect_chain[-1][0] == page
    read = browser.get(page).content.decode()
    assert "We looked at it again." in read
    assert "informant" not in read
    assert "Hana" not in read
    assert str(own.pk) not in browser.get(f"/packs/{pack.pk}/").content.decode()
    assert browser.get(f"/packs/{pack.pk}/disagreements/{own.pk}/").status_code == 404
    referrers = as_(world.alice)
    assert referrers.get(f"/referrals/{referral.pk}/disagreements/{found.pk}/").status_code == 404
    assert str(found.pk) not in referrers.get(f"/referrals/{referral.pk}/sent/").content.decode()
    both = as_(mona).get(f"/cases/{referral.pk}/").content.decode()
    assert str(found.pk) in both
    assert str(own.pk) in both
    done = browser.post(f"{page}settle", {"words": "Agreed by phone.", "version": "2"}, follow=True)
    assert "Settled: both sides agree." in text_of(done)


def test_those_who_read_the_case_may_disagree_too_but_never_answer_themselves(
    world: World, mona: User, mike: User, as_: As
) -> None:
    referral = sent(world)
    taking.take(referral=referral, by=world.hana, at=NOW)
    assert as_(world.hana).get(f"/cases/{referral.pk}/disagree").status_code == 404  # nothing is decided yet
    child = ChildCase.objects.get(referral=referral, number=1)
    deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=mona, at=NOW)
    as_(world.hana).post(f"/cases/{referral.pk}/disagree", SAID)
    found = now(Disagreement.objects.get())
    assert found.raised_for == found.agency == referral.owner_unit
    assert not disagreements.may_answer(world.hana, found, at=LATER)
    assert owed(world.hana, LATER) == []
    assert disagreement_audiences.answering(found, at=LATER) == [mona]
    answered(found, mona, LATER)
    disagreeing.settle(disagreement=now(found), words="I see.", by=world.hana, at=LATER)
    for outsider in (world.will, world.nell):
        assert as_(outsider).get(f"/cases/{referral.pk}/disagreements/{found.pk}/").status_code == 404


def test_whoever_is_kept_away_neither_sees_nor_counts(world: World, mona: User, mike: User, as_: As) -> None:
    referral = replied(world, mona)
    found = disagreed(referral, world.alice)
    for person in (world.hana, world.bob):
        conflicts.keep_away(referral=referral, person=person, reason="A cousin.", by=mona, at=LATER)
    sweep(LATER + timedelta(minutes=2), LATER + timedelta(days=5))
    assert not {who for _, who in told(found)} & {"hana", "bob"}
    assert owed(world.hana, LATER) == []
    with pytest.raises(NotPermittedError):
        answered(found, world.hana, LATER)
    for person, path in ((world.hana, "/cases/"), (world.bob, "/referrals/")):
        browser = as_(person)
        for rest in (f"{referral.pk}/disagreements/{found.pk}/", f"{referral.pk}/disagreements/{found.pk}/further"):
            assert browser.get(path + rest).status_code == 404
        assert browser.get(f"/referrals/{referral.pk}/disagreements/").status_code == 404
    answered(found, mona, LATER)
    assert Notice.objects.get(kind="disagreement").to == world.alice


def test_of_a_sealed_case_only_the_conflict_officer_hears(world: World, mona: User, sven: User, as_: As) -> None:
    referral = replied(world, world.cleo, taker=world.cleo, about=("hub",))
    found = disagreed(referral, world.alice)
    sweep(LATER + timedelta(minutes=2), LATER + timedelta(days=5))
    assert {who for _, who in told(found)} == {"cleo", "alice"}
    disagreeing.take_further(disagreement=now(found), words="On.", by=world.alice, at=LATER)
    sweep(LATER + timedelta(days=9))
    assert {who for _, who in told(found)} == {"cleo", "alice", "adam"}
    page = text_of(as_(world.alice).get(f"/referrals/{referral.pk}/disagreements/{found.pk}/"))
    assert "do not name the person" in page
    assert as_(world.bob).get(f"/referrals/{referral.pk}/disagreements/{found.pk}/").status_code == 404


def test_looking_in_by_break_glass_is_reading_alone(world: World, mona: User, as_: As) -> None:
    referral = replied(world, mona)
    found = disagreed(referral, world.alice)
    break_glass.open_case(reference=referral.reference, reason="Missing.", by=world.will, at=LATER)
    browser = as_(world.will)
    assert browser.get(f"/cases/{referral.pk}/").status_code == 200
    assert str(found.pk) not in browser.get(f"/cases/{referral.pk}/").content.decode()
    assert browser.get(f"/cases/{referral.pk}/disagree").status_code == 404
    assert browser.get(f"/cases/{referral.pk}/disagreements/{found.pk}/").status_code == 404


# --- the pages


def test_the_whole_way_in_the_browser(world: World, mona: User, mike: User, as_: As) -> None:
    referral = sent(world)
    author, screener, manager = as_(world.alice), as_(world.hana), as_(mike)
    assert "I disagree" not in text_of(author.get(f"/referrals/{referral.pk}/sent/"))
    referral = replied(world, mona)
    assert "I disagree with what the hub decided" in text_of(author.get(f"/referrals/{referral.pk}/sent/"))
    form = text_of(author.get(f"/referrals/{referral.pk}/disagree/"))
    assert "The child’s safety comes first." in form
    assert "Cumberland" in form
    assert "whether a child protection conference is called" in form
    refused = author.post(f"/referrals/{referral.pk}/disagree/", SAID | {"wanted": ""})
    assert refused.status_code == 400
    assert "Write what you ask for" in text_of(refused)
    assert "He wrote again last night." in refused.content.decode()
    raised = author.post(f"/referrals/{referral.pk}/disagree/", SAID, follow=True)
    assert "is told that you disagree" in text_of(raised)
    found = Disagreement.objects.get()
    own, theirs = (f"/{kind}/{referral.pk}/disagreements/{found.pk}/" for kind in ("referrals", "cases"))
    again = author.post(f"/referrals/{referral.pk}/disagree/", SAID, follow=True)
    assert "One is open already" in text_of(again)

    case = case_text(screener, referral.pk)
    assert "Somebody disagrees with a decision" in case
    assert "Alice Appleby, for the referrer" in case
    assert "Somebody said that they disagree with a decision by Alice Appleby" in case
    blank = screener.post(f"{theirs}answer", {"version": "1"})
    assert blank.status_code == 400
    assert "Say whether the decision is changed" in text_of(blank)
    assert "checked" not in screener.get(f"{theirs}answer").content.decode()
    screener.post(f"{theirs}answer", ANSWER | {"version": "1"})
    stale = as_(mona).post(f"{theirs}answer", ANSWER | {"version": "1", "words": "My own long thought."})
    assert "Somebody else was quicker" in text_of(stale)
    assert "My own long thought." in stale.content.decode()
    assert "Take a step back" in text_of(as_(mona).get(theirs))

    page = text_of(author.get(own))
    assert "Take it to stage 2: Line managers" in page
    assert "The partnership has still to confirm" in page
    author.post(f"{own}further", {"words": "He wrote again.", "version": "2"})
    manager.post(f"{theirs}answer", {"outcome": "changed", "words": "We meet today.", "version": "3"})
    done = author.post(f"{own}settle", {"words": "Thank you.", "version": "4"}, follow=True)
    assert "Settled: both sides agree." in text_of(done)
    late = author.post(f"{own}withdraw", {"words": "No.", "version": "5"}, follow=True)
    assert "That cannot be done now" in text_of(late)
    assert author.get(f"{own}answer").status_code == 404
    assert author.get(f"{own}burn").status_code == 404
    heard = [event.event for event in Event.objects.about(referral).filter(event__startswith="disagreement.")]
    assert sorted(heard) == sorted(
        ["disagreement.raised", "disagreement.answered", "disagreement.moved_on", "disagreement.answered",
         "disagreement.agreed"]
    )  # fmt: skip


def test_a_reminder_leads_to_the_disagreement(world: World, mona: User, as_: As) -> None:
    referral = replied(world, mona)
    found = disagreed(referral, world.alice)
    sweep(LATER + timedelta(minutes=1))
    page = as_(world.hana).get("/tasks/").content.decode()
    assert "Answer to a disagreement" in page
    assert f"/cases/{referral.pk}/disagreements/{found.pk}/" in page


def test_what_is_disagreed_with_is_sealed_in_its_columns(world: World, mona: User) -> None:
    found = disagreed(replied(world, mona), world.alice)
    answered(found, world.hana, LATER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, why, wanted FROM referrals_disagreement")
        stored = [*cursor.fetchone()]
        cursor.execute("SELECT words, hub_words FROM referrals_disagreemententry")
        stored += [*cursor.fetchone()]
    assert not any(word in str(column) for column in stored for word in ("Friday", "wrote", "today", "again", "risk"))
