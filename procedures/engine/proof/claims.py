"""The claims about routing, each asked of the solver over all facts at once. Each yields the cases against it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import z3

from procedures.engine.edition import Edition
from procedures.engine.proof.encoding import Contributions, Formula, Key, Variables, World, destination_keys, variables
from procedures.engine.proof.words import describe, smallest
from procedures.engine.vocabulary import DESTINATION_CODES, URGENCIES

EXCEPT_UNKNOWN = {
    "imagery_known": "what an image shows counts only where it is already known (Z-02)",
    "adult_suicide_risk": "nobody contacts a person who is not aware (Z-05)",
    "concerns": "the concern is never unknown",
    "about_staff_of": "no force's standards unit is told of every case in which nobody said where the person works",
}
"""The declared exceptions to claim (c) among the facts of the case, each with its reason."""
EXCEPT_CHILD_UNKNOWN = {"area": "a hub must be found, not every hub told"}
DANGER = {
    "immediate_danger": ("yes",),
    "missing_now": ("yes",),
    "meeting": ("now_or_today", "later"),
    "child_self_harm": ("acting_or_planning",),
    "live_contact_or_deadline": ("yes",),
}
"""The facts of claim (d) and the values that mean danger."""


def never_nowhere(edition: Edition, world: World, found: Contributions) -> Iterator[str]:
    """(a) Is there a case without any destination, or one that no hub would own?"""
    any_destination = z3.Or([found.present(key) for key in destination_keys(found, DESTINATION_CODES) if not key.level])
    yield from _against(edition, world, [z3.Not(any_destination)], lambda model: "goes nowhere")
    for slot, there in world.slots():
        number = -1 if slot is None else slot
        hubs = [key for key in destination_keys(found, ["hub"]) if key.slot == number and not key.level]
        no_hub = z3.Not(z3.Or([found.present(key) for key in hubs]))
        yield from _against(edition, world, [there, no_hub], lambda model: "has no hub, so nobody owns it")


def no_dead_rule(edition: Edition, world: World, found: Contributions) -> Iterator[str]:
    """(b) Is there a rule without which every routing is the same but for the rule's own reason?"""
    solver = _solver(edition, world)
    for rule in edition.content.rules:
        changes = [
            z3.And(when, z3.Not(found.present_without(key, rule.id)))
            for key, adders in found.of.items()
            for name, when in adders
            if name == rule.id and not (_is_caught_anyway(key) and not rule.safety_net)
        ]
        if not changes or solver.check(z3.Or(changes)) == z3.unsat:
            yield (
                f"{rule.id} ({rule.title}) changes nothing: write it as `also` on the rule it restates, or take it out."
            )


def _is_caught_anyway(key: Key) -> bool:
    """Whether the safety net would add this if the rule did not: the weakest form of a child's own hub."""
    return key.what in ("mode", "urgency") and key.name == "hub" and key.by == "child_area" and key.level == 0


def unknown_is_safe(edition: Edition, world: World, found: Contributions) -> Iterator[str]:
    """(c) Is there a case that, with less known of a fact, loses a Police or hub destination, or two steps?"""
    keys = [key for key in destination_keys(found, ["police", "hub"]) if key.what == "urgency"]
    for label, facts, there in _each_fact(world):
        if _is_exempt(label):
            continue
        less = variables(facts.kind, "less.")
        swap = list(zip(facts.all(), less.all(), strict=True))
        vaguer = [z3.Implies(less.known[value], facts.known[value]) for value in facts.kind.values]
        vaguer += [z3.Implies(facts.possible[value], less.possible[value]) for value in facts.kind.values]
        lost = []
        for key in keys:
            kept = Key(key.what, key.name, key.slot, max(0, key.level - 1), key.by)
            lost.append(z3.And(found.present(key), z3.Not(z3.substitute(found.present(kept), *swap))))
        yield from _against(
            edition,
            world,
            [there, *less.rules(), *vaguer, z3.Or(lost)],
            _says_lost(label, keys, lost),
        )


def _says_lost(label: str, keys: Sequence[Key], lost: Sequence[Formula]) -> Callable[[Any], str]:
    def says(model: Any) -> str:
        key = next(key for key, each in zip(keys, lost, strict=True) if z3.is_true(model.eval(each, True)))
        child = "" if key.slot < 0 else f" for child {key.slot + 1}"
        return (
            f"sends it to {key.name}{child} as {URGENCIES[key.level]}, "
            f"which is lost or two steps weaker where {label} is less known"
        )

    return says


def extremism_reaches_prevent(edition: Edition, world: World, found: Contributions) -> Iterator[str]:
    """(c) Is there an extremism case without Prevent whose signs are not known to be gang violence only?"""
    signs = world.facts["extremism_signs"]
    gang = "gang_violence_no_ideology"
    gang_only = z3.And(
        signs.known[gang], *(z3.Not(signs.possible[value]) for value in signs.kind.values if value != gang)
    )
    for slot, there in world.slots():
        number = -1 if slot is None else slot
        keys = [key for key in destination_keys(found, ["prevent_spoc"]) if key.slot == number and not key.level]
        missing = z3.Not(z3.Or([found.present(key) for key in keys]))
        concern = world.facts["concerns"].known["extremism"]
        yield from _against(
            edition, world, [there, concern, z3.Not(gang_only), missing], lambda model: "does not reach Prevent"
        )


def danger_only_adds(edition: Edition, world: World, found: Contributions) -> Iterator[str]:
    """(d) Is there a case in which more danger removes a destination, or lowers an urgency or a mode?"""
    keys = destination_keys(found, DESTINATION_CODES)
    for code, dangerous in DANGER.items():
        facts = world.facts[code]
        more = variables(facts.kind, "more.")
        swap = list(zip(facts.all(), more.all(), strict=True))
        before = z3.And([z3.Not(facts.known[value]) for value in facts.kind.values if value != "no"])
        after = z3.Or([more.known[value] for value in dangerous])
        lost = [z3.And(found.present(key), z3.Not(z3.substitute(found.present(key), *swap))) for key in keys]

        def says(model: Any, code: str = code, lost: Sequence[Formula] = lost) -> str:
            key = next(key for key, each in zip(keys, lost, strict=True) if z3.is_true(model.eval(each, True)))
            return f"loses {key.what} {key.level} of {key.name} when {code} turns to yes"

        yield from _against(edition, world, [before, after, *more.rules(), z3.Or(lost)], says)


def _is_exempt(label: str) -> bool:
    if "." in label:
        return label.split(".")[1] in EXCEPT_CHILD_UNKNOWN
    return label in EXCEPT_UNKNOWN


def _each_fact(world: World) -> Iterator[tuple[str, Variables, Formula]]:
    for code, facts in world.facts.items():
        yield code, facts, z3.BoolVal(True)
    for index, child in enumerate(world.children):
        for code, facts in child.items():
            yield f"child{index}.{code}", facts, world.present[index]


def _solver(edition: Edition, world: World) -> Any:
    solver = z3.Solver()
    solver.add(*world.rules(edition))
    return solver


def _against(edition: Edition, world: World, case: Sequence[Formula], says: Callable[[Any], str]) -> Iterator[str]:
    """Yield the smallest case, in words, in which all formulas are true; nothing where there is none."""
    solver = _solver(edition, world)
    solver.add(*case)
    if solver.check() == z3.unsat:
        return
    model = smallest(solver, world, edition)
    yield f"{describe(world, model, edition)} {says(model)}."
