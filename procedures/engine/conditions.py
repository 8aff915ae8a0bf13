"""The closed list of conditions that content may use, and what each comes to under what is known.

A condition comes to one of three things: it holds, it could hold, or it cannot. "Could" is what makes "don't know"
safe: a rule whose condition could hold still adds its destinations. There is no expression language.

    is: {child_self_harm: thoughts}          the fact has this value
    any_of: {other_person: [adult, both]}    it has one of these values
    includes: {concerns: grooming}           the list holds this value
    all: [...]   any: [...]   not: {...}
    any_child: {...}                         true of at least one child; inside it, facts are the child's
    children: some | none                    whether any child is known
    decided: DD-03                           the partnership has switched this decision on
    in_force: reporting_duty                 the edition says that this law is in force
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from procedures.engine.facts import FactValue


class Outcome(IntEnum):
    """What a condition comes to. Ordered, so that `all` is the least and `any` the greatest."""

    CANNOT = 0
    COULD = 1
    HOLDS = 2


Values = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class View:
    """What a condition may look at: the values by term, each child's values, and the child in hand if there is one."""

    values: Values
    children: Sequence[Values] = ()


Test = Callable[[View], Outcome]


class ConditionRefused(ValueError):
    """A condition is not of the closed list; the message says what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest condition: this term has one of these values."""

    term: str
    values: frozenset[str]
    of_child: bool = False

    def test(self, view: View) -> Outcome:
        """Return what it comes to for one set of values."""
        value = view.values[self.term]
        if value.known & self.values:
            return Outcome.HOLDS
        return Outcome.COULD if value.possible & self.values else Outcome.CANNOT


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple["Condition", ...]

    def test(self, view: View) -> Outcome:
        """Return the weakest outcome of its parts."""
        outcome = Outcome.HOLDS
        for part in self.parts:
            each = part.test(view)
            if each is Outcome.CANNOT:
                return each
            if each < outcome:
                outcome = each
        return outcome


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part is enough."""

    parts: tuple["Condition", ...]

    def test(self, view: View) -> Outcome:
        """Return the strongest outcome of its parts."""
        outcome = Outcome.CANNOT
        for part in self.parts:
            each = part.test(view)
            if each is Outcome.HOLDS:
                return each
            if each > outcome:
                outcome = each
        return outcome


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold; what only could hold could also not."""

    part: "Condition"

    def test(self, view: View) -> Outcome:
        """Return the opposite outcome."""
        return _OPPOSITE[self.part.test(view)]


_OPPOSITE = {Outcome.CANNOT: Outcome.HOLDS, Outcome.COULD: Outcome.COULD, Outcome.HOLDS: Outcome.CANNOT}


@dataclass(frozen=True, slots=True)
class AnyChild:
    """True of at least one child. With no child known it cannot hold."""

    part: "Condition"

    def test(self, view: View) -> Outcome:
        """Return the strongest outcome over the children."""
        outcome = Outcome.CANNOT
        for child in view.children:
            outcome = max(outcome, self.part.test(View(child)))
        return outcome


@dataclass(frozen=True, slots=True)
class HasChildren:
    """Whether any child is known."""

    some: bool

    def test(self, view: View) -> Outcome:
        """Return HOLDS or CANNOT: how many children are known is itself always known."""
        return Outcome.HOLDS if bool(view.children) is self.some else Outcome.CANNOT


@dataclass(frozen=True, slots=True)
class Switch:
    """A partnership's decision, or a law's commencement, as the edition sets it."""

    name: str
    is_on: bool

    def test(self, view: View) -> Outcome:
        """Return HOLDS when it is on."""
        return Outcome.HOLDS if self.is_on else Outcome.CANNOT


Condition = Atom | All | AnyOf | Not | AnyChild | HasChildren | Switch
ALWAYS = All(())


@dataclass(frozen=True)
class Terms:
    """The words a condition may use: terms and each child's terms with their values, and the switches."""

    values: Mapping[str, Sequence[str]]
    child_values: Mapping[str, Sequence[str]]
    switches: Mapping[str, bool]
    of_answers: bool = False
    """Whether the terms are questions: then there are no children to look through and no switches to read."""


