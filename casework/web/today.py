"""What is open today in the units that a manager oversees."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.permissions import Permission
from casework.queries import tasks as queries
from casework.queries.overview import overview_of
from casework.web.tasks import task_row


@requires(Permission.OVERSEE_WORKLOAD)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show what is overdue, due today, nobody's, unanswered and standing still."""
    at = timezone.now()
    found = overview_of(request.user, at=at)
    groups = [
        ("Overdue", found.overdue, "Nothing is overdue."),
        ("Due today", found.due_today, "Nothing else is due today."),
        ("Nobody has these", found.unassigned, "Somebody has every case."),
        ("Decided, not answered", found.unanswered, "Every referrer of a decided case has had a reply."),
        ("Standing still", found.paused, "No clock is paused."),
    ]
    shown = [
        {"title": title, "rows": [task_row(task, at) for task in rows], "none": none,
         "is_cut": len(rows) >= queries.MOST_LISTED}
        for title, rows, none in groups
    ]  # fmt: skip
    return render(request, "casework/today.html", {"groups": shown, "most": queries.MOST_LISTED})
