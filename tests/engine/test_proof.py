"""The proof: a broken edition fails its own claim with the smallest case in words, which the engine then shows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import z3
from hypothesis import HealthCheck, given, settings

from procedures.engine.conditions import HasChildren, Outcome, View
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts
from procedures.engine.loading import load_edition, shipped_files
from procedures.engine.proof.against import Against, switched, without
from procedures.engine.proof.encoding import Key, Variables, World, contributions, world_of
from procedures.engine.proof.report import Claim, prove
from procedures.engine.routing import Routing, route
from procedures.engine.vocabulary import (
    CHILD_FACTS,
    CONCERNS,
    FACTS,
    MODE_STRENGTH,
    URGENCY_STRENGTH,
    Shape,
)
from tests.engine.invented import (
    ABOUT,
    ANY_CONCERN,
    DIRECTORY,
    NET,
    edition,
    facts,
    items,
    page,
    question,
    rule,
    switch,
    to,
    unit,
)
from tests.engine.test_facts import some_facts

NOTHING = {"fires": "nothing", "why": "x"}
DANGER = {"is": {"immediate_danger": "yes"}}
EXTREMISM = {"includes": {"concerns": "extremism"}}
PREVENT = rule("PREVENT", EXTREMISM, to("prevent_spoc"))


def everything_asked(**changed: dict[str, Any] | None) -> dict[str, Any]:
    """Return questions that fill every fact, and their pages; a question may be changed, or left out with None."""
    fill = {"fact": "concerns", "map": {each: [each] for each in CONCERNS}}
    questions = {"Q-SAF-6": question("Q-SAF-6", *CONCERNS, kind="choices", fills=[fill])}
    kinds = [*((code, kind, "case") for code, kind in FACTS.items()),
             *((f"child.{code}", kind, "child") for code, kind in CHILD_FACTS.items())]  # fmt: skip
    for number, (code, kind, scope) in enumerate(kinds):
        if code == "concerns":
            continue
        many = kind.shape is Shape.MANY
        fills = [{"fact": code, "map": {each: [each] if many else each for each in kind.values}}]
        name = f"Q-ALL-{number}"
        questions[name] = question(name, *kind.values, fills=fills, scope=scope, kind="choices" if many else "choice")
    by_fact = {each["fills"][0]["fact"]: name for name, each in questions.items()}
    for fact, change in changed.items():
        name = by_fact[fact]
        if change is None:
            del questions[name]
        else:
            questions[name] |= change
    pages = [page(f"p{number}", name, scope=each.get("scope", "case"))
             for number, (name, each) in enumerate(questions.items())]  # fmt: skip
    return {"questions": list(questions.values()), "pages": pages}


def sound(*rules: dict[str, Any], **blocks: Any) -> Edition:
    """Return an edition of which everything holds, with these rules besides."""
    return edition(PREVENT, NET, *rules, **{**everything_asked(), **blocks})


def refuted(broken: Edition) -> dict[str, list[Against]]:
    """Return what stands against each claim that fails, by its words."""
    return {f"({claim.letter}) {claim.words}": list(claim.against) for claim in prove(broken) if not claim.holds}


A, B = "(a) every case has a destination and an owner", "(b) removing any rule changes something"
C, C_FLAG = "(c) not knowing loses no Police or hub destination", "(c) not knowing flags LADO and Prevent"
C_PREVENT, D = "(c) extremism reaches Prevent", "(d) more danger never weakens anything"
E, F = "(e) every fact read is asked for", "(f) every unit has a directory entry"


def only(found: dict[str, list[Against]], claim: str) -> Against:
    assert list(found) == [claim], {key: [str(each) for each in value] for key, value in found.items()}
    return found[claim][0]


def codes(routing: Routing) -> set[str]:
    return {each.code for each in routing.destinations}


def strength(routing: Routing, code: str) -> tuple[int, int]:
    mine = [each for each in routing.destinations if each.code == code]
    return max((URGENCY_STRENGTH[each.urgency] for each in mine), default=-1), max(
        (MODE_STRENGTH[each.mode] for each in mine), default=-1
    )


def routed(against: Against, *, changed: bool = False) -> Routing:
    assert against.edition is not None
    facts = against.changed if changed else against.facts
    assert facts is not None
    return route(against.edition, facts)


def test_a_sound_edition_has_nothing_against_it() -> None:
    assert refuted(sound(rule("R-1", DANGER, to("police", "call_999", "emergency")))) == {}


def test_a_a_case_that_goes_nowhere() -> None:
    alone = edition(rule("R-1", {"is": {"in_school": "yes"}}, to("hub")), PREVENT, **everything_asked())
    found = refuted(alone)

    assert list(found) == [A]
    assert [str(each) for each in found[A]] == [
        "A case with concerns indecent_images; no child known goes nowhere.",
        "A case with concerns indecent_images; no child known has no hub, so nobody owns it.",
    ]
    assert routed(found[A][0]).destinations == ()
    assert "hub" not in codes(routed(found[A][1]))


def test_a_a_child_without_a_hub_though_another_has_one() -> None:
    each = rule("R-1", ANY_CONCERN, to("hub"), each_child={"is": {"age": "under_10"}})
    nobody = rule("R-2", {"children": "none"}, to("hub"))
    against = only(refuted(edition(each, nobody, PREVENT, **everything_asked())), A)

    assert str(against) == "A case with concerns indecent_images; child 1: age 10_to_12 goes nowhere."


def test_a_a_case_that_goes_nowhere_because_something_is_not_known() -> None:
    known = [
        rule(f"R-{word}", {"is": {"immediate_danger": word}}, to("hub"), when_unknown=NOTHING) for word in ("yes", "no")
    ]
    against = refuted(edition(*known, PREVENT, **everything_asked()))[A]

    assert (
        str(against[0])
        == "A case with concerns indecent_images; immediate_danger not known; no child known goes nowhere."
    )
    assert routed(against[0]).destinations == ()


def test_b_a_rule_that_adds_nothing_is_dead() -> None:
    against = only(refuted(sound(rule("R-1", DANGER, when_unknown=NOTHING))), B)

    assert str(against).startswith("R-1 (Rule R-1) changes nothing")


def test_e_a_question_that_waits_for_something_else_than_answers_is_refused() -> None:
    sound_one = sound(rule("R-1", DANGER, to("police", "call_999", "emergency")))
    waiting = replace(sound_one, shown_when={**sound_one.shown_when, "Q-SAF-6": HasChildren(True)})

    with pytest.raises(TypeError, match="A question cannot depend on"):
        prove(waiting)


def test_b_a_rule_that_changes_nothing() -> None:
    first, second = (rule(f"R-{n}", DANGER, to("police"), adds={"flags": ["f"]}) for n in (1, 2))
    against = refuted(sound(first, second))[B]

    assert [str(each) for each in against] == [
        f"R-{n} (Rule R-{n}) changes nothing: write it as `also` on the rule it restates, or take it out."
        for n in (1, 2)
    ]


def test_b_a_rule_that_the_safety_net_makes_needless_is_dead() -> None:
    against = only(refuted(sound(rule("R-1", EXTREMISM, to("hub", "advice")))), B)

    assert str(against).startswith("R-1 (Rule R-1) changes nothing")


def test_b_a_rule_that_cannot_hold_is_dead() -> None:
    never = rule("R-1", {"all": [DANGER, {"not": ANY_CONCERN}]}, to("police"))

    assert str(only(refuted(sound(never)), B)).startswith("R-1 ")


def test_b_a_rule_that_only_names_the_same_unit_again_is_dead_to_the_engine_though_not_to_the_solver() -> None:
    by_home = rule("R-1", DANGER, to("prevent_spoc", by="school"), adds={"flags": ["f"]})
    by_work = rule("R-2", DANGER, to("prevent_spoc", by="workplace"))
    one = [each if each["unit"] != "school_spoc" else unit("school_spoc", "prevent_spoc", kind="school_spoc")
           for each in DIRECTORY]  # fmt: skip

    assert B not in refuted(sound(by_home, by_work, destinations=one))  # by workplace is another unit
    # ... while the same destination by the same way twice is not
    assert B in refuted(sound(by_home, rule("R-2", DANGER, to("prevent_spoc", by="school"))))


@pytest.mark.parametrize(
    ("adds", "more"),
    [
        ({"flags": ["f"]}, {}),
        ({"checklist": ["wait"]}, {}),
        ({"do_yourself": [{"code": "iwf"}]}, {}),
        ({"do_yourself": [{"code": "iwf", "when": "after_police_agree"}]}, {}),
        ({"do_yourself": [{"code": "iwf", "held_until_police_agree_when": DANGER}]}, {}),
        ({}, {"when_unknown": {"fires": "nothing", "why": "x", "flags": ["f"], "checklist": ["wait"]}}),
    ],
)
def test_b_a_flag_an_item_or_a_report_keeps_a_rule_alive(adds: dict[str, Any], more: dict[str, Any]) -> None:
    checklists = [*items("wait"), {"code": "other", "do": "now", "text": "x", "sources": ["S-1"], "when": DANGER}]

    assert refuted(sound(rule("R-1", DANGER, adds=adds, **more), checklists=checklists)) == {}


def test_b_a_rule_alive_under_one_decision_only_is_alive() -> None:
    assert refuted(sound(rule("R-1", {"decided": "DD-01"}, to("police")), decisions=[switch("DD-01", "no")])) == {}


def test_c_not_knowing_that_loses_police() -> None:
    quiet = rule("R-1", DANGER, to("police"), when_unknown=NOTHING)
    against = only(refuted(sound(quiet)), C)

    assert str(against) == (
        "A case with concerns indecent_images; immediate_danger yes; no child known sends it to police as standard, "
        "which is lost or two steps weaker where immediate_danger is less known."
    )
    assert "police" in codes(routed(against))
    assert "police" not in codes(routed(against, changed=True))


def test_c_not_knowing_that_is_two_steps_weaker() -> None:
    known = rule("R-1", DANGER, to("police", "pack", "emergency"), when_unknown=NOTHING)
    anyway = rule("R-2", ANY_CONCERN, to("police"))
    against = only(refuted(sound(known, anyway)), C)

    assert strength(routed(against), "police")[0] == 2
    assert strength(routed(against, changed=True), "police")[0] == 0


def test_c_one_value_of_a_list_that_is_not_known() -> None:
    only_all = rule("R-1", {"includes": {"coercion": "threat"}}, to("police"), when_unknown=NOTHING)
    against = only(refuted(sound(only_all)), C)

    assert str(against).startswith("A case with concerns indecent_images; coercion threat; no child known sends")
    assert against.changed is not None
    assert "threat" in against.changed.values["coercion"].possible - against.changed.values["coercion"].known


def test_c_a_child_of_whom_less_is_known() -> None:
    quiet = rule("R-1", ANY_CONCERN, to("police"), each_child={"is": {"age": "under_10"}},
                 when_unknown=NOTHING)  # fmt: skip
    against = only(refuted(sound(quiet)), C)

    assert "child 1: age under_10 sends it to police for child 1 as standard" in str(against)
    assert "police" not in codes(routed(against, changed=True))


@pytest.mark.parametrize("fact", ["adult_suicide_risk", "imagery_known"])
def test_c_the_declared_exceptions_are_not_asked(fact: str) -> None:
    value = FACTS[fact].values[0]
    quiet = rule("R-1", {"any_of": {fact: [value]}}, to("police"), when_unknown=NOTHING)

    assert refuted(sound(quiet)) == {}


def test_c_where_a_child_lives_may_be_unknown() -> None:
    quiet = rule("R-1", ANY_CONCERN, to("police"), each_child={"is": {"area": "cumberland"}},
                 when_unknown=NOTHING)  # fmt: skip

    assert refuted(sound(quiet)) == {}


def test_c_the_lado_lost_without_its_flag() -> None:
    quiet = rule("R-1", DANGER, to("lado", by="workplace"), when_unknown=NOTHING)
    against = only(refuted(sound(quiet)), C_FLAG)

    assert str(against) == (
        "A case with concerns indecent_images; immediate_danger yes; no child known sends it to lado, which is lost "
        "without the flag establish_access_to_children where immediate_danger is less known."
    )
    assert not routed(against, changed=True).has_flag("establish_access_to_children")


def test_c_extremism_without_prevent() -> None:
    signs = rule("PREVENT", {"all": [EXTREMISM, {"includes": {"extremism_signs": "ideology"}}]}, to("prevent_spoc"))
    against = only(refuted(edition(signs, NET, **everything_asked())), C_PREVENT)

    assert str(against) == "A case with concerns extremism; no child known does not reach Prevent."
    assert "prevent_spoc" not in codes(routed(against))


def test_c_gang_violence_alone_need_not_reach_prevent() -> None:
    gang = {"all": [{"includes": {"extremism_signs": "gang_violence_no_ideology"}},
                    {"not": {"any_of": {"extremism_signs": ["ideology", "mixed_or_unclear",
                                                            "attack_planning_or_weapons", "travel"]}}}]}  # fmt: skip
    signs = rule("PREVENT", EXTREMISM, to("prevent_spoc"), unless_known=gang)

    assert refuted(edition(signs, NET, **everything_asked())) == {}


@pytest.mark.parametrize(
    ("fact", "value"),
    [("immediate_danger", "yes"), ("missing_now", "yes"), ("live_contact_or_deadline", "yes"),
     ("meeting", "now_or_today"), ("meeting", "later"), ("child_self_harm", "acting_or_planning")],
)  # fmt: skip
def test_d_danger_that_takes_a_destination_away(fact: str, value: str) -> None:
    calm = rule("R-1", ANY_CONCERN, to("police"), unless_known={"is": {fact: value}})
    against = only(refuted(sound(calm)), D)

    assert str(against) == (
        f"A case with concerns indecent_images; {fact} no; no child known loses mode 0 of police "
        f"when {fact} turns to yes."
    )
    assert "police" in codes(routed(against))
    assert "police" not in codes(routed(against, changed=True))


def test_d_danger_that_only_makes_it_less_urgent() -> None:
    calm = rule("R-1", ANY_CONCERN, to("lado", "pack", "urgent", by="workplace"), unless_known=DANGER)
    always = rule("R-2", ANY_CONCERN, to("lado", "pack", "standard", by="workplace"))
    against = only(refuted(sound(calm, always)), D)

    assert "loses urgency 1 of lado" in str(against)
    assert strength(routed(against), "lado") > strength(routed(against, changed=True), "lado")


def test_a_decision_that_breaks_a_claim_when_switched_is_named() -> None:
    calm = rule("R-1", ANY_CONCERN, to("police"), unless_known={"all": [DANGER, {"decided": "DD-02"}]})
    decisions = [switch("DD-01", "no"), switch("DD-02", "no")]
    lives = rule("R-2", {"decided": "DD-01"}, adds={"flags": ["f"]})
    against = only(refuted(sound(calm, lives, decisions=decisions)), D)

    assert "; DD-02 switched on loses" in str(against)
    assert against.edition is not None
    assert against.edition.switches() == {"DD-01": False, "DD-02": False}  # the content says what it says ...
    assert "police" not in codes(routed(against, changed=True))  # ... and the case is routed as switched


def test_laws_are_taken_as_shipped_and_all_in_force() -> None:
    law = [switch("law", "no")]
    calm = rule("R-1", ANY_CONCERN, to("police"), unless_known={"all": [DANGER, {"in_force": "law"}]})

    assert "law switched on" in str(only(refuted(sound(calm, law=law)), D))


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        (everything_asked(immediate_danger=None), "No question fills immediate_danger. Ask for it."),
        (everything_asked(immediate_danger=None), "R-1 reads immediate_danger, which no question reachable with the "
         "concern grooming fills. Ask for it, or take it out of the rule."),
        ({"questions": [], "pages": []}, "Q-SAF-6 does not offer the concern grooming, so no journey has it. Add the "
         "option."),
        (everything_asked(immediate_danger={"shown_when": {"all": [{"includes": {"Q-SAF-6": "grooming"}},
                                                                   {"not": {"includes": {"Q-SAF-6": "grooming"}}}]}}),
         "R-1 reads immediate_danger, which no question reachable with the concern grooming fills. Ask for it, or take "
         "it out of the rule."),
        (everything_asked(immediate_danger={"fills": [{"fact": "immediate_danger", "map": {"no": "no"}}]}),
         "R-1 asks whether immediate_danger is yes, which no answer gives. Add it to a map."),
        ({**everything_asked(missing_now=None),
          "checklists": [{"code": "wait", "do": "now", "text": "x", "sources": ["S-1"],
                          "when": {"is": {"missing_now": "yes"}}}]},
         "The item wait reads missing_now, which no reachable question fills. Ask for it."),
    ],
)  # fmt: skip
def test_e_a_fact_that_nobody_asks_for(blocks: dict[str, Any], words: str) -> None:
    found = refuted(sound(rule("R-1", DANGER, to("police")), **blocks))

    assert list(found) == [E]
    assert words in [str(each) for each in found[E]]


def test_e_a_question_hidden_from_one_concern_fails_only_there() -> None:
    shown = {"any": [{"includes": {"Q-SAF-6": "grooming"}}, {"includes": {"Q-SAF-6": "other"}}]}
    blocks = everything_asked(immediate_danger={"shown_when": shown})
    blocks["questions"][0]["options"][1]["exclusive"] = "yes"  # grooming is chosen alone
    rules = rule("R-1", DANGER, to("police"), serves=["grooming", "extremism", "other"])

    assert refuted(sound(rules, **blocks)) == {}  # extremism may be chosen beside other
    blocks["questions"][0]["kind"] = "choice"
    assert [str(each) for each in refuted(sound(rules, **blocks))[E]] == [
        "R-1 reads immediate_danger, which no question reachable with the concern extremism fills. Ask for it, or take "
        "it out of the rule."
    ]


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ({"destinations": DIRECTORY[:-1]},
         "westmorland_and_furness has no lado in the directory. Add an entry with this area."),
        ({"destinations": [*DIRECTORY[:5], *DIRECTORY[6:]]}, "cumberland has no police for conflicts in the directory. "
         "Add one that `handles_conflicts`."),
        ({"destinations": [each for each in DIRECTORY if each["unit"] != "school_spoc"]},
         "school_spoc has no entry in the directory. Add one."),
        ({"edition": {**ABOUT, "fallback_owner": "cumbria_police"}},
         "The fallback owner cumbria_police is not a hub with an area in the directory. Name one that is."),
        ({"destinations": [*DIRECTORY, unit("far_hub", "hub", "elsewhere_in_england")],
          "edition": {**ABOUT, "fallback_owner": "far_hub"}},
         "The fallback owner far_hub has no hub for conflicts. Add one that `handles_conflicts`."),
        ({"destinations": [*DIRECTORY, unit("second_hub", "hub", "cumberland")]},
         "cumberland has cumberland_hub and second_hub for hub. Keep one of them for this area."),
    ],
)  # fmt: skip
def test_f_a_unit_that_has_no_entry(blocks: dict[str, Any], words: str) -> None:
    by_school = rule("R-1", EXTREMISM, to("prevent_spoc", "advice", by="school"))

    assert words in [str(each) for each in refuted(sound(by_school, **blocks)).get(F, [])]


def test_an_edition_without_an_owner_is_the_directorys_fault_and_not_a_dead_rule() -> None:
    found = refuted(sound(destinations=[each for each in DIRECTORY if each["code"] != "hub"]))

    assert list(found) == [F]


# The shipped editions


@pytest.fixture(scope="module", params=shipped_files(), ids=lambda path: path.stem)
def shipped(request: pytest.FixtureRequest) -> tuple[Edition, World, Mapping[Key, Any]]:
    found = load_edition(request.param)
    world = world_of(found)
    added = contributions(found, world)
    return found, world, {key: added.present(key) for key in added.of}


@pytest.mark.slow
def test_the_proof_holds_for_the_shipped_editions(shipped: tuple[Edition, World, Mapping[Key, Any]]) -> None:
    claims: list[Claim] = prove(shipped[0])

    assert [f"{claim.words}: {each}" for claim in claims for each in claim.against] == []
    assert [claim.letter for claim in claims] == ["a", "b", "c", "c", "c", "d", "e", "f"]


def literals(variables: Variables, value: Any) -> list[Any]:
    return [
        each if name in names else z3.Not(each)
        for names, of in ((value.known, variables.known), (value.possible, variables.possible))
        for name, each in of.items()
    ]


def encoded(world: World, said: Mapping[Key, Any], facts: Facts, switches: dict[str, bool]) -> dict[Key, bool]:
    """Return what the proof's formulas say of some facts."""
    solver = z3.Solver()
    for code, variables in world.facts.items():
        solver.add(*literals(variables, facts.values[code]))
    for index, (child, there) in enumerate(zip(world.children, world.present, strict=True)):
        solver.add(there == z3.BoolVal(index < len(facts.children)))
        for code, variables in child.items() if index < len(facts.children) else ():
            solver.add(*literals(variables, facts.children[index].values[code]))
    solver.add(*(world.switches[name] == z3.BoolVal(is_on) for name, is_on in switches.items()))
    assert solver.check() == z3.sat
    model = solver.model()
    return {key: z3.is_true(model.eval(formula, True)) for key, formula in said.items()}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(case=some_facts())
