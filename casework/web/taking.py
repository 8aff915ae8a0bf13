"""Taking a case and giving it back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import permissions
from casework.actions import taking as actions
from casework.models.taking import LONGEST_REASON
from casework.queries.cases import get_taking, unit_of
from casework.web.loading import back_to_case, case_or_404
from referrals.text import TextRefusedError

_TAKERS = (Permission.TAKE_CASE, Permission.WORK_OUT_OF_HOURS)


@requires(*_TAKERS)
@require_POST
def take(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Take the case; whoever comes second is shown who has it."""
    at = timezone.now()
    found = case_or_404(request, case_id, at=at)
    try:
        actions.take(referral=found, by=request.user, at=at)
    except permissions.NotPermittedError:
        deny(request, Permission.TAKE_CASE, subject=found)
    except actions.AlreadyTakenError:
        messages.warning(request, "You did not get this case: somebody else took it first. Below is who has it.")
    else:
        messages.success(request, "You have this case. The referrer’s page now says that it was received.")
    return redirect("casework:case", case_id=case_id)


@requires(*_TAKERS, Permission.READ_ASSIGNED_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask why, and give the case back to the queue."""
    at = timezone.now()
    found = case_or_404(request, case_id, at=at)
    unit = unit_of(request.user, found, at=at, taking=True) or unit_of(request.user, found, at=at)
    taking = get_taking(found, unit) if unit is not None else None
    if taking is None:
        messages.warning(request, "Nobody has this case at the moment, so it cannot be given back.")
        return redirect("casework:case", case_id=case_id)
    if not permissions.may_release(request.user, taking, at=at):
        deny(request, Permission.TAKE_CASE, subject=found)
    reason, error = request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            actions.release(taking=taking, reason=reason, by=request.user, at=at)
        except TextRefusedError as refused:
            error = str(refused)
        except actions.NotTakenError as gone:
            messages.warning(request, str(gone))
            return back_to_case(request, case_id, at=at)
        else:
            messages.success(request, "The case is back in the queue. Nobody has it now.")
            return back_to_case(request, case_id, at=at)
    return render(
        request,
        "casework/release.html",
        {"case": found, "taking": taking, "reason": reason, "error": error, "limit": LONGEST_REASON},
        status=400 if error else 200,
    )
