"""The pages on which the hub adds a destination of its own, or drops one, with the reason."""

import uuid
from datetime import datetime
from typing import Any

from crispy_forms_gds.layout import Layout
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.models import Agency
from accounts.permissions import Permission
from casework.web.forms import CaseForm, posted, radio_field, text_field
from casework.web.loading import case_or_404
from referrals.actions import overrides as actions
from referrals.models import Referral
from referrals.permissions import may_drop_must, may_reroute
from referrals.queries import dropped_routes, live_routes
from referrals.web.loading import takes_text

_WORKERS = (Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD)


class AddForm(CaseForm):
    """Which agency, how, and why."""

    unit = forms.ChoiceField(label="Which agency?", widget=forms.RadioSelect)
    mode = radio_field("Are they sent a pack?", (("pack", "Yes, a pack"), ("advice", "No, it is shown for advice")))
    urgency = radio_field("How urgent is it for them?", (("standard", "Standard"), ("urgent", "Urgent")))
    reason = text_field("Why do they need to know?", "They read this in their pack, and an inspector may.")

    def __init__(self, agencies: list[Agency], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(each.unit, each.name) for each in agencies]  # type: ignore[attr-defined]
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))


class DropForm(CaseForm):
    """Why a destination is dropped."""

    reason = text_field("Why is it dropped?", "The next person reads this, and an inspector may. They do not.")


@takes_text
@requires(*_WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Add a destination that the rules did not ask for."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    form = AddForm(actions.may_be_added(case), posted(request))
    if request.method == "POST" and _is_whole(request, form):
        given = {name: form.cleaned_data[name] for name in ("unit", "mode", "urgency", "reason")}
        try:
            actions.add(referral=case, by=request.user, at=at, **given)
        except actions.OverrideRefusedError as refused:
            form.refuse(refused.faults)
        else:
            messages.success(request, "Added, and on record with your reason.")
            return redirect("casework:case_where", case_id=case.pk)
    context = {"case": case, "form": form}
    return render(request, "casework/add_destination.html", context, status=400 if form.errors else 200)


@takes_text
@requires(*_WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, case_id: uuid.UUID, route_id: uuid.UUID) -> HttpResponse:
    """Drop a destination; one that the rules insist on only by whoever decides for the hub."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    gone = dropped_routes(case)
    route = next((each for each in live_routes(case).values() if each.pk == route_id and each.pk not in gone), None)
    if route is None:
        messages.warning(request, "This destination was changed or dropped meanwhile. Below is where the case goes.")
        return redirect("casework:case_where", case_id=case.pk)
    if actions.is_must_route(route) and not may_drop_must(request.user, case, at=at):
        messages.warning(request, "The rules insist on this destination. Only a manager of the hub may drop it.")
        return redirect("casework:case_where", case_id=case.pk)
    form = DropForm(posted(request))
    if request.method == "POST" and _is_whole(request, form):
        try:
            actions.drop(route=route, reason=form.cleaned_data["reason"], by=request.user, at=at)
        except actions.OverrideRefusedError as refused:
            form.refuse(refused.faults)
        else:
            messages.success(request, "Dropped. It stays on the case, with your reason.")
            return redirect("casework:case_where", case_id=case.pk)
    name = route.agency.name if route.agency is not None else "A recipient to be found"
    context = {"case": case, "form": form, "name": name, "is_must": actions.is_must_route(route),
               "is_hub": route.code == "hub"}  # fmt: skip
    return render(request, "casework/drop_destination.html", context, status=400 if form.errors else 200)


def _case(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> Referral:
    case = case_or_404(request, case_id, at=at)
    if not may_reroute(request.user, case, at=at):
        deny(request, Permission.PROPOSE_LEVEL, subject=case)
    return case


def _is_whole(request: HttpRequest, form: CaseForm) -> bool:
    pictures = getattr(request, "image_refused_fields", ())
    form.refuse_pictures(pictures)
    return form.is_valid() and not pictures
