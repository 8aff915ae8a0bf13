"""A word that stands nowhere by itself, and a look at every place a value could leak to."""

import io
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core import mail
from django.db import connection

from safeguarding.reporting import NothingPersonalFormatter

CANARY = "Qzxcanary"


class Watched:
    """Everything outside the sealed columns that a value could get into, as text."""

    def __init__(self, folder: Path) -> None:
        self.log, self.folder = io.StringIO(), folder

    def places(self) -> dict[str, str]:
        files = [path for root in (self.folder, Path(portal.BROKER_DIR)) for path in root.rglob("*") if path.is_file()]
        return {
            "logs": self.log.getvalue(),
            "mail": "\n".join(str(each.message()) for each in mail.outbox),
            "files": "\n".join(path.read_bytes().decode("latin-1") + path.name for path in files),
            "database": stored(),
        }

    def assert_clean(self) -> None:
        for place, words in self.places().items():
            at = words.lower().find(CANARY.lower())
            assert at < 0, f"the canary is in the {place}: …{words[max(0, at - 80) : at + 80]}…"


def stored() -> str:
    """Return every column of every table as it stands in the database."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [str(value) for row in cursor.fetchall() for value in row if value is not None]
    return "\n".join(found)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """Catch what is logged, as the portal would write it, and give temporary files a folder of their own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    watch = Watched(folder)
    handler = logging.StreamHandler(watch.log)
    handler.setFormatter(NothingPersonalFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    loggers = [logging.getLogger(name) for name in ("", "django", "celery", "safeguarding")]
    for logger in loggers:
        logger.addHandler(handler)
    yield watch
    for logger in loggers:
        logger.removeHandler(handler)
