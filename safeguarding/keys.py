"""The portal's secret files: made once, readable by their owner alone, never in the repository or the database."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management.utils import get_random_secret_key

from accounts.encryption import create_key_ring
from accounts.key_ring_file import add_search_key
from audit.chain import create_audit_key
from audit.secret_file import write_secret_file


def create_django_secret(path: Path) -> None:
    """Write a new secret for Django's own signatures; raises FileExistsError rather than overwrite one in use."""
    write_secret_file(path, get_random_secret_key() + "\n")


def make_missing_keys() -> list[Path]:
    """Make each secret file that is not there, and the search key of a ring that has none; return what was made."""
    makers: dict[Path, Callable[[Path], None]] = {
        Path(settings.SECRET_KEY_FILE): create_django_secret,
        Path(settings.KEY_RING_FILE): create_key_ring,
        Path(settings.AUDIT_KEY_FILE): create_audit_key,
    }
    missing = [path for path in makers if not path.exists()]
    for path in missing:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        makers[path](path)
    if Path(settings.KEY_RING_FILE) not in missing and add_search_key(settings.KEY_RING_FILE):
        missing.append(Path(settings.KEY_RING_FILE))
    return missing
