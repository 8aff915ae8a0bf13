"""The calls about a case: what the case page shows of them, and the page on which the hub records one."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import calls as actions
from casework.models import HubCall
from casework.queries import calls as queries
from casework.queries.cases import recording_unit
from casework.web.loading import case_or_404
from casework.web.words import LONDON
from referrals.actions.calls import CallCorrectedError, CallRefusedError
from referrals.models import Referral
from referrals.web.calls_made import call_words, token_of
from referrals.web.forms.call_form import OF_HUBS, CallForm, said_in
from referrals.web.forms.plain import posted
from referrals.web.loading import takes_text

RECORDERS = (Permission.TAKE_CASE, Permission.WORK_OUT_OF_HOURS, Permission.READ_ASSIGNED_CASES)


def calls_shown(user: Any, case: Referral, *, at: datetime) -> dict[str, Any]:
    """Return what the case page shows of calls."""
    unit = recording_unit(user, case, at=at)
    rows = [
        call_words(each.row, at)
        | {
            "unit": each.unit or "the referrer’s side",
            "earlier": [call_words(row, at) for row in each.earlier],
            "may_correct": isinstance(each.row, HubCall) and unit is not None and each.row.agency_id == unit.pk,
        }
        for each in queries.calls_of(user, case, at=at)
    ]
    return {"calls_recorded": rows, "may_record": unit is not None}


@takes_text
@requires(*RECORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Record a call about a case, or correct a record of the own unit."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    unit = recording_unit(request.user, case, at=at)
    if unit is None:
        deny(request, Permission.TAKE_CASE, subject=case)
    back = f"{reverse('casework:case_since', args=[case.pk])}#calls"
    asked = request.POST.get("corrects", request.GET.get("corrects", ""))
    own = {str(row.pk): row for row in HubCall.objects.filter(referral=case, agency=unit, corrected_by__isnull=True)}
    corrects = own.get(asked)
    if asked and corrects is None:
        messages.warning(request, "This record was corrected already. Below is how it stands now.")
        return redirect(back)
    initial = said_in(corrects, LONDON) if corrects else {}
    form = CallForm(OF_HUBS, posted(request), initial=initial, is_correction=corrects is not None)
    token = token_of(request)
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            try:
                actions.record(
                    referral=case, given=form.cleaned_data, token=token, by=request.user, at=at, corrects=corrects
                )
            except CallRefusedError as refused:
                form.refuse(refused.faults)
            except CallCorrectedError:
                messages.warning(request, "Somebody else corrected this record first. Below is how it stands now.")
                return redirect(back)
            else:
                messages.success(request, "The call is on record.")
                return redirect(back)
    context = {"case": case, "form": form, "token": token, "corrects": corrects, "back": back}
    return render(request, "casework/call.html", context, status=400 if form.errors else 200)
