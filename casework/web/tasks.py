"""My tasks: what I owe, by when, and what I was reminded of."""

import uuid
from typing import Any

from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission, has_permission
from casework.actions import reminding
from casework.models import QuietHours, Reminder
from casework.queries import tasks as queries
from casework.queries.disagreement_tasks import href_of as disagreement_href
from casework.queries.strategy_tasks import href_of
from casework.web.forms import CaseForm, posted
from casework.web.words import Tag, clock_words, length_words
from referrals.clock_words import clock_title
from referrals.notifications import unseen_notices
from referrals.permissions import may_follow_up


@requires(Permission.USE_PORTAL)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show what this person has notice of, what they owe and were reminded of, and a manager what is overdue."""
    at = timezone.now()
    reminders = list(queries.unseen_reminders(request.user, at=at)[: queries.MOST_LISTED])
    known = queries.knows(request.user, [each.clock.referral_id for each in reminders], at=at)
    oversees = has_permission(request.user, Permission.OVERSEE_WORKLOAD, at=at)
    context = {
        "tasks": [task_row(task, at) for task in queries.tasks_of(request.user, at=at)],
        "notices": unseen_notices(request.user, at=at).select_related("referral")[: queries.MOST_LISTED],
        "reminders": [_reminder(request, each, known, at) for each in reminders],
        "oversees": oversees,
        "overdue": [task_row(task, at) for task in queries.overdue_in_units(request.user, at=at)] if oversees else [],
    }
    return render(request, "casework/tasks.html", context)


@requires(Permission.USE_PORTAL)
@require_POST
def seen(request: HttpRequest, reminder_id: uuid.UUID) -> HttpResponse:
    """Put a reminder away; the clock runs on."""
    reminder = Reminder.objects.filter(pk=reminder_id, to=request.user.pk).first()
    if reminder is None:
        deny(request, Permission.USE_PORTAL)
    reminding.mark_seen(reminder=reminder, by=request.user, at=timezone.now())
    return redirect("casework:tasks")


class QuietForm(CaseForm):
    """From when to when no email is wanted."""

    starts = forms.TimeField(label="No email from", help_text="For example, 20:00. Leave both empty for none",
                             error_messages={"invalid": "Write a time like 20:00"})  # fmt: skip
    ends = forms.TimeField(label="until", help_text="For example, 07:00",
                           error_messages={"invalid": "Write a time like 07:00"})  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Field.text("starts"), Field.text("ends"))


@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def quiet_hours(request: HttpRequest) -> HttpResponse:
    """Say when no reminder is to be emailed."""
    kept = QuietHours.objects.filter(person=request.user.pk).first()
    initial = {"starts": f"{kept.starts:%H:%M}", "ends": f"{kept.ends:%H:%M}"} if kept else {}
    form = QuietForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        starts, ends = form.cleaned_data["starts"], form.cleaned_data["ends"]
        if (starts is None) != (ends is None):
            form.refuse({"ends" if ends is None else "starts": "Write both times, or leave both empty"})
        elif starts is not None and starts == ends:
            form.refuse({"ends": "Write another time than the first"})
        else:
            reminding.set_quiet_hours(starts=starts, ends=ends, by=request.user, at=timezone.now())
            messages.success(request, "Kept. Emergencies are emailed at any hour.")
            return redirect("casework:tasks")
    return render(request, "casework/quiet_hours.html", {"form": form}, status=400 if form.errors else 200)


def task_row(task: queries.Task, at: Any) -> dict[str, Any]:
    """Return a task as the table of tasks shows it."""
    due = clock_words(task.due_at, at) if task.due_at else "as soon as you can"
    late = length_words(at - task.due_at) if task.is_overdue and task.due_at else ""
    return {"task": task, "due": due, "late": late, "tag": Tag("Overdue", "red") if late else None}


def _reminder(request: HttpRequest, reminder: Reminder, known: set[Any], at: Any) -> dict[str, Any]:
    """The case is named and linked only where this person may open it now."""
    clock, is_known = reminder.clock, reminder.clock.referral_id in known
    href = href_of(request.user, clock, at=at) or disagreement_href(request.user, clock, at=at)
    if href:
        is_known = True
    elif is_known:
        follows = may_follow_up(request.user, clock.referral, at=at)
        href = reverse("referrals:sent" if follows else "casework:case", args=[clock.referral_id])
    return {
        "reminder": reminder,
        "what": clock_title(clock.referral, clock.kind, clock.recipient),
        "unit": clock.agency.name if clock.agency else "",
        "reference": clock.referral.reference if is_known else "",
        "href": href,
        "due": clock_words(clock.due_at, at),
        "tag": Tag("Escalated to you", "red") if reminder.is_escalation else Tag("Reminder", "blue"),
    }
