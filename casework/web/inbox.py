"""The hub's queue: by urgency and by what is due next, under tabs, with filters that stand in the address as codes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import permissions
from casework.actions import reading
from casework.actions import views as views_actions
from casework.models.views import LONGEST_NAME
from casework.queries import inbox as cases
from casework.queries import queue
from casework.web import queue_filters as filters
from casework.web.queue_age import late_words
from casework.web.words import ago, clock_words, due_words, urgency_tag
from referrals.permissions import hubs_taking_calls

_READERS = (Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES)
_PLACE = 80


@requires(*_READERS)
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Show a page of the queue of this person's units. What was shown is recorded."""
    at = timezone.now()
    wanted = filters.wanted_in(request.GET.dict())
    after, before = _place(request.GET.get("after", "")), _place(request.GET.get("before", ""))
    page = queue.page_of(request.user, wanted, after=after, before=before, at=at)
    query = filters.query_of(wanted)
    if (after or before) and not page.referrals:
        return redirect(f"{reverse('casework:inbox')}?{query}")
    with_initials = queue.shows_initials(request.user)
    found = cases.entries(request.user, page.referrals, at=at, with_initials=with_initials)
    reading.read_list(event="inbox.read", ids=[str(each.referral.pk) for each in found], by=request.user, at=at)
    units = list(permissions.reading_units(request.user, at=at))
    choices = filters.choices(request.user, wanted, units, at=at)
    in_force = filters.in_force(wanted, choices)
    taking_units = permissions.taking_units(request.user, at=at).exists()
    return render(
        request,
        "casework/inbox.html",
        {
            "rows": [row(each, at) for each in found],
            "page": page,
            "query": query,
            "tabs": filters.tabs(wanted),
            "choices": choices,
            "switches": filters.switches(wanted),
            "show": wanted.tab,
            "in_force": in_force,
            "is_everything": wanted == queue.Wanted(),
            "views": [{"view": each, "is_active": each.query == query} for each in queue.saved_views(request.user)],
            "takes_calls": hubs_taking_calls(request.user, at=at).exists(),
            "longest_name": LONGEST_NAME,
            "with_initials": with_initials,
            "may_assign": any(permissions.may_assign(request.user, unit, at=at) for unit in units),
            "may_choose": taking_units or any(permissions.may_assign(request.user, unit, at=at) for unit in units),
            "units": [unit.name for unit in units],
            "late": late_words(at=at),
            "now": at,
        },
    )


@requires(*_READERS)
@require_POST
def initials(request: HttpRequest) -> HttpResponse:
    """Switch the initials on or off, for this person alone."""
    shown = request.POST.get("shown") == "1"
    views_actions.show_initials(shown=shown, by=request.user, at=timezone.now())
    return _back(request)


@requires(*_READERS)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the tab and the filters that are shown under a name."""
    query = filters.query_of(_posted_query(request))
    try:
        name = request.POST.get("name", "")
        views_actions.save_view(name=name, query=query, by=request.user, at=timezone.now())
    except views_actions.ViewRefusedError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "The list is saved. It stands above the tabs.")
    return _back(request)


@requires(*_READERS)
@require_POST
def remove_view(request: HttpRequest, view_id: Any) -> HttpResponse:
    """Take one of one's own saved lists away."""
    view = queue.get_saved_view(request.user, view_id)
    if view is None:
        deny(request, Permission.READ_HUB_CASES)
    views_actions.remove_view(view=view, by=request.user, at=timezone.now())
    messages.success(request, "The saved list was removed.")
    return redirect("casework:inbox")


def _posted_query(request: HttpRequest) -> queue.Wanted:
    return filters.wanted_in(QueryDict(request.POST.get("query", "")[:1000]).dict())


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('casework:inbox')}?{filters.query_of(_posted_query(request))}")


def _place(text: str) -> str:
    return text if len(text) <= _PLACE and text.isascii() and text.isalnum() else ""


def row(entry: cases.CaseEntry, at: Any) -> dict[str, Any]:
    """Return what one row of a list shows."""
    referral, given = entry.referral, entry.assignment
    return {
        "pk": str(referral.pk),
        "href": reverse("casework:case", args=[referral.pk]),
        "reference": referral.reference,
        "urgency": urgency_tag(referral.urgency),
        "concerns": entry.concerns,
        "why": entry.why,
        "areas": entry.areas,
        "initials": entry.initials,
        "state": entry.state,
        "sent": ago(referral.sent_at or at, at),
        "is_quick": referral.is_quick,
        "is_sealed": referral.is_sealed,
        "by_phone": entry.by_phone,
        "is_author_unconfirmed": entry.is_author_unconfirmed,
        "owner": referral.owner_unit.name if referral.owner_unit else "",
        "taken_by": entry.taking.taken_by.full_name if entry.taking else "",
        "taken_at": clock_words(entry.taking.taken_at, at) if entry.taking else "",
        "given_to": given.to.full_name if given is not None and entry.taking is None else "",
        "due": due_words(entry.clock, at) if entry.clock else None,
        "due_what": entry.clock_title,
    }
