"""Which signed-in session a request belongs to."""

from typing import Any, cast

from django.http import HttpRequest

from accounts.models import SignedInSession

KEY = "signed_in_session"


def of(request: HttpRequest) -> SignedInSession | None:
    """The row of the session that this request came with, ended or not; None where nobody is signed in.

    Read once for each request. A session that names no row of its own person counts as none.
    """
    held = cast(Any, request)
    if not hasattr(held, "own_session"):
        named = request.session.get(KEY) if request.user.is_authenticated else None
        rows = SignedInSession.objects.filter(pk=named, user_id=held.user.pk) if named else None
        held.own_session = rows.first() if rows is not None else None
    return held.own_session


def remember(request: HttpRequest, session: SignedInSession) -> None:
    """Tie the browser's session to this row."""
    request.session[KEY] = str(session.pk)
    cast(Any, request).own_session = session
