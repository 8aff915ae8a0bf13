"""A day's unusual reading, for auditors and for managers of the people it is about."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.permissions import Permission
from casework.actions import auditing
from casework.queries import unusual
from casework.web.words import clock_words
from referrals.facts import local_date

RULES = {
    unusual.MANY: "Read many cases in one day",
    unusual.ODD_HOURS: "Read at odd hours",
    unusual.NOT_ROUTED: "Read a case that did not go to their unit",
    unusual.BY_GLASS: "Opened a case from outside, by break-glass",
    unusual.DENIALS: "Was refused many times",
}


@requires(Permission.READ_AUDIT, Permission.OVERSEE_WORKLOAD)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the findings of a day, yesterday's where none is chosen."""
    at = timezone.now()
    today = local_date(at)
    day = _day(request.GET.get("day", ""), today) or today - timedelta(days=1)
    found = unusual.of_day(request.user, day, at=at)
    auditing.read_unusual(day=day.isoformat(), count=len(found), by=request.user, at=at)
    return render(
        request,
        "casework/unusual.html",
        {
            "day": day,
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1) if day < today else None,
            "lines": [
                {
                    "who": each.who,
                    "what": RULES[each.finding.rule],
                    "count": each.finding.count,
                    "first": clock_words(each.finding.first, at),
                    "last": clock_words(each.finding.last, at),
                }
                for each in found
            ],
            "limits": unusual.limits(),
        },
    )


def _day(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2020, 1, 1) <= day <= today else None
