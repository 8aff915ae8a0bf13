"""Where keeping the directory begins: what there is to keep, and what of it is due."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.models import DirectoryEntry, Membership
from accounts.models.membership import LONDON
from accounts.permissions import Permission
from accounts.reach import reach_of


@require_safe
@requires(Permission.MANAGE_DIRECTORY)
def index(request: HttpRequest) -> HttpResponse:
    """Count the settings and agencies, and those that want looking at."""
    at = timezone.now()
    reach = reach_of(request.user, at=at)
    open_settings = reach.organisations().filter(closed_at__isnull=True)
    led = Membership.objects.current(at=at).filter(role="dsl").values("organisation")
    agencies = reach.agencies()
    today = at.astimezone(LONDON).date()
    fresh = [each for each in DirectoryEntry.objects.filter(agency__in=agencies) if not each.is_stale(on=today)]
    context = {
        "settings": open_settings.count(),
        "without_lead": open_settings.exclude(pk__in=led).count(),
        "agencies": agencies.count(),
        "stale": agencies.count() - len(fresh),
    }
    return render(request, "accounts/directory/index.html", context)
