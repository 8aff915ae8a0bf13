"""Changing the key ring's file: a key more, a key less, never half of it written."""

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accounts.sealing import EncryptionError, new_key


def add_search_key(path: Path | str) -> bool:
    """Give a ring without a search key one; return whether it had none. Raises EncryptionError."""
    ring = _read(path)
    if "search" in ring:
        return False
    _write(path, {**ring, "search": new_key()})
    return True


def add_current_key(path: Path | str) -> str:
    """Add a fresh key under which all is sealed from now on; return its id. The older ones stay, to open with."""
    ring = _read(path)
    key_id = secrets.token_hex(4)
    while key_id in ring["keys"]:
        key_id = secrets.token_hex(4)
    _write(path, {**ring, "current": key_id, "keys": {**ring["keys"], key_id: new_key()}})
    return key_id


def _read(path: Path | str) -> dict[str, Any]:
    try:
        ring = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(ring["keys"], dict) or ring["current"] not in ring["keys"]:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncryptionError(
            f"The key ring {path} cannot be read as one ({type(error).__name__}). Restore it from its backup."
        ) from None
    return ring


def _write(path: Path | str, ring: Mapping[str, Any]) -> None:
    """Put the new ring in the old one's place in one step: a reader finds one or the other, whole."""
    path = Path(path)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:  # mkstemp made it readable by its owner alone
            file.write(json.dumps(ring, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
