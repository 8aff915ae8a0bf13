"""What a condition of an edition says, in plain English: as a tree for a page, and as one sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from procedures.engine.edition import Edition
from procedures.engine.schema import ConditionData
from procedures.engine.vocabulary import FACTS
from procedures.value_words import CHILD_PHRASES, NO, PHRASES, YES, Phrase


@dataclass(frozen=True)
class Words:
    """A clause, or several of which all or any must be so."""

    text: str = ""
    joined: Literal["all", "any"] | None = None
    parts: tuple["Words", ...] = ()

    @property
    def sentence(self) -> str:
        """Return it on one line, without a capital or full stop."""
        if self.joined is None:
            return self.text
        texts = [f"({part.sentence})" if part.joined else part.sentence for part in self.parts]
        return self.text + (", and ".join(texts) if self.joined == "all" else f"either {', or '.join(texts)}")

    @property
    def lead(self) -> str:
        """Return the words before a list of the parts."""
        return f"{self.text}all of these:" if self.joined == "all" else f"{self.text}any of these:"


Clause = Callable[[str, Sequence[str], bool, bool], str]
"""From a term, its values, whether it is a child's and whether it is negated, to a clause."""


def rule_words(condition: ConditionData, edition: Edition) -> Words:
    """Return what a condition of a rule or a checklist item says; its terms are facts of the case."""
    return _words(condition, fact_clause, edition)


def child_words(condition: ConditionData, edition: Edition) -> Words:
    """Return what a condition on one child says."""
    return _words(condition, fact_clause, edition, of_child=True)


def question_words(condition: ConditionData, edition: Edition) -> Words:
    """Return when a question is shown; its terms are the answers to earlier questions."""

    def clause(term: str, values: Sequence[str], of_child: bool, negated: bool) -> str:
        question = edition.questions[term]
        labels = {option.value: option.label for option in question.options}
        said = _or([f"“{labels.get(value, value)}”" for value in values])
        return f"the answer to {term} ({question.short}) is {'not ' if negated else ''}{said}"

    return _words(condition, clause, edition)


def settled(condition: ConditionData, concern: str, edition: Edition) -> ConditionData | bool:
    """Return what is left of a condition for one concern and the decisions as they stand now; True or False if nothing.

    What says only that the concern is this one is true; a decision or law switch is what the edition sets it to.
    """
    word, body = next(iter(condition.items()))
    match word:
        case "includes" | "any_of" | "is" if "concerns" in body:
            wanted = body["concerns"]
            return True if concern in (wanted if isinstance(wanted, list) else [wanted]) else condition
        case "decided" | "in_force":
            return edition.switches()[body]
        case "not":
            part = settled(body, concern, edition)
            return not part if isinstance(part, bool) else {"not": part}
        case "all" | "any":
            decisive = word == "any"
            parts = [settled(part, concern, edition) for part in body]
            if any(part is decisive for part in parts):
                return decisive
            left = [part for part in parts if not isinstance(part, bool)]
            return {word: left} if len(left) > 1 else left[0] if left else not decisive
        case _:
            return condition


def fact_clause(term: str, values: Sequence[str], of_child: bool, negated: bool) -> str:
    """Return the clause for a fact having one of these values, or for it having none of them."""
    if not of_child and "yes" in FACTS[term].values:
        says_yes = ("yes" in values) is not negated
        return YES.get(term, FACTS[term].whether.removeprefix("whether ")) if says_yes else NO[term]
    phrase: Phrase = CHILD_PHRASES[term] if of_child else PHRASES[term]
    if len(values) == 1 and values[0] in phrase.alone:
        return f"it is not so that {phrase.alone[values[0]]}" if negated else phrase.alone[values[0]]
    said = [phrase.values.get(value) or phrase.alone[value] for value in values]
    return f"{phrase.not_lead if negated else phrase.lead} {_or(said)}"


def _words(
    data: ConditionData, clause: Clause, edition: Edition, *, of_child: bool = False, negated: bool = False
) -> Words:
    word, body = next(iter(data.items()))
    match word:
        case "is" | "includes" | "any_of":
            term, wanted = next(iter(body.items()))
            return Words(clause(term, wanted if isinstance(wanted, list) else [wanted], of_child, negated))
        case "all" | "any":
            parts = tuple(_words(part, clause, edition, of_child=of_child, negated=negated) for part in body)
            if len(parts) == 1:
                return parts[0]
            return Words(joined="all" if (word == "all") is not negated else "any", parts=parts)
        case "not":
            return _words(body, clause, edition, of_child=of_child, negated=not negated)
        case "any_child":
            part = _words(body, clause, edition, of_child=True)
            lead = "for no child is it so that " if negated else "for at least one child, "
            return Words(lead, part.joined, part.parts) if part.joined else Words(lead + part.text)
        case "children":
            return Words("a child is known" if (body == "some") is not negated else "no child is known")
        case _:
            return Words(_switch(word, body, edition, negated))


def _switch(word: str, name: str, edition: Edition, negated: bool) -> str:
    now = "on" if edition.switches()[name] else "off"
    kind = "decision" if word == "decided" else "law switch"
    return f"{kind} {name} is {'off' if negated else 'on'} (it is {now} now)"


def _or(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"
