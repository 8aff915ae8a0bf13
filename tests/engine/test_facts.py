"""Facts as they are sent and kept: what is read, what is refused and in which words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.engine.facts import Facts, FactsRefused, FactValue, kept_facts, parse_facts
from procedures.engine.vocabulary import CHILD_FACTS, FACTS, FactKind, Shape
from tests.engine.invented import facts


def value(*known: str, maybe: tuple[str, ...] = ()) -> FactValue:
    return FactValue(frozenset(known), frozenset((*known, *maybe)))


def test_a_missing_key_an_empty_list_and_unknown_all_say_that_nothing_is_known() -> None:
    left_out = parse_facts({"concerns": ["grooming"]})
    said = parse_facts({"concerns": ["grooming"], "meeting": "unknown", "coercion": [], "spread": None})

    assert left_out == said
    assert said.one("meeting") == "unknown"
    assert not said.values["coercion"].known
    assert said.values["coercion"].possible == set(FACTS["coercion"].values)


def test_one_value_of_a_list_may_be_unknown_beside_others() -> None:
    found = parse_facts({"concerns": ["extremism"], "extremism_signs": ["ideology", "travel?"]})

    assert found.values["extremism_signs"] == value("ideology", maybe=("travel",))
    assert found.has("extremism_signs", "ideology")
    assert not found.values["extremism_signs"].is_settled


def test_unknown_beside_a_known_value_leaves_every_value_possible() -> None:
    found = parse_facts({"concerns": ["other"], "coercion": ["threat", "unknown"]})

    assert found.values["coercion"] == value("threat", maybe=FACTS["coercion"].values)


def test_none_is_an_answer_and_leaves_nothing_possible() -> None:
    assert parse_facts({"concerns": ["other"], "coercion": ["none"]}).values["coercion"] == value()


def test_children_are_read_in_their_order_and_may_be_none() -> None:
    found = parse_facts({"concerns": ["other"], "children": [{"age": "under_10"}, {"area": "cumberland"}]})

    assert [child.one("age") for child in found.children] == ["under_10", "unknown"]
    assert parse_facts({"concerns": ["other"], "children": []}).children == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], 'The facts must be one JSON object, for example {"concerns": ["grooming"]}.'),
        ({}, '"concerns" needs at least one of: indecent_images,'),
        ({"concerns": []}, '"concerns" needs at least one of'),
        ({"concerns": ["unknown"]}, "\"concerns\" cannot hold 'unknown'. Use any of: indecent_images,"),
        ({"concerns": ["grooming?"]}, "\"concerns\" cannot hold 'grooming?'"),
        ({"concerns": ["none"]}, "\"concerns\" cannot hold 'none'"),
        ({"concerns": "grooming"}, '"concerns" must be a list, for example ["indecent_images"].'),
        ({"concerns": ["grooming"], "danger": "yes"}, '"danger" is not a fact. Take it out, or use one of: '),
        ({"concerns": ["grooming"], "meeting": "soon"}, "\"meeting\" cannot be 'soon'. Use one of: now_or_today,"),
        ({"concerns": ["grooming"], "meeting": ["later"]}, "\"meeting\" cannot be ['later']."),
        ({"concerns": ["grooming"], "meeting": True}, '"meeting" cannot be True.'),
        ({"concerns": ["grooming"], "referrer_connected": "unknown"}, "\"referrer_connected\" cannot be 'unknown'. "),
        ({"concerns": ["grooming"], "coercion": {"threat": "yes"}}, '"coercion" must be a list'),
        ({"concerns": ["grooming"], "coercion": ["threats"]}, "\"coercion\" cannot hold 'threats'. Use any of: "),
        ({"concerns": ["grooming"], "coercion": [1]}, '"coercion" cannot hold 1.'),
        ({"concerns": ["grooming"], "coercion": ["none", "threat"]}, '"coercion" says "none" beside other values.'),
        ({"concerns": ["grooming"], "coercion": ["unknown", "none"]}, '"coercion" says "none" beside other values.'),
        ({"concerns": ["grooming"], "ai_kind": ["none"]}, "\"ai_kind\" cannot hold 'none'."),
        ({"concerns": ["grooming"], "about_staff_of": ["police?"]}, "\"about_staff_of\" cannot hold 'police?'."),
        ({"concerns": ["grooming"], "children": "none"}, '"children" must be a list with one object for each child'),
        ({"concerns": ["grooming"], "children": {"age": "x"}}, '"children" must be a list with one object'),
        ({"concerns": ["grooming"], "children": ["Ann"]}, '"children[0]" must be an object such as {"area":'),
        ({"concerns": ["grooming"], "children": [{}, {"name": "x"}]}, '"children[1].name" is not a fact. Use one of: '),
        ({"concerns": ["grooming"], "children": [{"age": "12"}]}, "\"children[0].age\" cannot be '12'. Use one of: "),
        ({"concerns": ["grooming"], "children": [{"part": ["x"]}]}, "\"children[0].part\" cannot hold 'x'."),
    ],
)
def test_what_the_contract_does_not_hold_is_refused_by_name(data: Any, words: str) -> None:
    with pytest.raises(FactsRefused) as refused:
        parse_facts(data)

    assert str(refused.value).startswith(words)


def one(kind: FactKind) -> st.SearchStrategy[Any]:
    """Draw a value of a fact as the contract writes it."""
    if kind.shape is Shape.ONE:
        return st.sampled_from([*kind.values, *(["unknown"] if kind.may_be_unknown else [])])
    every = [*kind.values, *([*(f"{each}?" for each in kind.values), "unknown"] if kind.may_be_unknown else [])]
    drawn = st.lists(st.sampled_from(every), min_size=1, max_size=3, unique=True)
    return drawn | st.just(["none"]) if kind.may_be_none else drawn


def some_facts() -> st.SearchStrategy[Facts]:
    """Draw the facts of any case, with up to two children."""
    child = st.fixed_dictionaries({}, optional={code: one(kind) for code, kind in CHILD_FACTS.items()})
    return st.fixed_dictionaries(
        {"concerns": one(FACTS["concerns"]), "children": st.lists(child, max_size=2)},
        optional={code: one(kind) for code, kind in FACTS.items() if code != "concerns"},
    ).map(parse_facts)


@given(some_facts())
def test_facts_that_were_sent_are_kept_and_read_back(found: Facts) -> None:
    assert parse_facts(found.as_data) == found
    assert kept_facts(found.as_data) == found


@pytest.mark.parametrize(
    ("code", "left"),
    [("ai_kind", value()), ("workplace_areas", value()), ("about_staff_of", value("police", maybe=("hub", "council",
     "own_setting")))],
)  # fmt: skip
def test_what_only_a_form_can_leave_behind_is_kept_too(code: str, left: FactValue) -> None:
    whole = facts()
    found = Facts({**whole.values, code: left}, whole.children)

    assert kept_facts(found.as_data) == found
