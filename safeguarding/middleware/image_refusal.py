"""No image can enter: requests that carry one are refused in memory, before anything is stored or logged.

Keeping a copy of an indecent image of a child can itself be an offence, and an upload stays in temporary
files, logs and backups (H-01, F-5, DD-21). So this stands ahead of CSRF, sessions and every view.

Refused with a page that says why and what to do next:

- 415: `multipart/*` and every other kind of body but an ordinary form; picture, film or PDF bytes; data URLs;
- 413: a body over `settings.DATA_UPLOAD_MAX_MEMORY_SIZE`; 411: a body that does not say how long it is;
- 400: bytes that are no UTF-8, and NUL characters, which no database column can hold.

A picture pasted into a text box by mistake must not cost the person what else they typed. A view with the
attribute `accepts_image_refusal = True` is called with those values made empty, and finds the names of the
fields in `request.image_refused_fields` (a frozenset): it shows its form again, with the error beside each
of them. Every other view is never reached; the refusal page is the answer.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import parse_header_parameters

from safeguarding.middleware.picture_marks import holds_picture_text, is_picture_file

logger = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
READS_NO_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused: HTTP status, the page's template, and a word for the log."""

    status: int
    template: str
    reason: str


PICTURE = Refusal(415, "errors/image_refused.html", "picture")
WRONG_KIND = Refusal(415, "errors/415.html", "kind of body")
TOO_LONG = Refusal(413, "errors/413.html", "too long")
NO_LENGTH = Refusal(411, "errors/413.html", "no length")
NOT_TEXT = Refusal(400, "errors/400.html", "not text")


class ImageRefusalMiddleware:
    """Refuse what is no plain form, or call the view without the pictures that were pasted into one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.image_refused_fields = frozenset()  # type: ignore[attr-defined]
        refusal = address_refusal(request) or (None if request.method in READS_NO_BODY else body_refusal(request))
        return refuse(request, refusal) if refusal else self.get_response(request)


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponseBase:
    """Return the refusal's page. The log gets the reason alone: an address could have been typed into too."""
    logger.warning("A request was refused: %s.", refusal.reason)
    response = render(request, refusal.template, status=refusal.status)
    # Django would otherwise log the refused address.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def address_refusal(request: HttpRequest) -> Refusal | None:
    """Look at the path and the query: no NUL, UTF-8 only, no data URL."""
    query = unquote_to_bytes(request.META.get("QUERY_STRING", "").replace("+", " "))
    path = request.path_info.encode("utf-8", "surrogatepass")
    if b"\0" in query or b"\0" in path or not is_text(query) or not is_text(path):
        return NOT_TEXT
    return PICTURE if holds_picture_text(query.decode()) or holds_picture_text(request.path_info) else None


def body_refusal(request: HttpRequest) -> Refusal | None:
    """Look at a form's body; with pictures in fields of a view that can say so itself, take them out and go on."""
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        return NO_LENGTH
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        return NO_LENGTH
    kind, options = parse_header_parameters(request.META.get("CONTENT_TYPE", ""))
    if kind.startswith(("multipart/", "image/", "video/")):
        return PICTURE
    if int(length) == 0:
        return None
    if kind != FORM or options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        return WRONG_KIND
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return TOO_LONG
    if is_picture_file(request.body):
        return PICTURE
    pairs = [decoded(pair) for pair in request.body.split(b"&") if pair]
    if any(is_picture_file(part) for pair in pairs for part in pair):
        return PICTURE
    if any(b"\0" in part or not is_text(part) for pair in pairs for part in pair):
        return NOT_TEXT
    return pasted_refusal(request, [(name.decode(), value.decode()) for name, value in pairs])


def pasted_refusal(request: HttpRequest, fields: list[tuple[str, str]]) -> Refusal | None:
    """Take pasted pictures out of the request when its view can name the fields; refuse it otherwise."""
    if any(holds_picture_text(name) for name, _ in fields):
        return PICTURE
    pasted = frozenset(name for name, value in fields if holds_picture_text(value))
    if not pasted:
        return None
    if not view_accepts_refusal(request):
        return PICTURE
    kept = [(name, "" if name in pasted and holds_picture_text(value) else value) for name, value in fields]
    # Django reads the form from here; nothing later may find the picture.
    request._body = urlencode(kept).encode()  # type: ignore[attr-defined]
    request.META["CONTENT_LENGTH"] = str(len(request._body))  # type: ignore[attr-defined]
    request.image_refused_fields = pasted  # type: ignore[attr-defined]
    return None


def view_accepts_refusal(request: HttpRequest) -> bool:
    """Return whether the view behind this address shows refused fields itself."""
    try:
        view = resolve(request.path_info, getattr(request, "urlconf", None)).func
    except Resolver404:
        return False
    return getattr(view, "accepts_image_refusal", False)


def decoded(pair: bytes) -> tuple[bytes, bytes]:
    """Return a field's name and value as the bytes that were meant."""
    name, _, value = pair.partition(b"=")
    return unquote_to_bytes(name.replace(b"+", b" ")), unquote_to_bytes(value.replace(b"+", b" "))


def is_text(data: bytes) -> bool:
    """Return whether the bytes are UTF-8 (which holds no lone surrogates)."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
