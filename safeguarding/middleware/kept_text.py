"""A form that came after the session had ended: sealed, and given back to the same person after signing in again.

Filling in a page about a frightened child takes time, and a session ends meanwhile. The form's fields are
encrypted (bound to the person), kept in the new, anonymous session for an hour, and offered on the same page
to the same person alone. Nobody else can open them; signing in as somebody else throws them away.
"""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.encryption import open_bytes, seal_bytes

KEY = "kept_text"
KEPT_FOR = timedelta(hours=1)
# Passwords and codes are typed there.
NEVER_KEPT_FROM = ("allauth.", "accounts.", "safeguarding.web.session", "django.")
NOT_ANSWERS = frozenset({"csrfmiddlewaretoken"})


def seal(request: HttpRequest, view: Callable[..., Any], *, at: datetime) -> dict[str, Any] | None:
    """Return the posted form, sealed for its sender, or None when there is nothing to keep."""
    if request.method != "POST" or getattr(view, "__module__", "").startswith(NEVER_KEPT_FROM):
        return None
    fields = [(name, value) for name, values in request.POST.lists() if name not in NOT_ANSWERS for value in values]
    if not fields:
        return None
    owner = str(request.user.pk)
    sealed = seal_bytes(json.dumps(fields).encode(), context=context(owner))
    return {
        "owner": owner,
        "path": request.path,
        "until": (at + KEPT_FOR).timestamp(),
        "fields": base64.b64encode(sealed).decode(),
    }


def offer(request: HttpRequest, *, at: datetime) -> HttpResponseBase | None:
    """Show the kept form to its owner on the page it belongs to; drop it once sent, too old or another's."""
    kept = request.session.get(KEY)
    if kept is None:
        return None
    if kept["owner"] != str(request.user.pk) or kept["until"] < at.timestamp():
        del request.session[KEY]
        return None
    if request.path != kept["path"]:
        return None
    if request.method == "POST" or "without_kept" in request.GET:
        del request.session[KEY]
        return None
    if request.method != "GET":
        return None
    fields = json.loads(open_bytes(base64.b64decode(kept["fields"]), context=context(kept["owner"])))
    return render(request, "start/kept_text.html", {"fields": fields, "path": kept["path"]})


def context(owner: str) -> str:
    """Return what binds the sealed form to its owner."""
    return f"session|{owner}|kept_text"
