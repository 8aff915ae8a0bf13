"""How long a session may last, exact on the server, and the end of one that somebody ended (security.md, "Sign-in").

Staff (whoever may read others' referrals) have a short idle and a long absolute limit, practitioners the
reverse; both are settings. Only a page that a person opens or sends counts as activity. Requests made by
script do not, so a page left open cannot keep itself alive; the warning's own POST does.

What was typed is not lost with the session: a form sent too late is sealed, and given back to the same
person after the next sign-in (safeguarding/middleware/kept_text.py).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts import own_session
from accounts.access import ProofNeededError
from accounts.actions import sessions
from accounts.models import SignedInSession
from safeguarding.middleware import kept_text

ENDED_BECAUSE = "session_ended_because"
# Writing the time at every click would cost a database write each; this much is given away instead.
WRITE_AT_MOST_EVERY = timedelta(seconds=20)


class SessionLimitsMiddleware:
    """Stands after AuthenticationMiddleware and before LoginRequiredMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Take the person away from a request whose session is over, before anything can show what is theirs."""
        if request.user.is_authenticated:
            session = own_session.of(request)
            if session is None or not session.is_open(at=timezone.now()):
                cast(Any, request).ended_for = request.user
                request.user = AnonymousUser()
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """End a session that is over, else note activity. Runs after the CSRF check: only a genuine form is kept."""
        now = timezone.now()
        if hasattr(request, "ended_for"):
            return end(request, view, at=now)
        session = own_session.of(request)
        if session is None or not is_page_request(request):
            return None
        if now - session.active_at >= WRITE_AT_MOST_EVERY:
            sessions.note_activity(session=session, at=now)
        return kept_text.offer(request, at=now)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Ask for the password again, and keep what was typed meanwhile, where a page wants a recent proof."""
        if not isinstance(exception, ProofNeededError):
            return None
        match = request.resolver_match
        kept = kept_text.seal(request, match.func, at=timezone.now()) if match else None
        if kept:
            request.session[kept_text.KEY] = kept
        methods = get_adapter().get_reauthentication_methods(request.user)
        where = methods[0]["url"] if methods else reverse("own_sign_in_again")
        asked_for = request.get_full_path() if request.method == "GET" else request.path
        return HttpResponseRedirect(f"{where}?{urlencode({'next': exception.back or asked_for})}")


def seconds_left(session: SignedInSession, *, at: datetime) -> int:
    """Return the whole seconds until the earlier of both limits; 0 or less when the session is over."""
    return int(session.time_left(at=at).total_seconds())


def is_page_request(request: HttpRequest) -> bool:
    """Return whether a person opened or sent this page; browsers that do not say are judged by what they accept."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode:
        return mode == "navigate" and "prefetch" not in request.headers.get("Sec-Purpose", "")
    return "text/html" in request.headers.get("Accept", "text/html")


def end(request: HttpRequest, view: Callable[..., Any], *, at: datetime) -> HttpResponseBase:
    """Sign out, keep a form that came too late, and say why."""
    session = own_session.of(request)
    request.user = cast(Any, request).ended_for
    because = SignedInSession.Ending.TIME
    if session is not None:
        sessions.end(session=session, because=because, by=request.user, at=at)
        because = SignedInSession.Ending(session.ended_because)
    kept = kept_text.seal(request, view, at=at)
    logout(request)
    if not is_page_request(request):
        return JsonResponse({"seconds_left": 0}, status=401)
    request.session[ENDED_BECAUSE] = because.value
    if kept:
        request.session[kept_text.KEY] = kept
    back = request.get_full_path() if request.method == "GET" else request.path
    response = HttpResponseRedirect(f"{reverse('web:session_ended')}?{urlencode({'next': back})}")
    # Not the cookies: the new session's holds what was just typed.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
