"""A partnership's own closed days: kept by its administrator, counted by clocks that start from then on."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.actions import closed_days as actions
from accounts.closed_days import ahead, closed_days
from accounts.directory import get_agency, number_open_now
from accounts.models import ClosedDay
from accounts.reach import NotInReachError
from audit.models import Event
from tests.accounts.partnerships import AT, Partnerships, browser_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 12)  # a Thursday


@pytest.fixture
def world() -> Partnerships:
    return Partnerships()


def close(world: Partnerships, **changed: object) -> ClosedDay:
    given = {"partnership": "cumbria", "day": DAY, "reason": "Training", "by": world.delia, "at": AT} | changed
    return actions.close_day(**given)  # type: ignore[arg-type]


def test_a_day_is_closed_and_opened_again(world: Partnerships) -> None:
    row = close(world)
    assert dict(closed_days("cumbria")) == {DAY: "Training"}
    assert not closed_days("north-east-lincolnshire")
    assert not closed_days("")
    actions.open_day(closed_day=row.pk, by=world.delia, at=AT)
    assert not closed_days("cumbria")
    events = Event.objects.filter(event__startswith="closed_day.").order_by("sequence")
    assert [each.event for each in events] == ["closed_day.added", "closed_day.withdrawn"]
    close(world, reason="Another reason")
    assert dict(closed_days("cumbria")) == {DAY: "Another reason"}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"reason": ""}, "reason", "Write why"),
        ({"reason": "x" * 81}, "reason", "Shorten"),
        ({"day": date(2026, 11, 2)}, "day", "over"),
        ({"day": date(2026, 12, 25)}, "day", "Christmas"),
    ],
)
def test_what_is_refused_says_how_to_mend_it(
    world: Partnerships, changed: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        close(world, **changed)
    assert words in refused.value.message_dict[field][0]


def test_a_day_is_closed_once(world: Partnerships) -> None:
    close(world)
    with pytest.raises(ValidationError):
        close(world)


def test_nobody_keeps_anothers_calendar(world: Partnerships) -> None:
    for person in (world.eli, world.bob, world.hana):
        with pytest.raises(NotInReachError):
            close(world, by=person)
    row = close(world)
    with pytest.raises(NotInReachError):
        actions.open_day(closed_day=row.pk, by=world.eli, at=AT)
    with pytest.raises(NotInReachError):
        actions.open_day(closed_day=row.pk, by=world.delia, at=datetime(2026, 11, 13, tzinfo=UTC))
    assert list(ahead(frozenset({"cumbria"}), at=AT)) == [row]


def test_the_night_number_is_the_one_to_ring(world: Partnerships) -> None:
    entry = world.hub.directory_entry
    entry.hours, entry.night_number = {"thu": ["09:00", "17:00"], "fri": ["09:00", "17:00"]}, "01632 960 109"
    entry.save()
    noon = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
    assert number_open_now(get_agency("cumberland_hub"), at=noon).number == "01632 960 101"
    close(world)
    closed = number_open_now(get_agency("cumberland_hub"), at=noon)
    assert (closed.number, closed.is_day) == ("01632 960 109", False)
    assert closed.closes_at is not None
    assert closed.closes_at.date() == date(2026, 11, 13)


def test_the_page(world: Partnerships, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    page = browser_of(world.delia)
    url = "/directory/closed-days"
    assert url in page.get("/directory/").content.decode()
    text = page.get(url).content.decode()
    assert "None ahead" in text
    assert "Christmas Day" in text
    refused = page.post(url, {"day": "2026-12-25", "reason": "Closed"})
    assert refused.status_code == 400
    assert "No clock counts this day already" in refused.content.decode()
    assert 'value="Closed"' in refused.content.decode()
    shown = page.post(url, {"day": "2026-11-12", "reason": "Training"}, follow=True).content.decode()
    assert "Thursday 12 November 2026" in shown
    assert "Closed by Delia Frost" in shown
    row = ClosedDay.objects.get()
    assert browser_of(world.eli).post(f"{url}/{row.pk}/open").status_code == 404
    assert "None ahead" in page.post(f"{url}/{row.pk}/open", follow=True).content.decode()
    assert browser_of(world.bob).get(url).status_code == 404
