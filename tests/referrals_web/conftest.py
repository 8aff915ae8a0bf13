"""The shipped editions, their units in the directory, and a school with a teacher and her safeguarding lead."""

import pytest

from accounts.models import Agency, DirectoryEntry
from procedures.editions import all_editions
from tests.referrals_web.people import School

COUNCIL_KINDS = ("hub", "lado", "conflict_officer")


@pytest.fixture
def school(db: None) -> School:
    units = {entry.unit: entry for edition in all_editions() for entry in edition.content.destinations}
    agencies = Agency.objects.bulk_create(
        Agency(
            unit=entry.unit,
            kind=entry.kind,
            name=entry.name,
            area=entry.areas[0] if entry.kind in COUNCIL_KINDS else None,
            partnership=entry.partnership,
        )
        for entry in units.values()
    )
    DirectoryEntry.objects.bulk_create(
        DirectoryEntry(
            agency=agency,
            day_number=units[agency.unit].day_number or "",
            night_number=units[agency.unit].night_number or "",
            hours={day: list(times) for day, times in units[agency.unit].hours.items()},
        )
        for agency in agencies
    )
    return School()
