"""The settings of a partnership: add, correct, close."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, recently_authenticated, requires
from accounts.actions.organisations import add_organisation, close_organisation, correct_organisation
from accounts.models import Membership, Organisation
from accounts.permissions import Permission
from accounts.reach import NotInReachError, area_labels, reach_of
from accounts.web.directory.forms import NewOrganisationForm, OrganisationForm


@require_safe
@requires(Permission.MANAGE_DIRECTORY)
def organisations(request: HttpRequest) -> HttpResponse:
    """The settings, the open ones first, with how many people have a role there and whether one leads."""
    at = timezone.now()
    current = Membership.objects.current(at=at)
    reach = reach_of(request.user, at=at)
    rows = reach.organisations().annotate(
        people=Count("memberships__user", filter=Q(memberships__in=current), distinct=True),
        leads=Count("memberships", filter=Q(memberships__in=current, memberships__role="dsl"), distinct=True),
    )  # fmt: skip
    listed = sorted(rows, key=lambda each: (each.closed_at is not None, each.name.casefold()))
    groups = [
        ("In the partnership’s areas", [each for each in listed if each.area not in reach.outside]),
        ("Outside every partnership", [each for each in listed if each.area in reach.outside]),
    ]
    return render(request, "accounts/directory/organisations.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DIRECTORY)
def add(request: HttpRequest) -> HttpResponse:
    """Add a setting."""
    at = timezone.now()
    form = NewOrganisationForm(area_labels(reach_of(request.user, at=at).areas), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_organisation(by=request.user, at=at, **form.cleaned_data)
        except NotInReachError:
            deny(request, Permission.MANAGE_DIRECTORY)
        except ValidationError as error:
            _say(form, error)
        else:
            messages.success(request, "The setting is added. Invite its safeguarding lead next.")
            return redirect("directory:organisations")
    context = {"form": form, "title": "Add a setting", "button": "Add the setting"}
    return render(request, "accounts/directory/organisation.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DIRECTORY)
def organisation(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Correct a setting."""
    at = timezone.now()
    found = _organisation_or_404(request, organisation_id, at)
    initial = {name: getattr(found, name) for name in ("name", "kind", "email_domain")}
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            correct_organisation(organisation=found, by=request.user, at=at, **form.cleaned_data)
        except ValidationError as error:
            _say(form, error)
        else:
            messages.success(request, "The setting is corrected.")
            return redirect("directory:organisations")
    context = {"form": form, "organisation": found, "title": "Correct a setting", "button": "Save"}
    return render(request, "accounts/directory/organisation.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DIRECTORY)
@recently_authenticated
def close(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Close a setting, having said whose roles end with it."""
    at = timezone.now()
    found = _organisation_or_404(request, organisation_id, at)
    if request.method == "POST":
        try:
            ended = close_organisation(organisation=found, by=request.user, at=at)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"The setting is closed. Roles ended with it: {ended}.")
        return redirect("directory:organisations")
    ending = Membership.objects.open(at=at).filter(organisation=found).select_related("user")
    return render(request, "accounts/directory/close.html", {"organisation": found, "ending": ending})


def _organisation_or_404(request: HttpRequest, organisation_id: uuid.UUID, at: Any) -> Organisation:
    """Return an open setting of one's own partnership; else an audited 404."""
    kept = reach_of(request.user, at=at).organisations()
    found = kept.filter(pk=organisation_id, closed_at__isnull=True).first()
    subject = Organisation.objects.filter(pk=organisation_id).first()
    return found or deny(request, Permission.MANAGE_DIRECTORY, subject=subject)


def _say(form: OrganisationForm, error: ValidationError) -> None:
    texts = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, each in texts.items():
        form.add_error(name if name in form.fields else None, each)
