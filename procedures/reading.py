"""An edition as people read it: each paragraph with what rests on it, and where each source id stands."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from procedures.engine.conditions import All, AnyChild, AnyOf, Condition, Not, Switch, atoms
from procedures.engine.edition import CompiledCase, Edition
from procedures.engine.schema import Case, Paragraph, Rule, Section

Kind = Literal["paragraph", "resource", "legislation", "guidance", "edition"]


@dataclass(frozen=True)
class Source:
    """Where a source id stands in an edition, and what it is called."""

    id: str
    kind: Kind
    place: str
    """The id of the paragraph, resource, legislation entry or guidance; empty for the edition itself."""
    title: str


@dataclass(frozen=True)
class Use:
    """Something of the edition that rests on a source."""

    kind: Literal["question", "concern", "rule", "checklist", "report", "resource", "legislation", "pack", "clock"]
    id: str
    title: str


@dataclass(frozen=True)
class ReadParagraph:
    """A paragraph, its section, and everything that rests on its facts."""

    section: Section
    paragraph: Paragraph
    uses: tuple[Use, ...]


class Reading:
    """One edition, looked up for reading."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.content = edition.content

    @cached_property
    def paragraphs(self) -> dict[str, ReadParagraph]:
        """Every paragraph by its number, in the order of the procedure."""
        return {
            paragraph.id: ReadParagraph(section, paragraph, self.uses_of(paragraph.facts))
            for section in self.content.sections
            for paragraph in section.paragraphs
        }

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source id that this edition can explain. A fact stands first of all in its paragraph."""
        content = self.content
        found: dict[str, Source] = {}
        for fact in content.edition.facts:
            found[fact] = Source(fact, "edition", "", content.edition.title)
        for law in content.legislation:
            found |= {fact: Source(fact, "legislation", law.id, law.name) for fact in law.facts}
        for resource in content.resources:
            found |= {fact: Source(fact, "resource", resource.id, resource.name) for fact in resource.facts}
        for section in content.sections:
            for paragraph in section.paragraphs:
                title = f"{section.title}, paragraph {paragraph.id}"
                found |= {fact: Source(fact, "paragraph", paragraph.id, title) for fact in paragraph.facts}
        found |= {each.id: Source(each.id, "guidance", each.id, each.title) for each in content.guidance}
        own = self._prefix()
        # A national part names facts of every partnership's procedure; those of another stand in another edition.
        return {fact: source for fact, source in found.items() if not is_fact(fact) or own in (None, fact[:2])}

    @cached_property
    def uses(self) -> dict[str, tuple[Use, ...]]:
        """What rests on each source id."""
        found: dict[str, list[Use]] = defaultdict(list)
        for sources, use in self._uses():
            for source in sources:
                if use not in found[source]:
                    found[source].append(use)
        return {source: tuple(uses) for source, uses in found.items()}

    def uses_of(self, sources: Iterable[str]) -> tuple[Use, ...]:
        """Return what rests on any of these, each once."""
        return tuple(dict.fromkeys(use for source in sources for use in self.uses.get(source, ())))

    def known(self, ids: Iterable[str]) -> tuple[Source, ...]:
        """Return the sources that this edition has, each place once, leaving out facts of other procedures."""
        return tuple(self.sources[each] for each in dict.fromkeys(ids) if each in self.sources)

    def rule(self, rule_id: str) -> Rule | None:
        """Return a rule by its id, or by the id of one that only restates it."""
        for rule in self.content.rules:
            if rule.id == rule_id or any(also.id == rule_id for also in rule.also):
                return rule
        return None

    def _prefix(self) -> str | None:
        facts = [fact for section in self.content.sections for each in section.paragraphs for fact in each.facts]
        return facts[0][:2] if facts else None

    def _uses(self) -> Iterator[tuple[list[str], Use]]:
        content = self.content
        for concern in content.concerns:
            yield concern.facts, Use("concern", concern.id, concern.label)
        for question in self.questions():
            yield self.edition.questions[question].why, Use("question", question, self.edition.questions[question].text)
        for rule in content.rules:
            sources = [*rule.sources, *(source for also in rule.also for source in also.sources)]
            yield sources, Use("rule", rule.id, rule.title)
        for item in content.checklists:
            yield item.sources, Use("checklist", item.code, item.text)
        for own in content.do_yourself:
            yield own.sources, Use("report", own.code, own.label)
        for resource in content.resources:
            yield resource.facts, Use("resource", resource.id, resource.name)
        for law in content.legislation:
            yield law.facts, Use("legislation", law.id, law.name)
        for plan in content.packs:
            facts = [*plan.facts, *(fact for part in plan.contents for fact in part.facts)]
            yield facts, Use("pack", plan.recipient, plan.title)
        for clock in content.clocks:
            yield [*clock.facts, clock.source], Use("clock", clock.id, clock.title)

    def questions(self) -> list[str]:
        """Return the ids of the questions in the order in which the form asks them."""
        return [question for page in self.content.pages for question in page.questions]


def is_fact(source: str) -> bool:
    """Return whether a source id is a numbered fact of a partnership's procedure, such as C-054 or N-060."""
    return len(source) == 5 and source[1] == "-" and source[0] in "CN" and source[2:].isdigit()


def rules_reading(edition: Edition, facts: set[str]) -> tuple[Rule, ...]:
    """Return the rules whose conditions read one of these facts; a child's is written `child.age`."""
    return _rules(
        edition,
        lambda case: any(
            (f"child.{atom.term}" if atom.of_child else atom.term) in facts
            for condition in _conditions(case)
            for atom in atoms(condition)
        ),
    )


def rules_decided_by(edition: Edition, switch: str) -> tuple[Rule, ...]:
    """Return the rules that a decision or a law switch changes."""
    return _rules(edition, lambda case: any(switch in _switches(condition) for condition in _conditions(case)))


def _rules(edition: Edition, applies: Callable[[CompiledCase], bool]) -> tuple[Rule, ...]:
    found = {case.rule.id for case in (*edition.cases, *edition.safety_nets) if applies(case)}
    return tuple(rule for rule in edition.content.rules if rule.id in found)


def _conditions(case: CompiledCase) -> Iterator[Condition]:
    yield from (each for each in (case.when, case.unless_known, case.each_child, *case.held) if each is not None)


def _switches(condition: Condition) -> Iterator[str]:
    match condition:
        case Switch(name):
            yield name
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _switches(part)
        case Not(part) | AnyChild(part):
            yield from _switches(part)


def sending_cases(reading: Reading, concern: str) -> Iterator[tuple[Rule, Case]]:
    """Yield the cases that add a destination for a concern: its own rules first, then those of every concern."""
    rules = [rule for rule in reading.content.rules if concern in rule.serves or "all" in rule.serves]
    for rule in sorted(rules, key=lambda rule: "all" in rule.serves):
        for case in rule.cases:
            if case.adds.destinations:
                yield rule, case
