"""The further pages of a case: where it went and why, what came since, every answer, the timeline."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.permissions import Permission
from casework.queries import packs as packs_queries
from casework.queries.history import may_read_history
from casework.queries.timeline import timeline as timeline_of
from casework.web import answers, destinations
from casework.web.calls import calls_shown
from casework.web.case_frame import ANSWERS, SINCE, TIMELINE, WHERE, frame, opened, routing_of
from casework.web.new_facts import new_facts
from casework.web.notes import said
from casework.web.partners import reports_shown
from casework.web.references import references_shown
from casework.web.words import clock_words
from referrals import queries
from referrals.documents import break_addresses
from referrals.documents.characters import printable
from referrals.models import Pack, Referral, Routing
from referrals.permissions import may_release_parts


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def where(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show where the case went and why, what was found out since, and where that leads."""
    at = timezone.now()
    case = opened(request, case_id, at=at)
    routing = routing_of(case)
    return _page(request, case, routing, WHERE, at, **new_facts(request.user, case, at=at),
                 **sent_to(request.user, case, routing, at=at),
                 may_release_parts=may_release_parts(request.user, case, at=at))  # fmt: skip


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def since(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show what was added, written, said and written back since the case was sent, and its numbers elsewhere."""
    at = timezone.now()
    case = opened(request, case_id, at=at)
    return _page(request, case, routing_of(case), SINCE, at, additions=additions(case, at=at),
                 **said(request.user, case, at=at), **calls_shown(request.user, case, at=at),
                 **reports_shown(request.user, case, at=at), **references_shown(request.user, case, at=at))  # fmt: skip


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def every_answer(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show every answer, and what the referrer was told to do and has ticked off."""
    at = timezone.now()
    case = opened(request, case_id, at=at)
    sections = answers.answer_sections(queries.answers_for(request.user, case, at=at))
    return _page(request, case, routing_of(case), ANSWERS, at, sections=sections, checklist=_checklist(case, at))


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def timeline(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show what was done, the newest first."""
    at = timezone.now()
    case = opened(request, case_id, at=at)
    lines = [{"line": each, "at": clock_words(each.at, at)} for each in timeline_of(case)]
    return _page(request, case, routing_of(case), TIMELINE, at, timeline=lines,
                 may_read_history=may_read_history(request.user, case, at=at))  # fmt: skip


def sent_to(user: Any, case: Referral, routing: Routing, *, at: datetime) -> dict[str, Any]:
    """Return the destinations of a case with their packs, and which the hub left out."""
    packs = list(
        Pack.objects.system(reason="where the packs of one case stand, scoped by its own page")
        .filter(referral=case, is_current=True)
        .defer("snapshot")
    )
    own = set(packs_queries.own_packs(user, at=at).filter(referral=case).values_list("pk", flat=True))
    return {
        "destinations": destinations.destinations(case, routing, packs, list(own), at=at),
        "left_out": destinations.left_out(case, at=at),
        "has_unmade_packs": any(not pack.is_ready for pack in packs),
    }


def additions(case: Referral, *, at: datetime) -> list[dict[str, str]]:
    """Return what was added without being asked, the newest first."""
    rows = case.additions.filter(question__isnull=True).select_related("added_by").order_by("-added_at", "-pk")
    return [
        {
            "text": break_addresses(printable(each.in_full)),
            "by": each.added_by.full_name,
            "at": clock_words(each.added_at, at),
        }
        for each in rows
    ]


def _checklist(case: Referral, at: datetime) -> list[dict[str, Any]]:
    return [
        {"step": step, "ticked": clock_words(step.ticked_at, at) if step.ticked_at else ""}
        for step in case.checklist_steps.all()
    ]


def _page(request: HttpRequest, case: Referral, routing: Routing, page: str, at: datetime, **more: Any) -> HttpResponse:
    return render(request, f"casework/{page}.html", frame(request.user, case, routing, page=page, at=at) | more)
