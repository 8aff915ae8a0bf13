"""Keeping the rota: who is on duty for a unit, from when to when (Z-11)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Agency
from audit.record import record_event
from casework import permissions
from casework.models import Duty
from casework.queries import duty as queries
from procedures.engine.clock_hours import LONDON, local_moment

LONGEST = timedelta(days=7)


class DutyRefusedError(ValueError):
    """The entry is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("; ".join(self.faults.values()))


class DutyGoneError(Exception):
    """The entry was taken back already, or is over."""


@transaction.atomic
def enter(*, agency: Agency, given: Mapping[str, Any], by: Any, at: datetime) -> Duty:
    """Put somebody on duty for a unit.

    `given` holds `person` (the identifier of one of `queries.who_may_be_on_duty`), the days `from_day` and `to_day` and
    the times `from_time` and `to_time` in England. Raises DutyRefusedError, NotPermittedError.
    """
    permissions.check(queries.units_to_keep(by, at=at).filter(pk=agency.pk).exists())
    faults: dict[str, str] = {}
    people = {str(person.pk): person for person in queries.who_may_be_on_duty(agency, at=at)}
    person = people.get(str(given.get("person") or ""))
    if person is None:
        faults["person"] = "Choose who is on duty"
    starts = _moment(given, "from", "begins", faults)
    ends = _moment(given, "to", "ends", faults)
    if starts is not None and ends is not None:
        if ends <= starts:
            faults["to_day"] = "The duty must end after it begins"
        elif ends - starts > LONGEST:
            faults["to_day"] = f"A duty lasts {LONGEST.days} days at most. Enter a longer one in parts"
        elif ends <= at:
            faults["to_day"] = "This duty is over. Enter one that ends later than now"
    if faults or person is None or starts is None or ends is None:
        raise DutyRefusedError(faults)
    duty = Duty(agency=agency, person=person, starts_at=starts, ends_at=ends, entered_at=at, entered_by=by)
    duty.save(force_insert=True)
    record_event(event="duty.entered", by=by, at=at, subject=duty, detail={"unit": agency.unit})
    return duty


@transaction.atomic
def take_back(*, duty: Duty, by: Any, at: datetime) -> None:
    """Take an entry of the rota back that is not over. Raises DutyGoneError, NotPermittedError."""
    permissions.check(queries.units_to_keep(by, at=at).filter(pk=duty.agency_id).exists())
    rows = Duty.objects.filter(pk=duty.pk, taken_back_at__isnull=True, ends_at__gt=at)
    if not rows.update(taken_back_at=at, taken_back_by=by):
        raise DutyGoneError
    record_event(event="duty.taken_back", by=by, at=at, subject=duty, detail={"unit": duty.agency.unit})


def _moment(given: Mapping[str, Any], name: str, words: str, faults: dict[str, str]) -> datetime | None:
    day, clock = given.get(f"{name}_day"), given.get(f"{name}_time")
    if not isinstance(day, date):
        faults[f"{name}_day"] = f"Give the day on which the duty {words}"
    if not isinstance(clock, time):
        faults[f"{name}_time"] = f"Give the time at which the duty {words}"
    if not isinstance(day, date) or not isinstance(clock, time):
        return None
    return local_moment(day, clock, zone=LONDON, fold=0 if name == "from" else 1)
