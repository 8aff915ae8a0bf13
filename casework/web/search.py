"""Finding a case by reference, name, date of birth or account name. Posted: what is typed stands in no address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import Permission
from casework import permissions
from casework.actions import reading
from casework.queries import consultations_about as advice
from casework.queries import inbox as cases
from casework.web.inbox import row
from casework.web.words import clock_words
from referrals.queries import MOST_FOUND
from referrals.search_terms import wanted_in

LONGEST = 200


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Show the cases of this person's units that fit, and the advice their hubs gave; that they searched, and what was
    shown, is recorded."""
    at = timezone.now()
    text = request.POST.get("text", "")[:LONGEST].strip()
    if request.method != "POST":
        return redirect("casework:inbox")
    found = cases.entries(request.user, list(cases.with_what_rows_show(cases.find(request.user, text, at=at))), at=at)
    given = advice.find(request.user, text, at=at)
    ids = [str(each.referral.pk) for each in found] + [str(each.key) for each in given]
    reading.search(kinds=wanted_in(text).kinds, ids=ids, by=request.user, at=at)
    return render(
        request,
        "casework/search.html",
        {
            "text": text,
            "rows": [row(each, at) for each in found],
            "advice": [{"row": each, "at": clock_words(each.asked_at, at)} for each in given],
            "is_cut": len(found) == MOST_FOUND,
            "most": MOST_FOUND,
            "units": [unit.name for unit in permissions.reading_units(request.user, at=at)],
        },
    )
