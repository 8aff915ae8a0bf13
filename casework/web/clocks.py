"""The pages on which a manager of the owning hub pauses a clock and lets it go on."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.web.forms import CaseForm, posted, text_field
from casework.web.loading import case_or_404
from casework.web.words import clock_words
from referrals.actions import pauses
from referrals.clock_words import clock_title
from referrals.models import Clock
from referrals.models.clocks import NEVER_PAUSED
from referrals.permissions import may_pause
from referrals.text import TextRefusedError


class PauseForm(CaseForm):
    """Why a clock stands still."""

    reason = text_field(
        "Why does it stand still?",
        "The hub reads this beside the clock, and an inspector may. The referrer sees that it was paused, not why.",
    )


@requires(Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, case_id: uuid.UUID, clock_id: uuid.UUID) -> HttpResponse:
    """Ask why, then let a clock stand still."""
    at = timezone.now()
    clock = _clock_or_404(request, case_id, clock_id, at)
    form = PauseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pauses.pause(clock=clock, reason=form.cleaned_data["reason"], by=request.user, at=at)
        except TextRefusedError as error:
            form.refuse({"reason": str(error)})
        except pauses.PauseRefusedError as error:
            form.refuse({"": str(error)})
        else:
            messages.success(request, "The clock stands still until somebody lets it go on.")
            return redirect("casework:case", case_id=case_id)
    return _page(request, "casework/pause.html", clock, at, form=form)


@requires(Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, case_id: uuid.UUID, clock_id: uuid.UUID) -> HttpResponse:
    """Say since when and why a clock stands still, then let it go on."""
    at = timezone.now()
    clock = _clock_or_404(request, case_id, clock_id, at)
    form = CaseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            going = pauses.resume(clock=clock, by=request.user, at=at)
        except pauses.PauseRefusedError as error:
            form.refuse({"": str(error)})
        else:
            messages.success(request, f"The clock runs again. It is due {clock_words(going.due_at, at)}.")
            return redirect("casework:case", case_id=case_id)
    stands = clock.pauses.filter(resumed_at__isnull=True).select_related("paused_by").first()
    since = clock_words(stands.paused_at, at) if stands else ""
    return _page(request, "casework/resume.html", clock, at, form=form, stands=stands, since=since)


def _clock_or_404(request: HttpRequest, case_id: uuid.UUID, clock_id: uuid.UUID, at: Any) -> Clock:
    """Return a clock of a case that may be paused at all. Raises Http404, the denial recorded."""
    case = case_or_404(request, case_id, at=at)
    found = Clock.objects.filter(pk=clock_id, referral=case).select_related("referral", "agency", "route").first()
    if found is None or found.kind in NEVER_PAUSED or not may_pause(request.user, case, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    return found


def _page(request: HttpRequest, template: str, clock: Clock, at: Any, *, form: CaseForm, **more: Any) -> HttpResponse:
    context = {
        "case": clock.referral,
        "clock": clock,
        "what": clock_title(clock.referral, clock.kind, clock.recipient),
        "due": clock_words(clock.due_at, at),
        "form": form,
        "back": reverse("casework:case", args=[clock.referral_id]),
        **more,
    }
    return render(request, template, context, status=400 if form.errors else 200)
