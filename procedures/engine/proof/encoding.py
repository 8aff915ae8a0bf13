"""Facts, conditions and rules as boolean formulas.

Each value of each fact becomes two variables: it is known, and it is possible. That is exactly what the engine holds
(`FactValue`), so a formula here says what `route` does, for all facts at once. A third kind of variable stands for
each decision and each law that an edition can switch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from procedures.engine.conditions import All, AnyChild, AnyOf, Atom, Condition, HasChildren, Not
from procedures.engine.edition import CompiledCase, Edition
from procedures.engine.facts import Child, Facts, FactValue
from procedures.engine.routing import FLAG_INSTEAD, WEAKER_MODE, WEAKER_URGENCY
from procedures.engine.schema import DestinationAdd
from procedures.engine.vocabulary import CHILD_FACTS, FACTS, MODE_STRENGTH, NONE, URGENCIES, FactKind, Shape

Formula = Any
Slot = int | None
"""Which child a destination names; None where no child is known."""

MOST_CHILDREN = 2


@dataclass(frozen=True)
class Variables:
    """The variables of one fact: by value, whether it is known and whether it is possible."""

    kind: FactKind
    known: Mapping[str, Formula]
    possible: Mapping[str, Formula]

    def rules(self) -> Iterator[Formula]:
        """Yield what must be true of the variables for them to be a fact at all."""
        for value in self.kind.values:
            yield z3.Implies(self.known[value], self.possible[value])
        if self.kind.shape is Shape.ONE:
            none_known = z3.Not(z3.Or(list(self.known.values())))
            yield z3.AtMost(*self.known.values(), 1) if len(self.known) > 1 else z3.BoolVal(True)
            for value in self.kind.values:
                yield self.possible[value] == z3.Or(self.known[value], none_known)
        elif not self.kind.may_be_unknown and self.kind.code == "concerns":
            for value in self.kind.values:
                yield self.known[value] == self.possible[value]
            yield z3.Or(list(self.known.values()))

    def all(self) -> list[Formula]:
        """Return every variable, known ones first."""
        return [*self.known.values(), *self.possible.values()]

    def read(self, model: Any) -> FactValue:
        """Return the value of this fact in a model."""
        known = {value for value in self.kind.values if z3.is_true(model.eval(self.known[value], True))}
        possible = {value for value in self.kind.values if z3.is_true(model.eval(self.possible[value], True))}
        return FactValue(frozenset(known), frozenset(possible))


def variables(kind: FactKind, prefix: str) -> Variables:
    """Return fresh variables for a fact."""
    return Variables(
        kind,
        {value: z3.Bool(f"{prefix}{kind.code}={value}") for value in kind.values},
        {value: z3.Bool(f"{prefix}{kind.code}~{value}") for value in kind.values},
    )


@dataclass(frozen=True)
class World:
    """All variables: facts, children, switches."""

    facts: Mapping[str, Variables]
    children: Sequence[Mapping[str, Variables]]
    present: Sequence[Formula]
    """For each child, whether there is one."""
    switches: Mapping[str, Formula]

    def rules(self, edition: Edition) -> list[Formula]:
        """Return what holds in every world: facts are facts, and at most one decision differs from the shipped ones."""
        found: list[Formula] = []
        for each in [*self.facts.values(), *(fact for child in self.children for fact in child.values())]:
            found += each.rules()
        found += [z3.Implies(self.present[index + 1], self.present[index]) for index in range(len(self.present) - 1)]
        content = edition.content
        flipped = [self.switches[each.id] != z3.BoolVal(each.on) for each in content.decisions]
        if len(flipped) > 1:
            found.append(z3.AtMost(*flipped, 1))
        if content.law:
            shipped = z3.And([self.switches[each.id] == z3.BoolVal(each.on) for each in content.law])
            found.append(z3.Or(shipped, z3.And([self.switches[each.id] for each in content.law])))
        return found

    def slots(self) -> list[tuple[Slot, Formula]]:
        """Return the children that may be named, each with when it exists; None exists where there is no child."""
        return [(None, z3.Not(self.present[0])), *enumerate(self.present)]

    def read(self, model: Any) -> Facts:
        """Return the facts of a model."""
        children = [
            Child({code: each.read(model) for code, each in child.items()})
            for child, present in zip(self.children, self.present, strict=True)
            if z3.is_true(model.eval(present, True))
        ]
        return Facts({code: each.read(model) for code, each in self.facts.items()}, tuple(children))

    def read_switches(self, model: Any) -> dict[str, bool]:
        """Return the switches of a model."""
        return {name: z3.is_true(model.eval(each, True)) for name, each in self.switches.items()}


def world_of(edition: Edition) -> World:
    """Return the variables for an edition, for up to two children."""
    return World(
        {code: variables(kind, "") for code, kind in FACTS.items()},
        [
            {code: variables(kind, f"child{index}.") for code, kind in CHILD_FACTS.items()}
            for index in range(MOST_CHILDREN)
        ],
        [z3.Bool(f"child{index}") for index in range(MOST_CHILDREN)],
        {name: z3.Bool(f"switch.{name}") for name in edition.switches()},
    )


def holds(condition: Condition, world: World, child: int | None = None) -> Formula:
    """Return the formula for: the condition holds."""
    match condition:
        case Atom(term, values, of_child):
            return z3.Or([_variables(world, term, of_child, child).known[value] for value in values])
        case All(parts):
            return z3.And([holds(part, world, child) for part in parts])
        case AnyOf(parts):
            return z3.Or([holds(part, world, child) for part in parts])
        case Not(part):
            return z3.Not(could(part, world, child))
        case AnyChild(part):
            return z3.Or([z3.And(there, holds(part, world, index)) for index, there in enumerate(world.present)])
        case HasChildren(some):
            return world.present[0] if some else z3.Not(world.present[0])
        case _:
            return world.switches[condition.name]


def could(condition: Condition, world: World, child: int | None = None) -> Formula:
    """Return the formula for: the condition holds or could hold."""
    match condition:
        case Atom(term, values, of_child):
            return z3.Or([_variables(world, term, of_child, child).possible[value] for value in values])
        case All(parts):
            return z3.And([could(part, world, child) for part in parts])
        case AnyOf(parts):
            return z3.Or([could(part, world, child) for part in parts])
        case Not(part):
            return z3.Not(holds(part, world, child))
        case AnyChild(part):
            return z3.Or([z3.And(there, could(part, world, index)) for index, there in enumerate(world.present)])
        case _:
            return holds(condition, world, child)


def _variables(world: World, term: str, of_child: bool, child: int | None) -> Variables:
    return world.facts[term] if not of_child or child is None else world.children[child][term]


@dataclass(frozen=True, order=True)
class Key:
    """One thing a routing can hold: a destination with a strength, a flag, a checklist item or a report."""

    what: str
    name: str
    slot: int = -1
    """The child; -1 for none."""
    level: int = 0
    by: str = ""

    @property
    def place(self) -> tuple[str, str, int, int]:
        """Everything but by what its unit is found."""
        return self.what, self.name, self.slot, self.level


@dataclass
class Contributions:
    """Who adds what: for each thing a routing can hold, the rules that add it and when."""

    of: dict[Key, list[tuple[str, Formula]]] = field(default_factory=dict)

    def add(self, key: Key, rule: str, when: Formula) -> None:
        """Note that a rule adds this."""
        self.of.setdefault(key, []).append((rule, when))

    def present(self, key: Key) -> Formula:
        """Return the formula for: this is in the routing."""
        return z3.Or([when for _, when in self.of.get(key, [])])

    def present_without(self, key: Key, rule: str) -> Formula:
        """Return the formula for: this is there even if the rule is taken away."""
        return z3.Or([when for name, when in self.of.get(key, []) if name != rule])


def contributions(edition: Edition, world: World) -> Contributions:
    """Return everything that an edition's rules add, as formulas."""
    found = Contributions()
    for case in edition.cases:
        _contribute(case, world, found)
    for case in edition.safety_nets:
        _catch(case, world, found)
    return found


