"""The claims about routing, each asked of the solver over all facts at once. Each yields the cases against it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import z3

from procedures.engine.edition import Edition
from procedures.engine.facts import Child, Facts
from procedures.engine.proof.against import Against, switched, without
from procedures.engine.proof.encoding import Contributions, Formula, Key, Variables, World, destination_keys, variables
from procedures.engine.proof.words import describe, smallest
from procedures.engine.routing import FLAG_INSTEAD, Routing, route
from procedures.engine.units import NoOwner
from procedures.engine.vocabulary import DESTINATION_CODES, URGENCIES

EXCEPT_UNKNOWN = {
    "imagery_known": "what an image shows counts only where it is already known (Z-02)",
    "adult_suicide_risk": "nobody contacts a person who is not aware (Z-05)",
    "concerns": "the concern is never unknown",
    "about_staff_of": "asked before anything can be sent; nobody has said so, so nobody is told of an officer (Z-13)",
    "referrer_connected": "the referrer knows it of themselves (Z-19b)",
}
"""The declared exceptions to claim (c) among the facts of the case, each with its reason."""
EXCEPT_CHILD_UNKNOWN = {"area": "a hub must be found, not every hub told"}
EXCEPT_PLACING = "placing_area"
"""Not knowing which council placed a child loses only that council: the hub of the home has it, and finds out."""
DANGER = {
    "immediate_danger": ("yes",),
    "missing_now": ("yes",),
    "meeting": ("now_or_today", "later"),
    "child_self_harm": ("acting_or_planning",),
    "live_contact_or_deadline": ("yes",),
}
"""The facts of claim (d) and the values that mean danger."""
MOST_WITNESSES = 40
"""How many ways in which a rule may change something are tried on the engine itself."""


def never_nowhere(edition: Edition, world: World, found: Contributions) -> Iterator[Against]:
    """(a) Is there a case without any destination, or one that no hub would own?"""
    any_destination = z3.Or([found.present(key) for key in destination_keys(found, DESTINATION_CODES) if not key.level])
    yield from _against(edition, world, [z3.Not(any_destination)], lambda model: "goes nowhere")
    lacking = []
    for slot, there in world.slots():
        number = -1 if slot is None else slot
        hubs = [key for key in destination_keys(found, ["hub"]) if key.slot == number and not key.level]
        lacking.append(z3.And(there, z3.Not(z3.Or([found.present(key) for key in hubs]))))
    yield from _against(edition, world, [z3.Or(lacking)], lambda model: "has no hub, so nobody owns it")


def no_dead_rule(edition: Edition, world: World, found: Contributions) -> Iterator[Against]:
    """(b) Is there a rule without which every routing is the same but for the rule's own reason?

    The solver finds a case in which the rule should matter; the engine itself, with and without the rule, confirms it.
    """
    solver = _solver(edition, world)
    for rule in edition.content.rules:
        changes = [
            z3.And(when, z3.Not(found.present_without(key, rule.id)))
            for key, adders in found.of.items()
            for name, when in adders
            if name == rule.id and not (_is_caught_anyway(key) and not rule.safety_net)
        ]
        if not any(_matters(edition, world, solver, rule.id, each) for each in _tries(changes)):
            yield Against(
                f"{rule.id} ({rule.title}) changes nothing: write it as `also` on the rule it restates, or take it out."
            )


def _tries(changes: Sequence[Formula]) -> Iterator[Formula]:
    """Yield all changes at once, which one case mostly settles, and then each by itself."""
    yield z3.Or(changes)
    yield from changes[:MOST_WITNESSES]


def _matters(edition: Edition, world: World, solver: Any, rule: str, change: Formula) -> bool:
    if solver.check(change) == z3.unsat:
        return False
    model = solver.model()
    decided = switched(edition, world.read_switches(model))
    facts = world.read(model)
    try:
        return _without_reasons(route(decided, facts)) != _without_reasons(route(without(decided, rule), facts))
    except NoOwner:
        # The directory is at fault, which (f) reports; the solver's word stands.
        return True


def _without_reasons(routing: Routing) -> tuple[object, ...]:
    return (
        routing.owner,
        {(each.code, each.unit, each.mode, each.urgency, each.marking, each.children) for each in routing.destinations},
        {(each.code, each.when) for each in routing.do_yourself},
        {(each.code, each.fact) for each in routing.flags},
        {each.code for each in routing.checklist},
        set(routing.clocks),
    )


def _is_caught_anyway(key: Key) -> bool:
    """Whether the safety net would add this if the rule did not: the weakest form of a child's own hub."""
    return key.what in ("mode", "urgency") and key.name == "hub" and key.by == "child_area" and key.level == 0


