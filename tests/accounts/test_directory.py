from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from accounts.actions.directory import correct_entry, seed_agency
from accounts.directory import UnknownUnitError, get_agency, hubs_open_now, number_open_now
from accounts.models import Agency
from audit.models import Event
from tests.accounts.factories import make_agency, make_user

LONDON = ZoneInfo("Europe/London")
AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
DAY, NIGHT = "01632 960001", "01632 960002"
WEEKDAY = ["08:00", "17:00"]
HOURS = {"mon": WEEKDAY, "tue": WEEKDAY, "wed": WEEKDAY, "thu": WEEKDAY, "fri": ["08:00", "16:30"]}


def london(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@pytest.fixture
def hub(db: None) -> Agency:
    return make_agency(
        day_number=DAY,
        night_number=NIGHT,
        hours=HOURS,
        checked_on=date(2026, 11, 22),
        confirm_before_go_live=False,
    )


class TestWhichNumberIsOpenNow:
    @pytest.mark.parametrize(
        ("at", "number"),
        [
            (london(2026, 11, 27, 16, 29), DAY),  # a Friday
            (london(2026, 11, 27, 16, 30), NIGHT),
            (london(2026, 11, 27, 16, 31), NIGHT),
            (london(2026, 11, 26, 16, 31), DAY),  # the Thursday before
            (london(2026, 11, 28, 12), NIGHT),  # Saturday
            (london(2026, 11, 30, 7, 59), NIGHT),
            (london(2026, 11, 30, 8), DAY),
            (london(2026, 12, 25, 12), NIGHT),  # Christmas Day, a Friday
            (london(2026, 12, 28, 12), NIGHT),  # Boxing Day is kept on the Monday
            (london(2026, 5, 4, 12), NIGHT),  # early May bank holiday, a Monday
            (london(2026, 4, 6, 12), NIGHT),  # Easter Monday
        ],
    )
    def test_by_hours_days_and_bank_holidays(self, hub: Agency, at: datetime, number: str) -> None:
        assert number_open_now(hub, at=at).number == number

    @pytest.mark.parametrize(
        ("at", "number"),
        [
            (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), NIGHT),  # 07:59 British Summer Time
            (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), DAY),
            (datetime(2026, 7, 1, 16, 0, tzinfo=UTC), NIGHT),  # 17:00
            (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), NIGHT),  # half past midnight, the next day already
            (datetime(2026, 12, 1, 7, 59, tzinfo=UTC), NIGHT),
            (datetime(2026, 12, 1, 8, 0, tzinfo=UTC), DAY),
        ],
    )
    def test_by_the_clock_on_the_wall(self, hub: Agency, at: datetime, number: str) -> None:
        assert number_open_now(hub, at=at).number == number

    def test_says_until_when_that_number_is_right(self, hub: Agency) -> None:
        by_day = number_open_now(hub, at=london(2026, 11, 27, 12))
        assert (by_day.is_day, by_day.closes_at) == (True, london(2026, 11, 27, 16, 30))
        assert "until 16:30 today" in by_day.label
        over_christmas = number_open_now(hub, at=london(2026, 12, 24, 18))
        assert (over_christmas.is_day, over_christmas.closes_at) == (False, london(2026, 12, 29, 8))

    def test_a_night_number_lasts_through_the_change_of_clocks(self, hub: Agency) -> None:
        friday_night = number_open_now(hub, at=london(2026, 3, 27, 22))  # clocks go forward on Sunday the 29th
        assert friday_night.closes_at == london(2026, 3, 30, 8)
        assert friday_night.closes_at.astimezone(UTC) == datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.mark.django_db
class TestWhatIsNotKnown:
    def test_an_unknown_daytime_number_is_said_and_not_replaced_by_the_night_one(self) -> None:
        nel = make_agency(
            "north_east_lincolnshire_hub", area="north_east_lincolnshire", night_number=NIGHT, hours=HOURS,
            intake="Use the council's report-a-concern page.",
        )  # fmt: skip
        by_day = number_open_now(nel, at=london(2026, 11, 26, 12))
        assert by_day.number is None
        assert by_day.label.startswith("No number known: no daytime number")
        assert "report-a-concern" in by_day.label
        assert number_open_now(nel, at=london(2026, 11, 26, 18)).number == NIGHT

    def test_unknown_hours_are_said(self) -> None:
        number = number_open_now(make_agency(night_number=NIGHT), at=AT)
        assert number.number == NIGHT
        assert "hours are not known" in number.label
        assert number.closes_at is None

    def test_nothing_known_at_all(self) -> None:
        assert number_open_now(make_agency(), at=AT).label.startswith("No number known:")
        not_listed = Agency.objects.create(unit="x_police", kind="police", name="X")
        assert number_open_now(not_listed, at=AT).label.startswith("No number known:")

    def test_an_entry_that_is_stale_or_unconfirmed_is_to_be_confirmed(self, hub: Agency) -> None:
        assert not number_open_now(hub, at=london(2027, 2, 20, 12)).to_confirm  # the 90th day
        assert number_open_now(hub, at=london(2027, 2, 21, 12)).to_confirm
        hub.directory_entry.confirm_before_go_live = True
        assert number_open_now(hub, at=london(2026, 11, 27, 12)).to_confirm

    def test_an_unknown_unit_is_named_with_the_cure(self) -> None:
        with pytest.raises(LookupError, match="load_editions") as raised:
            get_agency("atlantis_hub")
        assert raised.type is UnknownUnitError


def seed(**changes: object) -> Agency:
    values = {
        "unit": "cumberland_hub", "kind": "hub", "name": "Cumberland hub (invented)", "area": "cumberland",
        "partnership": "cumbria", "day_number": DAY, "night_number": NIGHT, "hours": HOURS,
        "checked_on": date(2026, 1, 1), "by": None, "at": AT,
    }  # fmt: skip
    return seed_agency(**(values | changes))


@pytest.mark.django_db
class TestSeedingFromAnEdition:
    def test_a_new_unit_is_entered_and_recorded(self) -> None:
        agency = seed()
        assert get_agency("cumberland_hub").directory_entry.hours == HOURS
        assert [hub for hub, _ in hubs_open_now(at=AT)] == [agency]
        assert [event.event for event in Event.objects.about(agency)] == ["directory.seeded"]

    def test_the_same_again_changes_and_records_nothing(self) -> None:
        seed()
        agency = seed()
        assert Event.objects.about(agency).count() == 1

    def test_a_newer_edition_brings_it_up_to_date(self) -> None:
        seed()
        agency = seed(day_number="01632 960003")
        assert agency.directory_entry.day_number == "01632 960003"
        assert Event.objects.about(agency).last().detail["changed"] == ["day_number"]

    def test_what_a_person_corrected_stays(self) -> None:
        delia = make_user()
        correct_entry(agency=seed(), changes={"day_number": "01632 960009"}, by=delia, at=AT)
        agency = seed(day_number="01632 960003")
        assert get_agency("cumberland_hub").directory_entry.day_number == "01632 960009"
        assert Event.objects.about(agency).last().by_id == str(delia.pk)

    @pytest.mark.parametrize(
        "bad",
        [
            {"hours": {"monday": WEEKDAY}}, {"hours": {"mon": ["17:00", "08:00"]}},
            {"hours": {"mon": ["8:00", "17:00"]}}, {"hours": {"mon": ["08:00"]}},
            {"kind": "sorcerer"}, {"area": "atlantis"}, {"area": None},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, bad: dict[str, object]) -> None:
        with pytest.raises(ValidationError):
            seed(**bad)
        assert not Agency.objects.exists()
