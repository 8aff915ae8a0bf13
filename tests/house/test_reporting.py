"""What an error leaves behind: where and what kind, never what somebody had typed."""

import logging
import sys

import pytest
from django.test import RequestFactory

from safeguarding.reporting import NothingPersonalFilter, NothingPersonalFormatter

CANARY = "Maryam-Canary-Okafor"


def logged(error: BaseException) -> str:
    record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "Something failed", None, sys.exc_info())
    return NothingPersonalFormatter("%(message)s").format(record)


def test_a_logged_trace_keeps_files_and_kinds_and_drops_text() -> None:
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise RuntimeError(f"could not read {CANARY}") from error
    except RuntimeError as error:
        written = logged(error)
    assert CANARY not in written
    assert "builtins.ValueError (text withheld)" in written
    assert "builtins.RuntimeError (text withheld)" in written
    assert "test_reporting.py" in written


@pytest.mark.parametrize("debug", [True, False])
def test_error_reports_leave_out_the_form_and_the_variables(settings: object, debug: bool) -> None:
    settings.DEBUG = debug  # type: ignore[attr-defined]
    request = RequestFactory().post("/", {"narrative": CANARY})
    withheld = NothingPersonalFilter()
    assert withheld.is_active(request)
    assert withheld.get_post_parameters(request) == {}
    assert list(withheld.get_traceback_frame_variables(request, sys._getframe())) == []
