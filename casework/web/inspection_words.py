"""What an inspector will ask of a case, as its page shows it to whoever reads the case or samples it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from casework.inspection import KINDS, NOTIFY, REVIEW
from casework.models import InspectionEntry
from casework.queries import inspection as queries
from casework.queries.inspection_agencies import Agency, agencies_of
from casework.queries.inspection_challenge import challenge_of, counts_of, late_clocks
from casework.queries.inspection_children import OfChild, Planned, children_of, decision_words
from casework.queries.inspection_gaps import gaps_of
from casework.queries.inspection_way import Moment, editions_of, pages_shown, steps_shown, told_before, way_of
from casework.queries.links import seen_by
from casework.web.children import child_label
from casework.web.contacts import contacts_before
from casework.web.words import clock_words, due_words
from referrals.clock_words import clock_title
from referrals.models import Clock, Referral

_INCIDENT = ("incident", "incident_notified", "review_done", "hold_on", "hold_off")


def inspection_shown(user: Any, case: Referral, *, at: datetime) -> dict[str, Any]:
    """Return all that stands on the page, for a caller who has asked whether this person may see it."""
    discussions = queries.discussions_shown(user, case, at=at)
    children = children_of(case, discussions)
    agencies = agencies_of(case)
    contacts = contacts_before(user, case, seen_by(user, case, at=at), at)
    clocks = Clock.objects.filter(referral=case, kind__in=[NOTIFY, REVIEW]).order_by("due_at", "pk")
    return {
        "gaps": gaps_of(case, children, agencies, at=at),
        "way": _moments(way_of(case, at=at), at),
        "told": told_before(case),
        "pages": [{"shown": each, "at": _at(each.at, at)} for each in pages_shown(case)],
        "steps": [{"shown": each, "at": _at(each.at, at)} for each in steps_shown(case)],
        "editions": editions_of(case),
        "children": [
            _child(case, each, at) | {"contacts": [one for one in contacts if one["child"] == each.child.pk]}
            for each in children
        ],
        "agencies": [_agency(each, at) for each in agencies],
        "police_told": [_entry(each, at) for each in queries.entries_of(case, "police_told")],
        "counts": counts_of(case),
        "challenge": _moments(challenge_of(case, discussions, at=at), at),
        "late": _moments(late_clocks(case, at=at), at),
        "incidents": [_entry(each, at) for each in queries.entries_of(case, *_INCIDENT)],
        "incident_clocks": [_clock(case, clock, at) for clock in clocks],
        "is_held": queries.is_held(case),
    }


def _at(moment: datetime | None, at: datetime) -> str:
    return clock_words(moment, at) if moment is not None else ""


def _moments(found: Iterable[Moment], at: datetime) -> list[dict[str, Any]]:
    return [{"moment": each, "at": _at(each.at, at)} for each in found]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _entry(entry: InspectionEntry, at: datetime) -> dict[str, Any]:
    return {
        "entry": entry,
        "label": KINDS[entry.kind].label,
        "on": _day(entry.happened_on),
        "at": clock_words(entry.recorded_at, at),
        "by": entry.recorded_by.full_name,
    }


def _clock(case: Referral, clock: Clock, at: datetime) -> dict[str, Any]:
    title = clock_title(case, clock.kind, clock.recipient)
    return {"title": title, "due": due_words(clock, at), "computation": clock.computation}


def _child(case: Referral, found: OfChild, at: datetime) -> dict[str, Any]:
    return {
        "label": child_label(case, found.child),
        "key": found.child.pk,
        "decision": decision_words(found.counts) if found.counts is not None else "",
        "decided": _at(found.counts.settled_at, at) if found.counts is not None else "",
        "ended_with_nothing": found.ended_with_nothing,
        "seen": [_entry(each, at) for each in found.seen],
        "seen_when_decided": [
            {"words": each.get_child_seen_display(), "view": each.child_view, "at": clock_words(each.decided_at, at),
             "by": each.decided_by.full_name} for each in found.decided
        ],
        "planned": [_planned(each, at) for each in found.planned],
        "outcome_due": _day(found.outcome_due) if found.outcome_due is not None else "",
        "outcomes": [_entry(each, at) for each in found.outcomes],
        "before": [_entry(each, at) for each in found.before],
        "answers": found.answers,
    }  # fmt: skip


def _planned(found: Planned, at: datetime) -> dict[str, Any]:
    return {"plan": found, "at": clock_words(found.held_at, at)}


def _agency(found: Agency, at: datetime) -> dict[str, Any]:
    return {
        "name": found.name,
        "lines": [{"label": label, "text": text} for label, text in found.lines],
        "told": [{"at": clock_words(when, at), "by": who} for when, who in found.told],
    }
