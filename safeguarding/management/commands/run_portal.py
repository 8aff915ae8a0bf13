"""`manage.py run_portal`: the whole portal on this machine, for trying it out."""

import fcntl
import hashlib
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from setproctitle import setproctitle

from safeguarding import environment
from safeguarding.celery import app
from safeguarding.keys import make_missing_keys
from safeguarding.supervisor import Program, ProgramFailedError, Supervisor

READY_WITHIN = 60.0
HOST = "127.0.0.1"


class Command(BaseCommand):
    """Prepare the data folder, then run web, worker, beat and relay until Ctrl-C."""

    help = "Start the whole portal on this machine: web, worker, beat and relay. Ctrl-C stops all of it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start, report, and wait."""
        if not settings.EMBEDDED:
            raise CommandError(
                "run_portal is for one machine. In production start each process by itself, as docker-compose.yml does."
            )
        port = environment.whole_number("PORT", 8000, at_least=1)
        with self.only_one():
            self.refuse_taken(port)
            self.prepare()
            self.run_all(port)

    # --- before the processes start ---

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Hold the data folder's lock; two portals on one folder would run each job's hint twice."""
        path = settings.DATA_DIR / "run.lock"
        with path.open("w") as file:
            self.lock(file)
            yield

    def lock(self, file: IO[str]) -> None:
        """Take the lock, or say that another portal holds it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(
                f"A portal is running on {settings.DATA_DIR} already. Stop it with Ctrl-C, "
                "or give this one a folder of its own: PORTAL_DATA_DIR=/some/folder PORT=8001 make run"
            ) from error

    def refuse_taken(self, port: int) -> None:
        """Say so, with the cure, when another program has the port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} cannot be had ({error.strerror}). Choose another: make run PORT={port + 1}"
                ) from error

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Print what is being done and how long it took."""
        self.stdout.write(f"  {what} …", ending=" ")
        self.stdout.flush()
        started = time.monotonic()
        yield
        self.stdout.write(f"done ({time.monotonic() - started:.1f} s)")
        self.stdout.flush()

    def prepare(self) -> None:
        """Bring the data folder up to date; safe to repeat."""
        self.stdout.write(f"Starting {settings.PORTAL_NAME} (data in {settings.DATA_DIR})")
        with self.step("Making keys that are missing"):
            make_missing_keys()
        # The processes are forked from this one. On the first run it was started before there was a key, and what
        # they signed with its passing one, sessions above all, would be worth nothing on the second run.
        settings.SECRET_KEY = environment.secret(settings.SECRET_KEY_FILE, cure="Run `python manage.py make_keys`.")
        for folder in (settings.PACK_ROOT, settings.BROKER_DIR / "messages", settings.BROKER_DIR / "control"):
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.step("Bringing the database up to date"):
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        for command, what in (
            ("load_editions", "Loading the shipped procedures"),
            ("load_demo", "Loading an invented partnership"),
        ):
            with self.step(what):
                call_command(command, verbosity=0)
        with self.step("Collecting styles, scripts and fonts"):
            collect_static()

    # --- the processes ---

    def run_all(self, port: int) -> None:
        """Start every process, print how to sign in, and wait for Ctrl-C."""
        # A database connection must not be shared by the processes forked from here.
        connections.close_all()
        supervisor = Supervisor(programs(port), say=self.say)
        try:
            with self.step("Starting web, worker, beat and relay"):
                supervisor.start(READY_WITHIN)
            if not supervisor.is_stopping:
                self.greet()
            supervisor.watch()
        except ProgramFailedError as error:
            raise CommandError(str(error)) from error
        finally:
            self.say("Stopping …")
            supervisor.stop()
        self.say("Stopped. The data is kept for the next run.")

    def say(self, line: str) -> None:
        """Print one line at once."""
        self.stdout.write(line)
        self.stdout.flush()

    def greet(self) -> None:
        """Print the address and who may sign in."""
        self.say(f"\nReady: {settings.PORTAL_ADDRESS.rstrip('/')}/\n")
        call_command("load_demo", "--list", stdout=self.stdout)
        self.say("\nPress Ctrl-C to stop.")


def programs(port: int) -> list[Program]:
    """Return the portal's processes, in the order they start."""
    logs = settings.DATA_DIR / "logs"
    ready = settings.DATA_DIR / "worker.ready"
    ready.unlink(missing_ok=True)
    os.environ["PORTAL_WORKER_READY_FILE"] = str(ready)
    # This process has the settings checked already; each Celery process would do so again, for seconds.
    os.environ["CELERY_SKIP_CHECKS"] = "true"
    web = [
        "safeguarding.wsgi", "--chdir", str(settings.BASE_DIR), "--bind", f"{HOST}:{port}",
        "--worker-class", "gthread", "--threads", "8", "--timeout", "60", "--graceful-timeout", "3",
        "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    worker = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Program("web", lambda: serve(web), logs / "web.log", is_ready=lambda: answers(port)),
        Program("worker", lambda: celery("worker", *worker), logs / "worker.log", is_ready=ready.exists),
        Program("beat", lambda: celery("beat", "--pidfile", ""), logs / "beat.log"),
        Program("relay", relay, logs / "relay.log"),
    ]


def serve(arguments: list[str]) -> None:
    """Be the web server."""
    from gunicorn.app.wsgiapp import WSGIApplication

    sys.argv = ["gunicorn", *arguments]
    WSGIApplication(prog="gunicorn").run()


def celery(*arguments: str) -> None:
    """Be a Celery process: worker or beat."""
    setproctitle(f"celery -A safeguarding {arguments[0]}")
    sys.argv = ["celery", *arguments]
    app.start([*arguments, "--loglevel", "WARNING"])


def relay() -> None:
    """Be the relay, which hints waiting jobs to the worker."""
    setproctitle("manage.py relay")
    call_command("relay")


def answers(port: int) -> bool:
    """Return whether the web process says that it is well."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def collect_static() -> None:
    """Collect and compress the static files, unless they are those collected last time."""
    digest = hashlib.sha256()
    for root in (*settings.STATICFILES_DIRS, settings.BASE_DIR / "requirements.txt"):
        for path in sorted(Path(root).rglob("*")) or [Path(root)]:
            if path.is_file():
                digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    stamp = settings.DATA_DIR / "static.sha256"
    collected = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    if collected == digest.hexdigest() and Path(settings.STATIC_ROOT).is_dir():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest(), encoding="utf-8")
