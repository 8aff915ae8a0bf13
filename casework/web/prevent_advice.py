"""The advice page of a school's own Prevent contact (Z-17)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.directory import number_open_now
from accounts.permissions import Permission
from casework.actions import reading
from casework.queries.prevent_advice import advice_for
from casework.web.words import clock_words


@requires(Permission.READ_PREVENT_ADVICE)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show that there is an extremism concern and whom to speak to, without household, abuse or self-harm detail."""
    at = timezone.now()
    found = advice_for(request.user, at=at)
    reading.read_list(event="prevent_advice.read", ids=[each.reference for each in found], by=request.user, at=at)
    rows = [
        {
            "reference": each.reference,
            "sent": clock_words(each.sent_at, at),
            "filed_by": each.filed_by,
            "contacts": [{"name": unit.name, "number": number_open_now(unit, at=at)} for unit in each.agencies],
        }
        for each in found
    ]
    return render(request, "casework/prevent_advice.html", {"rows": rows})
