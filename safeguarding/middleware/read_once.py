"""Lets a request read what its person may do once, and not again for each list, the menu and an error page."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts import read_once


class ReadOnceMiddleware:
    """Stands outside whatever asks what a person may do, and outside the drawing of error pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a memory of its own, gone when the answer is made."""
        with read_once.remembering():
            return self.get_response(request)
