"""The chronology of one child, or of all children of a case, on a page that prints as it stands."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.permissions import Permission
from casework.actions import reading
from casework.models import ChildCase
from casework.queries import chronology as queries
from casework.queries.children import children_of
from casework.web.children import child_label, child_or_404
from casework.web.loading import case_or_404
from casework.web.words import exact_words
from referrals.documents import break_addresses
from referrals.documents.characters import printable
from referrals.models import Referral


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def of_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show what is known of all children of a case, over every case of theirs that this person may open."""
    at = timezone.now()
    return _page(request, case_or_404(request, case_id, at=at), None, at=at)


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def of_child(request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID) -> HttpResponse:
    """Show what is known of one child, over every case that this person may open."""
    at = timezone.now()
    case, child = child_or_404(request, case_id, child_id, at=at)
    return _page(request, case, child, at=at)


def _page(request: HttpRequest, case: Referral, child: ChildCase | None, *, at: datetime) -> HttpResponse:
    found = queries.chronology(request.user, case, child, at=at)
    for each in found.cases:
        reading.read_case(referral=each, by=request.user, at=at)
    context = {
        "case": case,
        "child": child,
        "label": child_label(case, child) if child is not None else "",
        "children": [
            {"child": each, "label": child_label(case, each)} for each in children_of(request.user, case, at=at)
        ],
        "entries": entry_rows(found),
        "cases": found.cases,
        "is_cut": found.is_cut,
        "made": exact_words(at),
        "back": reverse("casework:case", args=[case.pk]),
    }
    return render(request, "casework/chronology.html", context)


def entry_rows(found: queries.Chronology) -> list[dict[str, Any]]:
    """Return the lines of a chronology as they are shown."""
    return [
        {
            "at": exact_words(each.at),
            "what": each.what,
            "words": break_addresses(printable(each.words)),
            "who": each.who,
            "case": each.case,
            "consultation": each.consultation,
            "child": child_label(each.case, each.child) if each.case is not None and each.child is not None else "",
        }
        for each in found.entries
    ]