def _contribute(case: CompiledCase, world: World, found: Contributions) -> None:
    rule = case.rule.id
    excluded = holds(case.unless_known, world) if case.unless_known is not None else z3.BoolVal(False)
    certain = {index: z3.BoolVal(True) for index in range(len(world.present))}
    maybe = dict(certain)
    any_certain = any_maybe = z3.BoolVal(True)
    if case.each_child is not None:
        certain = {
            index: z3.And(there, holds(case.each_child, world, index)) for index, there in enumerate(world.present)
        }
        maybe = {
            index: z3.And(there, could(case.each_child, world, index)) for index, there in enumerate(world.present)
        }
        any_certain, any_maybe = z3.Or(list(certain.values())), z3.Or(list(maybe.values()))
    settled = z3.And(holds(case.when, world), z3.Not(excluded), any_certain)
    open_ = z3.And(could(case.when, world), z3.Not(excluded), any_maybe, z3.Not(settled))
    unknown = case.when_unknown
    fires = "weaker" if unknown is None else unknown.fires
    full = z3.Or(settled, open_) if fires == "same" else settled
    for code in case.adds.flags:
        found.add(Key("flag", code), rule, full)
    for code in case.adds.checklist:
        found.add(Key("item", code), rule, full)
    for own, held in zip(case.adds.do_yourself, case.held, strict=True):
        found.add(Key("report", own.code), rule, full)
        if own.when == "after_police_agree":
            found.add(Key("held", own.code), rule, full)
        elif held is not None:
            found.add(Key("held", own.code), rule, z3.And(full, could(held, world)))
    # A case that holds for one child can still be open for another.
    open_somewhere = z3.Or(
        open_,
        *(z3.And(settled, maybe[index], z3.Not(certain[index])) for index in maybe if case.each_child is not None),
    )
    if unknown is not None:
        for code in unknown.flags:
            found.add(Key("flag", code), rule, open_somewhere)
        for code in unknown.checklist:
            found.add(Key("item", code), rule, open_somewhere)
    if fires != "nothing":
        found.add(Key("flag", "find_out"), rule, open_somewhere)
    for add in case.adds.destinations:
        if add.to in FLAG_INSTEAD and fires != "nothing":
            found.add(Key("flag", FLAG_INSTEAD[add.to]), rule, open_somewhere)
        for slot, there in world.slots():
            if slot is None:
                if case.each_child is not None:
                    continue
                is_certain = is_maybe = z3.BoolVal(True)
            else:
                is_certain, is_maybe = certain[slot], maybe[slot]
            exists = z3.And(there, _has_unit(add, slot, world))
            _send(add, slot, rule, z3.And(exists, settled, is_certain), weaker=False, found=found)
            if fires != "nothing" and add.to not in FLAG_INSTEAD:
                guessed = z3.And(exists, is_maybe, z3.Or(open_, z3.And(settled, z3.Not(is_certain))))
                _send(add, slot, rule, guessed, weaker=fires == "weaker", found=found)


