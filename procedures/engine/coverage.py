"""Whether every fact of the source procedure is carried, through every kind of carrier that it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from procedures.engine.edition import Edition
from procedures.engine.reading_yaml import ContentRefused, Fault, read_yaml

KINDS = {
    "GT": "a paragraph",
    "TW": "a paragraph (triage)",
    "DL": "a paragraph (deadline)",
    "Q": "a question",
    "RR": "a rule",
    "AC": "a checklist item",
    "RL": "a resource",
    "LE": "a legislation entry",
    "PC": "the content of a pack",
    "META": "the edition block",
}
PREFIXES = {"cumbria": "C-", "north-east-lincolnshire": "N-"}
"""Whose facts an edition must carry."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many facts are carried in every kind, and what is still missing."""

    facts: int
    carried: int
    missing: tuple[tuple[str, str], ...]
    """Pairs of a fact id and a kind that no entry of that kind names it in."""


def read_manifest(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the kinds that must carry each fact. Raises ContentRefused for a kind that is not known."""
    document = read_yaml(path.read_text(encoding="utf-8"), path.name)
    faults = [
        Fault(
            path.name,
            document.line_of((fact, index)),
            fact,
            f"{kind} is not a carrier. Use one of: {', '.join(KINDS)}.",
        )
        for fact, kinds in document.data.items()
        for index, kind in enumerate(kinds)
        if kind not in KINDS
    ]
    if faults:
        raise ContentRefused(faults)
    return {fact: tuple(kinds) for fact, kinds in document.data.items()}


def coverage_of(edition: Edition, manifest: Mapping[str, tuple[str, ...]]) -> Coverage:
    """Return how an edition carries the facts of its own source document; a foreign edition has none to carry."""
    prefix = PREFIXES.get(edition.id)
    wanted = {fact: kinds for fact, kinds in manifest.items() if prefix is not None and fact.startswith(prefix)}
    carried = carriers(edition)
    missing = tuple((fact, kind) for fact, kinds in wanted.items() for kind in kinds if fact not in carried[kind])
    return Coverage(len(wanted), len(wanted) - len({fact for fact, _ in missing}), missing)


def carriers(edition: Edition) -> dict[str, set[str]]:
    """Return the facts that each kind of carrier names."""
    content = edition.content
    paragraphs = {fact for section in content.sections for each in section.paragraphs for fact in each.facts}
    return {
        "GT": paragraphs,
        "TW": paragraphs,
        "DL": paragraphs,
        "Q": {fact for question in content.questions for fact in question.why}
        | {fact for concern in content.concerns for fact in concern.facts},
        "RR": {fact for rule in content.rules for fact in rule.sources}
        | {fact for rule in content.rules for also in rule.also for fact in also.sources},
        "AC": {fact for item in content.checklists for fact in item.sources},
        "RL": {fact for resource in content.resources for fact in resource.facts},
        "LE": {fact for entry in content.legislation for fact in entry.facts},
        "PC": {fact for plan in content.packs for fact in plan.facts}
        | {fact for plan in content.packs for part in plan.contents for fact in part.facts},
        "META": set(content.edition.facts),
    }
