"""The one place where the process environment is read.

Settings arrive as text in environment variables. Each reader gives back a checked value, or raises
ImproperlyConfigured with a sentence that names the variable, what was found and what would mend it.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = {"yes", "true", "on", "1"}
SET_IT = "Set it in the environment of every portal process."
NO = {"no", "false", "off", "0"}


def text(name: str, default: str | None = None, *, cure: str = SET_IT) -> str:
    """Return the variable, or `default`; a variable without a default must be set and not empty."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. {cure}")
    return value


def yes_or_no(name: str, default: bool) -> bool:
    """Return True for yes/true/on/1 and False for no/false/off/0, in any case."""
    value = text(name, "yes" if default else "no").lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}. Write yes or no.")


def one_of(name: str, choices: tuple[str, ...], default: str) -> str:
    """Return one of `choices`."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write one of: {', '.join(choices)}.")
    return value


def whole_number(name: str, default: int, *, at_least: int = 0) -> int:
    """Return a whole number that is not below `at_least`."""
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < at_least:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number, {at_least} or more.")
    return int(value)


def names(name: str, default: list[str]) -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [part.strip() for part in text(name, ",".join(default)).split(",") if part.strip()]


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder path; the folder need not exist yet."""
    return Path(text(name, str(default))).expanduser().resolve()


def secret(path: Path, *, cure: str) -> str:
    """Return what a secret's file holds, without the line end."""
    try:
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"The secret file {path} cannot be read ({error.strerror}). {cure}") from error
    if not value:
        raise ImproperlyConfigured(f"The secret file {path} is empty. {cure}")
    return value


def database(name: str, embedded: Path) -> dict[str, object]:
    """Return Django's description of the database named by a URL such as postgresql://user:password@host:5432/portal.

    Without the variable it is SQLite in the file `embedded`, set so that several processes can share it:
    write-ahead log, transactions that take the write lock at their start (a lock taken half-way through
    cannot wait its turn), 20 seconds of patience, and triggers that fire for replaced rows too, so that
    the append-only tables cannot be walked round.
    """
    url = text(name, "")
    if not url:
        return sqlite(embedded)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(parts.path))
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            f"{name} begins with {parts.scheme!r}. Write postgresql://user:password@host:5432/name."
        )
    if not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} names no database. Write postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


def sqlite(path: Path) -> dict[str, object]:
    """Return Django's description of an SQLite file that several processes write to."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA recursive_triggers=ON;",
        },
    }
