"""Worked examples and vignettes: cases in words with the routing they must have.

They are part of an edition, so that an editor sees at once what a change to a rule does to cases that people know.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from procedures.engine.blocks import Block, Code, SourceId, Text, Urgency
from procedures.engine.blocks import Destination as DestinationCode
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts, FactsRefused, parse_facts
from procedures.engine.joining import route_by_area
from procedures.engine.loading import load_edition
from procedures.engine.reading_yaml import ContentRefused, Document, Fault, read_yaml
from procedures.engine.routing import Routing, route
from procedures.engine.schema import Mode

Given = dict[str, Any]


class Base(Block):
    """Facts that many examples start from: those of the case, and those of each child that an example names."""

    id: Code
    title: Text
    facts: Given
    child: dict[str, Any] = {}


class ExpectedDestination(Block):
    """One destination that an example must have; `unit: find` is one that must be found."""

    code: DestinationCode
    unit: Text
    mode: Mode
    urgency: Urgency
    marking: Literal["CHANNEL"] | None = None


class Expected(Block):
    """What the routing must be: exactly these destinations, at least these flags, none of those."""

    urgency: Urgency
    owner: Code | None = None
    destinations: list[ExpectedDestination] = Field(min_length=1)
    flags: list[Code] = []
    not_flags: list[Code] = []
    do_yourself: list[Code] = []
    checklist: list[Code] = []


class Example(Block):
    """A case in words, its facts and its routing."""

    id: SourceId
    title: Text
    base: Code | None = None
    given: Given
    by_area: Literal["yes", "no"] = "no"
    """Whether each child is decided under the edition of that child's area, as for a real referral."""
    expect: Expected


