"""One role of somebody else: end it, move it, keep it at the review, confirm or refuse who asked for it."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import recently_authenticated, requires
from accounts.actions import access
from accounts.leaving import left_behind, settings_without_lead
from accounts.models import Membership
from accounts.reach import Place, reach_of
from accounts.web.people.forms import MoveForm
from accounts.web.people.loading import membership_or_404, telling
from accounts.web.people.steps import MANAGES, button, question


def _leaving(request: HttpRequest, membership: Membership, *, at: datetime) -> dict[str, Any]:
    return {
        "membership": membership,
        "left_behind": left_behind(membership.user, viewer=request.user, at=at),
        "without_lead": settings_without_lead(Membership.objects.filter(pk=membership.pk), at=at),
    }


end = question(
    membership_or_404,
    lambda row, by, at: access.end_role(membership=row, by=by, at=at),
    template="accounts/people/end.html",
    context=_leaving,
    person=lambda row: row.user_id,
    done="The role has ended. It counts from their next page.",
)
keep = button(membership_or_404, lambda row, by, at: access.keep(membership=row, by=by, at=at), back="people:review")
confirm = button(
    membership_or_404,
    lambda row, by, at: access.confirm(membership=row, by=by, at=at),
    back="people:people",
    done="Confirmed. What they send is no longer marked as from somebody unconfirmed.",
    changes_access=True,
)
refuse = button(
    membership_or_404,
    lambda row, by, at: access.refuse(membership=row, by=by, at=at),
    back="people:people",
    done="Refused. Their role has ended; what they have sent stays with those who received it.",
    changes_access=True,
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*MANAGES)
@recently_authenticated
def move(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Move one role to another place, in one step."""
    at = timezone.now()
    membership = membership_or_404(request, membership_id, at=at)
    here = Place(membership.organisation, membership.agency, membership.partnership)
    reach = reach_of(request.user, at=at)
    places = [
        each
        for each in reach.places()
        if each.fits(membership.role_data) and each.code != here.code and reach.may_give(membership.role, each)
    ]
    form = MoveForm(places, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(request, done="The role has moved. It counts from their next page."):
            access.move(membership=membership, to=form.cleaned_data["place"], by=request.user, at=at)
        return redirect("people:person", person_id=membership.user_id)
    context = _leaving(request, membership, at=at) | {"form": form, "has_places": bool(places)}
    return render(request, "accounts/people/move.html", context, status=400 if form.errors else 200)
