"""The live directory: which unit is reached how, and on which number now (routing 3.6, Z-11)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.closed_days import bank_holidays, closed_days
from accounts.models import Agency, DirectoryEntry

LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_AHEAD_DAYS = 14  # longer than any run of bank holidays and weekends


class UnknownUnitError(LookupError):
    """No agency has this unit code. The text says how it gets one."""


@dataclass(frozen=True)
class OpenNumber:
    """The number to ring at one moment.

    ``number``: None when none is known for this time of day; ``label`` then says so and what is known instead.
    ``is_day``: within the unit's own hours. ``closes_at``: the moment (Europe/London) from which another number
    is right, None when the hours are not known. ``to_confirm``: the partnership has not confirmed the entry, or
    it has not been checked for 90 days.
    """

    number: str | None
    label: str
    is_day: bool
    closes_at: datetime | None
    to_confirm: bool


def get_agency(unit: str) -> Agency:
    """The agency with this unit code, its directory entry loaded. Raises UnknownUnitError."""
    try:
        return Agency.objects.select_related("directory_entry").get(unit=unit)
    except Agency.DoesNotExist:
        raise UnknownUnitError(
            f"No agency has the unit code {unit!r}. Load it from the editions with `manage.py load_editions`."
        ) from None


def hubs_open_now(*, at: datetime) -> list[tuple[Agency, OpenNumber]]:
    """Each hub with the number to ring now, by area: what the start page shows before sign-in."""
    hubs = Agency.objects.filter(kind=Agency.Kind.HUB).select_related("directory_entry").order_by("area", "name")
    return [(hub, number_open_now(hub, at=at)) for hub in hubs]


def number_open_now(agency: Agency, *, at: datetime) -> OpenNumber:
    """Which of the agency's numbers is the right one at this moment. Invents none: says when none is known."""
    try:
        entry = agency.directory_entry
    except DirectoryEntry.DoesNotExist:
        return OpenNumber(None, f"No number known: {agency.name} is not in the directory yet.", False, None, True)
    now = at.astimezone(LONDON)
    to_confirm = entry.confirm_before_go_live or entry.is_stale(on=now.date())
    if not entry.hours:
        return _hours_unknown(agency, entry, to_confirm)
    closes = _closing(entry, now)
    until: datetime | None
    if closes is not None:
        number, when, until = entry.day_number, "daytime ", closes
        label = f"{agency.name}, until {closes:%H:%M} today"
    else:
        until = _next_opening(entry, now)
        number, when = entry.night_number, "out-of-hours "
        label = f"{agency.name}, out of hours" + (f", until {until:%H:%M on %A}" if until else "")
    if not number:
        label = _none_known(agency, entry, when)
    return OpenNumber(number or None, label, closes is not None, until, to_confirm)


def _none_known(agency: Agency, entry: DirectoryEntry, when: str) -> str:
    return f"No number known: no {when}number of {agency.name} is known. {entry.intake}".strip()


def _hours_unknown(agency: Agency, entry: DirectoryEntry, to_confirm: bool) -> OpenNumber:
    number = entry.day_number or entry.night_number
    if not number:
        return OpenNumber(None, _none_known(agency, entry, ""), False, None, to_confirm)
    kind = "" if entry.day_number else " (out-of-hours number)"
    label = f"{agency.name}{kind}; its opening hours are not known"
    return OpenNumber(number, label, bool(entry.day_number), None, to_confirm)


def _closing(entry: DirectoryEntry, now: datetime) -> datetime | None:
    """When the unit closes today, if it is open at this moment; the closing minute itself is closed."""
    hours = _hours_on(entry, now.date())
    if hours is None:
        return None
    opens, closes = hours
    return closes if opens <= now < closes else None


def _next_opening(entry: DirectoryEntry, now: datetime) -> datetime | None:
    for ahead in range(_LOOK_AHEAD_DAYS):
        hours = _hours_on(entry, now.date() + timedelta(days=ahead))
        if hours is not None and hours[0] > now:
            return hours[0]
    return None


def _hours_on(entry: DirectoryEntry, day: date) -> tuple[datetime, datetime] | None:
    """Opening and closing on one date in Europe/London; None on a bank holiday or a closed day."""
    hours = entry.hours.get(WEEKDAYS[day.weekday()])
    if not hours or day in bank_holidays(day.year) or day in closed_days(entry.agency.partnership):
        return None
    opens, closes = (datetime.combine(day, time.fromisoformat(text), tzinfo=LONDON) for text in hours)
    return opens, closes
