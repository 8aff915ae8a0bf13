"""The agencies of a partnership: how each is reached, since when that is known, and the areas they cover."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import deny, requires
from accounts.actions import directory
from accounts.models import Agency, DirectoryEntry
from accounts.models.membership import LONDON
from accounts.permissions import Permission
from accounts.queries import keepers_of
from accounts.reach import area_labels, reach_of
from accounts.web.directory.forms import DAY_NAMES, EntryForm


@require_safe
@requires(Permission.MANAGE_DIRECTORY)
def agencies(request: HttpRequest) -> HttpResponse:
    """Every agency with its entry, the stale ones first; and the areas, which an edition sets."""
    at = timezone.now()
    today = at.astimezone(LONDON).date()
    reach = reach_of(request.user, at=at)
    rows = [_row(each, today) for each in reach.agencies()]
    rows.sort(key=lambda row: (not row["is_stale"], row["agency"].name))
    areas = [
        {
            "label": label,
            "agencies": sorted(row["agency"].name for row in rows if row["agency"].area == code),
            "settings": reach.organisations().filter(area=code, closed_at__isnull=True).count(),
        }
        for code, label in area_labels(reach.areas - reach.outside)
    ]
    context = {"rows": rows, "areas": areas, "stale": sum(1 for row in rows if row["is_stale"])}
    return render(request, "accounts/directory/agencies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DIRECTORY)
def agency(request: HttpRequest, agency_id: uuid.UUID) -> HttpResponse:
    """Correct an agency's directory entry; from then on no edition overwrites it."""
    at = timezone.now()
    entry = _entry_or_404(request, agency_id, at)
    form = EntryForm(keepers_of(entry, at=at), request.POST or None, initial=EntryForm.values_of(entry))
    if request.method == "POST" and form.is_valid():
        try:
            directory.correct_as_keeper(agency=entry.agency, changes=form.cleaned_data, by=request.user, at=at)
        except ValidationError as error:
            form.add_refusals(error)
        else:
            messages.success(request, "The entry is corrected. The numbers on every page are these from now on.")
            return redirect("directory:agencies")
    context = {"agency": entry.agency, "form": form}
    return render(request, "accounts/directory/agency.html", context, status=400 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_DIRECTORY)
def checked(request: HttpRequest, agency_id: uuid.UUID) -> HttpResponse:
    """Say that an entry was tried today and is right."""
    at = timezone.now()
    entry = _entry_or_404(request, agency_id, at)
    directory.mark_checked(agency=entry.agency, by=request.user, at=at)
    messages.success(request, "Noted as checked today.")
    return redirect("directory:agencies")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.USE_PORTAL)
def own_entry(request: HttpRequest, agency_id: uuid.UUID) -> HttpResponse:
    """Show the entry that this person keeps right, and note that they tried it."""
    entry = DirectoryEntry.objects.filter(agency=agency_id, keeper=request.user.pk).select_related("agency").first()
    if entry is None:
        deny(request, Permission.USE_PORTAL)
    if request.method == "POST":
        directory.mark_checked(agency=entry.agency, by=request.user, at=timezone.now())
        messages.success(request, "Noted as checked today. Thank you.")
        return redirect("casework:tasks")
    return render(request, "accounts/directory/own_entry.html", {"entry": entry, "hours": _hours(entry)})


def _entry_or_404(request: HttpRequest, agency_id: uuid.UUID, at: Any) -> DirectoryEntry:
    kept = reach_of(request.user, at=at).agencies()
    found = DirectoryEntry.objects.filter(agency__in=kept, agency=agency_id).select_related("agency").first()
    subject = Agency.objects.filter(pk=agency_id).first()
    return found or deny(request, Permission.MANAGE_DIRECTORY, subject=subject)


def _row(agency: Agency, today: Any) -> dict[str, Any]:
    entry: DirectoryEntry | None = getattr(agency, "directory_entry", None)  # an agency may have none yet
    return {
        "agency": agency,
        "entry": entry,
        "is_stale": entry is None or entry.is_stale(on=today),
        "hours": _hours(entry) if entry else [],
    }


def _hours(entry: DirectoryEntry) -> list[str]:
    hours = entry.hours
    return [f"{name} {' to '.join(hours[day])}" for day, name in DAY_NAMES.items() if day in hours]
