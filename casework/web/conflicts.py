"""The conflict list of a case: who is kept away from it and why, adding somebody, and lifting it."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.models import User
from accounts.permissions import Permission
from casework.web.loading import case_or_404
from casework.web.words import clock_words
from referrals.actions import conflicts as actions
from referrals.models import KeptAway, Referral
from referrals.models.kept_away import LONGEST_REASON
from referrals.permissions import may_keep_away
from referrals.text import TextRefusedError

NOBODY = "Nobody with an account has this email address. Check it with the person."


@requires(Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def kept_away(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show who is kept away; the POST adds a person by their work email, with the reason."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    email, reason = request.POST.get("email", "").strip(), request.POST.get("reason", "")
    error: dict[str, str] = {}
    if request.method == "POST":
        person = User.objects.filter(email=email.lower()).first()
        try:
            if person is None:
                error = {"field": "email", "text": NOBODY}
            else:
                actions.keep_away(referral=case, person=person, reason=reason, by=request.user, at=at)
                messages.success(request, "From now on this person sees nothing of this case.")
                itself = person.pk == request.user.pk
                return redirect("casework:inbox") if itself else redirect("casework:conflicts", case_id=case_id)
        except actions.KeepAwayRefusedError as refused:
            error = {"field": "email", "text": str(refused)}
        except TextRefusedError as refused:
            error = {"field": "reason", "text": str(refused)}
    rows = KeptAway.objects.filter(referral=case).select_related("person", "added_by", "lifted_by")
    context = {
        "case": case,
        "now": [_row(each, at) for each in rows if each.lifted_at is None],
        "before": [_row(each, at) for each in rows if each.lifted_at is not None],
        "email": email,
        "reason": reason,
        "error": error,
        "limit": LONGEST_REASON,
    }
    return render(request, "casework/conflicts.html", context, status=400 if error else 200)


@requires(Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, case_id: uuid.UUID, kept_id: uuid.UUID) -> HttpResponse:
    """Ask why, and take a person off the list."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    kept = KeptAway.objects.filter(referral=case, pk=kept_id, lifted_at__isnull=True).select_related("person").first()
    if kept is None:
        messages.warning(request, "This person is not kept away any more.")
        return redirect("casework:conflicts", case_id=case_id)
    reason, error = request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            actions.lift(kept=kept, reason=reason, by=request.user, at=at)
        except TextRefusedError as refused:
            error = str(refused)
        except actions.NotKeptAwayError as gone:
            messages.warning(request, str(gone))
            return redirect("casework:conflicts", case_id=case_id)
        else:
            messages.success(request, "This person may see the case again, as far as their roles let them.")
            return redirect("casework:conflicts", case_id=case_id)
    context = {"case": case, "kept": kept, "reason": reason, "error": error, "limit": LONGEST_REASON}
    return render(request, "casework/lift.html", context, status=400 if error else 200)


def _case(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> Referral:
    case = case_or_404(request, case_id, at=at)
    if not may_keep_away(request.user, case, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    return case


def _row(kept: KeptAway, at: datetime) -> dict[str, object]:
    return {
        "kept": kept,
        "since": clock_words(kept.since, at),
        "lifted": clock_words(kept.lifted_at, at) if kept.lifted_at else "",
    }
