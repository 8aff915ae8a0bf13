"""What every test stands on: no network beyond this machine, one database at a time, and no quiet skips in CI."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings

pytest_plugins = ["tests.audit_plugin", "tests.form_client"]

# A slow moment of the machine is no failure, and CI tries the same examples each time.
hypothesis.settings.register_profile("portal", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("portal")

BROWSER_TESTS = Path(__file__).parent / "browser"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that speak of the other database or of a broker that this run has not."""
    refuse_browser_tests_elsewhere(items)
    vendor = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    missing = {"postgresql_only" if vendor == "sqlite3" else "sqlite_only"}
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        missing.add("redis_only")
    left_out = [item for item in items if missing & {mark.name for mark in item.iter_markers()}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def refuse_browser_tests_elsewhere(items: list[pytest.Item]) -> None:
    """Every stage but one leaves the marker out, and that one reads a single folder: elsewhere nothing runs them."""
    lost = [item.nodeid for item in items if item.get_closest_marker("browser") and item.path.parent != BROWSER_TESTS]
    if lost:
        raise pytest.UsageError(f"No stage would run {lost[0]}. Move it to tests/browser/ and use the fixtures there.")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a skipped test is a failure: what was not run was not shown to work."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        reporter.write_line("CI=true: a skipped test counts as a failure.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True, scope="session")
def network_off() -> Iterator[None]:
    """Refuse every connection that would leave this machine; Unix sockets and loopback stay."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise RuntimeError(f"A test tried to reach {address[0]}. Tests stay on this machine.")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return connect_ex(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    yield
    patch.undo()
