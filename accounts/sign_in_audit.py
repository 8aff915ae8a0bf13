"""Signing in begins a session and signing out ends it, each with its audit event, in the request that does it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import own_session
from accounts.actions import sessions
from accounts.browsers import describe
from accounts.models import SignedInSession
from audit.record import record_event


def connect() -> None:
    from allauth.account.signals import authentication_step_completed
    from allauth.socialaccount.signals import social_account_added, social_account_removed

    for signal, receiver in (
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (authentication_step_completed, proved_again),
        (social_account_added, linked),
        (social_account_removed, unlinked),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}.{id(signal)}")


def signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Begin the session, whichever way somebody came in, and tell them of those that had to end for it."""
    named = request.session.get(own_session.KEY)
    begun = sessions.begin(
        user=user,
        browser=describe(request.META.get("HTTP_USER_AGENT", "")),
        by=user,
        at=timezone.now(),
        replaces=SignedInSession.objects.filter(pk=named, user=user).first() if named else None,
    )
    own_session.remember(request, begun.session)
    for ended in begun.ended:
        began = timezone.localtime(ended.started_at)
        text = (
            f"You can be signed in at {sessions.AT_MOST} places at a time. The oldest has been signed out: "
            f"{ended.browser}, since {began:%H:%M} on {began.day} {began:%B}. "
            "If that was not you, change your password now."
        )
        # Not every door to signing in has a page to show it on.
        messages.warning(request, text, fail_silently=True)


def signed_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """End the session; one that was ended before has its event already."""
    if user is None:  # Django also sends this for a session that had nobody signed in
        return
    session = own_session.of(request)
    if session is not None:
        sessions.end(session=session, because=SignedInSession.Ending.SIGNED_OUT, by=user, at=timezone.now())
        return
    with transaction.atomic():
        record_event(event="account.signed_out", by=user, at=timezone.now(), subject=user)


def proved_again(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Note that somebody who is signed in has given their password, code or passkey once more."""
    if kwargs.get("reauthenticated") is not True or request.user != user:
        return
    session = own_session.of(request)
    if session is not None:
        sessions.note_proof(session=session, at=timezone.now())


def linked(sender: Any, sociallogin: Any, **kwargs: Any) -> None:
    """Record which provider may sign this person in from now on."""
    _record_link("account.provider_linked", sociallogin.account)


def unlinked(sender: Any, socialaccount: Any, **kwargs: Any) -> None:
    """Record that it may no longer."""
    _record_link("account.provider_unlinked", socialaccount)


def _record_link(event: str, account: Any) -> None:
    detail = {"provider": account.provider}
    with transaction.atomic():
        record_event(event=event, by=account.user, at=timezone.now(), subject=account.user, detail=detail)
