"""What stands in an exported case and in its chronology: all that was written, answered and passed on in it."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import (
    asking,
    assigning,
    deciding,
    disagreeing,
    exporting,
    notes,
    partners,
    replying,
    taking,
    transferring,
)
from casework.models import ChildCase, ConsultationReferral, StrategyDiscussion, StrategyInvitee, Taking
from referrals.actions import corrections, correspondence, follow_up, overrides, pauses, rerouting
from referrals.actions.disagreeing import raise_own
from referrals.models import Clock, Disagreement, Referral
from tests.casework.deciding import NO_FURTHER_ACTION, REPLY
from tests.casework.likeness import judge, raised
from tests.casework.reading import case_text, text_of
from tests.casework.strategy import AFTER, Meeting
from tests.casework.test_calls import recorded as call
from tests.casework.test_consultations import recorded as advice
from tests.casework.test_exporting import asked, make, words_of
from tests.casework.test_notes import write
from tests.casework.test_partners import POLICE, pack_of, returned, told
from tests.casework.two_hubs import sent_to_two_hubs
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
LAST = AFTER + timedelta(hours=1)
WORKS = {"Q-ADU-4": {"chosen": ["work"], "details": {"employer": "Minibuskestrel"}}}


@pytest.fixture
def meeting(world: World) -> Meeting:
    return Meeting(world)


def now(case: Referral) -> Referral:
    return Referral.objects.system(reason="a test").select_related("owner_unit").get(pk=case.pk)


def fill(world: World, meeting: Meeting) -> None:
    """Let everything happen in one case that can be written down in it, each with a word that stands nowhere else."""
    case, mona, hana = meeting.referral, meeting.mona, world.hana
    began = advice(hana, advice="Advisekestrel.")
    ConsultationReferral.objects.create(referral=case, key=began.key, started_at=NOW, started_by=hana)
    write(case, hana, "Innerkestrel.")
    write(case, hana, "Sharedkestrel.", "partners", recipients=["cumbria_police"])
    notes.write_to_referrer(case=case, text="Tellkestrel.", token=uuid.uuid4(), by=hana, at=LATER)
    follow_up.add_detail(
        referral=case, text="Addedkestrel.", names="Namedkestrel", token=uuid.uuid4(), by=world.alice, at=LATER
    )
    call(case, hana, agreed="Callkestrel.")
    told(pack_of(case, "cumbria_police"), world.pat, **POLICE | {"devices": "Deviceskestrel."})
    _find_out(case, hana)
    settled = returned(pack_of(case, "cumberland_lado"), world.lena, "Returnkestrel.", "Whosekestrel")
    partners.settle(returned=settled, how="not_needed", words="Settledkestrel.", by=mona, at=LATER)
    overrides.add(
        referral=now(case), unit="cumbria_prevent", mode="pack", urgency="standard", reason="Addkestrel.", by=hana,
        at=LATER,
    )  # fmt: skip
    overrides.drop(route=pack_of(case, "cumbria_prevent").route, reason="Dropkestrel.", by=mona, at=LATER)
    moved = transferring.send(
        case=now(case), to_unit="north_east_lincolnshire_hub", reason="Movedkestrel.", by=mona, at=LATER
    )
    transferring.reject(transfer=moved, reason="Rejectkestrel.", by=world.nell, at=LATER)
    had = Taking.objects.get(referral=case, agency=case.owner_unit, released_at__isnull=True)
    assigning.hand_over(taking=had, to=mona, note="Handkestrel.", by=hana, at=LATER)
    clock = Clock.objects.get(referral=case, kind="K-05", agency=case.owner_unit)
    pauses.pause(clock=clock, reason="Pausekestrel.", by=mona, at=LATER)
    meeting.write(information={"by_agency": "Minuteskestrel."})
    meeting.attend("social_care", "police", "health")
    meeting.hold()
    _decide(meeting, hana)
    _disagree(case, world.alice, mona)


def _find_out(case: Referral, by: User) -> None:
    key = case.answers["persons"][0]["key"]
    corrections.correct(
        referral=case, page="person", key=key, answers=WORKS, how_known="Howkestrel.", token=uuid.uuid4(), by=by,
        at=LATER,
    )  # fmt: skip
    proposed = rerouting.rerouting(now(case))
    answers = {f"answer_{number}": rerouting.SEND for number, _ in enumerate(proposed.proposed)}
    rerouting.confirm(referral=now(case), expected=proposed.fingerprint, answers=answers, by=by, at=LATER)


def _decide(meeting: Meeting, proposing: User) -> None:
    given = NO_FURTHER_ACTION | {"analysis": "Analysiskestrel."}
    made = deciding.decide(child=meeting.child, code="no_further_action", given=given, by=proposing, at=LAST)
    deciding.agree(decision=made, version=meeting.child.version, by=meeting.mona, at=LAST)
    reply = REPLY | {"reason": "Replykestrel."}
    replying.reply(children=[meeting.child], given=reply, by=meeting.mona, at=LAST)


def _disagree(case: Referral, author: User, manager: User) -> None:
    given = {"what": "Whatkestrel.", "why": "Whykestrel.", "wanted": "Wantedkestrel."}
    owner = case.owner_unit
    assert owner is not None
    raise_own(referral=now(case), agency=owner, given=given, by=author, at=LAST)
    answer = {"outcome": "kept", "words": "Answerkestrel.", "hub_words": "Ownkestrel."}
    disagreeing.answer(disagreement=Disagreement.objects.get(), given=answer, by=manager, at=LAST)


def exported(case: Referral, by: User) -> str:
    return words_of(exporting.open_file(export=make(asked(now(case), by)), by=by, at=LATER))


IN_THE_RECORD = [
    "Advisekestrel", "Innerkestrel", "Sharedkestrel", "Tellkestrel", "Addedkestrel", "Namedkestrel", "Callkestrel",
    "Deviceskestrel", "Minibuskestrel", "Howkestrel", "Returnkestrel", "Whosekestrel", "Settledkestrel", "Addkestrel",
    "Dropkestrel", "Movedkestrel", "Rejectkestrel", "Handkestrel", "Pausekestrel", "Minuteskestrel",
    "Analysiskestrel", "Replykestrel", "Whatkestrel", "Whykestrel", "Wantedkestrel", "Answerkestrel", "Ownkestrel",
]  # fmt: skip
NOT_IN_THE_CHRONOLOGY = {
    "Advisekestrel", "Whosekestrel", "Addkestrel", "Dropkestrel", "Pausekestrel", "Minuteskestrel", "Whykestrel",
    "Wantedkestrel", "Ownkestrel", "Replykestrel", "Handkestrel",
}  # fmt: skip
"""What is told in one line there, or read where the reading of it is recorded."""


def test_the_export_holds_all_that_was_written_and_the_chronology_what_happened(
    world: World, meeting: Meeting, as_: As
) -> None:
    fill(world, meeting)
    words = exported(meeting.referral, meeting.mona)
    assert [said for said in IN_THE_RECORD if said not in words] == []
    page = text_of(as_(world.hana).get(f"/cases/{meeting.referral.pk}/chronology"))
    assert {said for said in IN_THE_RECORD if said not in page} == NOT_IN_THE_CHRONOLOGY
    for line in (
        "gave advice, consultation", "wrote back", "returned its pack as not theirs", "Strategy discussion 1 held",
        "Disagreement with a decision of", "Transfer to North East Lincolnshire",
    ):  # fmt: skip
        assert line in page, line


def test_a_question_and_its_answer_are_in_both(world: World, as_: As) -> None:
    case = sent(world)
    mona = world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")
    taking.take(referral=case, by=world.hana, at=LATER)
    question = asking.ask(
        case=case, children=[ChildCase.objects.get(referral=case)], text="Askkestrel?",
        answer_by=NOW.date() + timedelta(days=1), token=uuid.uuid4(), by=world.hana, at=LATER,
    )  # fmt: skip
    words = exported(case, mona)
    assert "Askkestrel" in words
    assert "Not answered" in words
    correspondence.answer(question=question, text="Saidkestrel.", token=uuid.uuid4(), by=world.alice, at=LATER)
    assert exported(case, mona).count("Saidkestrel") == 2  # with its question, and in the chronology
    page = text_of(as_(world.hana).get(f"/cases/{case.pk}/chronology"))
    assert page.index("Askkestrel") < page.index("Saidkestrel")


def test_of_a_restricted_discussion_only_those_let_in_read(world: World, meeting: Meeting, as_: As) -> None:
    StrategyDiscussion.objects.filter(pk=meeting.discussion.pk).update(is_restricted=True)
    meeting.write(information={"by_agency": "Minuteskestrel."})
    meeting.attend("social_care", "police", "health")
    meeting.hold()
    chronology = f"/cases/{meeting.referral.pk}/chronology"
    assert "Strategy discussion 1 held" in text_of(as_(meeting.mona).get(chronology))
    assert "Strategy discussion 1 held" not in text_of(as_(world.hana).get(chronology))
    milo = world.person("milo", "Milo Mann", "hub_manager", unit="cumberland_hub")  # was not there, but decides
    assert "Minuteskestrel" in exported(meeting.referral, milo)
    invitee = meeting.invitees["social_care"]
    StrategyInvitee.objects.filter(pk=invitee.pk).update(person=milo, reply="conflict")
    assert "Minuteskestrel" not in exported(meeting.referral, milo)


def test_another_hub_reads_its_own_share_of_the_chronology(world: World, as_: As) -> None:
    case = sent_to_two_hubs(world)
    taking.take(referral=case, by=world.hana, at=LATER)
    write(case, world.hana, "Innerkestrel.")
    write(case, world.hana, "Sharedkestrel.", "partners", recipients=["north_east_lincolnshire_hub"])
    told(pack_of(case, "cumbria_police"), world.pat, devices="Deviceskestrel.")
    theirs = text_of(as_(world.nell).get(f"/cases/{case.pk}/chronology"))
    own = text_of(as_(world.hana).get(f"/cases/{case.pk}/chronology"))
    shown = {word: (word in theirs, word in own) for word in ("Innerkestrel", "Sharedkestrel", "Deviceskestrel")}
    assert shown == {
        "Innerkestrel": (False, True), "Sharedkestrel": (True, True), "Deviceskestrel": (False, True),
    }  # fmt: skip


def test_what_is_told_of_another_case_is_on_record_as_read(world: World) -> None:
    mona = world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")
    first = raised(world, name="Riley Jones", born="31/5/2012")
    second = raised(world, name="Riley Jones", born="31/5/2012", by=world.carol)
    judge(second, "confirm", mona)
    write(first, world.hana, "Innerkestrel.")
    assert "Innerkestrel" in exported(second, mona)
    read = Event.objects.filter(event="case.read", by_id=str(mona.pk)).values_list("subject_id", flat=True)
    assert list(read) == [str(first.pk)]


def test_that_it_was_exported_stands_on_the_case(world: World, as_: As) -> None:
    case = sent(world)
    mona = world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")
    asked(case, mona)
    assert "Case exported as a PDF" in case_text(as_(world.hana), case.pk)
