"""Writing the directory: seeded from the editions, and from then on kept right by people."""

import re
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.directory import LONDON, WEEKDAYS
from accounts.models import Agency, DirectoryEntry, EntryCheck
from accounts.reach import NotInReachError, reach_of
from audit.record import record_event

Hours = dict[str, list[str]]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
EDITABLE = (
    "day_number",
    "night_number",
    "hours",
    "intake",
    "source",
    "checked_on",
    "owner",
    "confirm_before_go_live",
    "notes",
)

CORRECTABLE = (*EDITABLE, "keeper")
"""What a person may correct: an edition knows nobody who could be written to."""


@transaction.atomic
def seed_agency(
    *,
    unit: str,
    kind: str,
    name: str,
    area: str | None,
    partnership: str,
    day_number: str = "",
    night_number: str = "",
    hours: Hours | None = None,
    intake: str = "",
    source: str = "",
    checked_on: date | None = None,
    owner: str = "",
    confirm_before_go_live: bool = True,
    notes: str = "",
    by: Any,
    at: datetime,
) -> Agency:
    """Put one unit of an edition into the directory, or bring its entry up to date with the edition.

    ``hours`` is ``{"mon": ["08:00", "17:00"], ...}`` in Europe/London; a day left out is closed, nothing at all
    means not known. Blank numbers mean that none is known. An entry that a person has corrected is left as it
    is. Writes nothing, and records nothing, when nothing changed. Raises ValidationError naming the field.
    """
    agency, is_new = _placed(unit=unit, kind=kind, name=name, area=area, partnership=partnership)
    entry = DirectoryEntry.objects.filter(agency=agency).first() or DirectoryEntry(agency=agency)
    changed: list[str] = []
    if entry.edited_at is None:
        values = (
            day_number,
            night_number,
            hours or {},
            intake,
            source,
            checked_on,
            owner,
            confirm_before_go_live,
            notes,
        )
        changed = _apply(entry, dict(zip(EDITABLE, values, strict=True)))
    if is_new or changed:
        verb = "directory.seeded" if is_new else "directory.updated_from_edition"
        record_event(event=verb, by=by, at=at, subject=agency, detail={"unit": unit, "changed": changed})
    return agency


@transaction.atomic
def correct_entry(*, agency: Agency, changes: dict[str, Any], by: Any, at: datetime) -> DirectoryEntry:
    """Correct an agency's directory entry by hand; editions leave it alone from then on.

    ``changes``: any of the entry's own fields. Raises ValidationError for an unknown field or a bad value.
    """
    unknown = sorted(set(changes) - set(CORRECTABLE))
    if unknown:
        raise ValidationError(f"The directory has no field {', '.join(unknown)}. Fields: {', '.join(CORRECTABLE)}.")
    entry = DirectoryEntry.objects.get(agency=agency)
    entry.edited_at = at
    changed = _apply(entry, changes)
    if "checked_on" in changed:
        EntryCheck.objects.filter(entry=entry).delete()
    record_event(event="directory.corrected", by=by, at=at, subject=agency, detail={"changed": changed})
    return entry


@transaction.atomic
def correct_as_keeper(*, agency: Agency, changes: dict[str, Any], by: Any, at: datetime) -> DirectoryEntry:
    """Correct an entry of one's own partnership (see `correct_entry`). Raises NotInReachError for another's."""
    _check_keeps(agency, by, at)
    return correct_entry(agency=agency, changes=changes, by=by, at=at)


@transaction.atomic
def mark_checked(*, agency: Agency, by: Any, at: datetime) -> DirectoryEntry:
    """Say that an entry was tried today and is right as it stands: its keeper or an administrator. NotInReachError."""
    entry = DirectoryEntry.objects.get(agency=agency)
    if entry.keeper_id != by.pk:
        _check_keeps(agency, by, at)
    entry.checked_on = at.astimezone(LONDON).date()
    entry.edited_at = at
    entry.save(update_fields=["checked_on", "edited_at"])
    EntryCheck.objects.filter(entry=entry).delete()
    record_event(event="directory.checked", by=by, at=at, subject=agency)
    return entry


def _check_keeps(agency: Agency, by: Any, at: datetime) -> None:
    if agency.partnership not in reach_of(by, at=at).directory:
        raise NotInReachError("This entry is not this person's to keep right.")


def _placed(*, unit: str, kind: str, name: str, area: str | None, partnership: str) -> tuple[Agency, bool]:
    agency = Agency.objects.filter(unit=unit).first()
    is_new = agency is None
    agency = agency or Agency(unit=unit)
    wanted = {"kind": kind, "name": name, "area": area, "partnership": partnership}
    if is_new or any(getattr(agency, field) != value for field, value in wanted.items()):
        for field, value in wanted.items():
            setattr(agency, field, value)
        agency.full_clean()
        agency.save(force_insert=is_new)
    return agency, is_new


def _apply(entry: DirectoryEntry, values: dict[str, Any]) -> list[str]:
    """Set the values, save the entry and return the names of the fields that changed."""
    if "hours" in values:
        _check_hours(values["hours"])
    changed = [field for field, value in values.items() if getattr(entry, field) != value]
    for field in changed:
        setattr(entry, field, values[field])
    if entry.pk is None or changed or entry.edited_at:
        entry.full_clean()
        entry.save()
    return changed


def _check_hours(hours: Hours) -> None:
    for day, times in hours.items():
        if day not in WEEKDAYS:
            raise ValidationError({"hours": f"{day!r} is not a day. Days: {', '.join(WEEKDAYS)}."})
        if len(times) != 2 or not all(_TIME.fullmatch(text) for text in times) or times[0] >= times[1]:
            raise ValidationError({"hours": f'{day}: write opening and closing as ["08:00", "17:00"], opening first.'})
