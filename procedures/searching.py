"""Searching an edition by words, with the words that people use for the same thing."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from procedures.reading import Reading

LONGEST = 100
MOST_WORDS = 10
"""How many words of a query count; the page is open to everyone and each costs time."""
MOST = 40
"""How many results are given."""
_EMPTY = frozenset(
    [
        *("a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "has", "have", "how"),
        *("i", "if", "in", "is", "it", "its", "of", "on", "or", "s", "should", "that", "the", "their", "them", "they"),
        *("this", "to", "was", "what", "when", "where", "who", "with", "you", "your"),
    ]
)
EntryKind = Literal["paragraph", "question", "rule", "checklist", "report", "resource", "legislation", "guidance"]


@dataclass(frozen=True)
class Entry:
    """One thing that can be found."""

    kind: EntryKind
    id: str
    title: str
    text: str
    names: tuple[str, ...] = ()
    """Ids by which it is found as well, such as those of its facts."""


@dataclass(frozen=True)
class Segment:
    """A piece of text, and whether it is what was looked for."""

    text: str
    is_match: bool


@dataclass(frozen=True)
class Result:
    """One thing found, with what matched marked."""

    entry: Entry
    title: tuple[Segment, ...]
    text: tuple[Segment, ...]


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    query: str
    results: tuple[Result, ...]
    total: int
    also: tuple[str, ...]
    """Words of the same meaning that were looked for too."""
    suggestions: tuple[str, ...]
    """Words to try where nothing was found."""


def tidy(query: str) -> str:
    """Return what was typed without control characters, at most 100 characters long."""
    kept = "".join(" " if unicodedata.category(char).startswith(("C", "Z")) else char for char in query)
    return " ".join(unicodedata.normalize("NFC", kept).split())[:LONGEST].strip()


def search(reading: Reading, query: str) -> Found:
    """Return what an edition says about the words of a query, the best first."""
    query = tidy(query)
    concepts = concepts_of(reading, query)[:MOST_WORDS]
    marks = _marks([term for concept in concepts for term in concept])
    patterns = [tuple(_marks([term]) for term in concept) for concept in concepts]
    entries = list(entries_of(reading))
    scored = [(score, entry) for entry in entries if (score := _named(query, entry) or _score(patterns, marks, entry))]
    scored.sort(key=lambda pair: pair[0], reverse=True)
    results = tuple(
        Result(entry, segments(entry.title, marks), segments(entry.text, marks)) for _, entry in scored[:MOST]
    )
    also = tuple(dict.fromkeys(term for concept in concepts for term in concept[1:]))
    return Found(query, results, len(scored), also, () if scored else suggestions(reading, query, entries))


def concepts_of(reading: Reading, query: str) -> list[tuple[str, ...]]:
    """Return what is looked for: each word or known phrase of the query, first, then its synonyms."""
    rest = f" {' '.join(_tokens(query))} "
    concepts: list[tuple[str, ...]] = []
    groups = [(" ".join(_tokens(each.word)), [each.word, *each.also]) for each in reading.content.search_words]
    terms = sorted(
        ((" ".join(_tokens(term)), group) for _, group in groups for term in group),
        key=lambda pair: len(pair[0]),
        reverse=True,
    )
    for term, group in terms:
        for form in (term, f"{term}s"):
            if f" {form} " in rest:
                rest = rest.replace(f" {form} ", "  ")
                concepts.append((term, *(each for each in group if " ".join(_tokens(each)) != term)))
    words = [word for word in rest.split() if word not in _EMPTY]
    return [*concepts, *((word,) for word in dict.fromkeys(words))]


def entries_of(reading: Reading) -> Iterator[Entry]:
    """Yield everything of an edition that can be found."""
    content = reading.content
    for number, each in reading.paragraphs.items():
        text = " ".join([each.paragraph.text, *(correction.text for correction in each.paragraph.corrections)])
        yield Entry("paragraph", number, f"Paragraph {number}, {each.section.title}", text, tuple(each.paragraph.facts))
    for question_id in reading.questions():
        question = reading.edition.questions[question_id]
        labels = "; ".join(option.label for option in question.options)
        yield Entry("question", question.id, question.text, f"{question.help or ''} {labels}".strip())
    for rule in content.rules:
        yield Entry(
            "rule",
            rule.id,
            rule.title,
            " ".join(case.because for case in rule.cases),
            tuple(each.id for each in rule.also),
        )
    for item in content.checklists:
        yield Entry("checklist", item.code, "Do now" if item.do == "now" else "Never do", item.text)
    for own in content.do_yourself:
        yield Entry("report", own.code, own.label, own.how)
    for resource in content.resources:
        yield Entry("resource", resource.id, resource.name, resource.about)
    for law in content.legislation:
        correction = f" {law.correction}" if law.correction else ""
        yield Entry("legislation", law.id, f"{law.name}, {law.provision}", law.summary + correction)
    for guidance in content.guidance:
        yield Entry("guidance", guidance.id, guidance.title, f"{guidance.publisher}. {guidance.note or ''}".strip())


def suggestions(reading: Reading, query: str, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return words near to what was typed, or else the words that have synonyms."""
    words = {word for entry in entries for word in _tokens(f"{entry.title} {entry.text}") if len(word) > 3}
    words |= {term for each in reading.content.search_words for term in [each.word, *each.also]}
    near = [word for typed in _tokens(query) for word in difflib.get_close_matches(typed, sorted(words), 2, 0.75)]
    usual = [each.word for each in reading.content.search_words]
    return tuple(dict.fromkeys(near or usual))


