"""Make this machine ready for `make run`, `make check` or `make test`.

Standard library only, because it runs before anything is installed. Each step says what it does; a step whose
work is already done takes no time. What is missing from the system is installed with apt where that is
allowed, and otherwise named with the exact command.
"""

import ctypes
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed-requirements.sha256"
OLDEST_PYTHON = (3, 11)

PANGO = ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0"]
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]

HEADLESS_CHROMIUM = "chromium-headless-shell"
CHROMIUM = ("chromium", "chromium-browser")


class CannotContinueError(Exception):
    """The machine lacks something that this program may not install; the message names the cure."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done and how long it took."""
    print(f"  {what} …", end=" ", flush=True)
    started = time.monotonic()
    yield
    print(f"done ({time.monotonic() - started:.1f} s)", flush=True)


def succeeds(*command: str) -> bool:
    """Return whether a command ends well; what it prints is not shown."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def has_libraries(names: list[str]) -> bool:
    """Return whether the system can load each of these shared libraries."""
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
    return True


def has_program(*names: str) -> bool:
    """Return whether one of these programs is on the path or where Debian keeps PostgreSQL's."""
    return any(shutil.which(name) or glob.glob(f"/usr/lib/postgresql/*/bin/{name}") for name in names)


def apt_prefix() -> list[str] | None:
    """Return how apt may be called without asking anyone, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and succeeds("sudo", "-n", "true"):
        return ["sudo", "-n", "apt-get"]
    return None


def install_with_apt(packages: list[str]) -> bool:
    """Install Debian packages; return whether apt said it did."""
    prefix = apt_prefix()
    if prefix is None:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [*prefix, "install", "-y", "-qq", "--no-install-recommends", *packages]
    for attempt in ([*prefix, "update", "-qq"], command):
        done = subprocess.run(attempt, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print("apt answered:", *done.stderr.strip().splitlines()[-3:], sep="\n    ")
    return done.returncode == 0


def by_hand(packages: list[str]) -> str:
    """Return the command a person can type to install these packages."""
    return f"apt-get update && apt-get install -y {' '.join(packages)}   (as root, or with sudo before each)"


def need(what: str, present: Callable[[], bool], packages: list[str], *, required: bool) -> None:
    """Make sure that something of the system is there; raise, or say so loudly, when it cannot be had."""
    if present():
        return
    with step(f"Installing {what} with apt"):
        install_with_apt(packages)
    if present():
        return
    message = f"{what} is missing. Install it with:\n    {by_hand(packages)}"
    if required:
        raise CannotContinueError(message)
    print(f"\n  !!! {message}\n  !!! The tests that need it will be skipped.\n", flush=True)


def has_venv_module() -> bool:
    """Return whether this Python can make a virtual environment with pip in it."""
    return succeeds(sys.executable, "-c", "import venv, ensurepip")


def make_environment() -> None:
    """Make .venv with this Python, if it is not there or its Python has gone."""
    python = VENV / "bin" / "python"
    if python.exists() and succeeds(str(python), "-m", "pip", "--version"):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    need("Python's venv module", has_venv_module, [f"python{version}-venv"], required=True)
    with step(f"Making the virtual environment in .venv with Python {version}"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install_requirements(lists: list[str]) -> None:
    """Install the pinned, hashed lists, unless these very lists are installed already."""
    digest = hashlib.sha256()
    for name in lists:
        digest.update((ROOT / name).read_bytes())
    wanted = f"{'+'.join(lists)} {digest.hexdigest()}"
    installed = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else []
    if wanted in installed:
        return
    arguments = [part for name in lists for part in ("-r", str(ROOT / name))]
    with step(f"Installing {' and '.join(lists)} (the first time takes a minute or two)"):
        done = subprocess.run(
            [VENV / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes", *arguments],
            cwd=ROOT,
            check=False,
        )
    if done.returncode:
        raise CannotContinueError("pip could not install the packages; what it said is above. Is the network there?")
    covered = [wanted]
    if "requirements-dev.txt" in lists:
        run_time = hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
        covered.append(f"requirements.txt {run_time}")
    STAMP.write_text("\n".join(covered) + "\n", encoding="utf-8")


def prepare(purpose: str) -> None:
    """Do what `purpose` (run, check or test) needs."""
    if sys.version_info < OLDEST_PYTHON:
        raise CannotContinueError(
            f"This is Python {sys.version.split()[0]}; the portal needs 3.11 or later. "
            "Name a newer one: make run PYTHON=python3.12"
        )
    make_environment()
    install_requirements(["requirements.txt"] if purpose == "run" else ["requirements.txt", "requirements-dev.txt"])
    need("Pango, which lays out the PDF packs,", lambda: has_libraries(PANGO), PANGO_PACKAGES, required=True)
    if purpose == "test":
        need("PostgreSQL", lambda: has_program("initdb"), ["postgresql"], required=False)
        need("Redis", lambda: has_program("redis-server"), ["redis-server"], required=False)
        if not has_program(HEADLESS_CHROMIUM):
            # Chromium without a window, which the tests need half as long with. A whole one will do.
            with step("Installing Chromium's headless shell with apt"):
                install_with_apt([HEADLESS_CHROMIUM])
        need("Chromium", lambda: has_program(HEADLESS_CHROMIUM, *CHROMIUM), ["chromium"], required=False)
        need("pdftotext", lambda: has_program("pdftotext"), ["poppler-utils"], required=False)


def main() -> None:
    """Prepare for the purpose named on the command line."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in {"run", "check", "test"}:
        raise SystemExit("Usage: python3 scripts/bootstrap.py run|check|test")
    print(f"Preparing to {purpose}", flush=True)
    try:
        prepare(purpose)
    except CannotContinueError as error:
        raise SystemExit(f"\nCannot continue. {error}") from None


if __name__ == "__main__":
    main()
