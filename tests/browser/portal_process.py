"""The real portal, run as `make run` runs it: web, worker, beat and relay on a data folder and a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = "Press Ctrl-C to stop"
READY_WITHIN, STOPPED_WITHIN = 120.0, 30.0
OURS = ("PORTAL_", "DJANGO_", "DATABASE_URL", "CELERY_")


@dataclass(frozen=True)
class Portal:
    """A running portal: its address without a last slash, and its data folder."""

    address: str
    data: Path

    def demo_code(self, email: str) -> str:
        """Return the code with which this invented person signs in now, as `make demo-code` prints it."""
        command = [sys.executable, "manage.py", "demo_code", email]
        environment = clean_environment() | {"PORTAL_DATA_DIR": str(self.data)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def worker_log(self) -> str:
        """Return what the portal's processes wrote, for the message of a failing test."""
        logs = sorted((self.data / "logs").glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what tells a portal where to run."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_portal(folder: Path) -> Iterator[Portal]:
    """Run the portal for the length of the block, with the invented partnership in it."""
    data, port, printed = folder / "var", free_port(), folder / "printed.txt"
    environment = clean_environment() | {"PORTAL_DATA_DIR": str(data), "PORT": str(port)}
    # Made first, so that the portal's processes read the keys that the folder keeps.
    subprocess.run(
        [sys.executable, "manage.py", "make_keys"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_portal"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, printed)
        yield Portal(f"http://localhost:{port}", data)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", printed: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while READY not in printed.read_text(errors="replace"):
        assert process.poll() is None, f"The portal ended at once:\n{printed.read_text(errors='replace')}"
        assert time.monotonic() < deadline, f"The portal was not ready in time:\n{printed.read_text(errors='replace')}"
        time.sleep(0.1)
