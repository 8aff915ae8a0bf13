"""Programs of the portal started on the test's own database, keys and packs."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
WAIT = 60.0


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a program that shares this test's database and data folder."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "safeguarding.settings",
        "PORTAL_DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": database_url(),
        "CELERY_SKIP_CHECKS": "true",
        **more,
    }


def database_url() -> str:
    """Return the address of the test database itself."""
    what = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{what['NAME']}"
    secret = f":{quote(what['PASSWORD'])}" if what["PASSWORD"] else ""
    return f"postgresql://{what['USER']}{secret}@{what['HOST']}:{what['PORT']}/{what['NAME']}"


@contextmanager
def program(*command: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python program for as long as the block lasts; whatever it left is killed with its group."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def until(happened: Callable[[], bool], what: str, *, within: float = WAIT) -> None:
    """Wait for something, or fail saying what did not happen."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while not happened():
        assert time.monotonic() < deadline, f"{what} did not happen within {within:g} seconds"
        pause.wait(0.05)
