"""What a source id stands for, in a few words: a paragraph of the procedure, guidance, a decision."""

from functools import lru_cache

from procedures import editions
from procedures.engine.edition import Edition

LONGEST = 300


def source_words(edition: Edition, source: str) -> str:
    """Return the words of a source as an edition has them; the id itself where it says nothing more."""
    return _words(edition.digest).get(source) or _written(edition).get(source, source)


@lru_cache(maxsize=8)
def _words(digest: str) -> dict[str, str]:
    edition = editions.by_digest(digest)
    return _written(edition) if edition is not None else {}


def _written(edition: Edition) -> dict[str, str]:
    content = edition.content
    found: dict[str, str] = {}
    for switch in [*content.decisions, *content.law]:
        found[switch.id] = switch.about
    for guidance in content.guidance:
        found[guidance.id] = f"{guidance.title} ({guidance.publisher})"
    for section in content.sections:
        for paragraph in section.paragraphs:
            words = f"{paragraph.source}: {paragraph.text}"
            found[paragraph.id] = words
            found.update({fact: words for fact in paragraph.facts if fact not in found})
    return {key: text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…" for key, text in found.items()}
