"""Facts of one case as values: what is known, what is possible, and nothing else.

A fact is held as two sets. `known` are the values that are certain; `possible` are those that may be true, the
known ones among them. "Don't know" is so a real value and not a hole: everything is possible, nothing is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from procedures.engine.vocabulary import CHILD_FACTS, FACTS, NONE, UNKNOWN, FactKind, Shape

MAYBE = "?"
"""Behind one value of a list: this value is not known, though others are."""


class FactsRefused(ValueError):
    """The facts given cannot be used; the message names the key and says how to mend it."""


@dataclass(frozen=True, slots=True)
class FactValue:
    """What is known of one fact: `known` is a subset of `possible`."""

    known: frozenset[str]
    possible: frozenset[str]

    @property
    def is_settled(self) -> bool:
        """Whether nothing about this fact is left open."""
        return self.known == self.possible


@dataclass(frozen=True)
class Child:
    """The facts of one child, by code of `CHILD_FACTS`."""

    values: Mapping[str, FactValue]

    def one(self, code: str) -> str:
        """Return the single known value of a one-value fact, or `unknown`."""
        return _only(self.values[code])


@dataclass(frozen=True)
class Facts:
    """All facts of a case: `values` by code of `FACTS`, and the children in their order."""

    values: Mapping[str, FactValue]
    children: tuple[Child, ...]

    def one(self, code: str) -> str:
        """Return the single known value of a one-value fact, or `unknown`."""
        return _only(self.values[code])

    def has(self, code: str, value: str) -> bool:
        """Return whether a value is known to be true."""
        return value in self.values[code].known

    @cached_property
    def as_data(self) -> dict[str, Any]:
        """Return the facts in the form that is kept with a routing; `kept_facts` reads them back unchanged.

        It is the form of the contract with two additions, for what a form can leave behind and nobody can send: any
        list may say `none`, and a list whose values are always known may say `unknown` beside what it holds.
        """
        data: dict[str, Any] = {code: _written(kind, self.values[code]) for code, kind in FACTS.items()}
        data = {code: value for code, value in data.items() if value is not None}
        data["children"] = [
            {
                code: written
                for code, kind in CHILD_FACTS.items()
                if (written := _written(kind, child.values[code])) is not None
            }
            for child in self.children
        ]
        return data


def not_known(kind: FactKind) -> FactValue:
    """Return the value of a fact of which nothing is known."""
    return FactValue(frozenset(), frozenset(kind.values))


def parse_facts(data: object) -> Facts:
    """Return the facts of a JSON object written as the design's contract table says.

    A missing key, or an empty list, is unknown. Raises FactsRefused for a key or a value that the table does not hold
    and for a list that contradicts itself.
    """
    return _parse(data, FACTS, CHILD_FACTS)


def kept_facts(data: object) -> Facts:
    """Return the facts that `Facts.as_data` wrote. Raises FactsRefused as `parse_facts` does."""
    return _parse(data, _KEPT_FACTS, _KEPT_CHILD_FACTS)


def _as_kept(kind: FactKind) -> FactKind:
    return replace(kind, may_be_unknown=True, may_be_none=True) if kind.shape is Shape.MANY else kind


_KEPT_FACTS = {code: kind if code == "concerns" else _as_kept(kind) for code, kind in FACTS.items()}
_KEPT_CHILD_FACTS = {code: _as_kept(kind) for code, kind in CHILD_FACTS.items()}


def _parse(data: object, kinds: Mapping[str, FactKind], child_kinds: Mapping[str, FactKind]) -> Facts:
    if not isinstance(data, Mapping):
        raise FactsRefused('The facts must be one JSON object, for example {"concerns": ["grooming"]}.')
    for key in data:
        if key not in FACTS and key != "children":
            raise FactsRefused(
                f'"{key}" is not a fact. Take it out, or use one of: {", ".join(sorted(FACTS))}, children.'
            )
    values = {code: _parse_one(code, kind, data.get(code)) for code, kind in kinds.items()}
    if not values["concerns"].known:
        raise FactsRefused(f'"concerns" needs at least one of: {", ".join(FACTS["concerns"].values)}.')
    return Facts(values, _parse_children(data.get("children"), child_kinds))


def _parse_children(data: object, kinds: Mapping[str, FactKind]) -> tuple[Child, ...]:
    if data is None:
        return ()
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise FactsRefused('"children" must be a list with one object for each child; [] says that no child is known.')
    children = []
    for index, row in enumerate(data):
        where = f"children[{index}]"
        if not isinstance(row, Mapping):
            raise FactsRefused(f'"{where}" must be an object such as {{"area": "cumberland", "age": "13_to_15"}}.')
        for key in row:
            if key not in CHILD_FACTS:
                raise FactsRefused(f'"{where}.{key}" is not a fact. Use one of: {", ".join(CHILD_FACTS)}.')
        children.append(
            Child({code: _parse_one(f"{where}.{code}", kind, row.get(code)) for code, kind in kinds.items()})
        )
    return tuple(children)


def _parse_one(where: str, kind: FactKind, data: object) -> FactValue:
    if data is None:
        return not_known(kind)
    if kind.shape is Shape.MANY:
        return _parse_list(where, kind, data)
    if data == UNKNOWN and kind.may_be_unknown:
        return not_known(kind)
    if not isinstance(data, str) or data not in kind.values:
        raise FactsRefused(f'"{where}" cannot be {data!r}. Use one of: {", ".join(_allowed(kind))}.')
    only = frozenset((data,))
    return FactValue(only, only)


def _parse_list(where: str, kind: FactKind, data: object) -> FactValue:
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise FactsRefused(f'"{where}" must be a list, for example ["{kind.values[0]}"].')
    known: set[str] = set()
    maybe: set[str] = set()
    says_none = False
    for value in data:
        if value == UNKNOWN and kind.may_be_unknown:
            maybe.update(kind.values)
        elif value == NONE and kind.may_be_none:
            says_none = True
        elif isinstance(value, str) and value in kind.values:
            known.add(value)
        elif isinstance(value, str) and value.removesuffix(MAYBE) in kind.values and kind.may_be_unknown:
            maybe.add(value.removesuffix(MAYBE))
        else:
            raise FactsRefused(f'"{where}" cannot hold {value!r}. Use any of: {", ".join(_allowed(kind))}.')
    if says_none and (known or maybe):
        raise FactsRefused(f'"{where}" says "none" beside other values. Keep "none" alone, or take it out.')
    if not data:
        return not_known(kind)
    return FactValue(frozenset(known), frozenset(known | maybe))


def _allowed(kind: FactKind) -> list[str]:
    words = list(kind.values)
    if kind.shape is Shape.MANY and kind.may_be_none:
        words.append(NONE)
    if kind.may_be_unknown:
        words.append(UNKNOWN)
    return words


def _only(value: FactValue) -> str:
    return next(iter(value.known)) if len(value.known) == 1 else UNKNOWN


def _written(kind: FactKind, value: FactValue) -> Any:
    """Return the JSON form of a value; None for what can only be said by leaving the key out."""
    if kind.shape is Shape.ONE:
        if value.is_settled:
            return next(iter(value.known))
        return UNKNOWN if kind.may_be_unknown else None
    if not value.possible:
        return [NONE]
    known = [each for each in kind.values if each in value.known]
    if value.is_settled:
        return known
    if value.possible == frozenset(kind.values):
        return [*known, UNKNOWN] if known or kind.may_be_unknown else None
    return known + [f"{each}{MAYBE}" for each in kind.values if each in value.possible - value.known]
