"""Asking for a case as a PDF, seeing it being made, and opening it within a day."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import deny, recently_authenticated, requires
from accounts.permissions import Permission
from casework import permissions
from casework.actions import exporting
from casework.models import CaseExport
from casework.web.forms import CaseForm, posted, text_field
from casework.web.loading import case_or_404
from casework.web.words import clock_words
from referrals.text import TextRefusedError


class ExportForm(CaseForm):
    """What the PDF is for."""

    limits: ClassVar[dict[str, int]] = {}
    reason = text_field("What is the PDF for, and who will have it?", "It stands on the first page and on record.")


@requires(Permission.EXPORT_CASE)
@recently_authenticated
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask what the PDF is for, and have it made. Signed in afresh, within five minutes."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    if not permissions.may_export(request.user, case, at=at):
        deny(request, Permission.EXPORT_CASE, subject=case)
    form = ExportForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            export = exporting.ask(referral=case, reason=form.cleaned_data["reason"], by=request.user, at=at)
            return redirect("casework:export_page", export_id=export.pk)
        except TextRefusedError as refused:
            form.refuse({"reason": str(refused)})
    earlier = [
        {"export": each, "at": clock_words(each.asked_at, at)}
        for each in CaseExport.objects.filter(referral=case, asked_by=request.user.pk).order_by("-asked_at", "-pk")[:20]
    ]
    context = {"case": case, "form": form, "earlier": earlier, "back": reverse("casework:case", args=[case.pk])}
    return render(request, "casework/export.html", context, status=400 if form.errors else 200)


@requires(Permission.EXPORT_CASE)
@require_safe
def show(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """Show where the PDF stands, and when it expires."""
    at = timezone.now()
    export = _own_or_404(request, export_id, at=at)
    context = {
        "export": export,
        "case": export.referral,
        "is_open": export.is_open(at=at),
        "is_waiting": export.is_waiting and at < export.expires_at,
        "is_late": export.is_late(at=at),
        "is_over": at >= export.expires_at,
        "expires": clock_words(export.expires_at, at),
        "back": reverse("casework:case", args=[export.referral_id]),
    }
    return render(request, "casework/export_page.html", context)


@requires(Permission.EXPORT_CASE)
@require_safe
def state(request: HttpRequest, export_id: uuid.UUID) -> JsonResponse:
    """Say where the PDF stands, for the page that waits."""
    at = timezone.now()
    export = _own_or_404(request, export_id, at=at)
    return JsonResponse({"is_ready": not export.is_waiting, "label": export.get_state_display()})


@requires(Permission.EXPORT_CASE)
@require_POST
def make(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """Make the PDF here where no worker has come for it; opening it is what asks for a fresh sign-in."""
    at = timezone.now()
    export = _own_or_404(request, export_id, at=at)
    try:
        if not exporting.make_now(export=export, by=request.user, at=at):
            messages.warning(request, "It is being made at this moment, or tried again in a little while.")
    except exporting.ExportNotOpenError as refused:
        messages.warning(request, str(refused))
    return redirect("casework:export_page", export_id=export.pk)


@requires(Permission.EXPORT_CASE)
@recently_authenticated
@require_safe
def pdf(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """Send the PDF; that it was opened is on record before a byte is sent."""
    at = timezone.now()
    export = _own_or_404(request, export_id, at=at)
    try:
        content = exporting.open_file(export=export, by=request.user, at=at)
    except (exporting.ExportNotOpenError, exporting.ExportDamagedError) as refused:
        messages.warning(request, str(refused))
        return redirect("casework:export_page", export_id=export.pk)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{export.file_reference}.pdf"'
    return response


def _own_or_404(request: HttpRequest, export_id: uuid.UUID, *, at: datetime) -> CaseExport:
    """Return an export that this person asked for, of a case that they may still export. Raises Http404."""
    export = CaseExport.objects.filter(pk=export_id).select_related("referral__owner_unit").first()
    is_own = export is not None and export.asked_by_id == request.user.pk
    if export is None or not is_own or not permissions.may_export(request.user, export.referral, at=at):
        deny(request, Permission.EXPORT_CASE, subject=export)
    return export
