"""Every page says who it is for: ``@requires(Permission.X)``, or ``@public`` for the few before sign-in.

A test walks the URLconf and fails on a page that says neither.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, NoReturn, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts import acting, own_session
from accounts.permissions import Permission, held_by
from audit.record import record_alone

View = Callable[..., HttpResponseBase]


def requires(permission: Permission, *others: Permission) -> Callable[[View], View]:
    """Let in only those who have the permission now, or one of the others; to others the page does not exist.

    The denial is recorded (``access.denied``) and committed before the 404 is raised; ``ATOMIC_REQUESTS`` must
    stay off, or it would be rolled back with the request. Whatever the page records goes under the role that opened it
    (accounts/acting.py). Sets ``view.permission``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            opens = (permission, *others)
            memberships = held_by(request.user, at=timezone.now())
            acting.note(request, memberships, *opens)
            held = {each for membership in memberships for each in membership.role_data.permissions}
            if Permission.USE_PORTAL not in opens and not held.intersection(opens):
                deny(request, permission)
            return view(request, *args, **kwargs)

        cast(Any, guarded).permission = permission
        return guarded

    return decorate


class ProofNeededError(Exception):
    """The person must show again who they are; the middleware of the session limits takes them there and back.

    ``back``: the page they come back to, where it is not the one they asked for.
    """

    def __init__(self, back: str = "") -> None:
        super().__init__("Show again who you are.")
        self.back = back


def recently_authenticated(view: View) -> View:
    """Let in only those who gave their password, code or passkey within the last five minutes, at sign-in or since.

    For what a stranger at an unlocked screen must not do: export, break-glass, change of roles. Stands below
    ``@requires``. Put it on a page that can be opened with GET: the person comes back to it, and a form that they
    had sent is kept and offered there. Raises ProofNeededError, which becomes the page that asks. Sets
    ``view.recently_authenticated``.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_recent_proof(request)
        return view(request, *args, **kwargs)

    cast(Any, guarded).recently_authenticated = True
    return guarded


def check_recent_proof(request: HttpRequest, *, back: str = "") -> None:
    """Raise ProofNeededError unless the person showed within the last five minutes who they are.

    For a view that can say only now whether it must ask, and for files: a browser that is led to a download stays on
    the page it came from, so ``back`` leads to the page that offers the file.
    """
    session = own_session.of(request)
    limit = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    if session is None or timezone.now() - session.proved_at >= limit:
        raise ProofNeededError(back)


def deny(request: HttpRequest, permission: Permission, *, subject: Any = None) -> NoReturn:
    """Record that this person was refused, then raise the 404 that a page which does not exist gives.

    For views too: a row out of scope is denied with the same words as one that was never there. ``subject`` is
    the refused row where it exists; the person is not told so.
    """
    match = request.resolver_match
    record_alone(
        event="access.denied",
        by=request.user,
        at=timezone.now(),
        subject=subject,
        detail={
            "permission": permission.value,
            "view": (match.view_name if match else "") or "",
            "method": request.method or "",
        },
    )
    raise Http404


def public(view: View) -> View:
    """Mark a page as open before sign-in. It must show nothing about any case. Sets ``view.public``."""
    open_view = login_not_required(view)
    cast(Any, open_view).public = True
    return open_view
