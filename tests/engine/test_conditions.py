"""Conditions: what each comes to under what is known, what keeps it open, and what is refused."""

from itertools import product
from typing import Any

import pytest

from procedures.engine.conditions import (
    ALWAYS,
    All,
    AnyOf,
    Atom,
    ConditionRefused,
    HasChildren,
    Not,
    Outcome,
    Switch,
    Terms,
    View,
    atoms,
    open_terms,
    parse_child_condition,
    parse_condition,
)
from procedures.engine.facts import FactValue

C, M, H = Outcome.CANNOT, Outcome.COULD, Outcome.HOLDS
TERMS = Terms({"a": ("yes", "no"), "b": ("yes", "no"), "list": ("x", "y")}, {"age": ("young", "old")}, {"DD-01": True})
STATES = {
    H: FactValue(frozenset(("yes",)), frozenset(("yes",))),
    M: FactValue(frozenset(), frozenset(("yes", "no"))),
    C: FactValue(frozenset(("no",)), frozenset(("no",))),
}
IS_A, IS_B = {"is": {"a": "yes"}}, {"is": {"b": "yes"}}


def view(a: Outcome = C, b: Outcome = C, children: tuple[str, ...] = ()) -> View:
    ages = {
        "young": FactValue(frozenset(("young",)), frozenset(("young",))),
        "old": FactValue(frozenset(("old",)), frozenset(("old",))),
        "unknown": FactValue(frozenset(), frozenset(("young", "old"))),
    }
    return View({"a": STATES[a], "b": STATES[b]}, [{"age": ages[each]} for each in children])


@pytest.mark.parametrize(("a", "b"), list(product(Outcome, Outcome)))
def test_all_any_and_not_follow_the_table_of_what_could_be(a: Outcome, b: Outcome) -> None:
    case = view(a, b)

    assert parse_condition({"all": [IS_A, IS_B]}, TERMS).test(case) is min(a, b)
    assert parse_condition({"any": [IS_A, IS_B]}, TERMS).test(case) is max(a, b)
    assert parse_condition({"not": IS_A}, TERMS).test(case) is Outcome(2 - a)


@pytest.mark.parametrize(
    ("known", "possible", "outcome"),
    [("x", "x", H), ("x", "xy", H), ("", "x", M), ("y", "xy", M), ("y", "y", C), ("", "", C)],
)
def test_a_list_holds_a_value_when_it_is_known_and_could_when_it_is_possible(
    known: str, possible: str, outcome: Outcome
) -> None:
    case = View({"list": FactValue(frozenset(known), frozenset(possible))})

    assert parse_condition({"includes": {"list": "x"}}, TERMS).test(case) is outcome


def test_any_of_holds_with_one_of_its_values() -> None:
    case = View({"list": FactValue(frozenset("y"), frozenset("y"))})

    assert parse_condition({"any_of": {"list": ["x", "y"]}}, TERMS).test(case) is H


@pytest.mark.parametrize(
    ("children", "outcome"),
    [((), C), (("old",), C), (("old", "unknown"), M), (("unknown", "young"), H)],
)
def test_any_child_is_as_true_as_of_its_truest_child(children: tuple[str, ...], outcome: Outcome) -> None:
    condition = parse_condition({"any_child": {"is": {"age": "young"}}}, TERMS)

    assert condition.test(view(children=children)) is outcome


def test_whether_a_child_is_known_is_always_known() -> None:
    some, none = parse_condition({"children": "some"}, TERMS), parse_condition({"children": "none"}, TERMS)

    assert (some.test(view()), none.test(view())) == (C, H)
    assert (some.test(view(children=("unknown",))), none.test(view(children=("unknown",)))) == (H, C)


def test_a_switch_is_on_or_off() -> None:
    off = Terms({}, {}, {"law": False})

    assert parse_condition({"decided": "DD-01"}, TERMS).test(view()) is H
    assert parse_condition({"in_force": "law"}, off).test(view()) is C
    assert ALWAYS.test(view()) is H


