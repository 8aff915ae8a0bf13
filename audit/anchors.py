"""Anchors: heads of the chain, published where whoever can write the database cannot write.

Cutting the newest events off, or putting back an older copy of the whole table, leaves a chain that fits. What does
not fit then is an anchor: the number of an event and the keyed hash it carried, kept in an append-only file
(``settings.AUDIT_ANCHOR_FILE``), in the daily message to the data-protection lead and in the footer of each pack.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from audit.models import Event

PRINTED_LENGTH = 16
"""Hex digits of a head in a pack's footer; the file and the daily message carry all 64."""
_PRINTED = re.compile(r"(?:event\s+)?([1-9]\d*)\s*(?:,|:|\s)\s*(?:chain head\s+)?([0-9a-f]{16,64})", re.IGNORECASE)
_LINE = re.compile(r"(\S+) ([1-9]\d*) ([0-9a-f]{64})")


class AnchorFileError(Exception):
    """The anchor file cannot be read or written, or holds a line that is no anchor. The text says how to mend it."""


class AnchorBrokenError(Exception):
    """The record no longer holds the event whose head was published: it was cut, replaced or rewritten."""


@dataclass(frozen=True)
class Anchor:
    """One published head. ``mac``: 16 to 64 hex digits, from its beginning; ``found_in`` says where, in words."""

    sequence: int
    mac: str
    found_in: str
    at: datetime | None = None

    def fits(self, mac: str) -> bool:
        """Whether the event of this number carries the hash that was published."""
        return mac.lower().startswith(self.mac.lower())


def head() -> Anchor | None:
    """The newest event's number and hash; None while nothing is recorded."""
    last = Event.objects.order_by("-sequence").only("sequence", "mac").first()
    return Anchor(last.sequence, last.mac, "the record itself") if last else None


def printed_anchor(text: str) -> Anchor | None:
    """The anchor in words as a pack prints them, ``event 12, chain head 0123456789abcdef``, or ``12:0123456789abcdef``.

    None for any other text.
    """
    match = _PRINTED.fullmatch(text.strip())
    return Anchor(int(match[1]), match[2].lower(), f"“{text.strip()}”") if match else None


def read_file(path: Path | str | None = None) -> list[Anchor]:
    """The anchors of a file, oldest first; of the portal's own where no path is given. A missing file holds none.

    Raises AnchorFileError for a file that cannot be read and for a line that is no anchor.
    """
    path = Path(path or settings.AUDIT_ANCHOR_FILE)
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise AnchorFileError(f"The anchor file {path} cannot be read ({error.strerror}).") from error
    return [_anchor(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _anchor(line: str, path: Path, number: int) -> Anchor:
    match = _LINE.fullmatch(line.strip())
    try:
        at = datetime.fromisoformat(match[1]) if match else None
    except ValueError:
        at = None
    if match is None or at is None:
        raise AnchorFileError(
            f"Line {number} of the anchor file {path} is not of the form “time number hash”. Keep the file as it is, "
            "and compare it with its copy: the daily messages hold the same anchors."
        )
    return Anchor(int(match[2]), match[3], f"line {number} of {path}, published {at:%d.%m.%Y %H:%M} UTC", at)


def _append(anchor: Anchor, *, at: datetime) -> None:
    path = Path(settings.AUDIT_ANCHOR_FILE)
    line = f"{at.astimezone(UTC).isoformat(timespec='seconds')} {anchor.sequence} {anchor.mac}\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # One write of one short line: two publishers cannot mix theirs.
            os.write(descriptor, line.encode("ascii"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise AnchorFileError(
            f"The anchor file {path} cannot be written ({error.strerror}). Make its folder writable for the portal, or "
            "point PORTAL_AUDIT_ANCHOR_FILE at one that is: until then the end of the record is not protected."
        ) from error


def publish(*, at: datetime) -> Anchor | None:
    """Append the record's head to the anchor file, if events were added since the newest anchor there.

    Returns what was published, or None where there was nothing new. Raises AnchorFileError, or AnchorBrokenError where
    the record no longer holds the newest anchor: then nothing is published over it.
    """
    newest = max(read_file(), key=lambda anchor: anchor.sequence, default=None)
    if newest is not None:
        check_newest(newest)
    now = head()
    if now is None or (newest is not None and newest.sequence == now.sequence):
        return None
    _append(now, at=at)
    return now


def check_newest(anchor: Anchor) -> None:
    """Raise AnchorBrokenError unless the record holds this anchor's event under the published hash."""
    kept = Event.objects.filter(sequence=anchor.sequence).only("mac").first()
    if kept is None:
        raise AnchorBrokenError(
            f"Event {anchor.sequence} was published ({anchor.found_in}) and is not in the record. Keep the database as "
            "it is and run `manage.py verify_audit --anchors`. Where a backup was restored knowingly: write down what "
            "it says is missing, then put the old anchor file away, and a new one is begun."
        )
    if not anchor.fits(kept.mac):
        raise AnchorBrokenError(
            f"Event {anchor.sequence} does not carry the hash that was published ({anchor.found_in}). Keep the "
            "database as it is and run `manage.py verify_audit --anchors`."
        )


def by_sequence(anchors: Iterable[Anchor]) -> dict[int, list[Anchor]]:
    """The anchors by the number of their event."""
    found: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        found.setdefault(anchor.sequence, []).append(anchor)
    return found