def parse_condition(data: Any, terms: Terms) -> Condition:
    """Return the condition that a mapping of the loaded content writes.

    Raises ConditionRefused for anything that is not of the closed list or names a term, value or switch not in `terms`.
    """
    return _parse(data, terms, of_child=False)


def parse_child_condition(data: Any, terms: Terms) -> Condition:
    """Return a condition in which every term is a fact of one child."""
    return _parse(data, terms, of_child=True)


def _parse(data: Any, terms: Terms, *, of_child: bool) -> Condition:
    if not isinstance(data, Mapping) or len(data) != 1:
        raise ConditionRefused(
            "A condition is one key with its value, such as `is: {immediate_danger: yes}`. "
            "To join several, write `all: [...]` or `any: [...]`."
        )
    word, body = next(iter(data.items()))
    if terms.of_answers and word in ("any_child", "children", "decided", "in_force"):
        raise ConditionRefused(f"`{word}` cannot be used of answers. Use is, any_of, includes, all, any or not.")
    match word:
        case "is" | "includes" | "any_of":
            return _parse_atom(word, body, terms, of_child=of_child)
        case "all" | "any":
            if not isinstance(body, list) or not body:
                raise ConditionRefused(f"`{word}` needs a list of conditions, each on a line of its own with a dash.")
            parts = tuple(_parse(each, terms, of_child=of_child) for each in body)
            return All(parts) if word == "all" else AnyOf(parts)
        case "not":
            return Not(_parse(body, terms, of_child=of_child))
        case "any_child" if not of_child:
            return AnyChild(_parse(body, terms, of_child=True))
        case "children" if not of_child:
            if body not in ("some", "none"):
                raise ConditionRefused("`children` is `some` or `none`.")
            return HasChildren(body == "some")
        case "decided" | "in_force":
            if not isinstance(body, str) or body not in terms.switches:
                raise ConditionRefused(
                    f"`{word}: {body}` is not set. Add it to the edition's `decisions` or `law` block."
                )
            return Switch(body, terms.switches[body])
        case _:
            raise ConditionRefused(
                f"`{word}` is not a condition here. Use is, any_of, includes, all, any, not, any_child, children, "
                "decided or in_force."
            )


def _parse_atom(word: str, body: Any, terms: Terms, *, of_child: bool) -> Atom:
    known = terms.child_values if of_child else terms.values
    if not isinstance(body, Mapping) or len(body) != 1:
        raise ConditionRefused(f"`{word}` takes one fact and its value, such as `{word}: {{meeting: later}}`.")
    term, wanted = next(iter(body.items()))
    if term not in known:
        raise ConditionRefused(f"`{term}` is not known here. Use one of: {', '.join(sorted(known)) or 'none yet'}.")
    values = wanted if isinstance(wanted, list) else [wanted]
    if word != "any_of" and len(values) != 1:
        raise ConditionRefused(f"`{word}` takes one value; for several write `any_of: {{{term}: [...]}}`.")
    if not values:
        raise ConditionRefused(f"`{word}: {{{term}: []}}` names no value. Use any of: {', '.join(known[term])}.")
    for value in values:
        if value not in known[term]:
            raise ConditionRefused(f"`{term}` cannot be `{value}`. Use one of: {', '.join(known[term])}.")
    return Atom(term, frozenset(values), of_child)


def atoms(condition: Condition) -> Iterator[Atom]:
    """Yield every atom of a condition."""
    match condition:
        case Atom():
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part) | AnyChild(part):
            yield from atoms(part)
        case _:
            return


def open_terms(condition: Condition, view: View) -> Iterator[str]:
    """Yield the terms that keep a condition from being settled, each child's as `children.<term>`."""
    match condition:
        case Atom():
            if condition.test(view) is Outcome.COULD:
                yield f"children.{condition.term}" if condition.of_child else condition.term
        case All(parts) | AnyOf(parts):
            if condition.test(view) is Outcome.COULD:
                for part in parts:
                    yield from open_terms(part, view)
        case Not(part):
            yield from open_terms(part, view)
        case AnyChild(part):
            if condition.test(view) is Outcome.COULD:
                for child in view.children:
                    yield from open_terms(part, View(child))
        case _:
            return
