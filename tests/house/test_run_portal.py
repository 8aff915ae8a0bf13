"""The run command, whole: an empty folder, a portal that answers, a clean end, and a second start on the same data."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.sqlite_only, pytest.mark.server, pytest.mark.slow]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(data: Path) -> list[int]:
    """Return every process that writes to this data folder's logs, whatever it is called now."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "fd" / "1").readlink().is_relative_to(data / "logs"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@contextmanager
def running(data: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the portal and give its process and what it had printed when it was ready."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))}
    printed = data.with_suffix(".printed")
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_portal"],
            cwd=settings.BASE_DIR,
            env={**kept, "PORTAL_DATA_DIR": str(data), "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 120
        while "Press Ctrl-C to stop" not in printed.read_text():
            assert process.poll() is None, printed.read_text()
            assert time.monotonic() < deadline, printed.read_text()
            time.sleep(0.1)
        yield process, printed.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_the_portal_starts_answers_stops_and_starts_again(tmp_path: Path) -> None:
    data, port = tmp_path / "var", free_port()

    with running(data, port) as (process, printed):
        # Then it says where it is and who may sign in, and answers.
        assert f"Ready: http://localhost:{port}/" in printed
        assert len(re.findall(r"@\S+\.example", printed)) >= 12
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
            assert b"999" in page.read()
        assert {path.stat().st_mode & 0o077 for path in (data / "keys").iterdir()} == {0}
        # Web and worker with processes of their own, beat and relay.
        assert len(processes_of(data)) >= 7

        # When Ctrl-C is pressed, all of it ends.
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert processes_of(data) == []

    # When it is started again, the keys and the data are the same.
    keys = {path.name: path.read_bytes() for path in (data / "keys").iterdir()}
    people = count(data, "accounts_user")
    assert people > 0
    with running(data, port) as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert processes_of(data) == []
    assert {path.name: path.read_bytes() for path in (data / "keys").iterdir()} == keys
    assert count(data, "accounts_user") == people


def count(data: Path, table: str) -> int:
    connection = sqlite3.connect(data / "portal.sqlite3")
    try:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()
