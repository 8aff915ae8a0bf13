"""An edition that can be run: the content of its files, with conditions parsed and every name looked up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from procedures.engine.conditions import (
    ALWAYS,
    Condition,
    ConditionRefused,
    Terms,
    parse_child_condition,
    parse_condition,
)
from procedures.engine.reading_yaml import ContentRefused, Document, Fault
from procedures.engine.schema import (
    KEYS,
    Adds,
    ChecklistItem,
    EditionFile,
    Page,
    Question,
    Rule,
    WhenUnknown,
)
from procedures.engine.vocabulary import CHILD_FACTS, FACTS

Where = tuple[str | int, ...]
"""A block, the id of one of its entries, and the keys inside it."""


@dataclass(frozen=True, slots=True, eq=False)
class CompiledCase:
    """One case of a rule, ready to be tested. Compared by identity: two rules may say the same."""

    rule: Rule
    index: int
    when: Condition
    unless_known: Condition | None
    each_child: Condition | None
    adds: Adds
    because: str
    when_unknown: WhenUnknown | None
    held: tuple[Condition | None, ...]
    """For each `do_yourself` of the case, when it must wait until the police agree."""


@dataclass(frozen=True, slots=True)
class CompiledItem:
    """A checklist item with its condition."""

    item: ChecklistItem
    when: Condition | None


@dataclass(frozen=True)
class Edition:
    """One edition, complete. `content` holds its blocks; the rest is looked up once for speed."""

    content: EditionFile
    digest: str
    documents: tuple[Document, ...]
    cases: tuple[CompiledCase, ...]
    safety_nets: tuple[CompiledCase, ...]
    checklist: tuple[CompiledItem, ...]
    pack_conditions: Mapping[tuple[str, str], Condition]
    """For a recipient and a group of answers, when its pack holds the group; none means always."""
    questions: Mapping[str, Question]
    pages: Mapping[str, Page]
    shown_when: Mapping[str, Condition]
    """When each question is shown, as a condition on the answers to earlier questions."""
    fact_terms: Terms = field(repr=False)

    @property
    def id(self) -> str:
        """The edition's id, such as `cumbria`."""
        return self.content.edition.id

    @property
    def version(self) -> str:
        """The version of the procedure, such as `v27`."""
        return self.content.edition.version

    def switches(self) -> dict[str, bool]:
        """Return every decision and law switch with its setting."""
        return _switches(self.content)


def fact_terms(content: EditionFile) -> Terms:
    """Return the words that conditions of rules and checklists may use."""
    return Terms(
        {code: kind.values for code, kind in FACTS.items()},
        {code: kind.values for code, kind in CHILD_FACTS.items()},
        _switches(content),
    )


def answer_terms(earlier: Iterable[Question]) -> Terms:
    """Return the words that the condition of a question may use: the options of the questions before it."""
    return Terms(
        {question.id: [option.value for option in question.options] for question in earlier if question.options},
        {},
        {},
        of_answers=True,
    )


def compile_edition(content: EditionFile, *, documents: tuple[Document, ...], digest: str) -> Edition:
    """Return the edition of joined content. Raises ContentRefused where a condition or a name is wrong."""
    faults: list[Fault] = []
    terms = fact_terms(content)
    cases = list(_cases(content, terms, documents, faults))
    questions = {question.id: question for question in content.questions}
    pages = {page.id: page for page in content.pages}
    shown = _shown_when(content, questions, documents, faults)
    checklist = [
        CompiledItem(item, _parsed(item.when, terms, documents, ("checklists", item.code, "when"), faults))
        for item in content.checklists
    ]
    packs: dict[tuple[str, str], Condition] = {
        (plan.recipient, part.group): condition
        for plan in content.packs
        for part in plan.contents
        if (condition := _parsed(part.only_when, terms, documents, ("packs", plan.recipient, "contents"), faults))
    }
    if faults:
        raise ContentRefused(faults)
    return Edition(
        content=content,
        digest=digest,
        documents=documents,
        cases=tuple(case for case in cases if not case.rule.safety_net),
        safety_nets=tuple(case for case in cases if case.rule.safety_net),
        checklist=tuple(checklist),
        pack_conditions=packs,
        questions=questions,
        pages=pages,
        shown_when=shown,
        fact_terms=terms,
    )


