"""What an inspector will ask and the record does not answer, each with where it can be mended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.models import InspectionEntry
from casework.partner_words import POLICE
from casework.queries.calls import all_calls
from casework.queries.inspection import entries_of
from casework.queries.inspection_agencies import Agency
from casework.queries.inspection_children import OfChild
from casework.queries.inspection_way import child_words
from procedures.engine.clock_hours import LONDON
from referrals import queries
from referrals.models import Referral

CALL = "call"
_CALLED_FIRST = ("call_999", "call_101", "call_hub")


@dataclass(frozen=True)
class Gap:
    """One thing that is not on record. `mend`: the kind of entry that mends it, CALL, or blank where others do."""

    words: str
    mend: str = ""


def gaps_of(case: Referral, children: Sequence[OfChild], agencies: Sequence[Agency], *, at: datetime) -> list[Gap]:
    """Return what is not on record and should be by now."""
    return [*_calls(case), *(gap for each in children for gap in _of_child(each, at=at)), *_of_agencies(case, agencies),
            *_of_incident(case)]  # fmt: skip


def _calls(case: Referral) -> Iterable[Gap]:
    if not any(route.mode in _CALLED_FIRST for route in queries.live_routes(case).values()):
        return
    if not any(call.row.was_answered for call in all_calls(case)):
        yield Gap("A call was to come first, and none that was answered is on record", CALL)


def _of_child(found: OfChild, *, at: datetime) -> Iterable[Gap]:
    who = child_words(found.child.number)
    if not found.was_seen:
        yield Gap(f"{who}: whether the child was seen, alone, by whom and when", "child_seen")
    if found.ended_with_nothing and not found.before:
        yield Gap(f"{who}: contacts in the twelve months before “no further action”, and what was different",
                  "before")  # fmt: skip
    if found.outcome_due is not None and not found.outcomes and found.outcome_due <= at.astimezone(LONDON).date():
        yield Gap(f"{who}: how the child is three months on", "outcome")
    not_asked = [label for label, words in found.answers if words == "Not asked"]
    if not_asked:
        yield Gap(f"{who}: not asked: {'; '.join(not_asked)}")


def _of_agencies(case: Referral, agencies: Sequence[Agency]) -> Iterable[Gap]:
    told = {entry.kind for entry in entries_of(case, "police_told")}
    for agency in agencies:
        if agency.kind == POLICE and not agency.told and not told:
            yield Gap(f"When {agency.name} told the hub what they know", "police_told")
        elif agency.missing:
            yield Gap(f"{agency.name} has not said: {', '.join(agency.missing)}")


def _of_incident(case: Referral) -> Iterable[Gap]:
    # The newest incident opens its two questions; an entry that came before it answers neither.
    entries = entries_of(case, "incident", "incident_notified", "review_done")
    known = next((each for each in entries if each.kind == "incident"), None)
    if known is None:
        return
    for kind, words in (("incident_notified", "The serious incident: to whom it was notified"),
                        ("review_done", "The rapid review: what came of it")):  # fmt: skip
        if not any(_follows(each, known, kind) for each in entries):
            yield Gap(words, kind)


def _follows(entry: InspectionEntry, known: InspectionEntry, kind: str) -> bool:
    return entry.kind == kind and entry.recorded_at >= known.recorded_at