def unknown_is_safe(edition: Edition, world: World, found: Contributions) -> Iterator[Against]:
    """(c) Is there a case that, with less known of a fact, loses a Police or hub destination, or two steps?

    "Less known" is every way to know less: the whole fact, or one value of a list.
    """
    keys = [key for key in destination_keys(found, ["police", "hub"]) if key.what == "urgency"]
    pairs = [(key, Key(key.what, key.name, key.slot, max(0, key.level - 1), key.by)) for key in keys]
    yield from _loses(edition, world, found, pairs, _says_lost)


def unknown_is_flagged(edition: Edition, world: World, found: Contributions) -> Iterator[Against]:
    """(c) Is there a case that, with less known of a fact, loses LADO or Prevent without the flag for it?"""
    keys = [key for key in destination_keys(found, FLAG_INSTEAD) if key.what == "urgency" and not key.level]
    yield from _loses(edition, world, found, [(key, Key("flag", FLAG_INSTEAD[key.name])) for key in keys], _says_flag)


Pairs = Sequence[tuple[Key, Key]]


def _loses(
    edition: Edition,
    world: World,
    found: Contributions,
    pairs: Pairs,
    says: Callable[[str, Key], str],
) -> Iterator[Against]:
    """Yield a case for each fact of which less can be known so that, of a pair, the first was there and nothing is."""
    solver = _solver(edition, world)
    for label, facts, there in _each_fact(world):
        if _is_exempt(label):
            continue
        less = variables(facts.kind, "less.")
        swap = list(zip(facts.all(), less.all(), strict=True))
        vaguer = [z3.Implies(less.known[value], facts.known[value]) for value in facts.kind.values]
        vaguer += [z3.Implies(facts.possible[value], less.possible[value]) for value in facts.kind.values]
        lost: list[tuple[Key, Formula]] = []
        for key, kept in pairs:
            if key.by == EXCEPT_PLACING and label.endswith(f".{EXCEPT_PLACING}"):
                continue
            before = _stays(found, key, kept)
            after = z3.substitute(before, *swap)
            # What does not read the fact stays as it was: a weaker form is always there beside the stronger one.
            if not after.eq(before):
                lost.append((key, z3.And(found.present(key), z3.Not(after))))
        if not lost:
            continue
        case = [there, *less.rules(), *vaguer, z3.Or([each for _, each in lost])]

        def words(model: Any, label: str = label, lost: Sequence[tuple[Key, Formula]] = lost) -> str:
            return says(label, next(key for key, each in lost if z3.is_true(model.eval(each, True))))

        yield from _against(edition, world, case, words, changed=(label, less), solver=solver)


def _stays(found: Contributions, key: Key, kept: Key) -> Formula:
    """Return when, of a destination, what must be kept is there: a weaker form of it; or the flag in its place, or
    the same code for the same child by another way."""
    if key.name == kept.name:
        return found.present(kept)
    others = [each for each in found.of if (each.what, each.name, each.slot, each.level) == key.place]
    return z3.Or([found.present(each) for each in (kept, *others)])


def _says_lost(label: str, key: Key) -> str:
    child = "" if key.slot < 0 else f" for child {key.slot + 1}"
    return (
        f"sends it to {key.name}{child} as {URGENCIES[key.level]}, "
        f"which is lost or two steps weaker where {label} is less known"
    )


def _says_flag(label: str, key: Key) -> str:
    return (
        f"sends it to {key.name}, which is lost without the flag {FLAG_INSTEAD[key.name]} where {label} is less known"
    )


