"""The days on which a partnership's clocks stand still: bank holidays, which are known, and its own."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import closed_days as queries
from accounts.access import deny, requires
from accounts.actions import closed_days as actions
from accounts.permissions import Permission
from accounts.reach import NotInReachError, reach_of
from accounts.web.fields import OneLine, PortalForm


class ClosedDayForm(PortalForm):
    """A day and why."""

    partnership = forms.ChoiceField(label="Partnership", error_messages={"required": "Choose the partnership"})
    day = forms.DateField(
        label="Which day?",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Choose the day", "invalid": "Write a date like 2026-12-24"},
    )
    reason = OneLine(
        label="Why is it closed?",
        required=False,
        max_length=actions.LONGEST_REASON,
        help_text="A few words, for example: one-off bank holiday. They stand in the counting of each clock",
    )

    def __init__(self, partnerships: frozenset[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = next(iter(partnerships)) if len(partnerships) == 1 else None
        if self.only is not None:
            del self.fields["partnership"]
        else:
            choices = [("", "Choose"), *((each, each) for each in sorted(partnerships))]
            self.fields["partnership"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {"partnership": self.only, **self.cleaned_data}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DIRECTORY)
def closed_days(request: HttpRequest) -> HttpResponse:
    """Show the days ahead that no clock counts, and close another."""
    at = timezone.now()
    partnerships = reach_of(request.user, at=at).directory
    form = ClosedDayForm(partnerships, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_day(by=request.user, at=at, **form.values())
        except NotInReachError:
            deny(request, Permission.MANAGE_DIRECTORY)
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(request, "Closed. Clocks that start from now on do not count this day.")
            return redirect("directory:closed_days")
    context = {
        "form": form,
        "own": queries.ahead(partnerships, at=at),
        "names_partnership": len(partnerships) > 1,
        "bank_holidays": queries.bank_holidays_ahead(at=at),
    }
    return render(request, "accounts/directory/closed_days.html", context, status=400 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_DIRECTORY)
def open_day(request: HttpRequest, closed_day_id: uuid.UUID) -> HttpResponse:
    """Open a closed day again."""
    try:
        actions.open_day(closed_day=closed_day_id, by=request.user, at=timezone.now())
    except NotInReachError:
        deny(request, Permission.MANAGE_DIRECTORY)
    messages.success(request, "Open again. Clocks that start from now on count this day.")
    return redirect("directory:closed_days")
