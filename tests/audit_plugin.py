"""Lets tests that commit (``transaction=True``, live server) be emptied afterwards although the audit is append-only.

Django empties the tables after such a test with its ``flush`` command; the guard would refuse, as it should.
So the guard is taken away for the length of that one command, in the test database alone, and put back. A
test of the guard itself needs nothing: it is in place whenever a test runs.

Loaded by ``pytest_plugins = ["tests.audit_plugin"]`` in tests/conftest.py.
"""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True, scope="session")
def flushing_lifts_the_audit_guard() -> Iterator[None]:
    from django.core.management.commands.flush import Command
    from django.db import connections

    from audit import append_only

    flush = Command.handle

    def flush_without_guard(self: Command, **options: Any) -> None:
        connection = connections[options["database"]]
        append_only.remove(connection)
        try:
            flush(self, **options)
        finally:
            append_only.install(connection)

    patch = pytest.MonkeyPatch()
    patch.setattr(Command, "handle", flush_without_guard)
    yield
    patch.undo()
