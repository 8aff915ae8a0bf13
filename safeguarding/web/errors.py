"""The pages for what went wrong: calm, plain, with what to do next and whom to call.

"Not allowed" and "not there" are one page with one status, so that nobody learns from it what exists.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

LAST_RESORT = """<!DOCTYPE html><html lang="en"><title>Something went wrong – Online Safety Referral Portal</title>
<h1>Something went wrong on our side</h1>
<p>Do not wait for us. If a child is in danger, call 999. If it cannot wait, call 101 or your safeguarding hub.
The NSPCC advises adults on 0808 800 5000.</p></html>"""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page and status as for what does not exist."""
    return page_not_found(request, exception)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, for what does not exist and for what this person may not see."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without the database, the session or the user, since any of them may be what failed."""
    try:
        return HttpResponseServerError(render_to_string("errors/500.html"))
    except Exception:  # the style sheets' list may be missing: the numbers must be readable all the same
        return HttpResponseServerError(LAST_RESORT)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old, sent twice after signing out, or came from another site."""
    return render(request, "errors/403_csrf.html", status=403)
