"""A source of a reason in words, with the page where it can be read."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from procedures.engine.edition import Edition
from referrals.source_words import source_words


@dataclass(frozen=True)
class Source:
    """One thing that a reason rests on; `href` is blank where the portal has no page for it."""

    id: str
    text: str
    href: str


def source(edition: Edition, source_id: str) -> Source:
    """Return a source with its address: the paragraph of the procedure that carries it."""
    words = source_words(edition, source_id)
    for section in edition.content.sections:
        for paragraph in section.paragraphs:
            if source_id == paragraph.id or source_id in paragraph.facts:
                return Source(source_id, words, _address(edition, paragraph.id, paragraph.facts, source_id))
    return Source(source_id, "" if words == source_id else words, "")


def _address(edition: Edition, paragraph: str, facts: list[str], source_id: str) -> str:
    """Return the page of a fact, else of its paragraph, as far as the reading pages have one."""
    tries = [("procedures:fact", [source_id])] if source_id in facts else []
    for name, arguments in [*tries, ("procedures:paragraph", [edition.id, paragraph])]:
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return ""
