"""The chain over the audit events: each carries a keyed hash of itself and of the one before.

The key stands in a file outside the database (``settings.AUDIT_KEY_FILE``, 32 bytes as URL-safe base64), so whoever can
write the database alone cannot make a changed event fit. Cutting the newest events off is not seen by the
chain itself: that takes an anchor kept elsewhere.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from audit.models import Event
from audit.secret_file import write_secret_file

GENESIS = "0" * 64
KEY_BYTES = 32
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, DatabaseError)
"""What a value that the portal never wrote can raise while it is read or hashed."""


class AuditKeyError(Exception):
    """The audit key cannot be had; nothing may be recorded, so nothing may be done."""


@dataclass(frozen=True)
class Break:
    """The first place where the record is not what was written."""

    sequence: int
    reason: str


def create_audit_key(path: Path | str) -> None:
    """Write a new audit key, readable by its owner only. Raises FileExistsError rather than overwrite one in use."""
    write_secret_file(path, base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")


def audit_key() -> bytes:
    """The key at settings.AUDIT_KEY_FILE. Raises AuditKeyError with the cure."""
    path = Path(settings.AUDIT_KEY_FILE)
    try:
        stat = path.stat()
    except OSError as error:
        raise AuditKeyError(
            f"The audit key {path} cannot be read ({error.strerror}). Restore it from its backup, or point "
            "AUDIT_KEY_FILE at it. A new key would make the whole existing record look changed."
        ) from error
    return _load(path, stat.st_mtime_ns, stat.st_size, stat.st_ino)


@lru_cache(maxsize=8)
def _load(path: Path, *_version: int) -> bytes:
    try:
        key = base64.urlsafe_b64decode(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise AuditKeyError(
            f"The audit key {path} is not {KEY_BYTES} bytes as URL-safe base64: restore it from its backup."
        )
    return key


def canonical(event: Event) -> bytes:
    """The event as the bytes that are hashed: every column but the hash itself, one spelling only."""
    row = {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by_id": event.by_id,
        "by_role": event.by_role,
        "detail": event.detail,
        "event": event.event,
        "previous_mac": event.previous_mac,
        "sequence": event.sequence,
        "subject_id": event.subject_id,
        "subject_kind": event.subject_kind,
    }
    return json.dumps(row, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def mac_of(event: Event) -> str:
    """The keyed hash an event must carry, as 64 hex digits."""
    return hmac.new(audit_key(), canonical(event), hashlib.sha256).hexdigest()


def break_at(event: Event, previous: str, expected: int) -> Break | None:
    """What is wrong with one event that should have this number and follow the one that carried ``previous``."""
    try:
        if event.sequence != expected:
            return Break(expected, f"event {expected} is missing: the next one present is {event.sequence}")
        if event.previous_mac != previous:
            return Break(event.sequence, "it does not follow from the event before it")
        if not hmac.compare_digest(mac_of(event), event.mac):
            return Break(event.sequence, "it is not as it was written, or was written under another key")
    except UNREADABLE as error:
        return Break(expected, f"it cannot be read ({type(error).__name__})")
    return None


def first_break(events: Iterable[Event]) -> Break | None:
    """Walk events in order from the first; None when every one is as it was written and none is missing between."""
    previous, expected = GENESIS, 1
    for event in events:
        broken = break_at(event, previous, expected)
        if broken is not None:
            return broken
        previous, expected = event.mac, event.sequence + 1
    return None
