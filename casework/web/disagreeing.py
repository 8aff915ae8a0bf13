"""Disagreeing with a decision: the pages of the referrer's side, of those who read the case, and of other agencies."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import disagreeing as actions
from casework.queries import disagreements as queries
from casework.queries.disagreement_tasks import first_page
from casework.web import disagreement_pages as pages
from casework.web.loading import case_or_404, pack_or_404
from referrals.actions.disagreeing import raise_own as raise_own_side
from referrals.models import Disagreement, Pack, Referral
from referrals.queries import own_disagreements, units_that_replied
from referrals.web.loading import on_sent, takes_text

_READERS = (Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
_FORM = ["GET", "HEAD", "POST"]


# --- the referrer's side


@takes_text
@require_http_methods(_FORM)
def _raise_own(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Say that one does not agree with what the hub replied."""
    if not queries.may_raise_own(request.user, referral, at=at):
        deny(request, Permission.RAISE_DISAGREEMENT, subject=referral)
    units = units_that_replied(referral)
    return pages.raise_page(
        request, pages.of_referrer(referral), units, at=at,
        act=lambda unit, given: raise_own_side(referral=referral, agency=unit, given=given, by=request.user, at=at),
    )  # fmt: skip


raise_own = on_sent(_raise_own)


@require_safe
def _show_own(request: HttpRequest, referral: Referral, *, at: datetime, disagreement_id: uuid.UUID) -> HttpResponse:
    """Show what both sides said and what can be done."""
    found = _own(request, referral, disagreement_id)
    return pages.thread_page(request, pages.of_referrer(referral), found, at=at)


show_own = on_sent(_show_own)


@takes_text
@require_http_methods(_FORM)
def _act_own(
    request: HttpRequest, referral: Referral, *, at: datetime, disagreement_id: uuid.UUID, act: str
) -> HttpResponse:
    """Take it further, agree or withdraw."""
    found = _own(request, referral, disagreement_id)
    return pages.act_page(request, pages.of_referrer(referral), found, act, at=at)


act_own = on_sent(_act_own)


def _own(request: HttpRequest, referral: Referral, disagreement_id: uuid.UUID) -> Disagreement:
    found = own_disagreements(referral).filter(pk=disagreement_id).first()
    if found is None:
        deny(request, Permission.READ_OWN_REFERRALS, subject=referral)
    found.referral = referral
    return found


@requires(Permission.RAISE_DISAGREEMENT, Permission.READ_OWN_REFERRALS)
@require_safe
def news(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Lead from a notice to the newest disagreement of a referral that this person may open."""
    page = first_page(request.user, pk, at=timezone.now())
    if not page:
        deny(request, Permission.RAISE_DISAGREEMENT)
    return redirect(page)


# --- those who read the case


@takes_text
@requires(Permission.RAISE_DISAGREEMENT)
@require_http_methods(_FORM)
def raise_in_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Disagree with what a unit decided, as one of those who read the case."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    units = queries.units_to_disagree_with(request.user, case, at=at)
    if not units:
        deny(request, Permission.RAISE_DISAGREEMENT, subject=case)
    return pages.raise_page(
        request, pages.of_case(case), units, at=at,
        act=lambda unit, given: actions.raise_in_case(case=case, agency=unit, given=given, by=request.user, at=at),
    )  # fmt: skip


@requires(*_READERS)
@require_safe
def show_in_case(request: HttpRequest, case_id: uuid.UUID, disagreement_id: uuid.UUID) -> HttpResponse:
    """Show what both sides said, who is asked for an answer, and what can be done."""
    at = timezone.now()
    case, found = _in_case(request, case_id, disagreement_id, at=at)
    return pages.thread_page(request, pages.of_case(case), found, at=at)


@takes_text
@requires(*_READERS)
@require_http_methods(_FORM)
def act_in_case(request: HttpRequest, case_id: uuid.UUID, disagreement_id: uuid.UUID, act: str) -> HttpResponse:
    """Answer, take it further, agree or withdraw."""
    at = timezone.now()
    case, found = _in_case(request, case_id, disagreement_id, at=at)
    return pages.act_page(request, pages.of_case(case), found, act, at=at)


def _in_case(
    request: HttpRequest, case_id: uuid.UUID, disagreement_id: uuid.UUID, *, at: datetime
) -> tuple[Referral, Disagreement]:
    case = case_or_404(request, case_id, at=at)
    found = queries.of_case(request.user, case, at=at).filter(pk=disagreement_id).first()
    if found is None:
        deny(request, Permission.READ_HUB_CASES, subject=case)
    return case, found


# --- an agency that was sent a pack


@takes_text
@requires(Permission.RAISE_DISAGREEMENT)
@require_http_methods(_FORM)
def raise_from_pack(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Disagree with the owning hub for an agency that was sent a pack."""
    at = timezone.now()
    pack = pack_or_404(request, pack_id, at=at)
    owner = pack.referral.owner_unit
    if owner is None or not queries.may_raise_for_pack(request.user, pack, at=at):
        deny(request, Permission.RAISE_DISAGREEMENT, subject=pack)
    return pages.raise_page(
        request, pages.of_pack(pack), [owner], at=at,
        act=lambda _, given: actions.raise_from_pack(pack=pack, given=given, by=request.user, at=at),
    )  # fmt: skip


@requires(Permission.READ_PACK)
@require_safe
def show_from_pack(request: HttpRequest, pack_id: uuid.UUID, disagreement_id: uuid.UUID) -> HttpResponse:
    """Show to the agency that raised it what both sides said and what can be done."""
    at = timezone.now()
    pack, found = _from_pack(request, pack_id, disagreement_id, at=at)
    return pages.thread_page(request, pages.of_pack(pack), found, at=at)


@takes_text
@requires(Permission.READ_PACK)
@require_http_methods(_FORM)
def act_from_pack(request: HttpRequest, pack_id: uuid.UUID, disagreement_id: uuid.UUID, act: str) -> HttpResponse:
    """Take it further, agree or withdraw for the agency that raised it."""
    at = timezone.now()
    pack, found = _from_pack(request, pack_id, disagreement_id, at=at)
    return pages.act_page(request, pages.of_pack(pack), found, act, at=at)


def _from_pack(
    request: HttpRequest, pack_id: uuid.UUID, disagreement_id: uuid.UUID, *, at: datetime
) -> tuple[Pack, Disagreement]:
    pack = pack_or_404(request, pack_id, at=at)
    found = queries.of_pack(pack).filter(pk=disagreement_id).first()
    if found is None:
        deny(request, Permission.READ_PACK, subject=pack)
    return pack, found
