"""How long a session may last: idle and absolute limits, exact on the server (security.md, "Sign-in").

Staff (whoever may read others' referrals) have a short idle and a long absolute limit, practitioners the
reverse; both are settings. Only a page that a person opens or sends counts as activity. Requests made by
script do not, so a page left open cannot keep itself alive; the warning's own POST does.

What was typed is not lost with the session: a form sent too late is sealed, and given back to the same
person after the next sign-in (safeguarding/middleware/kept_text.py).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from safeguarding.middleware import kept_text, session_kind

STARTED, ACTIVE, KIND = "session_started", "session_active", "session_kind"
# Writing the time at every click would cost a database write each; this much is given away instead.
WRITE_AT_MOST_EVERY = timedelta(seconds=20)


class SessionLimitsMiddleware:
    """Stands after AuthenticationMiddleware and before LoginRequiredMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """End a session that is over, else note activity. Runs after the CSRF check: only a genuine form is kept."""
        if not request.user.is_authenticated:
            return None
        now = timezone.now()
        if STARTED not in request.session:
            begin(request, at=now)
        if seconds_left(request, at=now) <= 0:
            return end(request, view, at=now)
        if is_page_request(request):
            note_activity(request, at=now)
            return kept_text.offer(request, at=now)
        return None


def begin(request: HttpRequest, *, at: datetime) -> None:
    """Start both clocks."""
    request.session[STARTED] = request.session[ACTIVE] = at.timestamp()
    request.session[KIND] = session_kind.of(request.user, at=at)


def note_activity(request: HttpRequest, *, at: datetime, exactly: bool = False) -> None:
    """Start the idle clock again."""
    if exactly or at.timestamp() - request.session[ACTIVE] >= WRITE_AT_MOST_EVERY.total_seconds():
        request.session[ACTIVE] = at.timestamp()


def seconds_left(request: HttpRequest, *, at: datetime) -> int:
    """Return the whole seconds until the earlier of both limits; 0 or less when the session is over."""
    kind = request.session[KIND]
    idle = request.session[ACTIVE] + settings.SESSION_IDLE_LIMITS[kind].total_seconds()
    absolute = request.session[STARTED] + settings.SESSION_ABSOLUTE_LIMITS[kind].total_seconds()
    return int(min(idle, absolute) - at.timestamp())


def is_page_request(request: HttpRequest) -> bool:
    """Return whether a person opened or sent this page; browsers that do not say are judged by what they accept."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode:
        return mode == "navigate"
    return "text/html" in request.headers.get("Accept", "text/html")


def end(request: HttpRequest, view: Callable[..., Any], *, at: datetime) -> HttpResponseBase:
    """Sign out, keep a form that came too late, and say so."""
    kept = kept_text.seal(request, view, at=at)
    logout(request)
    if not is_page_request(request):
        return JsonResponse({"seconds_left": 0}, status=401)
    if kept:
        request.session[kept_text.KEY] = kept
    back = request.get_full_path() if request.method == "GET" else request.path
    return HttpResponseRedirect(f"{reverse('web:session_ended')}?{urlencode({'next': back})}")