class Vignette(Block):
    """A short case as a safeguarding lead would tell it, and how urgent it must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: SourceId
    told: Text
    base: Code | None = None
    given: Given
    urgency: Urgency


class ExampleFile(Block):
    """The worked examples, or the vignettes, of one edition."""

    edition: Text
    bases: list[Base] = []
    examples: list[Example] = []
    vignettes: list[Vignette] = []


def load_examples(path: Path) -> ExampleFile:
    """Return the examples of a file. Raises ContentRefused, whose faults name file, line, key and cure."""
    try:
        document = read_yaml(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise ContentRefused([Fault(path.name, 1, "", "This file is not UTF-8 text. Save it as UTF-8.")]) from error
    try:
        return ExampleFile.model_validate(document.data)
    except ValidationError as error:
        raise ContentRefused([_fault(document, each) for each in error.errors()]) from error


def _fault(document: Document, error: Mapping[str, Any]) -> Fault:
    return document.fault(tuple(error["loc"]), f"{error['msg']}. Correct the value.")


def facts_of(file: ExampleFile, case: Example | Vignette) -> Facts:
    """Return the facts of an example: its base, and over it what it gives itself.

    Raises FactsRefused for a key or value that is no fact, and for a base that the file does not hold.
    """
    base = next((each for each in file.bases if each.id == case.base), None)
    if case.base is not None and base is None:
        raise FactsRefused(f"It starts from {case.base}, which is not among the bases. Correct the name.")
    data: Given = {**(base.facts if base else {}), **case.given}
    first = base.child if base else {}
    data["children"] = [{**first, **child} for child in data.get("children", [])]
    return parse_facts(data)


def run_example(edition: Edition | Mapping[str, Edition], file: ExampleFile, example: Example) -> list[str]:
    """Return how the routing of an example differs from what it expects, each difference in words; none if it holds.

    `edition` is the one edition to decide under, or the editions by area for an example that says `by_area`.
    """
    facts = facts_of(file, example)
    routing = route(edition, facts) if isinstance(edition, Edition) else route_by_area(edition, facts)
    return differences(routing, example.expect)


def differences(routing: Routing, expected: Expected) -> list[str]:
    """Return how a routing differs from what is expected of it, in words."""
    found: list[str] = []
    if routing.urgency != expected.urgency:
        found.append(f"It is {routing.urgency} and should be {expected.urgency}.")
    if expected.owner is not None and routing.owner != expected.owner:
        found.append(f"{routing.owner} owns it and {expected.owner} should.")
    wanted = {_line(each) for each in expected.destinations}
    had = {
        _words(each.code, each.unit or "find", each.mode, each.urgency, each.marking) for each in routing.destinations
    }
    found += [f"It does not go to {each}." for each in sorted(wanted - had)]
    found += [f"It also goes to {each}." for each in sorted(had - wanted)]
    codes = {flag.code for flag in routing.flags}
    found += _missing("flag", expected.flags, codes)
    found += [f"The flag {code} is raised and should not be." for code in expected.not_flags if code in codes]
    found += _missing("own report", expected.do_yourself, {own.code for own in routing.do_yourself})
    found += _missing("checklist item", expected.checklist, {step.code for step in routing.checklist})
    return found


def _missing(what: str, wanted: Sequence[str], had: set[str]) -> list[str]:
    return [f"The {what} {code} is missing." for code in wanted if code not in had]


def _line(each: ExpectedDestination) -> str:
    return _words(each.code, each.unit, each.mode, each.urgency, each.marking)


def _words(code: str, unit: str, mode: str, urgency: str, marking: str | None) -> str:
    marked = f", marked {marking}" if marking else ""
    return f"{code} {unit} ({mode}, {urgency}{marked})"


def findings(path: Path, edition: Edition) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """Yield for the file of an edition what its examples and vignettes come to: a title, whether good, what to mend."""
    for kind, words in (("examples", "worked examples"), ("vignettes", "vignettes")):
        beside = path.with_name(f"{path.stem}.{kind}.yaml")
        if not beside.is_file():
            yield f"it has {words}", False, (f"There is no {beside.name}. Write it beside the edition.",)
            continue
        try:
            file = load_examples(beside)
        except ContentRefused as error:
            yield f"its {words} can be read", False, tuple(str(fault) for fault in error.faults)
            continue
        unusable = tuple(_unusable(file))
        if unusable:
            yield f"its {words} say facts that exist", False, unusable
            continue
        try:
            wrong = tuple(_wrong(path, edition, file))
        except ContentRefused as error:
            yield f"the editions that its {words} need can be loaded", False, tuple(str(each) for each in error.faults)
            continue
        yield f"its {len(file.examples) + len(file.vignettes)} {words} are routed as they say", not wrong, wrong
        if kind == "vignettes":
            yield _shares(edition, file)


def _unusable(file: ExampleFile) -> Iterator[str]:
    cases: list[Example | Vignette] = [*file.examples, *file.vignettes]
    for case in cases:
        try:
            facts_of(file, case)
        except FactsRefused as error:
            yield f"{case.id}: {error}"


MOST = {"emergency": 15, "urgent": 35}
"""The largest share of realistic cases that may be so urgent, in per cent: more, and the word means nothing (Z-21)."""


def _shares(edition: Edition, file: ExampleFile) -> tuple[str, bool, tuple[str, ...]]:
    """Return how many vignettes are routed as emergency and as urgent, and whether that is few enough."""
    found = [route(edition, facts_of(file, vignette)).urgency for vignette in file.vignettes]
    shares = {word: 100 * found.count(word) / len(found) for word in MOST} if found else dict.fromkeys(MOST, 0.0)
    too_many = tuple(
        f"{shares[word]:.1f}% of the vignettes are {word}; at most {most}% may be. Look at the rules that make them so."
        for word, most in MOST.items()
        if shares[word] > most
    )
    words = ", ".join(
        f"{found.count(word)} {word} ({shares[word]:.1f}%, at most {most}%)" for word, most in MOST.items()
    )
    return f"its vignettes hold {words}", not too_many, too_many


def _wrong(path: Path, edition: Edition, file: ExampleFile) -> Iterator[str]:
    by_area = _by_area(path, edition) if any(each.by_area == "yes" for each in file.examples) else {}
    for example in file.examples:
        for difference in run_example(by_area if example.by_area == "yes" else edition, file, example):
            yield f"{example.id} {example.title}: {difference}"
    for vignette in file.vignettes:
        urgency = route(edition, facts_of(file, vignette)).urgency
        if urgency != vignette.urgency:
            yield f"{vignette.id}: it is {urgency} and should be {vignette.urgency}."


def _by_area(path: Path, edition: Edition) -> dict[str, Edition]:
    """Return the editions of the same folder by area, with this one in its own place."""
    others = [
        load_edition(each)
        for each in sorted(path.parent.glob("*.yaml"))
        if "." not in each.stem and each.name != path.name
    ]
    return {area: each for each in [*others, edition] for area in each.content.edition.areas}
