"""What each recipient of a case has and does not have, and releasing a part that was left out, with the reason.

Two doors: the case, for whoever answers for it, and the own pack, for the LADO and others who may release what stands
in it.
"""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import reading
from casework.web.loading import case_or_404, pack_or_404
from casework.web.words import clock_words
from referrals import pack_contents, queries
from referrals.actions import part_release
from referrals.documents import break_addresses
from referrals.documents.characters import printable
from referrals.models import Pack, Referral, ReleasedPart
from referrals.models.released_parts import LONGEST_REASON
from referrals.permissions import NotPermittedError, may_release_parts, packs_to_release_from
from referrals.text import TextRefusedError


@requires(Permission.RELEASE_PACK)
@require_safe
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show for each recipient which parts they have, in full or in short, and which they have not."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    reading.read_case(referral=case, by=request.user, at=at)
    return _list(request, case, at=at)


@requires(Permission.RELEASE_PACK)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, case_id: uuid.UUID, route_id: uuid.UUID, group: str) -> HttpResponse:
    """Show what a recipient does not have of one part, ask why they need it, and release it."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    reading.read_case(referral=case, by=request.user, at=at)
    return _ask(request, case, route_id, group, at=at)


@requires(Permission.RELEASE_PACK)
@require_safe
def show_own(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Show what the other recipients do not have of what stands in one's own pack."""
    at = timezone.now()
    pack = _own_pack(request, pack_id, at=at)
    reading.read_pack(pack=pack, by=request.user, at=at)
    return _list(request, pack.referral, own=pack, at=at)


@requires(Permission.RELEASE_PACK)
@require_http_methods(["GET", "HEAD", "POST"])
def release_own(request: HttpRequest, pack_id: uuid.UUID, route_id: uuid.UUID, group: str) -> HttpResponse:
    """Release to another recipient what stands in one's own pack."""
    at = timezone.now()
    pack = _own_pack(request, pack_id, at=at)
    reading.read_pack(pack=pack, by=request.user, at=at)
    return _ask(request, pack.referral, route_id, group, own=pack, at=at)


def _list(request: HttpRequest, case: Referral, *, at: datetime, own: Pack | None = None) -> HttpResponse:
    said = _said(case)
    shown = [_recipient(request.user, said, pack, at, own) for pack in _packs(case)]
    recipients = [each for each in shown if own is None or each["not_all"] or each["released"]]
    context = {"case": case, "recipients": recipients, "own": own, "back_href": _back(case, own)}
    return render(request, "casework/parts.html", context)


def _ask(
    request: HttpRequest, case: Referral, route_id: uuid.UUID, group: str, *, at: datetime, own: Pack | None = None
) -> HttpResponse:
    said = _said(case)
    listed = reverse("casework:own_parts", args=[own.pk]) if own else reverse("casework:parts", args=[case.pk])
    pack = next((each for each in _packs(case) if each.route_id == route_id), None)
    released = pack_contents.released_to(pack.route) if pack else frozenset()
    parts = _not_all(request.user, said, pack, released, own, at=at) if pack else []
    part = next((each for each in parts if each.group == group), None)
    if pack is None or part is None:
        messages.warning(request, "There is nothing of this part that you can release to this recipient.")
        return redirect(listed)
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
        except NotPermittedError:
            deny(request, Permission.RELEASE_PACK, subject=case)
        else:
            messages.success(request, "Released. A further version of their pack is being made.")
            return redirect(listed)
    context = {
        "case": case,
        "recipient": pack.route.agency,
        "part": part,
        "rows": [_row(row) for row in part.further],
        "is_referrer_at_risk": is_at_risk,
        "names_referrer": names_referrer,
        "list_href": listed,
        "reason": reason,
        "knowingly": knowingly,
        "error": error,
        "limit": LONGEST_REASON,
    }
    return render(request, "casework/release_part.html", context, status=400 if error else 200)


def _row(row: Any) -> dict[str, Any]:
    return {"label": row.label, "lines": [break_addresses(printable(each)) for each in row.lines]}


def _case(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> Referral:
    case = case_or_404(request, case_id, at=at)
    if not may_release_parts(request.user, case, at=at):
        deny(request, Permission.RELEASE_PACK, subject=case)
    return case


def _own_pack(request: HttpRequest, pack_id: uuid.UUID, *, at: datetime) -> Pack:
    pack = pack_or_404(request, pack_id, at=at)
    if not packs_to_release_from(request.user, pack.referral, at=at).filter(pk=pack.pk).exists():
        deny(request, Permission.RELEASE_PACK, subject=pack)
    return pack


def _back(case: Referral, own: Pack | None) -> str:
    return reverse("casework:pack", args=[own.pk]) if own else reverse("casework:case_where", args=[case.pk])


def _said(case: Referral) -> pack_contents.Said:
    routing = queries.current_routing(case)
    assert routing is not None  # noqa: S101  whatever was sent was routed
    return pack_contents.said_in(case, routing)


def _packs(case: Referral) -> list[Pack]:
    rows = Pack.objects.system(reason="what each recipient of one case has, for whoever releases parts of it")
    packs = rows.filter(referral=case, is_current=True).select_related("route__agency", "acknowledged_by")
    return list(packs.defer("snapshot").order_by("route__position"))


def _not_all(
    user: Any, said: pack_contents.Said, pack: Pack, released: frozenset[str], own: Pack | None, *, at: datetime
) -> list[pack_contents.Part]:
    """Return the parts that a recipient has not in full: by one's own pack, those that one may release from it."""
    parts = [each for each in pack_contents.parts_for(said, pack.route, released) if each.has != pack_contents.ALL]
    if own is None:
        return parts
    return [each for each in parts if part_release.may_release_own(user, said, each, at=at)]


def _recipient(user: Any, said: pack_contents.Said, pack: Pack, at: datetime, own: Pack | None) -> dict[str, Any]:
    released = list(ReleasedPart.objects.filter(route=pack.route).select_related("released_by"))
    if own is not None:
        released = [each for each in released if each.released_by_id == user.pk]
    codes = pack_contents.released_to(pack.route)
    parts = pack_contents.parts_for(said, pack.route, codes)
    titles = {part.group: part.title for part in parts}
    door = "casework:release_own_part" if own else "casework:release_part"
    from_row = own.pk if own else said.referral.pk
    return {
        "name": pack.route.agency.name if pack.route.agency else "",
        "version": pack.number,
        "acknowledged": clock_words(pack.acknowledged_at, at) if pack.acknowledged_at else "",
        "all": [part.title for part in parts if part.has == pack_contents.ALL] if own is None else [],
        "not_all": [
            {"part": each, "href": reverse(door, args=[from_row, pack.route_id, each.group])}
            for each in _not_all(user, said, pack, codes, own, at=at)
        ],
        "referrer_hidden": own is None and pack_contents.is_referrer_hidden(said, pack.route, codes),
        "released": [
            {"part": each, "title": titles.get(each.group, each.group), "at": clock_words(each.released_at, at)}
            for each in released
        ],
    }