def segments(text: str, marks: re.Pattern[str] | None) -> tuple[Segment, ...]:
    """Return a text in pieces, those that match marked. Joined, they are the text again."""
    if marks is None:
        return (Segment(text, False),)
    pieces: list[Segment] = []
    end = 0
    for found in marks.finditer(text):
        if found.start() > end:
            pieces.append(Segment(text[end : found.start()], False))
        pieces.append(Segment(found.group(), True))
        end = found.end()
    return (*pieces, Segment(text[end:], False)) if end < len(text) else tuple(pieces)


def _named(query: str, entry: Entry) -> float:
    return 1000.0 if query.casefold() in {name.casefold() for name in (entry.id, *entry.names)} else 0


def _score(concepts: Sequence[Sequence[re.Pattern[str] | None]], marks: re.Pattern[str] | None, entry: Entry) -> float:
    if marks is None or not (marks.search(entry.title) or marks.search(entry.text)):
        return 0
    total, met = 0.0, 0
    for first, *others in concepts:
        best = _term_score(first, entry)
        for other in others:
            best = max(best, _term_score(other, entry) * 0.6)
        total += best
        met += best > 0
    # What meets every word comes before what meets one of them often; the procedure itself before what rests on it.
    return 0 if not met else 100 * met + total + (0.5 if entry.kind == "paragraph" else 0)


def _term_score(term: re.Pattern[str] | None, entry: Entry) -> float:
    if term is None:
        return 0
    # A paragraph has no title of its own: its words count as one.
    in_title = 4 if term.search(entry.text if entry.kind == "paragraph" else entry.title) else 0
    return in_title + min(3, len(term.findall(entry.text)))


def _marks(terms: Iterable[str]) -> re.Pattern[str] | None:
    parts = []
    for term in sorted(set(terms), key=len, reverse=True):
        words = _tokens(term)
        if words:
            stem = re.escape(words[-1])
            if len(words[-1]) > 4:
                stem = re.escape(re.sub(r"(ing|ed|es|s)$", "", words[-1])) + r"(?:\w{0,4})"
            parts.append(r"[\W_]+".join([*map(re.escape, words[:-1]), stem]))
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
