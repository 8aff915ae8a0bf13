"""The case: in one minute what is happening and what comes next. Its further pages say why, to whom, and what else."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.permissions import Permission
from casework import permissions
from casework.queries import disagreements, inspection
from casework.queries import links as links_queries
from casework.queries.cases import current_assignment, current_takings, unit_of
from casework.queries.consultations import consultation_behind
from casework.queries.consultations_about import advice_about
from casework.queries.presence import also_reading
from casework.queries.route_words import flags as flags_of
from casework.queries.strategy import discussions_of
from casework.queries.strategy_audiences import PERSONAL
from casework.web import answers, destinations
from casework.web.calls import calls_shown
from casework.web.case_frame import NOW, frame, opened, routing_of
from casework.web.case_pages import additions, sent_to
from casework.web.children import child_rows
from casework.web.contacts import contacts_before
from casework.web.disagreement_words import rows as disagreement_rows
from casework.web.giving import may_give
from casework.web.links import merge_rows
from casework.web.new_facts import new_facts
from casework.web.notes import said
from casework.web.partners import reports_shown
from casework.web.queue_age import late_words
from casework.web.references import references_shown
from casework.web.strategy_loading import row as strategy_row
from casework.web.transfers import transfers_shown
from casework.web.words import clock_words
from referrals import queries
from referrals.author_words import unconfirmed_words
from referrals.models import Clock, Referral
from referrals.permissions import may_keep_away, may_pause

QUESTIONS_AT_FIRST = 5
"""Shown at once of what is to be found out; the others open below them."""


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show a case to the hub that owns it or was sent it. The reading is on record before anything is shown."""
    at, user = timezone.now(), request.user
    found = opened(request, case_id, at=at)
    routing = routing_of(found)
    questions, flags = flags_of(routing)
    seen = links_queries.seen_by(user, found, at=at)
    clocks = _clocks(user, found, at)
    sent = sent_to(user, found, routing, at=at)
    return render(
        request,
        "casework/case.html",
        {
            **frame(user, found, routing, page=NOW, at=at),
            "also_reading": also_reading(user, found, at=at),
            "glance": answers.glance(found, routing, queries.answers_for(user, found, at=at)),
            "children": child_rows(user, found, at=at),
            "seen_in": links_queries.count_others(seen),
            "merges": merge_rows(user, found, at=at),
            "advice": advice_about(user, found, at=at),
            "before_nfa": contacts_before(user, found, seen, at),
            "may_export": permissions.may_export(user, found, at=at),
            "replies": _replies(found, at),
            "discussions": [strategy_row(each) for each in discussions_of(user, found, at=at)],
            "may_plan_strategy": permissions.may_reply_in(user, found, at=at),
            "consultation": consultation_behind(user, found, at=at),
            "disagreements": disagreement_rows(disagreements.of_case(user, found, at=at), at=at),
            "may_see_inspection": inspection.may_see(user, found, at=at),
            "may_disagree": bool(disagreements.units_to_disagree_with(user, found, at=at)),
            "questions": questions[:QUESTIONS_AT_FIRST],
            "all_questions": questions,
            "more_questions": questions[QUESTIONS_AT_FIRST:],
            "flags": flags,
            "clocks": clocks,
            "has_running_clocks": any(each["is_running"] for each in clocks),
            "has_ended_clocks": any(not each["is_running"] for each in clocks),
            **_since(user, found, at),
            **transfers_shown(user, found, at=at),
            **new_facts(user, found, at=at),
            **sent,
            "late": late_words(at=at) if sent["has_unmade_packs"] else "",
            "unconfirmed": unconfirmed_words(found),
            "may_keep_away": may_keep_away(user, found, at=at),
            **_who_has_it(user, found, at),
        },
    )


def _who_has_it(user: Any, case: Referral, at: datetime) -> dict[str, Any]:
    takings = current_takings(case)
    unit, read_for = unit_of(user, case, at=at, taking=True), unit_of(user, case, at=at)
    ours = next((taking for taking in takings if read_for is not None and taking.agency_id == read_for.pk), None)
    taken = next((taking for taking in takings if unit is not None and taking.agency_id == unit.pk), None)
    mine = taken if taken is not None else ours
    return {
        "takings": [{"taking": taking, "at": clock_words(taking.taken_at, at)} for taking in takings],
        "taking_unit": unit if taken is None else None,
        "may_release": mine is not None and permissions.may_release(user, mine, at=at),
        "may_give": read_for is not None and may_give(user, read_for, ours, at=at),
        "given": current_assignment(case, read_for) if read_for is not None and ours is None else None,
        "note": ours if ours is not None and ours.note else None,
        "is_mine": mine is not None and mine.taken_by_id == user.pk,
    }


def _clocks(user: Any, case: Referral, at: datetime) -> list[dict[str, Any]]:
    clocks = list(Clock.objects.filter(referral=case).exclude(kind__in=PERSONAL).select_related("agency"))
    return destinations.clock_rows(case, clocks, may_pause=may_pause(user, case, at=at), at=at)


def _since(user: Any, case: Referral, at: datetime) -> dict[str, Any]:
    """Return what came since the case was sent in one line each, and what this person may add to it."""
    written, calls = said(user, case, at=at), calls_shown(user, case, at=at)
    reports, added = reports_shown(user, case, at=at), additions(case, at=at)
    references = references_shown(user, case, at=at)["references"]
    return {
        "since": {
            "added": added,
            "letters": written["letters"],
            "open_letters": [each for each in written["letters"] if each["is_open"]],
            "notes": written["notes"],
            "calls": calls["calls_recorded"],
            "reports": reports["reports"],
            "references": [row for row in references if row["value"]],
        },
        "open_returns": reports["open_returns"],
        "may_settle": reports["may_settle"],
        "may_write": written["may_write"],
        "may_ask": written["may_ask"],
        "may_record": calls["may_record"],
    }


def _replies(case: Referral, at: datetime) -> list[dict[str, Any]]:
    rows = case.replies.select_related("sent_by", "agency").order_by("-number")
    return [{"reply": each, "at": clock_words(each.sent_at, at)} for each in rows]
