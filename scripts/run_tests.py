"""Run every stage of the tests, with the servers each one needs, and stop those servers whatever happens.

Stages: core (the engine, no database), sqlite, postgresql (with Redis), browser. With CI=true a stage that cannot run
is a failure; elsewhere it is skipped, loudly.
"""

import argparse
import getpass
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = ("tests/engine", "tests/content")
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser")
STAGES = ("core", "sqlite", "postgresql", "browser")
POSTGRESQL_USER = "postgres"
IN_CI = os.environ.get("CI") == "true"


class CannotRunError(Exception):
    """A stage lacks what it needs; the message says what."""


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_program(name: str, package: str) -> str:
    """Return a program's path, looking where Debian keeps PostgreSQL's too; the newest version wins."""
    found = shutil.which(name) or max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)
    if not found:
        raise CannotRunError(f"{name} was not found. Install it with: apt-get update && apt-get install -y {package}")
    return found


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when something listens on the port; raise with the end of the log if the process ends or 30 s pass."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise CannotRunError(f"{process.args} did not start:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def server(command: list[str], port: int, log: Path, stop_with: signal.Signals) -> Iterator[None]:
    """Run a server for the length of the block."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        wait_for_port(port, process, log)
        yield
    finally:
        os.killpg(process.pid, stop_with)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def as_postgresql_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: have the command run by its own user then."""
    if os.geteuid() != 0:
        return command
    if subprocess.run(["id", POSTGRESQL_USER], capture_output=True, check=False).returncode:
        raise CannotRunError(f"PostgreSQL cannot run as root and there is no user {POSTGRESQL_USER} to run it as.")
    return ["setpriv", f"--reuid={POSTGRESQL_USER}", f"--regid={POSTGRESQL_USER}", "--init-groups", *command]


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a cluster of our own, made for this run and quick rather than durable; give the database's address."""
    initdb, postgres = find_program("initdb", "postgresql"), find_program("postgres", "postgresql")
    data, port, log = folder / "postgresql", free_port(), folder / "postgresql.log"
    data.mkdir()
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(data, POSTGRESQL_USER, POSTGRESQL_USER)
    superuser = POSTGRESQL_USER if os.geteuid() == 0 else getpass.getuser()
    make = [initdb, "-D", str(data), "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(as_postgresql_user(make), check=True, stdout=subprocess.DEVNULL, cwd=data)
    options = [
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "listen_addresses=127.0.0.1",
        f"unix_socket_directories={data}",
    ]
    command = [postgres, "-D", str(data), "-p", str(port), *(part for option in options for part in ("-c", option))]
    with server(as_postgresql_user(command), port, log, signal.SIGINT):
        # The portal's own role, which is no superuser, as in production.
        psql = [find_program("psql", "postgresql-client"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", superuser]
        subprocess.run(
            [*psql, "-d", "postgres"],
            input=b"CREATE ROLE portal LOGIN CREATEDB; CREATE DATABASE portal OWNER portal;",
            check=True,
        )
        yield f"postgresql://portal@127.0.0.1:{port}/portal"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis of our own that keeps nothing on disk; give its address."""
    port = free_port()
    program = find_program("redis-server", "redis-server")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with server([program, *options], port, folder / "redis.log", signal.SIGTERM):
        yield f"redis://127.0.0.1:{port}/0"


def pytest(stage: str, arguments: list[str], **environment: str) -> bool:
    """Run pytest and return whether all passed; no tests at all counts as passed."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
    kept |= {"PORTAL_TEST_STAGE": stage, **environment}
    done = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=kept, check=False)
    return done.returncode in {0, 5}


def run_core() -> bool:
    """The engine, every branch, and the editions it is given: no database."""
    folders = [name for name in CORE if (ROOT / name).is_dir()]
    coverage = ["--dist", "worksteal", "--cov=procedures.engine", "--cov-branch", "--cov-fail-under=100"]
    coverage.append("--cov-report=term-missing:skip-covered")
    return pytest("core", [*folders, "-q", "-n", "2", *coverage])


# Packs are laid out from data at hand, and the procedure is read from files: another database changes nothing there.
ON_ONE_DATABASE = ("tests/documents", "tests/procedures", "tests/procedures_web")
ELSEWHERE = [f"--ignore={name}" for name in (*CORE, "tests/browser")]
SLOWEST = ["--durations=8", "--durations-min=2"]
DJANGO = ["tests", *ELSEWHERE, "-m", "not browser", "-q", "-n", "2", *SLOWEST]


def run_sqlite() -> bool:
    """Everything above the engine, on the embedded defaults."""
    return pytest("sqlite", DJANGO)


def run_postgresql() -> bool:
    """The same, but for what no database is behind, on PostgreSQL and Redis."""
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="portal-servers-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        database = stack.enter_context(postgresql(folder))
        broker = stack.enter_context(redis(folder))
        arguments = [*DJANGO, *(f"--ignore={name}" for name in ON_ONE_DATABASE)]
        return pytest("postgresql", arguments, DATABASE_URL=database, CELERY_BROKER_URL=broker)


def run_browser() -> bool:
    """Journeys and accessibility in Chromium."""
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not chromium:
        raise CannotRunError("Chromium was not found. Install it with: apt-get update && apt-get install -y chromium")
    find_program("pdftotext", "poppler-utils")
    # They differ much in length, so a worker that is done takes over some of the other's.
    arguments = ["tests/browser", "-m", "browser", "-q", "-n", "2", "--dist", "worksteal", "--durations", "10"]
    # Playwright keeps an event loop in the test's thread; Django would take it for an asynchronous view.
    return pytest("browser", arguments, CHROMIUM=chromium, DJANGO_ALLOW_ASYNC_UNSAFE="true")


RUNNERS = {"core": run_core, "sqlite": run_sqlite, "postgresql": run_postgresql, "browser": run_browser}


def main() -> int:
    """Run the stages asked for; return 0 when each passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="*", help=f"some of: {' '.join(STAGES)} (all when none is named)")
    stages = parser.parse_args().stages or list(STAGES)
    if unknown := set(stages) - set(STAGES):
        parser.error(f"no such stage: {', '.join(sorted(unknown))}. There are: {', '.join(STAGES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results: dict[str, str] = {}
    for stage in stages:
        print(f"\n=== {stage} ===", flush=True)
        started = time.monotonic()
        try:
            results[stage] = "passed" if RUNNERS[stage]() else "FAILED"
        except CannotRunError as error:
            results[stage] = "FAILED (could not run)" if IN_CI else "SKIPPED"
            print(f"!!! The stage {stage} cannot run. {error}", flush=True)
        results[stage] += f" in {time.monotonic() - started:.0f} s"
    print("\n=== all stages ===")
    for stage, result in results.items():
        print(f"  {stage:<12}{result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
