"""The session's own addresses: how long is left, stay signed in, and what is shown when it has ended."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts import own_session
from accounts.access import public, requires
from accounts.actions import sessions
from accounts.models import SignedInSession
from accounts.permissions import Permission
from safeguarding.middleware import session_limits

Ending = SignedInSession.Ending
CHANGE_IT = "If you did not do this, tell your safeguarding lead or your partnership’s administrator now."
WHY = {
    Ending.TIME: "Nothing was done here for a while, or the session had reached its longest time. We sign people out "
    "so that nobody else at the same computer can read what they wrote.",
    Ending.SIGNED_OUT: "Somebody signed out of this session in another window.",
    Ending.TOO_MANY: "You signed in somewhere else, and you can be signed in at three places at a time. " + CHANGE_IT,
    Ending.REMOTE: "You were signed out here from another browser. " + CHANGE_IT,
    Ending.ROLE_CHANGED: "Somebody who looks after accounts gave you a role or ended one. Sign in again to go on with "
    "what you may do now.",
    Ending.PASSWORD_CHANGED: "Your password was changed. Sign in with the new one. " + CHANGE_IT,
    Ending.FACTOR_RESET: "Your second step was taken off, because it was lost. Sign in, and set up another. "
    + CHANGE_IT,
    Ending.ACCOUNT_CLOSED: "Your account has been closed.",
}


@requires(Permission.USE_PORTAL)
@require_safe
def left(request: HttpRequest) -> JsonResponse:
    """Return the seconds left, as JSON. Asking is no activity."""
    return JsonResponse({"seconds_left": seconds_left(request, at=timezone.now())})


@requires(Permission.USE_PORTAL)
@require_POST
def extend(request: HttpRequest) -> HttpResponseBase:
    """Start the idle clock again. By script the answer is the seconds left; without, the start page."""
    now = timezone.now()
    own = own_session.of(request)
    if own is not None:
        sessions.note_activity(session=own, at=now)
    if session_limits.is_page_request(request):
        return redirect("web:start")
    return JsonResponse({"seconds_left": seconds_left(request, at=now)})


def seconds_left(request: HttpRequest, *, at: datetime) -> int:
    """Return the whole seconds that this request's session has left."""
    own = own_session.of(request)
    return 0 if own is None else session_limits.seconds_left(own, at=at)


@public
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    """Say that the session ended, and lead back through sign-in to the page that was open."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or back.startswith("//"):
        back = ""
    because = WHY.get(request.session.get(session_limits.ENDED_BECAUSE, ""), WHY[Ending.TIME])
    context = {"back": back, "because": because, "is_kept": "kept_text" in request.session}
    return render(request, "start/session_ended.html", context)
