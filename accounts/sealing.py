"""Sealing and opening of values: AES-256-GCM under a key ring, failing closed.

The key ring is a JSON file outside the database, at ``settings.KEY_RING_FILE``: ``{"current": id, "keys": {id: key},
"search": key}``, each key URL-safe base64 of 32 bytes. New values are sealed under the current key; the id in each
value says which key opens it. Where a value stands (its *context*) is authenticated with it, so that a sealed value
copied to another row, field or file does not open there. The search key is one of its own: what it makes of a name
can be compared and never opened.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from audit.secret_file import write_secret_file

KEY_BYTES = 32
NONCE_BYTES = 12
TEXT_MARK = "v1"
BYTES_MARK = b"sealed1\x00"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


class EncryptionError(Exception):
    """A value could not be sealed or opened. The text names the cause and the cure, never the value.

    ``context`` says which value it was, ``model|primary key|field`` for a column; blank where none was at hand.
    """

    def __init__(self, text: str, *, context: str = "") -> None:
        super().__init__(text)
        self.context = context


@dataclass(frozen=True)
class KeyRing:
    current: str
    keys: dict[str, AESGCM]
    search: bytes | None = None

    def key(self, key_id: str) -> AESGCM:
        try:
            return self.keys[key_id]
        except KeyError:
            raise EncryptionError(
                f"The value was sealed under key {key_id!r}, which is not in the key ring {settings.KEY_RING_FILE}. "
                "Put that key back into the ring: retired keys stay there until every value is sealed anew."
            ) from None


def create_key_ring(path: Path | str) -> None:
    """Write a new key ring with one fresh key, readable by its owner only. Raises FileExistsError, never overwrites."""
    key_id = secrets.token_hex(4)
    ring = {"current": key_id, "keys": {key_id: new_key()}, "search": new_key()}
    write_secret_file(path, json.dumps(ring, indent=2) + "\n")


def new_key() -> str:
    """A fresh key as it stands in the ring."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_ring() -> KeyRing:
    """The ring at settings.KEY_RING_FILE, read again when the file changes. Raises EncryptionError."""
    path = Path(settings.KEY_RING_FILE)
    try:
        stat = path.stat()
    except OSError as error:
        raise EncryptionError(
            f"The key ring {path} cannot be read ({error.strerror}). Restore it from its backup, or point "
            "KEY_RING_FILE at it. Never make a new ring for data that is already sealed: it will not open."
        ) from error
    return _load(path, stat.st_mtime_ns, stat.st_size, stat.st_ino)


@lru_cache(maxsize=8)
def _load(path: Path, *_version: int) -> KeyRing:
    try:
        ring = json.loads(path.read_text(encoding="utf-8"))
        keys = {str(key_id): base64.urlsafe_b64decode(text) for key_id, text in ring["keys"].items()}
        current = str(ring["current"])
        search = base64.urlsafe_b64decode(ring["search"]) if "search" in ring else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncryptionError(
            f'The key ring {path} is not of the form {{"current": id, "keys": {{id: base64}}}} '
            f"({type(error).__name__}). Restore it from its backup."
        ) from None
    for key_id, key in keys.items():
        if len(key) != KEY_BYTES or not _KEY_ID.fullmatch(key_id):
            raise EncryptionError(
                f"Key {key_id!r} in {path} must be {KEY_BYTES} bytes in base64; its id, 1 to 40 letters or digits."
            )
    if current not in keys:
        raise EncryptionError(f"The current key {current!r} is missing from {path}: add it or name another as current.")
    if search is not None and len(search) != KEY_BYTES:
        raise EncryptionError(f"The search key in {path} must be {KEY_BYTES} bytes in base64: restore the ring.")
    return KeyRing(current, {key_id: AESGCM(key) for key_id, key in keys.items()}, search)


def blind_token(kind: str, value: str) -> str:
    """What stands in a search index for a value of a kind: a keyed hash, 64 hex digits, the same for the same value.

    Raises EncryptionError where the ring has no search key.
    """
    key = key_ring().search
    if key is None:
        raise EncryptionError(
            f"The key ring {settings.KEY_RING_FILE} has no search key. Run `manage.py make_keys`, which adds one, then "
            "`manage.py rebuild_search`."
        )
    return hmac.new(key, f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()


def seal_text(text: str, *, context: str) -> str:
    """``v1:key id:base64`` of the text, openable only under the same context."""
    ring = key_ring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = ring.key(ring.current).encrypt(nonce, text.encode("utf-8"), _associated(ring.current, context))
    return f"{TEXT_MARK}:{ring.current}:{base64.b64encode(nonce + sealed).decode()}"


def open_text(sealed: str, *, context: str) -> str:
    """The text that was sealed under this context. Raises EncryptionError on anything else."""
    mark, _, rest = sealed.partition(":")
    key_id, _, body = rest.partition(":")
    if mark != TEXT_MARK:
        raise EncryptionError(
            f"The stored value for {context} is not a sealed value: it was written past the portal.", context=context
        )
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise EncryptionError(
            f"The sealed value for {context} is damaged: restore the row from a backup.", context=context
        ) from None
    return _open(raw, key_id, context).decode("utf-8")


def seal_bytes(data: bytes, *, context: str) -> bytes:
    """Seal a file's bytes. ``context`` names the place it belongs to, e.g. ``pack|<id>``, and must be given to open."""
    ring = key_ring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = ring.key(ring.current).encrypt(nonce, data, _associated(ring.current, context))
    key_id = ring.current.encode()
    return BYTES_MARK + bytes([len(key_id)]) + key_id + nonce + sealed


def open_bytes(data: bytes, *, context: str) -> bytes:
    """The bytes that ``seal_bytes`` sealed under this context. Raises EncryptionError on anything else."""
    if not data.startswith(BYTES_MARK) or len(data) <= len(BYTES_MARK):
        raise EncryptionError(
            f"The file for {context} is not a sealed file: it was written past the portal.", context=context
        )
    start = len(BYTES_MARK) + 1
    end = start + data[start - 1]
    return _open(data[end:], data[start:end].decode("ascii", "replace"), context)


def _open(raw: bytes, key_id: str, context: str) -> bytes:
    try:
        key = key_ring().key(key_id)
    except EncryptionError as error:
        error.context = context
        raise
    try:
        return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _associated(key_id, context))
    except (InvalidTag, ValueError):
        raise EncryptionError(
            f"The sealed value for {context} does not open with key {key_id!r}: it was changed, moved here from "
            "another place, or the key ring holds another key under that id. Restore the row or the right ring.",
            context=context,
        ) from None


def _associated(key_id: str, context: str) -> bytes:
    return f"{TEXT_MARK}|{key_id}|{context}".encode()
