"""The hub's inbox: what is new, what is due, who has it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.permissions import Permission
from casework import permissions
from casework.actions import reading
from casework.queries import inbox as cases
from casework.web.queue_age import late_words
from casework.web.words import ago, clock_words, due_words, urgency_tag

PAGE_SIZE = 25
LABELS = {cases.EVERYTHING: "All", cases.NOT_TAKEN: "Not taken yet", cases.MINE: "Taken by me"}


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES)
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Show the cases of this person's units, the most urgent first. What was shown is recorded."""
    at = timezone.now()
    show = request.GET.get("show", cases.EVERYTHING)
    show = show if show in cases.FILTERS else cases.EVERYTHING
    rows = cases.with_what_rows_show(cases.inbox(request.user, show=show, at=at))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    found = cases.entries(request.user, list(page.object_list), at=at)
    reading.read_list(event="inbox.read", ids=[str(each.referral.pk) for each in found], by=request.user, at=at)
    return render(
        request,
        "casework/inbox.html",
        {
            "rows": [row(each, at) for each in found],
            "page": page,
            "show": show,
            "filters": [
                {"text": label, "href": f"{reverse('casework:inbox')}?show={code}", "is_active": code == show}
                for code, label in LABELS.items()
            ],
            "units": [unit.name for unit in permissions.reading_units(request.user, at=at)],
            "late": late_words(at=at),
            "now": at,
        },
    )


def row(entry: cases.CaseEntry, at: Any) -> dict[str, Any]:
    referral = entry.referral
    return {
        "href": reverse("casework:case", args=[referral.pk]),
        "reference": referral.reference,
        "urgency": urgency_tag(referral.urgency),
        "concerns": entry.concerns,
        "areas": entry.areas,
        "initials": entry.initials,
        "sent": ago(referral.sent_at or at, at),
        "is_quick": referral.is_quick,
        "is_sealed": referral.is_sealed,
        "is_author_unconfirmed": entry.is_author_unconfirmed,
        "owner": referral.owner_unit.name if referral.owner_unit else "",
        "taken_by": entry.taking.taken_by.full_name if entry.taking else "",
        "taken_at": clock_words(entry.taking.taken_at, at) if entry.taking else "",
        "due": due_words(entry.clock, at) if entry.clock else None,
        "due_what": entry.clock_title,
    }
