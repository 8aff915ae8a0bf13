"""The rota, and the lists that one shift hands to the next (Z-11)."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import duty as actions
from casework.actions import reading
from casework.models import Duty
from casework.queries import duty as queries
from casework.queries import handover as lists
from casework.queries.inbox import concern_labels
from casework.web.forms import CaseForm, clock_field, day_field, posted, radio_field
from casework.web.words import LONDON, ago, clock_words, due_words, urgency_tag
from referrals.clock_words import clock_title
from referrals.models import Referral

EVENING, MORNING = "evening", "morning"


class DutyForm(CaseForm):
    """One duty. `units` and `people` are those that there are to choose from."""

    person = radio_field("Who is on duty?", ())
    from_day = day_field("From which day?", "For example, 27 11 2026")
    from_time = clock_field("From what time?")
    to_day = day_field("Until which day?", "For example, 28 11 2026")
    to_time = clock_field("Until what time?")

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (str(person.pk), f"{person.full_name}, {person.job_title}" if person.job_title else person.full_name)
            for person in people
        ]
        self.draw()


@requires(Permission.READ_HUB_CASES, Permission.KEEP_ROTA)
@require_safe
def rota(request: HttpRequest) -> HttpResponse:
    """Show who is on duty for this person's hubs, now and from now on."""
    at = timezone.now()
    kept = {unit.pk for unit in queries.units_to_keep(request.user, at=at)}
    units = [
        {
            "unit": unit,
            "now": queries.on_duty(unit, at=at),
            "duties": [_duty_words(duty, at) for duty in queries.duties(unit, since=at)],
            "may_keep": unit.pk in kept,
        }
        for unit in queries.units_to_read(request.user, at=at)
    ]
    return render(request, "casework/duty.html", {"units": units})


@requires(Permission.KEEP_ROTA)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, unit: str) -> HttpResponse:
    """Put somebody on duty for a unit."""
    at = timezone.now()
    agency = queries.units_to_keep(request.user, at=at).filter(unit=unit).first()
    if agency is None:
        deny(request, Permission.KEEP_ROTA)
    form = DutyForm(queries.who_may_be_on_duty(agency, at=at), posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter(agency=agency, given=form.cleaned_data, by=request.user, at=at)
        except actions.DutyRefusedError as refused:
            form.refuse(refused.faults)
        else:
            messages.success(request, "The rota is kept.")
            return redirect("casework:duty")
    context = {"unit": agency, "form": form, "back": reverse("casework:duty")}
    return render(request, "casework/duty_form.html", context, status=400 if form.errors else 200)


@requires(Permission.KEEP_ROTA)
@require_POST
def take_back(request: HttpRequest, duty_id: uuid.UUID) -> HttpResponse:
    """Take an entry back."""
    at = timezone.now()
    units = queries.units_to_keep(request.user, at=at)
    found = Duty.objects.filter(pk=duty_id, agency__in=units).select_related("agency").first()
    if found is None:
        deny(request, Permission.KEEP_ROTA)
    try:
        actions.take_back(duty=found, by=request.user, at=at)
        messages.success(request, "Taken back.")
    except actions.DutyGoneError:
        messages.warning(request, "This entry is over, or was taken back already.")
    return redirect("casework:duty")


@requires(Permission.READ_HUB_CASES)
@require_safe
def handover(request: HttpRequest) -> HttpResponse:
    """Show what stands open for the next shift; for paper too. What was shown is recorded."""
    at = timezone.now()
    asked = request.GET.get("list", "")
    is_morning = asked == MORNING or (asked != EVENING and at.astimezone(LONDON).hour < 12)
    found = [
        lists.handover(request.user, unit, is_morning=is_morning, at=at)
        for unit in queries.units_to_read(request.user, at=at)
    ]
    shown = {str(case.pk) for each in found for case in _cases(each)}
    reading.read_list(event="handover.read", ids=sorted(shown)[:100], by=request.user, at=at)
    context = {"units": [_words(each, at) for each in found], "is_morning": is_morning, "now": at}
    return render(request, "casework/handover.html", context)


def _cases(each: lists.Handover) -> list[Referral]:
    rows = [*each.due, *each.returned, *each.disagreements, *each.done]
    return [*each.not_received, *(row.referral for row in rows)]  # type: ignore[attr-defined]


def _words(each: lists.Handover, at: datetime) -> dict[str, Any]:
    return {
        "unit": each.unit,
        "since": clock_words(each.since, at),
        "until": clock_words(each.until, at),
        "duties": [_duty_words(duty, at) for duty in each.duties],
        "not_received": [_case_words(case, at) for case in each.not_received],
        "due": [
            {
                "referral": clock.referral,
                "what": clock_title(clock.referral, clock.kind, clock.recipient),
                "due": due_words(clock, at),
            }
            for clock in each.due
        ],
        "returned": [
            {
                "row": row,
                "agency": row.route.agency.name if row.route.agency else "",
                "at": clock_words(row.returned_at, at),
            }
            for row in each.returned
        ],
        "disagreements": [{"row": row, "at": clock_words(row.raised_at, at)} for row in each.disagreements],
        "done": [{"done": done, "at": clock_words(done.at, at)} for done in each.done],
    }


def _case_words(case: Referral, at: datetime) -> dict[str, Any]:
    routing = next(iter(sorted(case.routings.all(), key=lambda row: -row.sequence)), None)
    concerns = routing.facts.get("concerns", []) if routing is not None else []
    return {
        "referral": case,
        "urgency": urgency_tag(case.urgency),
        "concerns": concern_labels(case, concerns),
        "sent": clock_words(case.sent_at or at, at),
        "ago": ago(case.sent_at or at, at),
    }


def _duty_words(duty: Duty, at: datetime) -> dict[str, Any]:
    return {
        "duty": duty,
        "person": duty.person,
        "from": clock_words(duty.starts_at, at),
        "until": clock_words(duty.ends_at, at),
    }
