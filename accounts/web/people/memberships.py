"""One role of somebody else: end it, move it, keep it at the review, confirm or refuse who asked for it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import recently_authenticated, requires
from accounts.actions import access
from accounts.leaving import left_behind, settings_without_lead
from accounts.models import Membership
from accounts.permissions import Permission
from accounts.reach import Place, reach_of
from accounts.web.people.forms import MoveForm
from accounts.web.people.loading import membership_or_404, telling


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
@recently_authenticated
def end(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """End one role, having said what the person leaves behind."""
    at = timezone.now()
    membership = membership_or_404(request, membership_id, at=at)
    if request.method == "POST":
        with telling(request, done="The role has ended. It counts from their next page."):
            access.end_role(membership=membership, by=request.user, at=at)
        return redirect("people:person", person_id=membership.user_id)
    context = {
        "membership": membership,
        "left_behind": left_behind(membership.user, viewer=request.user, at=at),
        "without_lead": settings_without_lead(Membership.objects.filter(pk=membership.pk), at=at),
    }
    return render(request, "accounts/people/end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
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
    context = {"membership": membership, "form": form, "has_places": bool(places)}
    return render(request, "accounts/people/move.html", context, status=400 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
def keep(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Say at the review that a role is still needed."""
    at = timezone.now()
    membership = membership_or_404(request, membership_id, at=at)
    with telling(request):
        access.keep(membership=membership, by=request.user, at=at)
    return redirect("people:review")


@require_POST
@requires(Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
def confirm(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Say that whoever asked to join belongs to the setting."""
    at = timezone.now()
    membership = membership_or_404(request, membership_id, at=at)
    with telling(request, done="Confirmed. What they send is no longer marked as from somebody unconfirmed."):
        access.confirm(membership=membership, by=request.user, at=at)
    return redirect("people:people")


@require_POST
@requires(Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
def refuse(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Say that whoever asked to join does not belong to the setting."""
    at = timezone.now()
    membership = membership_or_404(request, membership_id, at=at)
    with telling(request, done="Refused. Their role has ended; what they have sent stays with those who received it."):
        access.refuse(membership=membership, by=request.user, at=at)
    return redirect("people:people")
