"""The case: in one minute what is happening and what comes next; then why, to whom, and all that was said."""

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
from casework.actions import reading
from casework.queries import disagreements
from casework.queries import links as links_queries
from casework.queries import packs as packs_queries
from casework.queries.cases import current_assignment, current_takings, unit_of
from casework.queries.children import children_of
from casework.queries.consultations import consultation_behind
from casework.queries.contacts import before_no_further_action
from casework.queries.history import may_read_history
from casework.queries.inbox import concern_labels
from casework.queries.presence import also_reading
from casework.queries.route_words import flags as flags_of
from casework.queries.strategy import discussions_of
from casework.queries.strategy_audiences import PERSONAL
from casework.queries.timeline import timeline
from casework.web import answers, destinations
from casework.web.calls import calls_shown
from casework.web.children import child_label, child_rows
from casework.web.disagreement_words import rows as disagreement_rows
from casework.web.giving import may_give
from casework.web.links import merge_rows
from casework.web.loading import case_or_404
from casework.web.new_facts import new_facts
from casework.web.notes import said
from casework.web.partners import reports_shown
from casework.web.queue_age import late_words
from casework.web.references import references_shown
from casework.web.strategy_loading import row as strategy_row
from casework.web.transfers import transfers_shown
from casework.web.words import ago, clock_words, urgency_tag
from referrals import queries
from referrals.author_words import unconfirmed_words
from referrals.documents import break_addresses
from referrals.documents.characters import printable
from referrals.models import Clock, Pack, Referral, Routing
from referrals.models.phone_contacts import phone_contact_of
from referrals.permissions import may_keep_away, may_pause, may_release_parts


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES)
@require_safe
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show a case to the hub that owns it or was sent it. The reading is on record before anything is shown."""
    at = timezone.now()
    found = case_or_404(request, case_id, at=at)
    reading.read_case(referral=found, by=request.user, at=at)
    routing = queries.current_routing(found)
    assert routing is not None  # noqa: S101  whatever was sent was routed
    sections = queries.answers_for(request.user, found, at=at)
    questions, flags = flags_of(routing)
    seen = links_queries.seen_by(request.user, found, at=at)
    return render(
        request,
        "casework/case.html",
        {
            "case": found,
            "urgency": urgency_tag(found.urgency),
            "call": phone_contact_of(found),
            "also_reading": also_reading(request.user, found, at=at),
            "concerns": concern_labels(found, routing.facts.get("concerns", [])),
            "sent": ago(found.sent_at or at, at),
            "sent_at": clock_words(found.sent_at or at, at),
            "glance": answers.glance(found, routing, sections),
            "children": child_rows(request.user, found, at=at),
            "seen_in": links_queries.count_others(seen),
            "merges": merge_rows(request.user, found, at=at),
            "before_nfa": _before_nfa(request.user, found, seen, at),
            "may_export": permissions.may_export(request.user, found, at=at),
            "replies": _replies(found, at),
            "discussions": [strategy_row(each) for each in discussions_of(request.user, found, at=at)],
            "may_plan_strategy": permissions.may_reply_in(request.user, found, at=at),
            "consultation": consultation_behind(request.user, found, at=at),
            **calls_shown(request.user, found, at=at),
            **reports_shown(request.user, found, at=at),
            **references_shown(request.user, found, at=at),
            "disagreements": disagreement_rows(disagreements.of_case(request.user, found, at=at), at=at),
            "may_disagree": bool(disagreements.units_to_disagree_with(request.user, found, at=at)),
            **said(request.user, found, at=at),
            "sections": answers.answer_sections(sections),
            "questions": questions,
            "flags": flags,
            **transfers_shown(request.user, found, at=at),
            **new_facts(request.user, found, at=at),
            "additions": _additions(found, at),
            "unconfirmed": unconfirmed_words(found),
            "checklist": _checklist(found, at),
            "may_read_history": may_read_history(request.user, found, at=at),
            "opened_by_glass": queries.is_open_by_glass(request.user, found, at=at),
            "may_keep_away": may_keep_away(request.user, found, at=at),
            "may_release_parts": may_release_parts(request.user, found, at=at),
            "timeline": [{"line": each, "at": clock_words(each.at, at)} for each in timeline(found)],
            **_who_has_it(request.user, found, at),
            **_sent_to(request.user, found, routing, at),
            "now": at,
        },
    )


def _before_nfa(user: Any, case: Referral, seen: list[links_queries.Seen], at: datetime) -> list[dict[str, Any]]:
    children = children_of(user, case, at=at)
    return [
        {
            "label": child_label(case, each.child),
            "at": clock_words(each.decision.decided_at, at),
            "contacts": [{"contact": one, "sent": clock_words(one.case.sent_at or at, at)} for one in each.contacts],
        }
        for each in before_no_further_action(case, children, seen)
    ]


def _who_has_it(user: Any, case: Referral, at: datetime) -> dict[str, Any]:
    takings = current_takings(case)
    unit, read_for = unit_of(user, case, at=at, taking=True), unit_of(user, case, at=at)
    ours = next((taking for taking in takings if read_for is not None and taking.agency_id == read_for.pk), None)
    taken = next((taking for taking in takings if unit is not None and taking.agency_id == unit.pk), None)
    return {
        "takings": [{"taking": taking, "at": clock_words(taking.taken_at, at)} for taking in takings],
        "taking_unit": unit if taken is None else None,
        "may_release": taken is not None and permissions.may_release(user, taken, at=at),
        "may_give": read_for is not None and may_give(user, read_for, ours, at=at),
        "given": current_assignment(case, read_for) if read_for is not None and ours is None else None,
        "note": ours if ours is not None and ours.note else None,
        "is_mine": taken is not None and taken.taken_by_id == user.pk,
    }


def _sent_to(user: Any, case: Referral, routing: Routing, at: datetime) -> dict[str, Any]:
    packs = list(
        Pack.objects.system(reason="where the packs of one case stand, scoped by its own page")
        .filter(referral=case, is_current=True)
        .defer("snapshot")
    )
    own = set(packs_queries.own_packs(user, at=at).filter(referral=case).values_list("pk", flat=True))
    clocks = list(Clock.objects.filter(referral=case).exclude(kind__in=PERSONAL).select_related("agency"))
    return {
        "destinations": destinations.destinations(case, routing, packs, list(own), at=at),
        "left_out": destinations.left_out(case, at=at),
        "clocks": destinations.clock_rows(case, clocks, may_pause=may_pause(user, case, at=at), at=at),
        "late": late_words(at=at) if any(not pack.is_ready for pack in packs) else "",
    }


def _additions(case: Referral, at: datetime) -> list[dict[str, str]]:
    rows = case.additions.filter(question__isnull=True).select_related("added_by").order_by("-added_at", "-pk")
    return [
        {
            "text": break_addresses(printable(each.in_full)),
            "by": each.added_by.full_name,
            "at": clock_words(each.added_at, at),
        }
        for each in rows
    ]


def _replies(case: Referral, at: datetime) -> list[dict[str, Any]]:
    rows = case.replies.select_related("sent_by", "agency").order_by("-number")
    return [{"reply": each, "at": clock_words(each.sent_at, at)} for each in rows]


def _checklist(case: Referral, at: datetime) -> list[dict[str, Any]]:
    return [
        {"step": step, "ticked": clock_words(step.ticked_at, at) if step.ticked_at else ""}
        for step in case.checklist_steps.all()
    ]