def test_the_proof_speaks_of_the_engine_and_not_of_itself(
    shipped: tuple[Edition, World, Mapping[Key, Any]], case: Facts
) -> None:
    edition_, world, said = shipped
    holds = {key for key, is_true in encoded(world, said, case, edition_.switches()).items() if is_true}
    routing = route(edition_, case)

    for code in ("police", "hub", "lado", "prevent_spoc"):
        mine = [each for each in routing.destinations if each.code == code]
        keys = [key for key in holds if key.name == code and key.what in ("urgency", "mode")]
        assert {slot for each in mine for slot in each.children or (-1,)} == {key.slot for key in keys}
        if mine:
            assert max(URGENCY_STRENGTH[each.urgency] for each in mine) == max(
                key.level for key in keys if key.what == "urgency"
            )
            assert max(MODE_STRENGTH[each.mode] for each in mine) == max(
                key.level for key in keys if key.what == "mode"
            )
        assert {each.marking for each in mine if each.marking} == (
            {"CHANNEL"} if any(key.what == "marking" and key.name == code for key in holds) else set()
        )
    assert {flag.code for flag in routing.flags} == {key.name for key in holds if key.what == "flag"}
    assert {own.code for own in routing.do_yourself} == {key.name for key in holds if key.what == "report"}
    assert {own.code for own in routing.do_yourself if own.when != "now"} == {
        key.name for key in holds if key.what == "held"
    }
    by_rules = {key.name for key in holds if key.what == "item"}
    by_themselves = {
        compiled.item.code
        for compiled in edition_.checklist
        if not compiled.item.only_by_rule
        and (
            compiled.when is None
            or compiled.when.test(View(case.values, [child.values for child in case.children])) is not Outcome.CANNOT
        )
    }
    assert {step.code for step in routing.checklist} == by_rules | by_themselves


def test_switching_reaches_every_part_of_an_edition() -> None:
    on = {"decided": "DD-01"}
    whole = sound(
        rule("R-1", {"all": [{"any": [on]}, {"not": {"not": on}}]}, adds={"flags": ["f"]}),
        rule("R-2", {"any_child": on}, adds={"do_yourself": [{"code": "iwf", "held_until_police_agree_when": on}]}),
        rule("R-3", {"children": "some"}, adds={"flags": ["g"]}, each_child=on, unless_known={"not": on}),
        decisions=[switch("DD-01", "no")],
        checklists=[{"code": "wait", "do": "now", "text": "x", "sources": ["S-1"], "when": on}],
    )
    assert switched(whole, {"DD-01": False}) is whole
    found = route(switched(whole, {"DD-01": True}), facts())
    assert {flag.code for flag in found.flags} == {"f", "g"}
    assert [(own.code, own.when) for own in found.do_yourself] == [("iwf", "after_police_agree")]
    assert [step.code for step in found.checklist] == ["wait"]
    assert route(whole, facts()).flags == ()
    assert "NET" not in {case.rule.id for case in without(whole, "NET").safety_nets}
