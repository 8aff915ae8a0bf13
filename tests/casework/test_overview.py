"""A manager's day: one email without content, one page counted through what they may open."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts import delivering
from accounts.models import Delivery, User
from casework.actions import digesting, queue, taking
from casework.models import ChildCase, Digest
from casework.queries.overview import overview_of
from referrals import outbox
from referrals.actions import conflicts, jobs, pauses
from referrals.models import Clock, Job
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=LONDON)


def do_jobs(moment: datetime) -> None:
    for job in outbox.open_jobs(at=moment).filter(kind="email_digest"):
        jobs.run(job_id=job.pk, at=moment)


def mails() -> list[list[str]]:
    return [message.to for message in mail.outbox]


def test_one_email_a_day_after_the_unit_opens_and_without_content(world: World, mona: User) -> None:
    referral = sent(world)
    digesting.make_due(at=at(3, 7, 59))
    assert not Digest.objects.filter(day="2026-12-03").exists()
    for moment in (at(3, 8), at(3, 8, 10), at(3, 16)):
        digesting.make_due(at=moment)
        do_jobs(moment)
    assert mails() == [["mona@example.org"]]
    assert referral.reference not in mail.outbox[0].message().as_string()
    assert mail.outbox[0].body == "You have a safeguarding task. Sign in."
    digesting.make_due(at=at(4, 8))
    do_jobs(at(4, 8))
    assert len(mails()) == 2
    digesting.make_due(at=at(5, 12))  # a Saturday
    assert Digest.objects.filter(day="2026-12-05").count() == 0


def test_after_an_outage_todays_comes_late_and_no_older_one(world: World, mona: User) -> None:
    sent(world)
    digesting.make_due(at=at(3, 8))
    digesting.make_due(at=at(7, 15))
    do_jobs(at(7, 15))
    assert mails() == [["mona@example.org"]]
    assert Digest.objects.filter(emailed_at__isnull=False).get().day == at(7, 15).date()
    assert not Job.objects.filter(kind="email_digest", done_at__isnull=True).exists()


def test_nothing_open_is_no_email(world: World, mona: User) -> None:
    digesting.make_due(at=at(3, 8))
    do_jobs(at(3, 8))
    assert mails() == []
    assert Digest.objects.filter(to=mona).exists()


def test_a_failed_email_is_logged_and_hurried_on(world: World, mona: User, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(world)
    digesting.make_due(at=at(3, 8))

    def broken(*_: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", broken)
        with pytest.raises(ConnectionRefusedError):
            do_jobs(at(3, 8))
    row = Delivery.objects.get(kind="digest")
    assert (row.outcome, row.failure) == ("failed", "ConnectionRefusedError")
    do_jobs(at(3, 8))
    assert mails() == []
    assert delivering.hurry(row, at=at(3, 8))
    do_jobs(at(3, 8))
    assert mails() == [["mona@example.org"]]
    assert not delivering.hurry(row, at=at(3, 8))


def test_the_lists(world: World, mona: User) -> None:
    taken, untaken = sent(world), sent(world)
    taking.take(referral=taken, by=world.hana, at=NOW)
    clock = Clock.objects.get(referral=untaken, kind="K-05", agency__unit="cumberland_hub")
    pauses.pause(clock=clock, reason="The system is down.", by=mona, at=NOW)
    found = overview_of(mona, at=at(3, 9))
    assert [task.reference for task in found.unassigned] == [untaken.reference]
    assert {task.what for task in found.due_today} >= {"Decision on what happens next"}
    assert [task.reference for task in found.paused] == [untaken.reference]
    assert found.overdue == []
    late = overview_of(mona, at=at(4, 9))
    assert {task.reference for task in late.overdue} == {taken.reference, untaken.reference}
    assert all(task.is_overdue for task in late.overdue)
    ChildCase.objects.filter(referral=taken).update(state="decision")
    assert [task.reference for task in overview_of(mona, at=at(3, 9)).unanswered] == [taken.reference]
    ChildCase.objects.filter(referral=taken).update(state="closed")
    queue.refresh(referral=taken)
    assert overview_of(mona, at=at(3, 9)).unanswered == []


def test_what_they_may_not_open_is_in_no_number(world: World, mona: User) -> None:
    sealed, kept = sent(world, about=("hub",)), sent(world)
    sent(world, area="north_east_lincolnshire")
    assert [task.reference for task in overview_of(mona, at=at(4, 9)).unassigned] == [kept.reference]
    other = world.person("mia", "Mia Moss", "hub_manager", unit="cumberland_hub")
    conflicts.keep_away(referral=kept, person=mona, reason="Her cousin.", by=other, at=NOW)
    assert not overview_of(mona, at=at(4, 9))
    digesting.make_due(at=at(4, 9))
    do_jobs(at(4, 9))
    assert mails() == [["mia@example.org"]]
    assert sealed.reference not in str(overview_of(other, at=at(4, 9)))


def test_the_page(world: World, as_: As, mona: User) -> None:
    referral = sent(world, danger="yes")
    Clock.objects.filter(referral=referral, kind="K-04").update(due_at=NOW + timedelta(minutes=1))
    queue.refresh(referral=referral)
    page = text_of(as_(mona).get("/hub/today"))
    assert "Overdue: 1" in page
    assert "Nobody has these: 1" in page
    assert referral.reference in page
    assert "Riley" not in page
    assert as_(world.hana).get("/hub/today").status_code == 404
