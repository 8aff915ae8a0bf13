"""The doors of the pages: who asks for which referral, and what may be done with it. What may not be seen is a 404."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import deny, requires
from accounts.permissions import Permission
from audit.record import record_alone
from referrals import permissions, queries
from referrals.actions.holding import DraftClosedError
from referrals.models import Referral

View = Callable[..., HttpResponseBase]

_ENDED = {
    Referral.Status.WITHDRAWN: "This draft was withdrawn. Its content is gone.",
    Referral.Status.EXPIRED: "This draft expired before it was sent. Its content is gone.",
}


def on_draft(view: View) -> View:
    """Open a draft for the person who may write it: its author, or the lead it was shared with.

    The view is given the referral and `at`. One that was sent meanwhile leads to its receipt.
    """

    def opened(request: HttpRequest, pk: uuid.UUID, **more: Any) -> HttpResponseBase:
        at = timezone.now()
        referral = _found(request, pk, Permission.START_REFERRAL, at=at)
        if not referral.is_draft:
            return _closed(request, referral, at=at)
        if not permissions.may_edit_draft(request.user, referral, at=at):
            _deny(request, pk, Permission.START_REFERRAL)
        if referral.author_id != request.user.pk and request.method == "GET":
            record_alone(event="draft.read", by=request.user, at=at, subject=referral, detail=_page(request))
        try:
            return view(request, referral, at=at, **more)
        except permissions.NotPermittedError:
            _deny(request, pk, Permission.START_REFERRAL)
        except DraftClosedError as error:
            return _closed(request, error.referral, at=at)
        raise AssertionError("unreachable")  # pragma: no cover

    return _marked(view, requires(Permission.START_REFERRAL)(_named(view, opened)))


def on_sent(view: View) -> View:
    """Open a sent referral for its author, or the safeguarding lead who may follow it. The read is recorded."""

    def opened(request: HttpRequest, pk: uuid.UUID, **more: Any) -> HttpResponseBase:
        at = timezone.now()
        referral = _found(request, pk, Permission.READ_OWN_REFERRALS, at=at)
        if referral.is_draft and permissions.may_edit_draft(request.user, referral, at=at):
            return redirect("referrals:task_list", pk=referral.pk)
        if not permissions.may_follow_up(request.user, referral, at=at):
            _deny(request, pk, Permission.READ_OWN_REFERRALS)
        if request.method == "GET":
            record_alone(event="referral.read", by=request.user, at=at, subject=referral, detail=_page(request))
        return view(request, referral, at=at, **more)

    return _marked(view, requires(Permission.READ_OWN_REFERRALS)(_named(view, opened)))


def takes_text(view: View) -> View:
    """Mark a view that shows its form again when a picture was pasted into it, beside the field it was pasted in."""
    cast(Any, view).accepts_image_refusal = True
    return view


def _found(request: HttpRequest, pk: uuid.UUID, permission: Permission, *, at: Any) -> Referral:
    referral = queries.get_referral(request.user, pk, at=at)
    if referral is None:
        _deny(request, pk, permission)
    return cast(Referral, referral)


def _deny(request: HttpRequest, pk: uuid.UUID, permission: Permission) -> None:
    known = Referral.objects.system(reason="record that a person was refused").filter(pk=pk).only("pk").first()
    deny(request, permission, subject=known)


def _closed(request: HttpRequest, referral: Referral, *, at: Any) -> HttpResponse:
    if referral.is_sent and permissions.may_follow_up(request.user, referral, at=at):
        return redirect("referrals:sent", pk=referral.pk)
    if referral.author_id != request.user.pk:
        _deny(request, referral.pk, Permission.START_REFERRAL)
    messages.info(request, _ENDED.get(Referral.Status(referral.status), "This draft cannot be changed any more."))
    return redirect("referrals:mine")


def _page(request: HttpRequest) -> dict[str, str]:
    match = request.resolver_match
    return {"page": (match.url_name or "") if match else ""}


def _named(view: View, opened: View) -> View:
    return cast(View, wraps(view)(opened))


def _marked(view: View, door: View) -> View:
    cast(Any, door).accepts_image_refusal = getattr(view, "accepts_image_refusal", False)
    return door
