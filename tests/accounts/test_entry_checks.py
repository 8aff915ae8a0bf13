"""A directory entry that nobody has checked for 90 days: its keeper is told, then the administrators, each once."""

from datetime import date, datetime, timedelta

import pytest

from accounts.actions import directory, entry_checks, letters
from accounts.actions.people import close_account
from accounts.models import EntryCheck, Letter, User
from tests.accounts.partnerships import AT, Partnerships, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Partnerships:
    world = Partnerships()
    for agency in (world.hub, world.far_hub):
        directory.correct_entry(agency=agency, changes={"checked_on": AT.date()}, by=None, at=AT)
    directory.correct_as_keeper(agency=world.hub, changes={"keeper": world.hana}, by=world.delia, at=AT)
    return world


def day(number: int) -> datetime:
    return AT + timedelta(days=number)


def told(at: datetime) -> list[User]:
    """Whoever gets a letter at this moment; the letters go."""
    entry_checks.ask_for_checks(at=at)
    entry_checks.ask_for_checks(at=at)
    people = [letter.to for letter in Letter.objects.filter(done_at__isnull=True)]
    letters.send_due(at=at)
    return [person for person in people if person is not None]


def test_the_keeper_then_the_administrators_and_each_once(world: Partnerships) -> None:
    assert told(day(90)) == []
    assert sorted(person.full_name for person in told(day(91))) == ["Eli Barrow", "Hana Birkett"]
    assert told(day(97)) == []
    assert told(day(98)) == [world.delia]
    assert told(day(200)) == []
    assert EntryCheck.objects.count() == 3


def test_after_an_outage_nobody_is_skipped_and_nobody_told_twice(world: Partnerships) -> None:
    assert world.hana in told(day(300))
    assert told(day(307)) == [world.delia]


def test_once_checked_the_next_ninety_days_count(world: Partnerships) -> None:
    told(day(91))
    directory.mark_checked(agency=world.hub, by=world.hana, at=day(92))
    assert told(day(150)) == []
    assert told(day(183)) == [world.hana]


def test_without_a_keeper_who_can_be_told_the_administrators_are_at_once(world: Partnerships) -> None:
    close_account(user=world.hana, by=world.delia, at=AT)
    assert world.delia in told(day(91))


def test_the_keepers_page_and_task(world: Partnerships, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: day(91))
    url = f"/directory/own/{world.hub.pk}"
    page = browser_of(world.hana)
    assert url in page.get("/tasks/").content.decode()
    assert "01632 960 101" in page.get(url).content.decode()
    assert browser_of(world.nadia).get(url).status_code == 404
    assert browser_of(world.delia).post(url).status_code == 404
    assert page.post(url).status_code == 302
    world.hub.directory_entry.refresh_from_db()
    assert world.hub.directory_entry.checked_on == date(2027, 2, 2)
    assert url not in page.get("/tasks/").content.decode()


def test_an_administrator_chooses_the_keeper(world: Partnerships) -> None:
    url = f"/directory/agencies/{world.far_hub.pk}"
    page = browser_of(world.eli)
    offered = page.get(url).content.decode()
    assert "Nadia Coupland" in offered
    assert "Hana Birkett" not in offered
    assert page.post(url, {"keeper": str(world.hana.pk)}).status_code == 400
    assert page.post(url, {"keeper": str(world.nadia.pk)}).status_code == 302
    world.far_hub.directory_entry.refresh_from_db()
    assert world.far_hub.directory_entry.keeper == world.nadia
