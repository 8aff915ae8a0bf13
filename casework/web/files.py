"""A pack's PDF, and beside it the same data as JSON. File names are random references; nothing may be stored."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import check_recent_proof, requires
from accounts.permissions import Permission
from casework.actions import reading
from casework.web.loading import pack_or_404
from referrals.actions import packs
from referrals.actions.packs import PackDamagedError, PackNotReadyError


@requires(Permission.READ_PACK)
@require_safe
def pdf(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Send the PDF of the agency's own pack; that it was opened is on record before a byte is sent."""
    at = timezone.now()
    pack = pack_or_404(request, pack_id, at=at)
    try:
        content = packs.open_file(pack=pack, by=request.user, at=at)
    except PackNotReadyError:
        return _not_ready(request, pack_id)
    except PackDamagedError:
        return render(request, "casework/pack_damaged.html", {"pack": pack}, status=500)
    return _file(content, "application/pdf", f"{pack.file_reference}.pdf", how="inline")


@requires(Permission.READ_PACK)
@require_safe
def data(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Send the pack's data as JSON: what its pages show, and what its SHA-256 is of (Z-22).

    Taking data away is an export (roles 7.2), reading one's own pack is not: this asks for a recent proof, the PDF that
    opens in the browser does not, or a desk would be kept from an urgent case by a password.
    """
    at = timezone.now()
    pack = pack_or_404(request, pack_id, at=at)
    check_recent_proof(request, back=reverse("casework:pack", args=[pack_id]))
    try:
        content = reading.read_pack_data(pack=pack, by=request.user, at=at)
    except PackNotReadyError:
        return _not_ready(request, pack_id)
    return _file(content, "application/json", f"{pack.file_reference}.json", how="attachment")


def _not_ready(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    messages.warning(request, "This pack is not ready yet. This page says where it stands.")
    return redirect("casework:pack", pack_id=pack_id)


def _file(content: bytes, kind: str, name: str, *, how: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    return response
