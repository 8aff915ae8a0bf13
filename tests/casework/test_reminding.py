"""Reminders with a moved clock: each stage at its time, to each person once, also after the portal stood still."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.core import mail

from accounts.models import User
from audit.models import Event
from casework.actions import reminding, taking
from casework.models import Reminder
from casework.permissions import NotPermittedError
from referrals import outbox
from referrals.actions import jobs
from referrals.models import Clock, Referral
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def sven(world: World) -> User:
    return world.person("sven", "Sven Sale", "service_manager", unit="cumberland_hub")


def told(referral: Referral, kind: str) -> list[tuple[str, str]]:
    rows = Reminder.objects.filter(clock__referral=referral, clock__kind=kind).select_related("to")
    return [(row.stage, row.to.email.split("@")[0]) for row in rows.order_by("made_at", "to__email")]


def sweep_until(end: datetime, *, start: datetime = NOW, every: timedelta = timedelta(minutes=1)) -> None:
    at = start
    while at <= end:
        reminding.remind_due(at=at)
        reminding.remind_due(at=at)
        at += every


def do_jobs(at: datetime) -> None:
    for job in outbox.open_jobs(at=at).filter(kind="email_reminder"):
        jobs.run(job_id=job.pk, at=at)


def test_a_first_look_at_an_emergency(world: World, mona: User, sven: User) -> None:
    referral = sent(world, danger="yes")
    clock = Clock.objects.get(referral=referral, kind="K-04")
    assert clock.due_at == NOW + timedelta(minutes=30)
    sweep_until(NOW + timedelta(minutes=14))
    assert told(referral, "K-04") == []
    sweep_until(NOW + timedelta(minutes=60), start=NOW + timedelta(minutes=15))
    assert [(who, reminder) for reminder, who in told(referral, "K-04")] == [
        ("hana", "remind:half_time:0"), ("mona", "late:at_due:0"), ("sven", "late:staffed_minutes_late:15"),
    ]  # fmt: skip
    made = Reminder.objects.filter(clock=clock).order_by("made_at").values_list("made_at", flat=True)
    assert [each - NOW for each in made] == [timedelta(minutes=m) for m in (15, 30, 45)]


def test_what_was_taken_reminds_no_more(world: World, mona: User) -> None:
    referral = sent(world, danger="yes")
    taking.take(referral=referral, by=world.hana, at=NOW + timedelta(minutes=5))
    sweep_until(NOW + timedelta(hours=1))
    assert told(referral, "K-04") == []


def test_after_a_standstill_each_is_told_once_of_the_newest_stage(world: World, mona: User, sven: User) -> None:
    referral = sent(world, danger="yes")
    later = NOW + timedelta(days=2)
    reminding.remind_due(at=later)
    assert sorted(who for _, who in told(referral, "K-04")) == ["hana", "mona", "sven"]
    before = Reminder.objects.count()
    reminding.remind_due(at=later + timedelta(minutes=1))
    assert Reminder.objects.count() == before
    by_person = Reminder.objects.filter(clock__referral=referral).values_list("clock", "to")
    assert len(by_person) == len(set(by_person))


def test_the_email_says_nothing_but_that_there_is_a_task(world: World, mona: User) -> None:
    referral = sent(world, danger="yes")
    at = NOW + timedelta(minutes=15)
    reminding.remind_due(at=at)
    do_jobs(at)
    do_jobs(at)
    message = next(each for each in mail.outbox if each.to == ["hana@example.org"])
    assert (message.subject, message.body) == ("You have a safeguarding task", "You have a safeguarding task. Sign in.")
    assert len([each for each in mail.outbox if each.to == ["hana@example.org"]]) == 1
    assert referral.reference not in message.message().as_string()
    assert Event.objects.filter(event="reminder.emailed").count() == len(mail.outbox)


def test_a_reminder_seen_before_its_email_sends_none(world: World) -> None:
    referral = sent(world, danger="yes")
    at = NOW + timedelta(minutes=15)
    reminding.remind_due(at=at)
    reminding.mark_seen(
        reminder=Reminder.objects.get(clock__referral=referral, clock__kind="K-04"), by=world.hana, at=at
    )
    do_jobs(at)
    assert [each for each in mail.outbox if each.to == ["hana@example.org"]] == []


def test_quiet_hours_hold_an_email_back_but_never_an_emergency(world: World, mona: User) -> None:
    reminding.set_quiet_hours(starts=time(9, 0), ends=time(20, 0), by=world.hana, at=NOW)
    urgent, plain = sent(world, danger="yes"), sent(world)
    at = Clock.objects.get(referral=plain, kind="K-03").due_at - timedelta(hours=2)
    reminding.remind_due(at=at)
    do_jobs(at)
    to_hana = Reminder.objects.filter(to=world.hana)
    first_look = to_hana.get(clock__referral=urgent, clock__kind="K-04")
    decision = to_hana.get(clock__referral=plain, clock__kind="K-03")
    assert (first_look.emailed_at, decision.emailed_at) == (at, None)
    evening = at.replace(hour=20, minute=0)
    do_jobs(evening)
    decision.refresh_from_db()
    assert decision.emailed_at == evening


def test_of_a_sealed_case_only_the_conflict_officer_is_reminded(world: World, mona: User) -> None:
    referral = sent(world, about=("hub",), danger="yes")
    reminding.remind_due(at=NOW + timedelta(days=3))
    people = {row.to for row in Reminder.objects.filter(clock__referral=referral)}
    assert people
    assert not people & {world.hana, mona, world.bob, world.pat}
    assert world.cleo in people


def test_where_nobody_answers_the_next_above_is_told(world: World, mona: User) -> None:
    referral = sent(world, danger="yes")
    reminding.remind_due(at=NOW + timedelta(minutes=46))
    stages = dict(told(referral, "K-04"))
    assert stages["late:staffed_minutes_late:15"] == "mona"


def test_somebody_elses_reminder_cannot_be_put_away(world: World, as_: As, mona: User) -> None:
    sent(world, danger="yes")
    reminding.remind_due(at=NOW + timedelta(minutes=15))
    reminder = Reminder.objects.filter(to=world.hana).first()
    assert reminder is not None
    with pytest.raises(NotPermittedError):
        reminding.mark_seen(reminder=reminder, by=mona, at=NOW)
    assert as_(mona).post(f"/tasks/reminders/{reminder.pk}/seen").status_code == 404


def test_the_tasks_page(world: World, as_: As, mona: User) -> None:
    referral = sent(world, danger="yes")
    reminding.remind_due(at=NOW + timedelta(minutes=4))
    assert "You owe nothing" not in text_of(as_(world.hana).get("/tasks/"))
    Clock.objects.filter(referral=referral, kind="K-04").update(next_stage_at=NOW)
    reminding.remind_due(at=NOW + timedelta(minutes=31))
    taking.take(referral=referral, by=world.hana, at=NOW + timedelta(minutes=32))
    page = text_of(as_(world.hana).get("/tasks/"))
    assert "Decision on what happens next" in page
    assert referral.reference in page
    assert "Riley" not in page
    assert "Overdue in your units" not in page
    assert "You owe nothing" in text_of(as_(world.dan).get("/tasks/"))


def test_quiet_hours_are_asked_for_and_refused_by_name(world: World, as_: As) -> None:
    browser = as_(world.alice)
    assert "Write both times" in text_of(browser.post("/tasks/quiet-hours", {"starts": "20:00", "ends": ""}))
    assert "Write a time like 20:00" in text_of(browser.post("/tasks/quiet-hours", {"starts": "late", "ends": "07:00"}))
    assert "Emergencies are emailed" in text_of(
        browser.post("/tasks/quiet-hours", {"starts": "20:00", "ends": "07:00"}, follow=True)
    )
    at = NOW.replace(hour=23)
    assert reminding.end_of_quiet(world.alice, at=at) == (NOW + timedelta(days=1)).replace(hour=7)
    assert reminding.end_of_quiet(world.alice, at=NOW) is None