def extremism_reaches_prevent(edition: Edition, world: World, found: Contributions) -> Iterator[Against]:
    """(c) Is there an extremism case without Prevent whose signs are not known to be gang violence only?"""
    signs = world.facts["extremism_signs"]
    gang = "gang_violence_no_ideology"
    gang_only = z3.And(
        signs.known[gang], *(z3.Not(signs.possible[value]) for value in signs.kind.values if value != gang)
    )
    missing = []
    for slot, there in world.slots():
        number = -1 if slot is None else slot
        keys = [key for key in destination_keys(found, ["prevent_spoc"]) if key.slot == number and not key.level]
        missing.append(z3.And(there, z3.Not(z3.Or([found.present(key) for key in keys]))))
    case = [world.facts["concerns"].known["extremism"], z3.Not(gang_only), z3.Or(missing)]
    yield from _against(edition, world, case, lambda model: "does not reach Prevent")


def danger_only_adds(edition: Edition, world: World, found: Contributions) -> Iterator[Against]:
    """(d) Is there a case in which more danger removes a destination, or lowers an urgency or a mode?"""
    keys = destination_keys(found, DESTINATION_CODES)
    solver = _solver(edition, world)
    for code, dangerous in DANGER.items():
        facts = world.facts[code]
        more = variables(facts.kind, "more.")
        swap = list(zip(facts.all(), more.all(), strict=True))
        before = z3.And([z3.Not(facts.known[value]) for value in facts.kind.values if value != "no"])
        after = z3.Or([more.known[value] for value in dangerous])
        lost = []
        for key in keys:
            now = found.present(key)
            then = z3.substitute(now, *swap)
            if not then.eq(now):
                lost.append((key, z3.And(now, z3.Not(then))))

        def says(model: Any, code: str = code, lost: Sequence[tuple[Key, Formula]] = tuple(lost)) -> str:
            key = next(key for key, each in lost if z3.is_true(model.eval(each, True)))
            return f"loses {key.what} {key.level} of {key.name} when {code} turns to yes"

        case = [before, after, *more.rules(), z3.Or([each for _, each in lost])]
        yield from _against(edition, world, case, says, changed=(code, more), solver=solver)


def _is_exempt(label: str) -> bool:
    if "." in label:
        return label.split(".")[1] in EXCEPT_CHILD_UNKNOWN
    return label in EXCEPT_UNKNOWN


def _each_fact(world: World) -> Iterator[tuple[str, Variables, Formula]]:
    """Yield every fact of the case and of the first child; what is true of the first is true of any other."""
    for code, facts in world.facts.items():
        yield code, facts, z3.BoolVal(True)
    for code, facts in world.children[0].items():
        yield f"child.{code}", facts, world.present[0]


def _solver(edition: Edition, world: World) -> Any:
    solver = z3.Solver()
    solver.add(*world.rules(edition))
    return solver


def _against(
    edition: Edition,
    world: World,
    case: Sequence[Formula],
    says: Callable[[Any], str],
    *,
    changed: tuple[str, Variables] | None = None,
    solver: Any = None,
) -> Iterator[Against]:
    """Yield the smallest case, in words, in which all formulas are true; nothing where there is none.

    `changed` names the fact that the claim changes, with the variables of its new value.
    """
    if solver is not None and solver.check(*case) == z3.unsat:
        return
    alone = _solver(edition, world)
    alone.add(*case)
    if alone.check() == z3.unsat:
        return
    model = smallest(alone, world, edition)
    facts = world.read(model)
    label = None if changed is None else changed[0]
    yield Against(
        f"{describe(world, model, edition, case, also=label)} {says(model)}.",
        facts,
        None if changed is None else _changed(facts, changed[0], changed[1], model),
        switched(edition, world.read_switches(model)),
    )


def _changed(facts: Facts, label: str, new: Variables, model: Any) -> Facts:
    if "." not in label:
        return Facts({**facts.values, label: new.read(model)}, facts.children)
    code = label.split(".")[1]
    first = Child({**facts.children[0].values, code: new.read(model)})
    return Facts(facts.values, (first, *facts.children[1:]))