@pytest.mark.parametrize(
    ("data", "case", "terms"),
    [
        (IS_A, view(M), ["a"]),
        (IS_A, view(H), []),
        ({"not": IS_A}, view(M), ["a"]),
        ({"all": [IS_A, IS_B]}, view(M, M), ["a", "b"]),
        ({"all": [IS_A, IS_B]}, view(M, H), ["a"]),
        ({"all": [IS_A, IS_B]}, view(M, C), []),
        ({"any": [IS_A, IS_B]}, view(M, H), []),
        ({"any_child": {"is": {"age": "young"}}}, view(children=("unknown", "old")), ["children.age"]),
        ({"all": [IS_A, {"any_child": {"is": {"age": "young"}}}]}, view(M, children=("young", "unknown")), ["a"]),
        ({"all": [IS_A, {"children": "some"}]}, view(M, children=("young",)), ["a"]),
    ],
)
def test_only_what_keeps_a_condition_open_is_to_be_found_out(data: Any, case: View, terms: list[str]) -> None:
    assert list(open_terms(parse_condition(data, TERMS), case)) == terms


def test_every_atom_of_a_condition_is_found() -> None:
    condition = parse_condition(
        {"all": [{"any": [IS_A, {"not": IS_B}]}, {"any_child": {"is": {"age": "old"}}}, {"decided": "DD-01"}]}, TERMS
    )

    assert [atom.term for atom in atoms(condition)] == ["a", "b", "age"]
    assert isinstance(condition, All)
    assert isinstance(condition.parts[0], AnyOf)


@pytest.mark.parametrize(
    ("data", "condition"),
    [
        ({"is": {"a": "yes"}}, Atom("a", frozenset(("yes",)))),
        ({"not": {"decided": "DD-01"}}, Not(Switch("DD-01", True))),
        ({"children": "some"}, HasChildren(True)),
    ],
)
def test_a_condition_is_read_as_it_is_written(data: Any, condition: Any) -> None:
    assert parse_condition(data, TERMS) == condition


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("a", "A condition is one key with its value, such as `is: {immediate_danger: yes}`."),
        ({}, "A condition is one key with its value"),
        ({"is": {"a": "yes"}, "not": IS_B}, "A condition is one key with its value"),
        ({"when": IS_A}, "`when` is not a condition here. Use is, any_of, includes,"),
        ({"all": []}, "`all` needs a list of conditions"),
        ({"any": IS_A}, "`any` needs a list of conditions"),
        ({"is": "a"}, "`is` takes one fact and its value, such as `is: {meeting: later}`."),
        ({"is": {"a": "yes", "b": "no"}}, "`is` takes one fact and its value"),
        ({"is": {"c": "yes"}}, "`c` is not known here. Use one of: a, b, list."),
        ({"is": {"a": "maybe"}}, "`a` cannot be `maybe`. Use one of: yes, no."),
        ({"is": {"a": ["yes", "no"]}}, "`is` takes one value; for several write `any_of: {a: [...]}`."),
        ({"any_of": {"a": []}}, "`any_of: {a: []}` names no value. Use any of: yes, no."),
        ({"children": "one"}, "`children` is `some` or `none`."),
        ({"decided": "DD-02"}, "`decided: DD-02` is not set. Add it to the edition's `decisions` or `law` block."),
        ({"decided": ["DD-01"]}, "`decided: ['DD-01']` is not set."),
        ({"any_child": IS_A}, "`a` is not known here. Use one of: age."),
        ({"any_child": {"children": "some"}}, "`children` is not a condition here."),
        ({"any_child": {"any_child": IS_A}}, "`any_child` is not a condition here."),
    ],
)
def test_a_condition_that_is_not_of_the_list_is_refused_with_its_cure(data: Any, words: str) -> None:
    with pytest.raises(ConditionRefused) as refused:
        parse_condition(data, TERMS)

    assert str(refused.value).startswith(words)


def test_a_condition_of_one_child_reads_that_child_alone() -> None:
    assert parse_child_condition({"is": {"age": "old"}}, TERMS) == Atom("age", frozenset(("old",)), of_child=True)
    with pytest.raises(ConditionRefused, match="`a` is not known here"):
        parse_child_condition(IS_A, TERMS)


@pytest.mark.parametrize("word", ["any_child", "children", "decided", "in_force"])
def test_a_condition_of_answers_looks_at_answers_only(word: str) -> None:
    with pytest.raises(ConditionRefused, match=f"`{word}` cannot be used of answers"):
        parse_condition({word: "some"}, Terms({}, {}, {}, of_answers=True))


def test_the_first_question_has_no_earlier_answers_to_depend_on() -> None:
    with pytest.raises(ConditionRefused, match=r"`Q-A-1` is not known here. Use one of: none yet\."):
        parse_condition({"is": {"Q-A-1": "yes"}}, Terms({}, {}, {}, of_answers=True))
