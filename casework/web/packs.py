"""The inbox of an agency and the page of one of its packs."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import deny, requires
from accounts.directory import number_open_now
from accounts.permissions import Permission
from casework.actions import reading
from casework.queries import disagreements
from casework.queries import packs as queries
from casework.queries.cases import cases_of
from casework.web.disagreement_words import rows as disagreement_rows
from casework.web.loading import pack_or_404
from casework.web.notes import notes_beside
from casework.web.partners import told_shown
from casework.web.queue_age import late_words
from casework.web.words import ago, clock_words, due_words, pack_tag, urgency_tag
from referrals.actions import packs as actions
from referrals.models import Pack
from referrals.permissions import NotPermittedError, may_acknowledge, packs_to_release_from

PAGE_SIZE = 25


@requires(Permission.READ_AGENCY_INBOX)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the packs sent to this person's agencies: not acknowledged first. What was shown is recorded."""
    at = timezone.now()
    page = Paginator(queries.inbox(request.user, at=at), PAGE_SIZE).get_page(request.GET.get("page"))
    found = queries.entries(list(page.object_list))
    reading.read_list(event="packs.read", ids=[str(each.pack.pk) for each in found], by=request.user, at=at)
    return render(
        request,
        "casework/packs.html",
        {"rows": [_described(each, at) for each in found], "page": page, "late": late_words(at=at), "now": at},
    )


@requires(Permission.READ_PACK)
@require_safe
def show(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Show where one pack stands and what can be done with it; while it is not ready the page looks again."""
    at = timezone.now()
    pack = pack_or_404(request, pack_id, at=at)
    reading.read_pack(pack=pack, by=request.user, at=at)
    owner = pack.referral.owner_unit
    return render(
        request,
        "casework/pack.html",
        {
            **_described(queries.entries([pack])[0], at),
            "notes": notes_beside(pack, at),
            **told_shown(request.user, pack, at=at),
            "may_acknowledge": may_acknowledge(request.user, pack, at=at),
            "may_release_own": packs_to_release_from(request.user, pack.referral, at=at).filter(pk=pack.pk).exists(),
            "disagreements": disagreement_rows(disagreements.of_pack(pack), at=at),
            "may_disagree": disagreements.may_raise_for_pack(request.user, pack, at=at),
            "back": _back(request.user, pack, at),
            "owner": owner,
            "owner_number": number_open_now(owner, at=at) if owner else None,
            "late": "" if pack.is_ready else late_words(at=at),
            "now": at,
        },
    )


@requires(Permission.READ_PACK)
@require_safe
def state(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Say where a pack stands, for the page that waits for it; nothing of any case."""
    pack = pack_or_404(request, pack_id, at=timezone.now())
    return JsonResponse({"state": pack.state, "label": pack_tag(pack).text, "is_ready": pack.is_ready})


@requires(Permission.ACKNOWLEDGE_PACK)
@require_POST
def acknowledge(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Record that the agency has the pack. Safe twice."""
    at = timezone.now()
    pack = pack_or_404(request, pack_id, at=at)
    try:
        actions.acknowledge(pack=pack, by=request.user, at=at)
    except NotPermittedError:
        deny(request, Permission.ACKNOWLEDGE_PACK, subject=pack)
    messages.success(request, "Acknowledged. The hub can see that you have this pack.")
    return redirect("casework:pack", pack_id=pack_id)


def _back(user: Any, pack: Pack, at: datetime) -> dict[str, str]:
    """Return where one comes from: the case for whoever reads it, else the inbox."""
    if cases_of(user, at=at).filter(pk=pack.referral_id).exists():
        return {"text": "The case", "href": reverse("casework:case", args=[pack.referral_id])}
    return {"text": "Packs", "href": reverse("casework:packs")}


def _described(entry: queries.PackEntry, at: datetime) -> dict[str, Any]:
    pack, route = entry.pack, entry.pack.route
    by = pack.acknowledged_by
    return {
        "pack": pack,
        "href": reverse("casework:pack", args=[pack.pk]),
        "reference": pack.referral.reference,
        "recipient": route.agency.name if route.agency else "",
        "marking": route.marking,
        "urgency": urgency_tag(route.urgency),
        "tag": pack_tag(pack),
        "sent": ago(pack.created_at, at),
        "sent_at": clock_words(pack.created_at, at),
        "due": due_words(entry.receipt, at) if entry.receipt else None,
        "computation": entry.receipt.computation if entry.receipt else "",
        "acknowledged_at": clock_words(pack.acknowledged_at, at) if pack.acknowledged_at else "",
        "acknowledged_by": by.full_name if by else "",
        "is_failed": pack.state == Pack.State.FAILED,
    }
