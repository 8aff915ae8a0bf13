"""A case against a claim: its facts, in words, and the edition with the decisions under which it stands."""

from dataclasses import dataclass, replace
from functools import singledispatch

from procedures.engine.conditions import All, AnyChild, AnyOf, Condition, Not, Switch
from procedures.engine.edition import CompiledCase, CompiledItem, Edition
from procedures.engine.facts import Facts


@dataclass(frozen=True)
class Against:
    """What stands against a claim. `facts`, and for a claim about a change `changed`, can be given to `route`."""

    words: str
    facts: Facts | None = None
    changed: Facts | None = None
    edition: Edition | None = None
    """The edition with the decisions of the case switched; None where the case needs no routing."""

    def __str__(self) -> str:
        """Return the case in words."""
        return self.words


def switched(edition: Edition, switches: dict[str, bool]) -> Edition:
    """Return an edition with its decisions and laws set so."""
    if switches == edition.switches():
        return edition

    def of_case(case: CompiledCase) -> CompiledCase:
        return replace(
            case,
            when=_set(case.when, switches),
            unless_known=_maybe(case.unless_known, switches),
            each_child=_maybe(case.each_child, switches),
            held=tuple(_maybe(each, switches) for each in case.held),
        )

    return replace(
        edition,
        cases=tuple(of_case(case) for case in edition.cases),
        safety_nets=tuple(of_case(case) for case in edition.safety_nets),
        checklist=tuple(CompiledItem(each.item, _maybe(each.when, switches)) for each in edition.checklist),
    )


def without(edition: Edition, rule: str) -> Edition:
    """Return an edition from which one rule is taken away."""
    return replace(
        edition,
        cases=tuple(case for case in edition.cases if case.rule.id != rule),
        safety_nets=tuple(case for case in edition.safety_nets if case.rule.id != rule),
    )


def _maybe(condition: Condition | None, switches: dict[str, bool]) -> Condition | None:
    return None if condition is None else _set(condition, switches)


@singledispatch
def _set(condition: Condition, switches: dict[str, bool]) -> Condition:
    return condition


@_set.register
def _(condition: Switch, switches: dict[str, bool]) -> Condition:
    return Switch(condition.name, switches[condition.name])


@_set.register
def _(condition: All, switches: dict[str, bool]) -> Condition:
    return All(tuple(_set(part, switches) for part in condition.parts))


@_set.register
def _(condition: AnyOf, switches: dict[str, bool]) -> Condition:
    return AnyOf(tuple(_set(part, switches) for part in condition.parts))


@_set.register
def _(condition: Not, switches: dict[str, bool]) -> Condition:
    return Not(_set(condition.part, switches))


@_set.register
def _(condition: AnyChild, switches: dict[str, bool]) -> Condition:
    return AnyChild(_set(condition.part, switches))
