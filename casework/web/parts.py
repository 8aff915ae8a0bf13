"""What each recipient of a case has and does not have, and releasing a part that was left out, with the reason."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import reading
from casework.web.loading import case_or_404
from casework.web.words import clock_words
from referrals import pack_contents, queries
from referrals.actions import part_release
from referrals.documents import break_addresses
from referrals.documents.characters import printable
from referrals.models import Pack, Referral, ReleasedPart
from referrals.models.released_parts import LONGEST_REASON
from referrals.permissions import may_release_parts
from referrals.text import TextRefusedError


@requires(Permission.RELEASE_PACK)
@require_safe
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show for each recipient which parts they have, in full or in short, and which they have not."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    reading.read_case(referral=case, by=request.user, at=at)
    said = _said(case)
    recipients = [_recipient(said, pack, at) for pack in _packs(case)]
    return render(request, "casework/parts.html", {"case": case, "recipients": recipients})


@requires(Permission.RELEASE_PACK)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, case_id: uuid.UUID, route_id: uuid.UUID, group: str) -> HttpResponse:
    """Show what a recipient does not have of one part, ask why they need it, and release it."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    said = _said(case)
    pack = next((each for each in _packs(case) if each.route_id == route_id), None)
    released = pack_contents.released_to(pack.route) if pack else frozenset()
    parts = pack_contents.parts_for(said, pack.route, released) if pack else []
    part = next((each for each in parts if each.group == group and each.has != pack_contents.ALL), None)
    if pack is None or part is None:
        messages.warning(request, "This recipient has all there is of this part.")
        return redirect("casework:parts", case_id=case_id)
    is_at_risk = pack_contents.is_referrer_hidden(said, pack.route, released)
    names_referrer = group == pack_contents.REFERRER_GROUP and is_at_risk
    reason, knowingly = request.POST.get("reason", ""), request.POST.get("knowingly") == "yes"
    error: dict[str, str] = {}
    if request.method == "POST":
        try:
            part_release.release(
                route=pack.route, group=group, reason=reason, by=request.user, at=at,
                is_referrer_named_knowingly=knowingly,
            )  # fmt: skip
        except TextRefusedError as refused:
            error = {"field": "reason", "text": str(refused)}
        except part_release.PartNotReleasedError as refused:
            error = {"field": "knowingly" if names_referrer else "reason", "text": str(refused)}
        else:
            messages.success(request, "Released. A further version of their pack is being made.")
            return redirect("casework:parts", case_id=case_id)
    else:
        reading.read_case(referral=case, by=request.user, at=at)
    context = {
        "case": case,
        "recipient": pack.route.agency,
        "part": part,
        "rows": [{"label": row.label, "lines": [break_addresses(printable(each)) for each in row.lines]}
                 for row in part.further],
        "is_referrer_at_risk": is_at_risk,
        "names_referrer": names_referrer,
        "reason": reason,
        "knowingly": knowingly,
        "error": error,
        "limit": LONGEST_REASON,
    }  # fmt: skip
    return render(request, "casework/release_part.html", context, status=400 if error else 200)


def _case(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> Referral:
    case = case_or_404(request, case_id, at=at)
    if not may_release_parts(request.user, case, at=at):
        deny(request, Permission.RELEASE_PACK, subject=case)
    return case


def _said(case: Referral) -> pack_contents.Said:
    routing = queries.current_routing(case)
    assert routing is not None  # noqa: S101  whatever was sent was routed
    return pack_contents.said_in(case, routing)


def _packs(case: Referral) -> list[Pack]:
    rows = Pack.objects.system(reason="what each recipient of one case has, for whoever releases parts of it")
    packs = rows.filter(referral=case, is_current=True).select_related("route__agency", "acknowledged_by")
    return list(packs.defer("snapshot").order_by("route__position"))


def _recipient(said: pack_contents.Said, pack: Pack, at: datetime) -> dict[str, Any]:
    released = list(ReleasedPart.objects.filter(route=pack.route).select_related("released_by"))
    parts = pack_contents.parts_for(said, pack.route, {each.group for each in released})
    titles = {part.group: part.title for part in parts}
    return {
        "name": pack.route.agency.name if pack.route.agency else "",
        "route_id": pack.route_id,
        "version": pack.number,
        "acknowledged": clock_words(pack.acknowledged_at, at) if pack.acknowledged_at else "",
        "all": [part.title for part in parts if part.has == pack_contents.ALL],
        "not_all": [part for part in parts if part.has != pack_contents.ALL],
        "referrer_hidden": pack_contents.is_referrer_hidden(said, pack.route, {each.group for each in released}),
        "released": [
            {"part": each, "title": titles.get(each.group, each.group), "at": clock_words(each.released_at, at)}
            for each in released
        ],
    }
