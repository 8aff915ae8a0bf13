"""(e) Every fact that a rule reads is filled by a question that the journey of each concern it serves can reach.

Beyond that, every fact of the contract has a question, every value that a rule asks for can be answered, and what a
checklist item reads is asked in some journey.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import z3

from procedures.engine.conditions import All, AnyOf, Atom, Condition, Not, atoms
from procedures.engine.edition import CompiledCase, Edition
from procedures.engine.proof.against import Against
from procedures.engine.schema import Question
from procedures.engine.vocabulary import CHILD_FACTS, CONCERNS, FACTS

CONCERN_QUESTION = "Q-SAF-6"
DERIVED = {"age_band": ("child.age",), "other_children": (), "adult_harmed": ("person_harmed_is_adult",)}
"""The facts that a computation fills."""


def every_fact_is_asked(edition: Edition) -> Iterator[Against]:
    """Yield each rule that reads a fact which no question reachable in a concern's journey fills."""
    for words in _faults(edition):
        yield Against(words)


def _faults(edition: Edition) -> Iterator[str]:
    concern_question = edition.questions.get(CONCERN_QUESTION)
    options = {option.value for option in concern_question.options} if concern_question is not None else set()
    for concern in CONCERNS:
        if concern not in options:
            yield f"{CONCERN_QUESTION} does not offer the concern {concern}, so no journey has it. Add the option."
    if not options.issuperset(CONCERNS):
        return
    reach = _Reach(edition)
    fillers = fillers_of(edition)
    yield from _without_question(fillers)
    yield from _unanswerable(edition, fillers)
    yield from _of_checklist(edition, fillers, reach)
    for case in (*edition.cases, *edition.safety_nets):
        serves = CONCERNS if "all" in case.rule.serves else tuple(case.rule.serves)
        for fact in dict.fromkeys(facts_read(case)):
            for concern in serves:
                if not any(reach.can(question, concern) for question in fillers.get(fact, ())):
                    yield (
                        f"{case.rule.id} reads {fact}, which no question reachable with the concern {concern} fills. "
                        "Ask for it, or take it out of the rule."
                    )


def _without_question(fillers: Mapping[str, list[Question]]) -> Iterator[str]:
    for fact in [*FACTS, *(f"child.{code}" for code in CHILD_FACTS)]:
        if fact not in fillers:
            yield f"No question fills {fact}. Ask for it."


def _unanswerable(edition: Edition, fillers: Mapping[str, list[Question]]) -> Iterator[str]:
    """Yield each condition of a rule whose values no answer can give."""
    for case in (*edition.cases, *edition.safety_nets):
        for atom in _atoms_of(case):
            fact = f"child.{atom.term}" if atom.of_child else atom.term
            given = {value for question in fillers.get(fact, ()) for value in _values_given(question, fact)}
            if fact in fillers and "*" not in given and not given & atom.values:
                values = " or ".join(sorted(atom.values))
                yield f"{case.rule.id} asks whether {fact} is {values}, which no answer gives. Add it to a map."


def _values_given(question: Question, fact: str) -> Iterator[str]:
    for fill in question.fills:
        if fill.derive is not None and fact in DERIVED[fill.derive]:
            yield "*"
        elif fill.fact == fact:
            for value in (*fill.map.values(), *([] if fill.when_not_asked is None else [fill.when_not_asked])):
                yield from [value] if isinstance(value, str) else value


def _of_checklist(edition: Edition, fillers: Mapping[str, list[Question]], reach: "_Reach") -> Iterator[str]:
    for compiled in edition.checklist:
        for atom in atoms(compiled.when) if compiled.when is not None else ():
            fact = f"child.{atom.term}" if atom.of_child else atom.term
            if not any(reach.can(question, concern) for question in fillers.get(fact, ()) for concern in CONCERNS):
                yield f"The item {compiled.item.code} reads {fact}, which no reachable question fills. Ask for it."


def _atoms_of(case: CompiledCase) -> Iterator[Atom]:
    for condition in (case.when, case.unless_known, case.each_child, *case.held):
        if condition is not None:
            yield from atoms(condition)


def facts_read(case: CompiledCase) -> Iterator[str]:
    """Yield the facts that a case reads, those of a child as `child.<code>`."""
    for atom in _atoms_of(case):
        yield f"child.{atom.term}" if atom.of_child else atom.term


def fillers_of(edition: Edition) -> Mapping[str, list[Question]]:
    """Return the questions that fill each fact."""
    found: dict[str, list[Question]] = {}
    for question in edition.questions.values():
        for fill in question.fills:
            for fact in DERIVED[fill.derive] if fill.derive is not None else (fill.fact,):
                found.setdefault(fact, []).append(question)
    return found


class _Reach:
    """Whether a question can be asked in the journey of a concern."""

    def __init__(self, edition: Edition) -> None:
        self.solver = z3.Solver()
        self.chosen: dict[str, dict[str, Any]] = {}
        self.shown: dict[str, Any] = {}
        self.known: dict[tuple[str, str], bool] = {}
        for page in edition.content.pages:
            for question_id in page.questions:
                self._ask(edition.questions[question_id], edition.shown_when[question_id])

    def can(self, question: Question, concern: str) -> bool:
        """Return whether some answers with this concern chosen lead to the question."""
        key = question.id, concern
        if key not in self.known:
            chosen = self.chosen[CONCERN_QUESTION][concern]
            self.known[key] = self.solver.check(self.shown[question.id], chosen) == z3.sat
        return self.known[key]

    def _ask(self, question: Question, condition: Condition) -> None:
        shown = self._formula(condition)
        self.shown[question.id] = shown
        options = {option.value: z3.Bool(f"{question.id}={option.value}") for option in question.options}
        self.chosen[question.id] = options
        for chosen in options.values():
            self.solver.add(z3.Implies(chosen, shown))
        if question.kind != "choices" and len(options) > 1:
            self.solver.add(z3.AtMost(*options.values(), 1))
        for option in question.options:
            if option.exclusive:
                others = [chosen for value, chosen in options.items() if value != option.value]
                self.solver.add(z3.Implies(options[option.value], z3.Not(z3.Or(others))))

    def _formula(self, condition: Condition) -> Any:
        match condition:
            case Atom(term, values):
                return z3.Or([self.chosen[term][value] for value in values])
            case All(parts):
                return z3.And([self._formula(part) for part in parts])
            case AnyOf(parts):
                return z3.Or([self._formula(part) for part in parts])
            case Not(part):
                return z3.Not(self._formula(part))
            case _:
                raise TypeError(f"A question cannot depend on {condition!r}.")
