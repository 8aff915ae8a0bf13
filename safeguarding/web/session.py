"""The session's own addresses: how long is left, stay signed in, and what is shown when it has ended."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public, requires
from accounts.permissions import Permission
from safeguarding.middleware import session_limits


@requires(Permission.USE_PORTAL)
@require_safe
def left(request: HttpRequest) -> JsonResponse:
    """Return the seconds left, as JSON. Asking is no activity."""
    return JsonResponse({"seconds_left": session_limits.seconds_left(request, at=timezone.now())})


@requires(Permission.USE_PORTAL)
@require_POST
def extend(request: HttpRequest) -> HttpResponseBase:
    """Start the idle clock again. By script the answer is the seconds left; without, the start page."""
    now = timezone.now()
    session_limits.note_activity(request, at=now, exactly=True)
    if session_limits.is_page_request(request):
        return redirect("web:start")
    return JsonResponse({"seconds_left": session_limits.seconds_left(request, at=now)})


@public
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    """Say that the session ended, and lead back through sign-in to the page that was open."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or back.startswith("//"):
        back = ""
    return render(request, "start/session_ended.html", {"back": back, "is_kept": "kept_text" in request.session})