def _switches(content: EditionFile) -> dict[str, bool]:
    return {switch.id: switch.on for switch in [*content.decisions, *content.law]}


def _cases(
    content: EditionFile, terms: Terms, documents: tuple[Document, ...], faults: list[Fault]
) -> Iterable[CompiledCase]:
    for rule in content.rules:
        for index, case in enumerate(rule.cases):
            where = ("rules", rule.id, "cases", index)
            yield CompiledCase(
                rule=rule,
                index=index,
                when=_parsed(case.when, terms, documents, (*where, "when"), faults) or ALWAYS,
                unless_known=_parsed(case.unless_known, terms, documents, (*where, "unless_known"), faults),
                each_child=_parsed(case.each_child, terms, documents, (*where, "each_child"), faults, of_child=True),
                adds=case.adds,
                because=case.because,
                when_unknown=case.when_unknown,
                held=tuple(
                    _parsed(
                        each.held_until_police_agree_when,
                        terms,
                        documents,
                        (*where, "adds", "do_yourself", place, "held_until_police_agree_when"),
                        faults,
                    )
                    for place, each in enumerate(case.adds.do_yourself)
                ),
            )


def _shown_when(
    content: EditionFile, questions: Mapping[str, Question], documents: tuple[Document, ...], faults: list[Fault]
) -> dict[str, Condition]:
    """Read each question's condition against the questions of the pages before it and those before it on its page."""
    shown: dict[str, Condition] = {}
    earlier: list[Question] = []
    for page in content.pages:
        for question_id in page.questions:
            question = questions.get(question_id)
            if question is None:
                faults.append(
                    locate(
                        documents,
                        ("pages", page.id, "questions"),
                        f"There is no question {question_id}. Correct the id, or add the question.",
                        at=question_id,
                    )
                )
                continue
            if question_id in shown:
                faults.append(
                    locate(
                        documents,
                        ("pages", page.id, "questions"),
                        f"{question_id} is asked twice. Take it out here, or on the other page.",
                        at=question_id,
                    )
                )
                continue
            where = ("questions", question.id, "shown_when")
            shown[question.id] = _parsed(question.shown_when, answer_terms(earlier), documents, where, faults) or ALWAYS
            earlier.append(question)
    for question_id in [each for each in questions if each not in shown]:
        faults.append(
            locate(
                documents, ("questions", question_id), "No page asks this question. Put it on a page, or take it out."
            )
        )
    return shown


def _parsed(
    data: dict[str, Any] | None,
    terms: Terms,
    documents: tuple[Document, ...],
    where: Where,
    faults: list[Fault],
    *,
    of_child: bool = False,
) -> Condition | None:
    if data is None:
        return None
    try:
        return parse_child_condition(data, terms) if of_child else parse_condition(data, terms)
    except ConditionRefused as error:
        faults.append(locate(documents, where, str(error)))
        return None


def locate(documents: tuple[Document, ...], where: Where, message: str, *, at: str | None = None) -> Fault:
    """Return a fault at the entry of a block named by its id, in whichever file holds it.

    `at` is a text of that entry: the fault then stands on its line.
    """
    block, name, *rest = where
    for document in documents:
        entries = document.data.get(block, []) if isinstance(document.data, dict) else []
        for index, entry in enumerate(entries):
            if entry.get(KEYS[str(block)]) != name:
                continue
            if rest[:1] == ["cases"] and "cases" not in entry:
                # A rule with one case may be written flat.
                rest = rest[2:]
            inside = tuple(rest)
            if at is not None:
                inside = _path_of(entry, at) or inside
            fault = document.fault((block, index, *inside), message)
            return Fault(fault.file, fault.line, ".".join(str(step) for step in (block, name, *inside)), message)
    return Fault(documents[-1].file, 1, ".".join(str(step) for step in where), message)


def _path_of(data: Any, text: str) -> Where | None:
    """Return the keys that lead to a text inside some data, or to a key of that name."""
    if data == text:
        return ()
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inner in pairs:
        if step == text:
            return (step,)
        found = _path_of(inner, text)
        if found is not None:
            return (step, *found)
    return None
