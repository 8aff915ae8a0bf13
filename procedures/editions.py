"""The editions at hand: which one is in force where, each read from its file once for every process."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings

from procedures.engine import loading
from procedures.engine.edition import Edition


class UnknownEditionError(LookupError):
    """No edition at hand answers to this name. The text says which do."""


def editions_in_force(*, on: date) -> Mapping[str, Edition]:
    """Return the edition in force on a local date for each area that has one; of several, the newest."""
    return _in_force(_folder(), on)


def get_edition(edition_id: str, version: str | None = None) -> Edition:
    """Return an edition by its id, such as `cumbria`; without a version the newest. Raises UnknownEditionError.

    `cumbria@v27` may be given as one word.
    """
    edition_id, _, in_id = edition_id.partition("@")
    version = version or in_id or None
    found = [each for each in all_editions() if each.id == edition_id and (version is None or each.version == version)]
    if not found:
        names = ", ".join(f"{each.id}@{each.version}" for each in all_editions())
        raise UnknownEditionError(
            f"There is no edition {edition_id}@{version or 'newest'}. At hand: {names or 'none'}."
        )
    return max(found, key=_since)


def by_digest(digest: str) -> Edition | None:
    """Return the edition whose content has this SHA-256, or None where it is no longer at hand."""
    return next((each for each in all_editions() if each.digest == digest), None)


def all_editions() -> tuple[Edition, ...]:
    """Return every partnership edition at hand, read once. Raises ContentRefused where a file is wrong."""
    return _loaded(_folder())


def _folder() -> Path:
    return Path(getattr(settings, "EDITIONS_DIR", loading.SHIPPED))


def _since(edition: Edition) -> date:
    return edition.content.edition.in_force_from


@lru_cache(maxsize=8)
def _loaded(folder: Path) -> tuple[Edition, ...]:
    files = sorted(path for path in folder.glob("*.yaml") if "." not in path.stem)
    return tuple(loading.load_edition(path) for path in files)


@lru_cache(maxsize=64)
def _in_force(folder: Path, on: date) -> Mapping[str, Edition]:
    found: dict[str, Edition] = {}
    for edition in sorted(_loaded(folder), key=_since):
        about = edition.content.edition
        if about.in_force_from <= on and (about.in_force_to is None or on <= about.in_force_to):
            found.update(dict.fromkeys(about.areas, edition))
    return MappingProxyType(found)
