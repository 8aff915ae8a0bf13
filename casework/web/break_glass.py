"""Opening a case out of scope, and the page on which somebody else reviews it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, recently_authenticated, requires
from accounts.permissions import Permission
from audit.record import record_alone
from casework.web.words import clock_words
from referrals.actions import break_glass as actions
from referrals.models import BreakGlass
from referrals.models.break_glass import LONGEST_REASON
from referrals.permissions import openings_to_review
from referrals.text import TextRefusedError


@requires(Permission.BREAK_GLASS)
@recently_authenticated
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest) -> HttpResponse:
    """Ask for the reference and the reason, and open the case for an hour. Signed in afresh, within five minutes."""
    at = timezone.now()
    reference, reason = request.POST.get("reference", ""), request.POST.get("reason", "")
    error: dict[str, str] = {}
    if request.method == "POST":
        try:
            opening = actions.open_case(reference=reference, reason=reason, by=request.user, at=at)
        except TextRefusedError as refused:
            error = {"field": "reason", "text": str(refused)}
        except actions.NoSuchCaseError as none:
            detail = {"permission": Permission.BREAK_GLASS.value, "view": "casework:break_glass"}
            record_alone(event="access.denied", by=request.user, at=at, detail=detail)
            error = {"field": "reference", "text": str(none)}
        else:
            messages.warning(request, f"You may read this case until {clock_words(opening.closes_at, at)}.")
            return redirect("casework:case", case_id=opening.referral_id)
    context = {"reference": reference, "reason": reason, "error": error, "limit": LONGEST_REASON}
    return render(request, "casework/break_glass.html", context, status=400 if error else 200)


@requires(Permission.REVIEW_BREAK_GLASS)
@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """List the openings that this person may review: those that wait first. Nothing of what the cases say."""
    at = timezone.now()
    rows = openings_to_review(request.user, at=at).select_related("person", "reviewed_by", "referral__owner_unit")
    shown = [
        {
            "opening": each,
            "opened": clock_words(each.opened_at, at),
            "reviewed": clock_words(each.reviewed_at, at) if each.reviewed_at else "",
        }
        for each in rows.defer("referral__answers")[:200]
    ]
    waiting = [each for each in shown if not each["reviewed"]]
    return render(
        request, "casework/openings.html", {"waiting": waiting, "done": [each for each in shown if each["reviewed"]]}
    )


@requires(Permission.REVIEW_BREAK_GLASS)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, opening_id: uuid.UUID) -> HttpResponse:
    """Judge one opening: was it justified?"""
    at = timezone.now()
    rows = openings_to_review(request.user, at=at).select_related("person", "referral__owner_unit")
    opening = rows.defer("referral__answers").filter(pk=opening_id).first()
    if opening is None:
        refused = BreakGlass.objects.filter(pk=opening_id).first()
        deny(request, Permission.REVIEW_BREAK_GLASS, subject=refused)
    answer, note = request.POST.get("justified", ""), request.POST.get("note", "")
    error: dict[str, str] = {}
    if opening.reviewed_at is not None:
        messages.warning(request, "Somebody has reviewed this already.")
        return redirect("casework:openings")
    if request.method == "POST" and answer not in ("yes", "no"):
        error = {"field": "justified", "text": "Select whether it was justified"}
    elif request.method == "POST":
        try:
            actions.review(opening=opening, was_justified=answer == "yes", note=note, by=request.user, at=at)
        except TextRefusedError as refused:
            error = {"field": "note", "text": str(refused)}
        except actions.ReviewedAlreadyError as done:
            messages.warning(request, str(done))
            return redirect("casework:openings")
        else:
            messages.success(request, "The review is kept. The case is closed to whoever opened it.")
            return redirect("casework:openings")
    context = {
        "opening": opening,
        "opened": clock_words(opening.opened_at, at),
        "closes": clock_words(opening.closes_at, at),
        "answer": answer,
        "note": note,
        "error": error,
        "limit": LONGEST_REASON,
    }
    return render(request, "casework/review_opening.html", context, status=400 if error else 200)
