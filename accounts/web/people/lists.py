"""The people in reach, and the quarterly review of what each of them may do."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import delivering
from accounts.access import requires
from accounts.models import Membership, User
from accounts.models.membership import LONDON
from accounts.reach import Reach, reach_of, waiting_for
from accounts.web.people.steps import MANAGES

MOST_LISTED = 100
SOON = timedelta(days=14)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*MANAGES)
def people(request: HttpRequest) -> HttpResponse:
    """The people in reach by name. A search is posted, so that no name stands in an address; it changes nothing."""
    at = timezone.now()
    reach = reach_of(request.user, at=at)
    wanted = request.POST.get("search", "").strip()[:200]
    with_ended = bool(request.POST.get("ended"))
    found = _found(reach, wanted, with_ended=with_ended, at=at)
    mine = reach.memberships().open(at=at)
    context = {
        "people": found[:MOST_LISTED],
        "more": max(0, len(found) - MOST_LISTED),
        "search": wanted,
        "with_ended": with_ended,
        "waiting": waiting_for(request.user, at=at),
        "invitations": reach.invitations().filter(accepted_at__isnull=True, withdrawn_at__isnull=True),
        "due": _due_count(mine, request.user, at),
        "shows_messages": bool(reach.partnerships),
        "not_gone": delivering.not_gone(reach).count() if reach.partnerships else 0,
        "now": at,
    }
    return render(request, "accounts/people/people.html", context)


@require_safe
@requires(*MANAGES)
def review(request: HttpRequest) -> HttpResponse:
    """Every role in reach with the last sign-in: keep or end. Made to be printed too (7.2, access review)."""
    at = timezone.now()
    today = at.astimezone(LONDON).date()
    reach = reach_of(request.user, at=at)
    rows: list[dict[str, Any]] = [
        {
            "membership": each,
            "is_due": each.is_due_for_review(on=today),
            "is_soon": today <= each.review_due_on <= today + SOON,
            "is_own": each.user_id == request.user.pk,
        }
        for each in reach.memberships().open(at=at).select_related("reviewed_by")
    ]
    rows.sort(key=lambda row: (row["membership"].review_due_on, row["membership"].place))
    context = {
        "rows": rows,
        "due": sum(1 for row in rows if row["is_due"] and not row["is_own"]),
        "soon": sum(1 for row in rows if row["is_soon"] and not row["is_own"]),
        "done": sum(1 for row in rows if row["membership"].reviewed_at and not row["is_due"]),
        "now": at,
    }
    return render(request, "accounts/people/review.html", context)


def _found(reach: Reach, wanted: str, *, with_ended: bool, at: datetime) -> list[User]:
    """Names are sealed in the database, so they are compared here; a partnership has hundreds, not millions."""
    here = reach.memberships().open(at=at)
    rows: Any = reach.people().prefetch_related(Prefetch("memberships", queryset=here, to_attr="open_here"))
    terms = wanted.casefold().split()
    found = [
        each
        for each in rows
        if (with_ended or each.open_here)
        and all(term in f"{each.full_name} {each.contact_email}".casefold() for term in terms)
    ]
    return sorted(found, key=lambda each: each.full_name.casefold())


def _due_count(memberships: Any, viewer: Any, at: datetime) -> int:
    today = at.astimezone(LONDON).date()
    rows: list[Membership] = list(memberships.exclude(user=viewer.pk))
    return sum(1 for each in rows if each.is_due_for_review(on=today))
