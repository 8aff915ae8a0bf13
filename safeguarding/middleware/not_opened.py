"""A page that could not be shown because a sealed value on it did not open: the record says which and to whom.

A wrong or missing key, a value changed, or one moved from another row: whoever sees the error page can do nothing about
it, and the log names no value. The record tells an auditor, and whoever restores the row or the ring, where to look.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.encryption import EncryptionError
from audit.record import MAX_DETAIL_TEXT, record_alone


class NotOpenedMiddleware:
    """Innermost of all; the error page itself is Django's business, as after any other failure."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the page be made."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Record what did not open, by its place alone: ``accounts.user.full_name`` and the row's identifier."""
        if not isinstance(exception, EncryptionError):
            return
        model, _, rest = exception.context.partition("|")
        row, _, field = rest.partition("|")
        place = f"{model}.{field}" if field else model
        detail = {"place": place or "the key ring", "row": row}
        record_alone(
            event="sealed.not_opened",
            by=request.user if request.user.is_authenticated else None,
            at=timezone.now(),
            detail={name: value[:MAX_DETAIL_TEXT] for name, value in detail.items() if value},
        )
