"""The secret files: made once, for their owner's eyes, and never made again over one in use."""

from pathlib import Path
from typing import Any

from accounts.encryption import open_bytes, seal_bytes
from audit.chain import audit_key
from safeguarding.keys import make_missing_keys


def test_keys_are_made_once_and_are_fit_for_use(settings: Any, tmp_path: Path) -> None:
    settings.SECRET_KEY_FILE = tmp_path / "keys" / "django-secret.key"
    settings.KEY_RING_FILE = tmp_path / "keys" / "field-keys.json"
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.key"

    made = make_missing_keys()
    assert len(made) == 3
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert open_bytes(seal_bytes(b"pack", context="pack|1"), context="pack|1") == b"pack"
    assert len(audit_key()) == 32

    before = {path: path.read_bytes() for path in made}
    assert make_missing_keys() == []
    assert {path: path.read_bytes() for path in made} == before