def _has_unit(add: DestinationAdd, slot: Slot, world: World) -> Formula:
    """Return when a destination has any unit at all: a child of whom no placing council is known has none."""
    if add.by != "placing_area":
        return z3.BoolVal(True)
    return z3.BoolVal(False) if slot is None else _is_placed(world, slot)


def _is_placed(world: World, slot: int) -> Formula:
    placing = world.children[slot]["placing_area"]
    return z3.Or([known for value, known in placing.known.items() if value != NONE])


def _send(add: DestinationAdd, slot: Slot, rule: str, when: Formula, *, weaker: bool, found: Contributions) -> None:
    mode = WEAKER_MODE[add.mode] if weaker else add.mode
    urgency = WEAKER_URGENCY[add.urgency] if weaker else add.urgency
    number = -1 if slot is None else slot
    for level in range(URGENCIES.index(urgency) + 1):
        found.add(Key("urgency", add.to, number, level, add.by), rule, when)
    for level in range(MODE_STRENGTH[mode] + 1):
        found.add(Key("mode", add.to, number, level, add.by), rule, when)
    if add.marking:
        found.add(Key("marking", add.to, number, 0, add.by), rule, when)


def _catch(case: CompiledCase, world: World, found: Contributions) -> None:
    for slot, there in world.slots():
        number = -1 if slot is None else slot
        own_hub = Key("mode", "hub", number, 0, "child_area")
        caught = z3.Or([found.present(key) for key in list(found.of) if key == own_hub])
        for add in case.adds.destinations:
            _send(add, slot, case.rule.id, z3.And(there, z3.Not(caught)), weaker=False, found=found)


def destination_keys(found: Contributions, codes: Iterable[str]) -> list[Key]:
    """Return the strengths that destinations of these codes can have."""
    wanted = set(codes)
    return sorted(key for key in found.of if key.what in ("urgency", "mode") and key.name in wanted)
