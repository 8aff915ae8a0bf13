"""Recording what an inspector asks: added to, never changed; a serious incident starts its two clocks."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from audit.record import record_event
from casework import permissions
from casework.inspection import HOLD_OFF, HOLD_ON, INCIDENT, KINDS, SEEN_CHOICES, Kind
from casework.models import ChildCase, InspectionEntry
from casework.models.inspection import LONGEST_WHO, LONGEST_WORDS
from casework.queries import inspection as queries
from procedures.engine.clock_hours import LONDON
from procedures.engine.clocks import Limit
from procedures.engine.stages import Stage
from referrals.actions.clocks import end_clocks, start_clock
from referrals.models import Referral
from referrals.text import TextRefusedError, clean_text

WHY_HELD = "Set with the entry of a serious incident."
SOURCE = "Working Together: serious-incident notification and rapid review"
_TELLS = (Stage("half_time", 0, ("hub_manager",), False), Stage("at_due", 0, ("hub_manager", "head_of_service"), True))


class EntryRefusedError(ValueError):
    """The entry is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The entry is not whole: " + "; ".join(self.faults.values()))


@transaction.atomic
def record(
    *,
    case: Referral,
    kind: str,
    child: ChildCase | None,
    given: Mapping[str, Any],
    with_hold: bool = False,
    by: Any,
    at: datetime,
) -> InspectionEntry:
    """Add an entry of a kind. `given` holds `happened_on` (a date), `seen`, `who` and `words` as the kind asks.

    `with_hold`: a serious incident sets a legal hold in the same step, where none is set. Raises EntryRefusedError,
    NotPermittedError.
    """
    what = KINDS[kind]
    permissions.check(queries.may_record(by, case, what, at=at))
    permissions.check(child is None or child.referral_id == case.pk)
    values = _checked(what, case, child, given, at=at)
    entry = _added(case, what, child if what.of_child else None, values, by=by, at=at)
    start = _start_of(values["happened_on"], at)
    for clock, days in what.starts:
        start_clock(referral=case, kind=clock, agency=case.owner_unit, at=start, limit=Limit(days, "working_days"),
                    stages=_TELLS, source=SOURCE)  # fmt: skip
    if what.ends:
        end_clocks(referral=case, kinds=what.ends, agency=case.owner_unit, by=by, at=at)
    if with_hold and kind == INCIDENT and not queries.is_held(case):
        _added(case, KINDS[HOLD_ON], None, values | {"words": WHY_HELD}, by=by, at=at)
    return entry


def _added(
    case: Referral, kind: Kind, child: ChildCase | None, values: Mapping[str, Any], *, by: Any, at: datetime
) -> InspectionEntry:
    entry = InspectionEntry(referral=case, child=child, kind=kind.code, recorded_at=at, recorded_by=by, **values)
    entry.save(force_insert=True)
    detail: dict[str, str | int | bool | list[str]] = {"kind": kind.code, "entry": str(entry.pk)}
    if child is not None:
        detail["child"] = child.number
    record_event(event="inspection.recorded", by=by, at=at, subject=case, detail=detail)
    return entry


def _start_of(day: date, at: datetime) -> datetime:
    """Return when the clocks of something that became known on a day start: a later entry does not lengthen them."""
    return at if day == at.astimezone(LONDON).date() else datetime.combine(day, time(12), tzinfo=LONDON)


def _checked(
    kind: Kind, case: Referral, child: ChildCase | None, given: Mapping[str, Any], *, at: datetime
) -> dict[str, Any]:
    values: dict[str, Any] = {"happened_on": given.get("happened_on"), "seen": "", "who": "", "words": ""}
    faults: dict[str, str] = {}
    for name, limit, is_asked in (("who", LONGEST_WHO, bool(kind.who)), ("words", LONGEST_WORDS, True)):
        try:
            values[name] = clean_text(str(given.get(name) or ""), limit=limit) if is_asked else ""
        except TextRefusedError as refused:
            faults[name] = str(refused)
    if kind.who and not values["who"] and "who" not in faults:
        faults["who"] = f"Answer “{kind.who}”"
    if kind.words_needed and not values["words"] and "words" not in faults:
        faults["words"] = f"Answer “{kind.words}”"
    if values["happened_on"] is None:
        faults["happened_on"] = "Give the day"
    elif values["happened_on"] > at.astimezone(LONDON).date():
        faults["happened_on"] = "Give a day that is not in the future"
    if kind.of_child and child is None:
        faults["child"] = "Choose the child"
    if kind.asks_seen:
        values["seen"] = str(given.get("seen") or "")
        if values["seen"] not in dict(SEEN_CHOICES):
            faults["seen"] = "Say whether the child was seen, and how"
    if kind.code in (HOLD_ON, HOLD_OFF) and queries.is_held(case) == (kind.code == HOLD_ON):
        faults[""] = "The hold is set already." if kind.code == HOLD_ON else "No hold is set."
    if faults:
        raise EntryRefusedError(faults)
    return values
