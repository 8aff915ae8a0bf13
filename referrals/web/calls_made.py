"""The referrer's own calls after sending: recorded, shown, put right by a further record."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from referrals.actions import calls as actions
from referrals.models import Referral, ReferrersCall
from referrals.web.forms.call_form import OF_REFERRERS, CallForm, said_in
from referrals.web.forms.plain import posted
from referrals.web.loading import on_sent, takes_text

LONDON = ZoneInfo("Europe/London")


@takes_text
@require_http_methods(["GET", "HEAD", "POST"])
def _record(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Record a call, or correct one that was recorded; below stand those recorded so far."""
    rows = list(ReferrersCall.objects.filter(referral=referral).select_related("recorded_by"))
    asked = request.POST.get("corrects", request.GET.get("corrects", ""))
    replaced = {row.corrects_id for row in rows}
    corrects = next((row for row in rows if str(row.pk) == asked and row.pk not in replaced), None)
    here = reverse("referrals:calls_made", kwargs={"pk": referral.pk})
    if asked and corrects is None:
        messages.warning(request, "This record was corrected already. Below is how it stands now.")
        return redirect(here)
    initial = said_in(corrects, LONDON) if corrects else {}
    form = CallForm(OF_REFERRERS, posted(request), initial=initial, is_correction=corrects is not None)
    token = token_of(request)
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            try:
                actions.record(
                    referral=referral, given=form.cleaned_data, token=token, by=request.user, at=at, corrects=corrects
                )
            except actions.CallRefusedError as refused:
                form.refuse(refused.faults)
            except actions.CallCorrectedError:
                messages.warning(request, "Somebody else corrected this record first. Below is how it stands now.")
                return redirect(here)
            else:
                messages.success(request, "The call is on record. The hub can read it.")
                return redirect(here)
    context = {
        "referral": referral, "form": form, "token": token, "corrects": corrects, "here": here,
        "calls": [call_words(row, at) for row in rows if row.pk not in replaced],
        "back": reverse("referrals:sent", kwargs={"pk": referral.pk}),
    }  # fmt: skip
    return render(request, "referrals/calls_made.html", context, status=400 if form.errors else 200)


calls_made = on_sent(_record)


def token_of(request: HttpRequest) -> uuid.UUID:
    """Return the token that came with the form, or a new one."""
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid.uuid4()


def call_words(call: Any, now: datetime) -> dict[str, Any]:
    """Return what a page says of one call: `title`, and `lines` of label and text, those left empty not among them."""
    kind = call.get_other_kind_display()
    made = call.direction == call.Direction.MADE
    waited = call.waited_minutes
    lines = [
        ("How it ended", call.get_ended_display()),
        ("Waited", "" if waited is None else f"{waited} minute{'' if waited == 1 else 's'}"),
        ("Spoken to", call.other),
        ("Number", call.number),
        ("On this side", call.own_caller),
        ("Said and agreed", call.agreed),
        ("Incident or log number", call.reference),
        ("Late", call.late_why),
        ("Corrected", call.correction_why),
    ]
    began, recorded = call.began_at.astimezone(LONDON), call.recorded_at.astimezone(LONDON)
    return {
        "call": call,
        "title": f"Call to: {kind}" if made else f"Call from: {kind}",
        "at": moment(began, now),
        "by": call.recorded_by.full_name,
        "recorded": moment(recorded, now),
        "lines": [{"label": label, "text": text} for label, text in lines if text],
        "is_late": call.is_late,
        "was_answered": call.was_answered,
    }


def moment(local: datetime, now: datetime) -> str:
    """Return "Friday 4 December, 10:45", with the year where it is another."""
    year = f" {local.year}" if local.year != now.year else ""
    return f"{local:%A} {local.day} {local:%B}{year}, {local:%H:%M}"
