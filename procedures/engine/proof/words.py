"""A counterexample made small and said in words."""

from collections.abc import Iterator, Sequence
from typing import Any

import z3

from procedures.engine.edition import Edition
from procedures.engine.facts import FactValue
from procedures.engine.proof.encoding import Formula, Variables, World
from procedures.engine.vocabulary import NONE

PLAIN = ("no", NONE, "not_shared")
"""Values that say nothing worrying; a fact that has none of them is said only where the case turns on it."""


def smallest(solver: Any, world: World, edition: Edition) -> Any:
    """Return a model in which as little as possible is said: no child and plain facts wherever the case allows it.

    The solver must have a model. Each wish is made in turn and kept where the case still stands: first that there is
    no child, the decisions are the shipped ones and facts are plain, then that what is said is at least known.
    """
    shipped = edition.switches()
    every = [*world.facts.values(), *(facts for child in world.children for facts in child.values())]
    wishes = [z3.Not(there) for there in reversed(world.present)]
    wishes += [each == z3.BoolVal(shipped[name]) for name, each in world.switches.items()]
    wishes += [_is_plain(facts) for facts in every]
    wishes += [z3.And([facts.known[each] == facts.possible[each] for each in facts.kind.values]) for facts in every]
    wishes += [
        z3.Not(possible) for facts in every if facts.kind.shape == "many" for possible in facts.possible.values()
    ]
    for wish in wishes:
        solver.push()
        solver.add(wish)
        if solver.check() == z3.sat:
            continue
        solver.pop()
    solver.check()
    return solver.model()


def _plain_value(facts: Variables) -> str | None:
    """Return the value that says nothing worrying; None for a list, of which that is the empty one."""
    if facts.kind.shape == "many":
        return facts.kind.values[0] if facts.kind.code == "concerns" else None
    return next((value for value in PLAIN if value in facts.kind.values), facts.kind.values[0])


def _is_plain(facts: Variables) -> Formula:
    plain = _plain_value(facts)
    if plain is None:
        return z3.Not(z3.Or(list(facts.possible.values())))
    return z3.And(facts.known[plain], *(z3.Not(facts.possible[value]) for value in facts.kind.values if value != plain))


def describe(world: World, model: Any, edition: Edition, case: Sequence[Formula], *, also: str | None = None) -> str:
    """Return the case of a model in one sentence, without what is plain and what the case does not turn on.

    `also` is a fact to say in any event, such as the one that a claim changes.
    """
    facts = world.read(model)
    matters = set(_turned_on(world, model, case)) | {"concerns", also}
    parts = [
        words
        for code, kind in world.facts.items()
        if (words := _words(code, kind, facts.values[code], code in matters, code == also)) is not None
    ]
    for index, child in enumerate(facts.children):
        own = [
            words
            for code, kind in world.children[index].items()
            if (words := _words(code, kind, child.values[code], f"child{index}.{code}" in matters,
                                index == 0 and also == f"child.{code}")) is not None
        ]  # fmt: skip
        parts.append(f"child {index + 1}: {', '.join(own) or 'nothing special'}")
    if not facts.children:
        parts.append("no child known")
    shipped = edition.switches()
    for name, is_on in world.read_switches(model).items():
        if is_on != shipped[name]:
            parts.append(f"{name} switched {'on' if is_on else 'off'}")
    return f"A case with {'; '.join(parts)}"


def _turned_on(world: World, model: Any, case: Sequence[Formula]) -> Iterator[str]:
    """Yield the facts that the case needs: with them as they are, nothing else can undo it."""
    labelled = [
        *((code, facts) for code, facts in world.facts.items()),
        *(
            (f"child{index}.{code}", facts)
            for index, child in enumerate(world.children)
            for code, facts in child.items()
        ),
    ]
    owner: dict[str, str] = {}
    literals: list[Formula] = []
    for label, facts in labelled:
        for each in facts.all():
            owner[str(each)] = label
            literals.append(each if z3.is_true(model.eval(each, True)) else z3.Not(each))
    # Everything else, such as which children there are and what a fact turns to, is taken as it is.
    fixed = [each() == model.eval(each(), True) for each in model.decls() if str(each()) not in owner]
    solver = z3.Solver()
    solver.add(*fixed, z3.Not(z3.And(list(case))))
    solver.check(*literals)
    for literal in solver.unsat_core():
        yield owner[str(literal.arg(0) if z3.is_not(literal) else literal)]


def _words(code: str, kind: Variables, value: FactValue, matters: bool, always: bool) -> str | None:
    if not (matters or always):
        return None
    if kind.kind.shape == "many":
        if not value.possible:
            return f"no {code}" if always else None
        known = sorted(value.known)
        maybe = sorted(value.possible - value.known)
        return f"{code} {' and '.join(known + [f'perhaps {each}' for each in maybe])}"
    if not value.known:
        return f"{code} not known"
    only = next(iter(value.known))
    return None if only in PLAIN and not always else f"{code} {only}"
