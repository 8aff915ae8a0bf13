"""Who may know of a strategy discussion, and what they read of it; its reminders and its appointment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from casework import strategy_permissions as sight
from casework.actions import reminding, strategy_inviting, strategy_signing
from casework.actions.strategy_planning import StrategyRefusedError
from casework.models import Reminder, StrategyDiscussion
from referrals import outbox
from referrals.actions import conflicts, jobs
from tests.casework.reading import case_text, text_of
from tests.casework.strategy import AFTER, MEETING, TAKEN, Meeting
from tests.form_client import FormClient
from tests.referrals.people import World

As = Callable[[User], FormClient]


@pytest.fixture
def meeting(world: World) -> Meeting:
    return Meeting(world)


def sees(meeting: Meeting) -> set[str]:
    world, found = meeting.world, meeting.now()
    people = {"mona": meeting.mona, "hana": world.hana, "sue": meeting.sue, "pat": world.pat, "hugh": meeting.hugh}
    others = ("alice", "bob", "will", "nell", "prue", "lena", "cleo", "adam", "stan", "nora")
    people |= {name: getattr(world, name) for name in others}
    return {name for name, person in people.items() if sight.may_see(person, found, at=AFTER)}


def signed(meeting: Meeting) -> StrategyDiscussion:
    held = meeting.held()
    return strategy_signing.sign(discussion=held, version=held.version, by=meeting.mona, at=AFTER)


def test_the_hub_the_chair_and_those_invited(meeting: Meeting) -> None:
    assert sees(meeting) == {"mona", "hana", "nora", "sue", "pat", "hugh"}


def test_an_invitation_opens_no_more_than_the_discussion(meeting: Meeting, as_: As) -> None:
    browser = as_(meeting.hugh)
    page = text_of(browser.get(f"/strategy/{meeting.discussion.pk}/"))
    assert "An adult online." in page
    assert "Riley Number1" in page
    assert "keep a secret" not in page
    assert browser.get(f"/cases/{meeting.referral.pk}/").status_code == 404
    assert browser.get(f"/strategy/{meeting.discussion.pk}/print").status_code == 404
    for way in ("plan", "cancel", "invite", "people", "actions", "held", "sign", "circulate", "addenda", "chair"):
        assert browser.get(f"/strategy/{meeting.discussion.pk}/{way}").status_code == 404, way


def test_for_others_it_does_not_exist(meeting: Meeting, as_: As) -> None:
    for person in (meeting.world.alice, meeting.world.will, meeting.world.adam):
        assert as_(person).get(f"/strategy/{meeting.discussion.pk}/").status_code == 404


def test_an_invitation_taken_back_closes_it(meeting: Meeting) -> None:
    strategy_inviting.take_back(invitee=meeting.invitees["police"], by=meeting.mona, at=TAKEN)
    assert "pat" not in sees(meeting)


def test_whoever_declares_a_conflict_sees_it_no_more(meeting: Meeting) -> None:
    strategy_inviting.answer(
        invitee=meeting.invitees["police"], given={"reply": "conflict", "note": "A cousin."}, by=meeting.world.pat,
        at=TAKEN,
    )  # fmt: skip
    assert "pat" not in sees(meeting)


def test_whoever_the_case_keeps_away_neither_sees_it_nor_can_be_invited(meeting: Meeting) -> None:
    strategy_inviting.take_back(invitee=meeting.invitees["health"], by=meeting.mona, at=TAKEN)
    for person in (meeting.hugh, meeting.world.pat, meeting.mona):
        conflicts.keep_away(referral=meeting.referral, person=person, reason="Named in it.", by=meeting.mona, at=TAKEN)
    assert not {"pat", "mona", "hugh"} & sees(meeting)
    with pytest.raises(StrategyRefusedError, match="cannot be invited"):
        strategy_inviting.invite(
            discussion=meeting.now(), given={"agency_kind": "health", "email": "hugh@example.org"},
            by=meeting.world.hana, at=TAKEN,
        )  # fmt: skip


def test_a_restricted_one_is_for_those_who_were_there(world: World) -> None:
    meeting = Meeting(world, is_restricted=True)
    assert sees(meeting) == {"mona", "sue", "pat", "hugh"}
    meeting.write(review={"reconvene_on": "2026-12-09"})
    meeting.attend("social_care", "police")
    held = meeting.hold(reason="The nurse was called away; she rang in.")
    assert sees(meeting) == {"mona", "sue", "pat"}
    found = strategy_signing.sign(discussion=held, version=held.version, by=meeting.mona, at=AFTER)
    health = meeting.invitees["health"]
    with pytest.raises(StrategyRefusedError, match="Choose to whom"):
        strategy_signing.circulate(discussion=found, how={str(health.pk): ""}, by=meeting.mona, at=AFTER)


def test_the_record_is_read_once_it_was_sent_to_them(meeting: Meeting, as_: As) -> None:
    found = signed(meeting)
    address = f"/strategy/{found.pk}/"
    assert "arranged to meet Riley" not in text_of(as_(meeting.world.pat).get(address))
    pat = meeting.invitees["police"]
    strategy_signing.circulate(discussion=found, how={str(pat.pk): ""}, by=meeting.mona, at=AFTER)
    page = text_of(as_(meeting.world.pat).get(address))
    assert "arranged to meet Riley" in page
    assert "I have it" in page
    circulation = found.circulations.get()
    as_(meeting.world.pat).post(f"{address}receipts/{circulation.pk}")
    circulation.refresh_from_db()
    assert circulation.received_at is not None
    assert "arranged to meet Riley" in text_of(as_(meeting.world.pat).get(f"{address}print"))
    assert as_(meeting.hugh).get(f"{address}print").status_code == 404


def test_the_appointment_names_nobody_and_no_case(meeting: Meeting, as_: As) -> None:
    answer = as_(meeting.hugh).get(f"/strategy/{meeting.discussion.pk}/appointment.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    for secret in (meeting.referral.reference, str(meeting.referral.pk), "Riley", "Mona", "Hugh", "strategy", "01632",
                   "example.org", "Cumberland"):  # fmt: skip
        assert secret.lower() not in text.lower(), secret
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert str(event["summary"]) == "Safeguarding meeting"
    assert event.decoded("dtstart") == MEETING
    assert set(event) <= {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "URL", "CLASS", "STATUS"}
    assert str(event["url"]) == "http://testserver/"


def test_those_invited_are_reminded_on_booking_a_day_and_an_hour_before(meeting: Meeting) -> None:
    strategy_inviting.answer(invitee=meeting.invitees["health"], given={"reply": "coming"}, by=meeting.hugh, at=TAKEN)
    for at in (TAKEN + timedelta(minutes=2), MEETING - timedelta(hours=24), MEETING - timedelta(hours=1)):
        reminding.remind_due(at=at)
        reminding.remind_due(at=at)
    told = Reminder.objects.filter(to=meeting.hugh, clock__kind="S-01").order_by("reached_at")
    assert [each.reached_at for each in told] == [
        TAKEN + timedelta(minutes=1), MEETING - timedelta(hours=24), MEETING - timedelta(hours=1),
    ]  # fmt: skip
    about_others = Reminder.objects.filter(to=meeting.mona, clock__kind="S-01", is_escalation=True)
    assert about_others.values("clock").distinct().count() == 2
    assert not about_others.filter(clock__about=str(meeting.invitees["health"].pk)).exists()


def test_the_email_of_an_invitation_says_nothing(meeting: Meeting) -> None:
    at = TAKEN + timedelta(minutes=2)
    reminding.remind_due(at=at)
    for job in outbox.open_jobs(at=at).filter(kind="email_reminder"):
        jobs.run(job_id=job.pk, at=at)
    message = next(each for each in mail.outbox if each.to == ["hugh@example.org"])
    assert message.body == "You have a safeguarding task. Sign in."


def test_whoever_is_invited_finds_it_among_their_tasks(meeting: Meeting, as_: As) -> None:
    reminding.remind_due(at=TAKEN + timedelta(minutes=2))
    page = as_(meeting.hugh).get("/tasks/")
    assert "Answer an invitation to a strategy discussion" in text_of(page)
    assert f"/strategy/{meeting.discussion.pk}/" in page.content.decode()


def test_the_referrer_is_told_of_no_clock_of_it(meeting: Meeting, as_: As) -> None:
    signed(meeting)
    for rest in ("sent/", "sent/print/", "copy.txt"):
        page = as_(meeting.world.alice).get(f"/referrals/{meeting.referral.pk}/{rest}").content.decode().lower()
        assert "strategy" not in page, rest
        assert "conference" not in page, rest


def test_a_discussion_page_by_page(world: World, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Meeting(world)
    monkeypatch.setattr(timezone, "now", lambda: AFTER)
    browser, address = as_(meeting.mona), f"/strategy/{meeting.discussion.pk}/"
    wrong = browser.post(f"{address}invite", {"agency_kind": "education", "name": "Ed Ellis"})
    assert wrong.status_code == 400
    assert "Write how they are reached" in text_of(wrong)
    given = {"agency_kind": "education", "name": "Ed Ellis", "contact": "01632 960010"}
    assert "Tell them yourself" in text_of(browser.post(f"{address}invite", given, follow=True))
    invitees = meeting.discussion.invitees.all()
    attendance = {f"attendance_{each.pk}": "present" for each in invitees}
    attendance |= {f"is_senior_enough_{each.pk}": "yes" for each in invitees} | {"version": "1"}
    assert "Saved: who was there" in text_of(browser.post(f"{address}people", attendance, follow=True))
    assert browser.post(f"{address}people", attendance).status_code == 400
    refused = browser.post(f"{address}held", _held(version="2"))
    assert refused.status_code == 400
    assert "What happened, in short?" in text_of(refused)
    reason = meeting.discussion.parts.get(section="reason")
    page = f"{address}record/{reason.pk}"
    assert "Saved: Reason" in text_of(browser.post(page, {"summary": "Met online.", "version": "0"}, follow=True))
    late = browser.post(page, {"summary": "Another.", "version": "0"})
    assert late.status_code == 400
    assert "Met online." in text_of(late)
    assert "Another." in late.content.decode()
    meeting.write()
    done = browser.post(f"{address}held", _held(version="2"), follow=True)
    assert "On record as held" in text_of(done)
    assert "Child protection conference by" in text_of(done)
    action = {"what": "See Riley alone.", "owner": str(meeting.sue.pk), "due_on_0": "9", "due_on_1": "12",
              "due_on_2": "2026"}  # fmt: skip
    assert "reminded before the day" in text_of(browser.post(f"{address}actions", action, follow=True))
    assert "cannot be changed" in text_of(browser.get(f"{address}sign"))
    assert "Signed by Mona Moor" in text_of(browser.post(f"{address}sign", {"version": "3"}, follow=True))
    assert "Addendum 1" in text_of(browser.post(f"{address}addenda", {"text": "A number was wrong."}, follow=True))
    ed = meeting.discussion.invitees.get(agency_kind="education")
    sent_out = {"to": [str(ed.pk), str(meeting.invitees["police"].pk)], f"how_{ed.pk}": "By hand."}
    assert "Sent to 2" in text_of(browser.post(f"{address}circulate", sent_out, follow=True))
    case = case_text(browser, meeting.referral.pk)
    assert "Strategy discussion 1" in case
    assert "Initial child protection conference held" in case


def test_planned_from_the_case(world: World, as_: As) -> None:
    meeting = Meeting(world)
    signed(meeting)
    browser = as_(meeting.mona)
    address = f"/cases/{meeting.referral.pk}/strategy"
    assert "Which kind?" in text_of(browser.get(address))
    version = meeting.child.version
    given = {"kind": "review", "reason": "New evidence.", "on_0": "8", "on_1": "12", "on_2": "2026", "begins": "11:00",
             "method": "phone", "chair": str(meeting.mona.pk), "versions": f"1:{version}"}  # fmt: skip
    lost = browser.post(address, given | {"versions": f"1:{version - 1}"})
    assert lost.status_code == 400
    assert "Somebody else was quicker" in text_of(lost)
    assert "New evidence." in lost.content.decode()
    assert "Planned. Now invite people." in text_of(browser.post(address, given, follow=True))
    assert StrategyDiscussion.objects.filter(referral=meeting.referral, kind="review").count() == 1
    assert as_(world.hana).get(address).status_code == 302


def _held(version: str) -> dict[str, str]:
    return {"on_0": "4", "on_1": "12", "on_2": "2026", "began": "14:00", "version": version}
