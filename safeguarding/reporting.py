"""How errors are written down: where and what kind, never what someone had typed.

An exception's text often quotes the value that upset it, and a frame's variables hold whole referrals. Both
stay out of every log and report; the trace of files and lines, which is what mends a fault, is kept.
"""

import logging
import traceback
from collections.abc import ItemsView
from types import FrameType, TracebackType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class NothingPersonalFilter(SafeExceptionReporterFilter):
    """Leave the request's body, cookies and every frame's variables out of error reports."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Always, unlike Django's own filter, which rests while DEBUG is on."""
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        """Return nothing in place of the posted form."""
        return {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        """Return nothing in place of the local variables."""
        return {}.items()


class NothingPersonalFormatter(logging.Formatter):
    """Write a trace with the kind of each exception and without its text."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802
        """Return frames and exception names, innermost cause first."""
        if ei[1] is None or settings.DEBUG:
            return super().formatException(ei)
        lines: list[str] = []
        seen: set[int] = set()
        error: BaseException | None = ei[1]
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
            lines.insert(0, f"{frames}{type(error).__module__}.{type(error).__qualname__} (text withheld)")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)
