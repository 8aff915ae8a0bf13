"""The portal's settings as the tests see them: a throw-away data folder, known keys and a quick password hasher.

DATABASE_URL and CELERY_BROKER_URL choose what the tests run on, as they do for the portal itself.
"""

import atexit
import base64
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

_data = Path(tempfile.mkdtemp(prefix="portal-tests-"))
_owner = os.getpid()


@atexit.register
def _tidy() -> None:
    """Remove the folder when the tests end, not when a process that they forked does."""
    if os.getpid() == _owner:
        shutil.rmtree(_data, ignore_errors=True)


os.environ["PORTAL_MODE"] = "embedded"
os.environ["PORTAL_DATA_DIR"] = str(_data)
os.environ["PORTAL_HOSTS"] = "localhost,127.0.0.1,testserver"
for _unset in ("KEY_DIR", "PACK_ROOT", "STATIC_ROOT", "DEBUG", "NAME", "ADDRESS"):
    os.environ.pop(f"PORTAL_{_unset}", None)


def _key(purpose: str) -> str:
    """Return 32 bytes that are the same in every run, as URL-safe base64."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"test key: {purpose}".encode()).digest()).decode()


(_data / "keys").mkdir(mode=0o700)
(_data / "static").mkdir()
(_data / "keys" / "django-secret.key").write_text(_key("django"), encoding="utf-8")
_ring = {"current": "test", "keys": {"test": _key("fields")}, "search": _key("search")}
(_data / "keys" / "field-keys.json").write_text(json.dumps(_ring), encoding="utf-8")
(_data / "keys" / "audit.key").write_text(_key("audit"), encoding="utf-8")

from safeguarding.settings import *  # noqa: E402, F403
from safeguarding.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": _data / "packs"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and child processes of the tests share it as the portal's processes do.
    DATABASES["default"]["TEST"] = {"NAME": str(_data / "test.sqlite3")}
