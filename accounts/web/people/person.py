"""One person: their roles in reach, another role, and stopping all of it at once."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, recently_authenticated, requires
from accounts.actions import access
from accounts.actions.memberships import MembershipError
from accounts.leaving import left_behind, settings_without_lead
from accounts.models import User
from accounts.models.membership import MembershipQuerySet
from accounts.permissions import Permission
from accounts.reach import NotInReachError, reach_of
from accounts.second_factor import has_one
from accounts.web.people.forms import GiveRoleForm
from accounts.web.people.loading import person_or_404
from accounts.web.people.steps import MANAGES, question


@require_safe
@requires(*MANAGES)
def person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Who somebody is, what they may do where the viewer manages, and what they could do there before."""
    at = timezone.now()
    found = person_or_404(request, person_id, at=at)
    reach = reach_of(request.user, at=at)
    here = reach.memberships().filter(user=found)
    open_here = list(here.open(at=at))
    context = {
        "person": found,
        "open": open_here,
        "over": here.exclude(pk__in=[each.pk for each in open_here]).order_by("-ends_on"),
        "is_self": found.pk == request.user.pk,
        "may_take_off": has_one(found) and access.may_take_off_second_step(request.user, found, at=at),
        "leads_alone": _leads_alone(here, at=at),
        "now": at,
    }
    return render(request, "accounts/people/person.html", context)


def _leads_alone(here: MembershipQuerySet, *, at: datetime) -> str:
    alone = settings_without_lead(here.current(at=at), at=at)
    return f"The only safeguarding lead of {' and of '.join(alone)}. Let there be two." if alone else ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*MANAGES)
@recently_authenticated
def give_role(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Give somebody another role."""
    at = timezone.now()
    found = person_or_404(request, person_id, at=at)
    if found.pk == request.user.pk:
        deny(request, Permission.MANAGE_PEOPLE, subject=found)
    form = GiveRoleForm(reach_of(request.user, at=at), request.POST or None)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        try:
            access.give_role(person=found, by=request.user, at=at, **values)
        except NotInReachError:
            deny(request, Permission.MANAGE_PEOPLE, subject=found)
        except MembershipError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The role is given. It counts from their next page.")
            return redirect("people:person", person_id=found.pk)
    context = {"person": found, "form": form}
    return render(request, "accounts/people/give_role.html", context, status=400 if form.errors else 200)


def _ending(request: HttpRequest, found: User, *, at: datetime) -> dict[str, Any]:
    ending = reach_of(request.user, at=at).memberships().open(at=at).filter(user=found)
    if found.pk == request.user.pk or not ending.exists():
        deny(request, Permission.MANAGE_PEOPLE, subject=found)
    return {
        "person": found,
        "ending": ending,
        "left_behind": left_behind(found, viewer=request.user, at=at),
        "without_lead": settings_without_lead(ending, at=at),
    }


def _lost(request: HttpRequest, found: User, *, at: datetime) -> dict[str, Any]:
    if not access.may_take_off_second_step(request.user, found, at=at):
        deny(request, Permission.MANAGE_PEOPLE, subject=found)
    return {"person": found}


lost_second_step = question(
    person_or_404,
    lambda row, by, at: access.take_off_second_step(person=row, by=by, at=at),
    template="accounts/people/lost_second_step.html",
    context=_lost,
    person=lambda row: row.pk,
    done="Taken off. They are signed out everywhere, and set up another second step when they next sign in.",
)
stop = question(
    person_or_404,
    lambda row, by, at: access.stop_access(person=row, by=by, at=at),
    template="accounts/people/stop.html",
    context=_ending,
    person=lambda row: row.pk,
    done="Access stopped. It counts from their next page.",
)
