"""Where new facts lead: on the case page what waits to be settled, and the page on which it is sent or left out."""

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
from casework.actions import reading
from casework.queries.route_words import MODES, RULE_STATUS
from casework.web.facts import found_out
from casework.web.forms import CaseForm, posted, radio_field, text_field
from casework.web.loading import case_or_404
from casework.web.words import urgency_tag
from procedures.engine.routing import Destination
from referrals.actions import rerouting as actions
from referrals.actions.rerouting import LEAVE_OUT, SEND, Proposed, Rerouting
from referrals.models import Referral, Route
from referrals.permissions import may_drop_must, may_reroute
from referrals.web.loading import takes_text


def new_facts(user: Any, case: Referral, *, at: datetime) -> dict[str, Any]:
    """Return what the case page shows: what was found out, what it leads to, and what a newer edition would change."""
    has_found = case.corrections.exists()
    found = actions.rerouting(case) if has_found else None
    return {
        "found_out": found_out(user, case, at=at) if has_found else [],
        "waiting": [_named(each.destination) for each in found.proposed] if found is not None else [],
        "no_longer": [_route_name(route) for route in found.no_longer] if found is not None else [],
        "newer": [
            {"name": _named(each), "mode": MODES[each.mode], "is_added": is_added}
            for each, is_added in actions.newer_editions_differ(case, at=at)
        ],
        "may_reroute": may_reroute(user, case, at=at),
    }


class ConfirmForm(CaseForm):
    """For each proposed destination: sent, or left out and why."""

    def __init__(self, found: Rerouting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(SEND, "Send it"), (LEAVE_OUT, "Leave it out, for the reason below")]
        for number, each in enumerate(found.proposed):
            name = _named(each.destination)
            fields: dict[str, forms.Field] = {
                f"answer_{number}": radio_field(name, choices),
                f"reason_{number}": text_field(f"If {name} is left out: why?"),
            }
            for key, field in fields.items():
                field.required = False
                self.fields[key] = field
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))


@takes_text
@requires(Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def proposed(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show what the rules ask for now and why, and send it or leave it out."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    if not may_reroute(request.user, case, at=at):
        deny(request, Permission.PROPOSE_LEVEL, subject=case)
    found = actions.rerouting(case)
    if not found.proposed:
        messages.warning(request, "Nothing is proposed for this case now. Below is where it went.")
        return redirect("casework:case_where", case_id=case.pk)
    if request.method != "POST":
        reading.read_case(referral=case, by=request.user, at=at)
    form, changed = ConfirmForm(found, posted(request)), False
    if request.method == "POST" and form.is_valid():
        try:
            expected = request.POST.get("fingerprint", "")
            actions.confirm(referral=case, expected=expected, answers=form.cleaned_data, by=request.user, at=at)
        except actions.ConfirmationRefusedError as refused:
            form.refuse(refused.faults)
        except actions.ReroutingChangedError:
            changed = True
        else:
            messages.success(request, "Settled, and on record with the reasons.")
            return redirect("casework:case_where", case_id=case.pk)
    context = {
        "case": case, "form": form, "changed": changed, "fingerprint": found.fingerprint,
        "rows": [_row(each, may_leave_out_must=may_drop_must(request.user, case, at=at)) for each in found.proposed],
    }  # fmt: skip
    return render(request, "casework/proposed.html", context, status=400 if form.errors or changed else 200)


def _row(each: Proposed, *, may_leave_out_must: bool) -> dict[str, Any]:
    return {
        "name": _named(each.destination),
        "mode": MODES[each.destination.mode],
        "urgency": urgency_tag(each.destination.urgency),
        "before": MODES[each.before.mode] if each.before is not None else "",
        "children": ", ".join(str(index + 1) for index in each.destination.children),
        "is_insisted_on": each.is_must and not may_leave_out_must,
        "reasons": [
            {"rule": reason.rule, "because": reason.because, "status": RULE_STATUS.get(reason.status, reason.status)}
            for reason in each.destination.reasons
        ],
    }


def _named(destination: Destination) -> str:
    agency = Agency.objects.filter(unit=destination.unit).first() if destination.unit else None
    return agency.name if agency is not None else f"{destination.code.replace('_', ' ').capitalize()}, to be found"


def _route_name(route: Route) -> str:
    return (
        route.agency.name if route.agency is not None else f"{route.code.replace('_', ' ').capitalize()}, to be found"
    )
