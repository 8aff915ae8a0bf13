"""A counterexample made small and said in words."""

from typing import Any

import z3

from procedures.engine.edition import Edition
from procedures.engine.facts import FactValue
from procedures.engine.proof.encoding import Variables, World


def smallest(solver: Any, world: World, edition: Edition) -> Any:
    """Return a model in which as little as possible is said: no child and plain facts wherever the case allows it.

    The solver must have a model. Each fact is set plain in turn and kept so where the case still stands.
    """
    shipped = edition.switches()
    plain = [z3.Not(there) for there in reversed(world.present)]
    plain += [each == z3.BoolVal(shipped[name]) for name, each in world.switches.items()]
    plain += [_is_plain(facts) for facts in world.facts.values()]
    plain += [_is_plain(facts) for child in world.children for facts in child.values()]
    for wish in plain:
        solver.push()
        solver.add(wish)
        if solver.check() == z3.sat:
            continue
        solver.pop()
    solver.check()
    return solver.model()


def _is_plain(facts: Variables) -> Any:
    """Return the formula for: this fact is known, and says nothing worrying (the last value, or an empty list)."""
    if facts.kind.code in ("concerns", "setting_area", "area"):
        first = facts.kind.values[0]
        return z3.And(facts.known[first], *(z3.Not(facts.possible[value]) for value in facts.kind.values[1:]))
    if facts.kind.shape == "many":
        return z3.Not(z3.Or(list(facts.possible.values())))
    last = facts.kind.values[-1]
    return facts.known[last]


def describe(world: World, model: Any, edition: Edition) -> str:
    """Return the case of a model in one sentence, without what is plain."""
    facts = world.read(model)
    parts = [
        words for code, kind in world.facts.items() if (words := _words(code, kind, facts.values[code])) is not None
    ]
    for index, child in enumerate(facts.children):
        own = [
            words
            for code, kind in world.children[index].items()
            if (words := _words(code, kind, child.values[code])) is not None
        ]
        parts.append(f"child {index + 1}: {', '.join(own) or 'nothing special'}")
    if not facts.children:
        parts.append("no child known")
    shipped = edition.switches()
    for name, is_on in world.read_switches(model).items():
        if is_on != shipped[name]:
            parts.append(f"{name} switched {'on' if is_on else 'off'}")
    return f"A case with {'; '.join(parts)}"


def _words(code: str, kind: Variables, value: FactValue) -> str | None:
    if kind.kind.shape == "many":
        if not value.possible:
            return None
        known = sorted(value.known)
        maybe = sorted(value.possible - value.known)
        return f"{code} {' and '.join(known + [f'perhaps {each}' for each in maybe])}"
    if not value.known:
        return f"{code} not known"
    only = next(iter(value.known))
    return None if only == kind.kind.values[-1] and code not in ("setting_area", "area") else f"{code} {only}"
