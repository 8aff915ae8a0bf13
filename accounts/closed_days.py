"""Which days a partnership has closed for itself. Bank holidays are known without anybody's writing them down."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.db.models import QuerySet

from accounts.models.closed_day import ClosedDay
from accounts.read_once import once

LONDON = ZoneInfo("Europe/London")


def closed_days(partnership: str) -> Mapping[date, str]:
    """Return the partnership's own closed days with their reasons; none for units that serve every partnership."""
    if not partnership:
        return {}
    rows = ClosedDay.objects.filter(partnership=partnership, withdrawn_at__isnull=True)
    return once(("closed days", partnership), lambda: dict(rows.values_list("day", "reason")))


def ahead(partnerships: frozenset[str], *, at: datetime) -> QuerySet[ClosedDay]:
    """Return the closed days of these partnerships from today on."""
    rows = ClosedDay.objects.filter(partnership__in=partnerships, withdrawn_at__isnull=True)
    return rows.filter(day__gte=at.astimezone(LONDON).date()).select_related("added_by")


def bank_holidays_ahead(*, at: datetime, years: int = 2) -> list[tuple[date, str]]:
    """Return the bank holidays of England from today to the end of the last of these years."""
    today = at.astimezone(LONDON).date()
    found = {day: name for year in range(today.year, today.year + years) for day, name in bank_holidays(year).items()}
    ahead_of_us = sorted((day, name) for day, name in found.items() if day >= today)
    return [(day, name.replace(" (observed)", " (substitute day)")) for day, name in ahead_of_us]


@lru_cache(maxsize=16)
def bank_holidays(year: int) -> Mapping[date, str]:
    """Return a year's bank holidays in England by date."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year, language="en_GB"))
