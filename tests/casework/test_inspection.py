"""What an inspector will ask: what is computed, what is added, who may, and the clocks of a serious incident."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from casework.actions import (
    deciding,
    inspecting,
    partners,
    reminding,
    replying,
    taking,
    transferring,
)
from casework.inspection import KINDS
from casework.models import ChildCase, Decision, HubCall, InspectionEntry, Reminder, StrategyDiscussion
from casework.permissions import NotPermittedError
from casework.queries import inspection, inspection_challenge, inspection_children, inspection_gaps, inspection_way
from casework.queries.case_record_inspection import inspection_rows
from referrals.actions import advice, break_glass, conflicts, pauses
from referrals.actions.disagreeing import raise_own
from referrals.models import Clock, Pack, Referral
from tests.casework.deciding import NO_FURTHER_ACTION, REPLY
from tests.casework.likeness import raised
from tests.casework.reading import text_of
from tests.casework.strategy import Meeting
from tests.casework.two_children import sent_to_two
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=3)
TODAY = date(2026, 12, 2)
SEEN = {"seen": "alone", "happened_on": TODAY, "who": "Sol Shore, social worker", "words": "Wants it to stop."}
TOLD = {"happened_on": TODAY, "who": "PC Price told Hana Hale", "words": "He was spoken to."}
WHAT = {"happened_on": TODAY, "words": "The child was hurt badly."}


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def case(world: World, mona: User) -> Referral:
    """A case in which a screener proposed and was returned, proposed again, a manager agreed and replied."""
    referral = sent(world, danger="yes")
    taking.take(referral=referral, by=world.hana, at=NOW + timedelta(minutes=1))
    child = ChildCase.objects.get(referral=referral, number=1)
    for answer in ("return", "agree"):
        child = ChildCase.objects.get(pk=child.pk)
        proposed = deciding.decide(
            child=child, code="no_further_action", given=NO_FURTHER_ACTION, by=world.hana, at=LATER
        )
        version = ChildCase.objects.get(pk=child.pk).version
        if answer == "return":
            deciding.send_back(decision=proposed, version=version, reason="Ask health.", by=mona, at=LATER)
        else:
            deciding.agree(decision=proposed, version=version, by=mona, at=LATER)
    replying.reply(children=[ChildCase.objects.get(pk=child.pk)], given=REPLY, by=mona, at=LATER)
    return referral


def record(case: Referral, kind: str, given: dict[str, object], by: User, at: datetime = LATER) -> InspectionEntry:
    child = ChildCase.objects.get(referral=case) if KINDS[kind].of_child else None
    return inspecting.record(case=case, kind=kind, child=child, given=given, by=by, at=at)


def page_of(as_: As, case: Referral, person: User) -> str:
    return text_of(as_(person).get(f"/cases/{case.pk}/inspection"))


def between(page: str, start: str, end: str) -> str:
    """The part of a page from the last place of one heading to the next."""
    return page.rsplit(start, 1)[-1].split(end)[0]


def test_the_way_of_a_case_is_computed(world: World, mona: User, case: Referral) -> None:
    call = {"other_kind": "101", "direction": "made", "began_at": LATER, "ended": "abandoned", "waited_minutes": 25,
            "number": "101", "late_why": "The line was engaged."}  # fmt: skip
    HubCall.objects.create(referral=case, agency=case.owner_unit, recorded_at=LATER, recorded_by=world.hana,
                           is_late=True, token=uuid4(), **call)  # fmt: skip
    way = inspection_way.way_of(case, at=LATER)
    timed = [each.at for each in way if each.at is not None]
    assert timed == sorted(timed)
    whats = [each.what for each in way]
    assert inspection_way.told_before(case)[0][0] == "First known to the referrer"
    for what in ("Referral begun", "Referral sent", "First looked at", "Reply 1 to the referrer"):
        assert what in whats
    calls = [each for each in way if each.what.startswith("Call: Police on 101")]
    assert [each.more for each in calls] == [
        "Given up before anybody answered; waited 25 minutes; number 101; late: The line was engaged."
    ]
    assert calls[0].is_late


def test_what_was_shown_is_on_record_with_its_numbers(world: World, mona: User, case: Referral, as_: As) -> None:
    author = as_(world.alice)
    for _ in range(2):
        assert author.get(f"/referrals/{case.pk}/sent/").status_code == 200
    shown = [each for each in inspection_way.pages_shown(case) if each.numbers]
    assert [each.text for each in shown] == ["The receipt with whom to call"]
    assert any("999" in number for number in shown[0].numbers)
    assert Event.objects.about(case).filter(event="advice.shown").count() == 1
    advice.record_shown(referral=case, numbers=["Call Cumberland hub: 01632 960111"], by=world.alice, at=LATER)
    assert [each.numbers for each in inspection_way.pages_shown(case) if each.numbers][1:] == [
        ("Call Cumberland hub: 01632 960111",)
    ]
    with pytest.raises(NotPermittedError):
        advice.record_shown(referral=case, numbers=[], by=world.carol, at=LATER)
    texts = {each.text for each in inspection_way.steps_shown(case)}
    assert {step.text for step in case.checklist_steps.all()} == texts
    page = page_of(as_, case, mona)
    assert f"In the wording of {inspection_way.editions_of(case)[0]}." in page
    assert case.editions[0]["version"] in inspection_way.editions_of(case)[0]
    assert "Numbers shown: Call 999 now: 999" in page


def test_supervision_and_challenge_are_computed(world: World, mona: User, case: Referral, as_: As) -> None:
    assert case.owner_unit is not None
    said = {"what": "SAID the outcome.", "why": "He wrote.", "wanted": "A call."}
    raise_own(referral=case, agency=case.owner_unit, given=said, by=world.alice, at=LATER)
    transferring.send(case=case, to_unit="", to_council="Lakeshire", reason="Moved there.", by=mona, at=LATER)
    clock = next(each for each in Clock.objects.filter(referral=case) if each.can_be_paused(at=LATER))
    pauses.pause(clock=clock, reason="Waits for a court.", by=mona, at=LATER)
    assert inspection_challenge.counts_of(case) == {
        "decisions that count": 1, "of these agreed to by a second person": 1, "proposals returned": 1,
        "disagreements raised": 1, "disagreements open": 1,
    }  # fmt: skip
    page = between(page_of(as_, case, mona), "Supervision and challenge", "No clock of this case has run out")
    for words in ("No further action, returned : Ask health.", "agreed by a second person",
                  "Disagreed with a decision : SAID the outcome.", "to Lakeshire, sent : Moved there.",
                  "Waits for a court."):  # fmt: skip
        assert words.replace(" :", ":") in page


def test_a_strategy_discussion_shows_who_was_missing_and_who_disagreed(world: World, as_: As) -> None:
    meeting = Meeting(world)
    meeting.write(child={"who_sees": "Sue Sand, alone", "seen_when": "Tonight", "voice": "I am scared."},
                  decision={"dissent": "yes", "dissent_words": "Health wanted more."})  # fmt: skip
    meeting.attend("social_care", "police", "health")
    meeting.hold()
    page = page_of(as_, meeting.referral, meeting.mona)
    assert "Strategy discussion 1, held" in page
    assert "dissent: Health wanted more." in page
    assert "Sue Sand, alone, Tonight. The child: I am scared." in page
    StrategyDiscussion.objects.update(is_restricted=True)
    assert "Health wanted more." not in page_of(as_, meeting.referral, world.hana)


def test_earlier_contacts_stand_beside_what_was_decided(world: World, mona: User, as_: As) -> None:
    earlier, case = raised(world, born="31/05/2012"), raised(world, born="31/05/2012")
    taking.take(referral=case, by=world.hana, at=LATER)
    child = ChildCase.objects.get(referral=case)
    made = deciding.decide(child=child, code="no_further_action", given=NO_FURTHER_ACTION, by=world.hana, at=LATER)
    version = ChildCase.objects.get(pk=child.pk).version
    deciding.agree(decision=made, version=version, by=mona, at=LATER)
    page = page_of(as_, case, mona)
    assert f"In this portal, before the decision of 10:03 today: {earlier.reference} , sent" in page
    assert "Nothing was different in what both cases know" in page
    assert f'href="/cases/{case.pk}/chronology"' in as_(mona).get(f"/cases/{case.pk}/inspection").content.decode()


def test_the_export_holds_what_was_entered(world: World, mona: User, case: Referral) -> None:
    record(case, "child_seen", SEEN, world.hana)
    (found,) = inspection_rows(mona, case, at=LATER)
    assert found["label"] == "Child seen, child 1"
    assert found["lines"][1:] == ["Seen alone", "Sol Shore, social worker", "Wants it to stop."]
    assert found["who"] == "Hana Hale"
    assert list(inspection_rows(world.will, case, at=LATER)) == []


def test_what_ran_late_stays_visible(world: World, mona: User, case: Referral) -> None:
    running = Clock.objects.filter(referral=case, ended_at__isnull=True, due_at__gt=LATER).order_by("due_at")
    clock = running.first()
    assert clock is not None
    before = {each.at for each in inspection_challenge.late_clocks(case, at=LATER)}
    assert clock.due_at not in before
    after = clock.due_at + timedelta(minutes=1)
    late = {each.at: each.more for each in inspection_challenge.late_clocks(case, at=after)}
    assert late[clock.due_at] == "still owed"
    Clock.objects.filter(pk=clock.pk).update(ended_at=after)
    assert "done since" in [each.more for each in inspection_challenge.late_clocks(case, at=after)]


def test_what_the_agencies_wrote_back_is_shown_or_missed(world: World, mona: User, as_: As) -> None:
    case = sent(world, works="work")
    page = page_of(as_, case, mona)
    police = Pack.objects.system(reason="a test").get(referral=case, route__unit="cumbria_police", is_current=True)
    assert "When Cumbria Police told the hub what they know" in page
    assert "has not said: the harm threshold, the outcome, the barring service or a regulator" in page
    told = {"devices": "Two telephones.", "custody": "bail", "bail_conditions": "No contact.",
            "bail_ends": date(2027, 3, 27), "outcome": "open"}  # fmt: skip
    partners.report(pack=police, given=told, seen=0, by=world.pat, at=LATER)
    lado = Pack.objects.system(reason="a test").get(referral=case, route__unit="cumberland_lado", is_current=True)
    told = {"threshold": "met", "tests": ["risk"], "threshold_why": "He taught.", "category": "substantiated",
            "category_why": "He said so.", "regulators": "yes", "regulators_words": "DBS, in May."}  # fmt: skip
    partners.report(pack=lado, given=told, seen=0, by=world.lena, at=LATER)
    page = page_of(as_, case, mona)
    for words in ("Two telephones.", "27 March 2027", "Substantiated", "DBS, in May.", "(Pat Price)",
                  "Cumbria Police has not said: how it ended"):  # fmt: skip
        assert words in page
    assert "When Cumbria Police told the hub" not in page
    assert "harm threshold, the outcome" not in page


def test_the_page_shows_what_is_on_record_and_what_is_not(world: World, mona: User, case: Referral, as_: As) -> None:
    Decision.objects.update(child_seen="not_yet")
    page = page_of(as_, case, mona)
    assert "Not on record; asked for on 3 March 2027." in page
    missing = between(page, "Add to the record Not on record", "From first awareness")
    assert "Child 1: whether the child was seen, alone, by whom and when." in missing
    assert "Child 1: contacts in the twelve months before “no further action”, and what was different." in missing
    assert "three months on" not in missing
    record(case, "child_seen", SEEN, world.hana)
    record(case, "police_told", TOLD, world.hana)
    record(case, "before", {"happened_on": TODAY, "words": "One in May: another boy then."}, world.hana)
    record(case, "outcome", {"happened_on": TODAY, "words": "Well, and at school."}, world.hana)
    page = page_of(as_, case, mona)
    assert "Seen alone, 2 December 2026, by Sol Shore, social worker. Wants it to stop." in page
    assert "Police told the hub on 2 December 2026: He was spoken to." in page
    assert "One in May: another boy then." in page
    assert "Well, and at school." in page
    missing = between(page, "Add to the record Not on record", "From first awareness")
    assert "was seen" not in missing
    assert "twelve months before" not in missing
    assert Event.objects.about(case).filter(event="case.read", by_id=str(mona.pk)).exists()


def test_the_outcome_is_missed_from_the_day_it_is_asked_for(world: World, case: Referral) -> None:
    def missed(at: datetime) -> list[str]:
        children = inspection_children.children_of(case, [])
        return [gap.mend for gap in inspection_gaps.gaps_of(case, children, [], at=at)]

    assert "outcome" not in missed(NOW + timedelta(days=90))
    assert "outcome" in missed(NOW + timedelta(days=92))
    record(case, "outcome", {"happened_on": TODAY, "words": "Well."}, world.hana)
    assert "outcome" not in missed(NOW + timedelta(days=92))


@pytest.mark.parametrize(("kind", "given", "missing"), [
    ("child_seen", SEEN | {"seen": ""}, "seen"), ("child_seen", SEEN | {"who": ""}, "who"),
    ("child_seen", SEEN | {"happened_on": None}, "happened_on"), ("police_told", TOLD | {"words": " "}, "words"),
    ("police_told", TOLD | {"happened_on": TODAY + timedelta(days=1)}, "happened_on"),
])  # fmt: skip
def test_what_is_missing_is_refused_by_name(
    world: World, case: Referral, kind: str, given: dict[str, object], missing: str
) -> None:
    with pytest.raises(inspecting.EntryRefusedError) as refused:
        record(case, kind, given, world.hana)
    assert list(refused.value.faults) == [missing]
    assert not InspectionEntry.objects.exists()


def test_a_child_is_named_where_it_is_about_one(world: World, case: Referral) -> None:
    with pytest.raises(inspecting.EntryRefusedError) as refused:
        inspecting.record(case=case, kind="child_seen", child=None, given=SEEN, by=world.hana, at=LATER)
    assert list(refused.value.faults) == ["child"]
    unit = ChildCase.objects.get(referral=case).agency
    other = ChildCase.objects.create(
        referral=sent(world), number=9, child_key="x", agency=unit, opened_at=LATER, changed_at=LATER
    )
    with pytest.raises(NotPermittedError):
        inspecting.record(case=case, kind="child_seen", child=other, given=SEEN, by=world.hana, at=LATER)


def test_a_serious_incident_starts_two_clocks_which_end_with_what_they_wait_for(
    world: World, mona: User, case: Referral
) -> None:
    record(case, "incident", WHAT, mona)
    due = {clock.kind: clock.due_at for clock in Clock.objects.filter(referral=case, kind__startswith="I-")}
    assert due == {"I-01": NOW.replace(day=9, hour=17), "I-02": NOW.replace(day=23, hour=17)}
    reminding.remind_due(at=due["I-01"])
    assert Reminder.objects.filter(clock__kind="I-01", to=mona).exists()
    record(case, "incident_notified", WHAT | {"words": "The Panel, reference 7."}, mona, at=due["I-01"])
    assert Clock.objects.get(referral=case, kind="I-01").ended_at == due["I-01"]
    assert Clock.objects.get(referral=case, kind="I-02").ended_at is None
    record(case, "review_done", WHAT | {"words": "Learning shared."}, mona, at=due["I-02"] + timedelta(days=1))
    assert Clock.objects.get(referral=case, kind="I-02").is_overdue(at=due["I-02"])


def test_a_late_entry_does_not_lengthen_the_clocks(world: World, mona: User, case: Referral) -> None:
    record(case, "incident", WHAT | {"happened_on": date(2026, 11, 30)}, mona)
    due = {clock.kind: clock.due_at for clock in Clock.objects.filter(referral=case, kind__startswith="I-")}
    assert due == {"I-01": NOW.replace(day=7, hour=17), "I-02": NOW.replace(day=21, hour=17)}


def test_an_incident_sets_a_hold_in_the_same_step_where_that_is_asked(
    world: World, mona: User, case: Referral, as_: As
) -> None:
    here = f"/cases/{case.pk}/inspection/incident"
    day = {"happened_on_0": "2", "happened_on_1": "12", "happened_on_2": "2026"}
    browser = as_(mona)
    done = browser.post(here, {"words": "The child was hurt badly.", "hold": "yes", **day}, follow=True)
    page = text_of(done)
    assert "Legal hold: nothing of this case may be deleted." in page
    assert "The serious incident: to whom it was notified." in page
    assert "The rapid review: what came of it." in page
    assert "set a legal hold" not in text_of(browser.get(here))
    record(case, "incident_notified", WHAT, mona, at=timezone.now())
    assert "to whom it was notified." not in page_of(as_, case, mona)


def test_a_hold_is_set_and_lifted_by_a_manager_and_never_twice(world: World, mona: User, case: Referral) -> None:
    assert not inspection.is_held(case)
    with pytest.raises(inspecting.EntryRefusedError):
        record(case, "hold_off", WHAT, mona)
    record(case, "hold_on", WHAT, mona)
    assert inspection.is_held(case)
    with pytest.raises(inspecting.EntryRefusedError):
        record(case, "hold_on", WHAT, mona, at=LATER + timedelta(minutes=1))
    record(case, "hold_off", WHAT, mona, at=LATER + timedelta(minutes=2))
    assert not inspection.is_held(case)


def test_who_may_see_and_add(world: World, mona: User, case: Referral, as_: As) -> None:
    for kind in ("incident", "hold_on"):
        with pytest.raises(NotPermittedError):
            record(case, kind, WHAT, world.hana)
        assert as_(world.hana).get(f"/cases/{case.pk}/inspection/{kind}").status_code == 404
    break_glass.open_case(reference=case.reference, reason="Missing.", by=world.will, at=LATER)
    for person in (world.will, world.nell, world.alice, world.bob, world.pat, world.cleo):
        assert as_(person).get(f"/cases/{case.pk}/inspection").status_code == 404
        with pytest.raises(NotPermittedError):
            record(case, "child_seen", SEEN, person)
    conflicts.keep_away(referral=case, person=world.hana, reason="A cousin.", by=mona, at=LATER)
    assert as_(world.hana).get(f"/cases/{case.pk}/inspection").status_code == 404
    with pytest.raises(NotPermittedError):
        record(case, "child_seen", SEEN, world.hana)


def test_an_entry_in_the_browser(world: World, case: Referral, as_: As) -> None:
    browser = as_(world.hana)
    assert "What an inspector will ask" in text_of(browser.get(f"/cases/{case.pk}/"))
    here = f"/cases/{case.pk}/inspection/child_seen"
    assert "checked" not in browser.get(here).content.decode()
    refused = browser.post(here, {"who": "Sol Shore"})
    assert refused.status_code == 400
    assert "Say whether the child was seen, and how" in text_of(refused)
    assert "Which child?" not in text_of(refused)
    assert "Sol Shore" in refused.content.decode()
    day = {"happened_on_0": "2", "happened_on_1": "12", "happened_on_2": "2026"}
    done = browser.post(here, {"seen": "not_seen", "who": "Sol Shore", **day}, follow=True)
    assert "Tried, and not seen, 2 December 2026, by Sol Shore." in text_of(done)
    assert browser.get(f"/cases/{case.pk}/inspection/nothing").status_code == 404


def test_of_several_children_one_is_chosen_and_of_none_nothing_is_said(world: World, as_: As) -> None:
    case = sent_to_two(world)
    browser, here = as_(world.hana), f"/cases/{case.pk}/inspection/child_seen"
    day = {"happened_on_0": "2", "happened_on_1": "12", "happened_on_2": "2026"}
    given = {"seen": "alone", "who": "Sol Shore", **day}
    assert "Choose the child" in text_of(browser.post(here, given))
    child = ChildCase.objects.get(referral=case, number=2)
    browser.post(here, given | {"child": str(child.pk)})
    assert InspectionEntry.objects.get(referral=case).child == child
    fresh = sent(world)
    refused = browser.post(f"/cases/{fresh.pk}/inspection/child_seen", given)
    assert "Nobody has taken this case yet. Take it first" in text_of(refused)
    assert "Nobody" not in page_of(as_, fresh, world.hana)


class TestAuditor:
    """An auditor samples what is asked, with a reason on record; never a sealed case, nor restricted minutes."""

    @pytest.fixture
    def audrey(self, world: World) -> User:
        return world.person("audrey", "Audrey Ash", "auditor", partnership="Cumbria")

    def sampled(self, as_: As, case: Referral, audrey: User, **more: str) -> str:
        asked = {"reference": case.reference, "reason": "review", "inspection": "yes"} | more
        return text_of(as_(audrey).post("/record/sample", asked))

    def test_what_is_asked_is_shown_and_nothing_can_be_added(
        self, world: World, mona: User, case: Referral, as_: As, audrey: User
    ) -> None:
        record(case, "child_seen", SEEN, world.hana)
        page = self.sampled(as_, case, audrey)
        assert "Seen alone, 2 December 2026, by Sol Shore, social worker." in page
        assert "From first awareness to each call" in page
        assert "Who did and read what" in page
        assert "Record it" not in page
        event = Event.objects.about(case).get(event="case.inspection_sampled")
        assert event.detail == {"reason": "review"}
        history = text_of(as_(mona).get(f"/cases/{case.pk}/history"))
        assert "Read what an inspector will ask of the case as a sample, with a reason" in history
        for path in ("inspection", "inspection/child_seen"):
            assert as_(audrey).get(f"/cases/{case.pk}/{path}").status_code == 404
        with pytest.raises(NotPermittedError):
            record(case, "child_seen", SEEN, audrey)

    def test_both_wider_readings_are_on_record(self, world: World, case: Referral, as_: As, audrey: User) -> None:
        page = self.sampled(as_, case, audrey, answers="yes")
        assert "What was said" in page
        events = Event.objects.about(case).filter(event__endswith="_sampled").values_list("event", flat=True)
        assert sorted(events) == ["case.answers_sampled", "case.inspection_sampled"]
        assert not Event.objects.filter(event="case.sampled").exists()

    def test_restricted_minutes_stay_with_those_who_were_there(self, world: World, as_: As, audrey: User) -> None:
        meeting = Meeting(world)
        meeting.write(decision={"dissent": "yes", "dissent_words": "Health wanted more."})
        meeting.attend("social_care", "police", "health")
        meeting.hold()
        assert "Health wanted more." in self.sampled(as_, meeting.referral, audrey)
        StrategyDiscussion.objects.update(is_restricted=True)
        page = self.sampled(as_, meeting.referral, audrey)
        assert "From first awareness to each call" in page
        assert "Health wanted more." not in page

    def test_a_sealed_case_and_anothers_are_not_sampled(self, world: World, as_: As, audrey: User) -> None:
        for case in (sent(world, connected="yes"), sent(world, area="north_east_lincolnshire")):
            page = self.sampled(as_, case, audrey)
            assert "From first awareness to each call" not in page
        assert not Event.objects.filter(event="case.inspection_sampled").exists()
