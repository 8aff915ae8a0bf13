"""From the answers of a form to facts: what was asked and not known, what was hidden, what several questions say."""

import json
from datetime import date
from typing import Any

import pytest

from procedures.engine.answers import Answer, AnswerSheet, age_band, facts_of, parse_sheet, shown_questions, years_in
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts, FactValue
from tests.engine.invented import TODAY, edition, page, question

AREA = question("Q-SAF-5", "cumberland", "no_child_known", "unknown")
PLACES = ("cumberland", "westmorland_and_furness", "unknown")
OWN_AREA = question("Q-CHI-0", *PLACES, scope="child",
                    fills=[{"fact": "child.area", "map": {each: each for each in PLACES}}])  # fmt: skip
AGE = question("Q-CHI-2", "unknown", kind="age", scope="child", fills=[{"fact": "child.age", "derive": "age_band"}])
HARMED = question("Q-CHI-3", "harmed", "saw", "unknown", scope="child", kind="choices", fills=[
    {"fact": "child.part", "map": {"harmed": ["may_have_been_harmed"], "saw": ["saw_or_knows"], "unknown": "unknown"}},
    {"fact": "person_harmed_is_adult", "derive": "adult_harmed"},
])  # fmt: skip
CHILD = [OWN_AREA, AGE, HARMED]


def yes_no(name: str, fact: str = "missing_now", **more: Any) -> dict[str, Any]:
    fill = {"fact": fact, "map": {"yes": "yes", "no": "no", "unknown": "unknown"}}
    if "when_not_asked" in more:
        fill["when_not_asked"] = more.pop("when_not_asked")
    return question(name, "yes", "no", "unknown", fills=[fill], **more)


def form(*questions: dict[str, Any]) -> Edition:
    pages = [page(f"p{number}", each["id"], scope=each.get("scope", "case")) for number, each in enumerate(questions)]
    return edition(questions=list(questions), pages=pages)


def sheet(children: list[Any] | None = None, persons: list[Any] | None = None, **case: Any) -> AnswerSheet:
    def written(given: dict[str, Any]) -> dict[str, Any]:
        return {
            name.replace("_", "-"): each if isinstance(each, dict) else {"chosen": each.split()}
            for name, each in given.items()
        }

    def records(prefix: str, rows: list[Any] | None) -> list[Any]:
        return [{"key": f"{prefix}{number}", "answers": written(row)} for number, row in enumerate(rows or [])]

    return parse_sheet(
        json.loads(
            json.dumps({"case": written(case), "children": records("c", children), "persons": records("p", persons)})
        )
    )


def come_to(form_: Edition, answers: AnswerSheet) -> Facts:
    return facts_of(form_, answers, today=TODAY)


def test_answers_keep_their_form_when_stored() -> None:
    whole = Answer(("yes",), "text", {"a": "b"}, ({"c": "d"},))

    assert parse_sheet({"case": {"Q-A-1": whole.as_data()}}).case["Q-A-1"] == whole
    assert parse_sheet({}) == AnswerSheet({}, (), ())
    assert not Answer(details={"a": ""}).is_given
    assert Answer(details={"a": "b"}).is_given
    assert Answer(("unknown",)).is_not_known
    assert not whole.is_not_known


# Asked, hidden, unanswered


@pytest.mark.parametrize(("given", "value"), [("yes", "yes"), ("no", "no"), ("unknown", "unknown"), ("", "unknown")])
def test_what_was_asked_and_not_answered_is_not_known(given: str, value: str) -> None:
    assert come_to(form(yes_no("Q-A-1")), sheet(Q_A_1=given)).one("missing_now") == value


def test_a_question_without_i_dont_know_is_unknown_when_unanswered() -> None:
    ask = question("Q-A-1", "yes", "no", fills=[{"fact": "missing_now", "map": {"yes": "yes", "no": "no"}}])

    assert come_to(form(ask), sheet()).one("missing_now") == "unknown"


@pytest.mark.parametrize(("first", "value"), [("no", "no"), ("yes", "unknown"), ("", "unknown")])
def test_a_hidden_question_gives_what_it_says_of_not_being_asked(first: str, value: str) -> None:
    hidden = yes_no("Q-A-2", when_not_asked="no", shown_when={"is": {"Q-A-1": "yes"}})

    assert come_to(form(question("Q-A-1", "yes", "no"), hidden), sheet(Q_A_1=first)).one("missing_now") == value


def test_a_hidden_question_that_says_nothing_leaves_the_fact_unknown() -> None:
    hidden = yes_no("Q-A-2", shown_when={"is": {"Q-A-1": "yes"}})

    assert come_to(form(question("Q-A-1", "yes", "no"), hidden), sheet(Q_A_1="no")).one("missing_now") == "unknown"


def test_what_hangs_on_a_hidden_question_is_hidden_too() -> None:
    chain = form(
        question("Q-A-1", "yes", "no"),
        question("Q-A-2", "yes", "no", shown_when={"is": {"Q-A-1": "yes"}}),
        question("Q-A-3", "yes", "no", shown_when={"is": {"Q-A-2": "yes"}}),
    )

    assert shown_questions(chain, sheet(Q_A_1="no", Q_A_2="yes")) == {
        ("Q-A-1", None): True, ("Q-A-2", None): False, ("Q-A-3", None): False}  # fmt: skip
    assert shown_questions(chain, sheet())["Q-A-3", None]


def test_an_option_that_the_map_leaves_out_says_nothing() -> None:
    ask = question("Q-A-1", "yes", "other", fills=[{"fact": "missing_now", "map": {"yes": "yes"}}])

    assert come_to(form(ask), sheet(Q_A_1="other")).one("missing_now") == "unknown"


# Several questions, one fact


@pytest.mark.parametrize(
    ("one", "two", "value"),
    [("yes", "no", "yes"), ("unknown", "yes", "yes"), ("no", "unknown", "unknown"), ("no", "no", "no")],
)
def test_yes_beats_unknown_and_unknown_beats_no(one: str, two: str, value: str) -> None:
    both = form(yes_no("Q-A-1"), yes_no("Q-A-2"))

    assert come_to(both, sheet(Q_A_1=one, Q_A_2=two)).one("missing_now") == value


def say(fact: str, *values: str) -> list[dict[str, Any]]:
    return [
        question(f"Q-A-{n}", *values, fills=[{"fact": fact, "map": {each: each for each in values}}]) for n in (1, 2)
    ]


@pytest.mark.parametrize(
    ("fact", "one", "two", "value"),
    [
        ("meeting", "later", "now_or_today", "now_or_today"),
        ("meeting", "no", "unknown", "unknown"),
        ("meeting", "later", "unknown", "later"),
        ("spread", "few", "widely", "widely"),
        ("spread", "not_shared", "unknown", "unknown"),
        ("spread", "not_shared", "few", "few"),
        ("child_self_harm", "thoughts", "acting_or_planning", "acting_or_planning"),
        ("other_person", "adult", "under_18", "both"),
        ("other_person", "none", "unknown", "unknown"),
        ("other_person", "under_18", "unknown", "unknown"),
        ("other_person", "adult", "unknown", "adult"),
        ("other_person", "none", "under_18", "under_18"),
    ],
)
def test_of_two_values_the_stronger_counts(fact: str, one: str, two: str, value: str) -> None:
    assert come_to(form(*say(fact, one, two)), sheet(Q_A_1=one, Q_A_2=two)).one(fact) == value


SIGNS = {"threat": ["threat"], "gifts": ["payment_or_gifts"], "none": "none", "unknown": ["threat?"], "all": "unknown",
         "else": []}  # fmt: skip


def coercion(name: str, **more: Any) -> dict[str, Any]:
    return question(name, *SIGNS, kind="choices", fills=[{"fact": "coercion", "map": SIGNS, **more}])


@pytest.mark.parametrize(
    ("one", "two", "known", "maybe"),
    [
        ("threat", "gifts", {"threat", "payment_or_gifts"}, set()),
        ("none", "none", set(), set()),
        ("none", "threat", {"threat"}, set()),
        ("threat gifts", "none", {"threat", "payment_or_gifts"}, set()),
        ("gifts", "unknown", {"payment_or_gifts"}, {"threat"}),
        ("threat", "unknown", {"threat"}, set()),
        ("none", "all", set(), {"pressure", "threat", "payment_or_gifts", "blackmail"}),
        ("else", "else", set(), set()),
        ("", "none", set(), {"threat"}),
    ],
)
def test_lists_are_united_and_each_value_may_be_unknown(one: str, two: str, known: set[str], maybe: set[str]) -> None:
    found = come_to(form(coercion("Q-A-1"), coercion("Q-A-2")), sheet(Q_A_1=one, Q_A_2=two)).values["coercion"]

    assert found == FactValue(frozenset(known), frozenset(known | maybe))


def test_a_hidden_list_gives_its_own_values() -> None:
    hidden = coercion("Q-A-2", when_not_asked=["none"]) | {"shown_when": {"is": {"Q-A-1": "yes"}}}
    found = come_to(form(question("Q-A-1", "yes", "no"), hidden), sheet(Q_A_1="no")).values["coercion"]

    assert found == FactValue(frozenset(), frozenset())


# Records


def test_a_fact_asked_of_each_person_counts_if_it_is_true_of_one() -> None:
    ask = form(yes_no("Q-A-1", scope="person"))

    assert come_to(ask, sheet(persons=[{"Q_A_1": "no"}, {"Q_A_1": "yes"}])).one("missing_now") == "yes"
    assert come_to(ask, sheet(persons=[{"Q_A_1": "no"}, {}])).one("missing_now") == "unknown"
    assert come_to(ask, sheet()).one("missing_now") == "unknown"


def test_a_question_of_a_record_that_would_be_hidden_says_so_before_there_is_one() -> None:
    hidden = yes_no("Q-A-2", scope="person", when_not_asked="no", shown_when={"is": {"Q-A-1": "yes"}})
    ask = form(question("Q-A-1", "yes", "no"), hidden)

    assert come_to(ask, sheet(Q_A_1="no")).one("missing_now") == "no"
    assert come_to(ask, sheet(Q_A_1="yes")).one("missing_now") == "unknown"


def test_each_record_has_its_own_journey_and_a_later_question_sees_them_all() -> None:
    ask = form(
        question("Q-A-1", "yes", "no", scope="person"),
        question("Q-A-2", "yes", "no", scope="person", shown_when={"is": {"Q-A-1": "yes"}}),
        question("Q-A-3", "yes", "no", shown_when={"is": {"Q-A-2": "yes"}}),
    )
    shown = shown_questions(ask, sheet(persons=[{"Q_A_1": "yes", "Q_A_2": "yes"}, {"Q_A_1": "no"}]))

    assert (shown["Q-A-2", "p0"], shown["Q-A-2", "p1"], shown["Q-A-3", None]) == (True, False, True)


def test_an_answer_of_a_record_that_is_not_there_is_not_given() -> None:
    ask = form(yes_no("Q-A-1", scope="person"))

    assert not sheet().get(ask.questions["Q-A-1"], "p9").is_given


# Children


def areas(facts: Facts) -> list[str]:
    return [child.one("area") for child in facts.children]


def test_no_child_known_is_no_child() -> None:
    assert come_to(form(AREA, *CHILD), sheet(Q_SAF_5="no_child_known")).children == ()


def test_before_a_child_is_entered_there_is_one_of_whom_little_is_known() -> None:
    found = come_to(form(AREA, *CHILD), sheet(Q_SAF_5="cumberland"))

    assert areas(found) == ["cumberland"]
    assert found.children[0].one("age") == "unknown"
    assert areas(come_to(form(AREA, *CHILD), sheet())) == ["unknown"]


def test_the_child_not_yet_entered_is_not_asked_what_its_journey_hides() -> None:
    status = question("Q-CHI-6", "care", scope="child", shown_when={"is": {"Q-A-1": "yes"}}, fills=[
        {"fact": "child.status", "map": {"care": ["looked_after"]}, "when_not_asked": ["none"]}])  # fmt: skip
    found = come_to(form(AREA, question("Q-A-1", "yes", "no"), status), sheet(Q_A_1="no"))

    assert found.children[0].values["status"] == FactValue(frozenset(), frozenset())


def test_a_childs_own_area_stands_before_the_cases() -> None:
    found = come_to(
        form(AREA, *CHILD),
        sheet(Q_SAF_5="cumberland", children=[{"Q_CHI_0": "westmorland_and_furness"}, {}, {"Q_CHI_0": "unknown"}]),
    )

    assert areas(found) == ["westmorland_and_furness", "cumberland", "unknown"]


def test_children_entered_although_none_was_known_have_no_known_area() -> None:
    assert areas(come_to(form(AREA, *CHILD), sheet(Q_SAF_5="no_child_known", children=[{}]))) == ["unknown"]


def aged(years: str, part: str = "harmed") -> dict[str, Any]:
    return {"Q_CHI_2": {"text": years}, "Q_CHI_3": part}


@pytest.mark.parametrize(
    ("children", "is_adult", "ages"),
    [
        ([aged("19")], "yes", []),
        ([aged("19"), aged("14")], "no", ["13_to_15"]),
        ([aged("19"), {"Q_CHI_3": "harmed"}], "unknown", ["unknown"]),
        ([aged("19"), aged("14", "saw")], "yes", ["13_to_15"]),
        ([aged("14", "saw")], "unknown", ["13_to_15"]),
        ([aged("19", "unknown")], "yes", []),
    ],
)
def test_whoever_is_18_is_no_child_and_may_be_the_adult_who_was_harmed(
    children: list[Any], is_adult: str, ages: list[str]
) -> None:
    found = come_to(form(AREA, *CHILD), sheet(children=children))

    assert found.one("person_harmed_is_adult") == is_adult
    assert [child.one("age") for child in found.children] == ages


def test_who_was_harmed_is_computed_only_where_a_question_says_so() -> None:
    found = come_to(form(AREA, AGE), sheet(children=[aged("19")]))

    assert found.one("person_harmed_is_adult") == "unknown"


OTHERS = {
    "kind": "rows",
    "fills": [{"fact": "children", "derive": "other_children"}],
    "columns": [{"id": "name", "label": "Name"}, {"id": "age", "label": "Age", "kind": "age"},
                {"id": "place", "label": "Where"}, {"id": "area", "label": "Area"}],
}  # fmt: skip


def rows(*given: dict[str, str]) -> dict[str, Any]:
    return {"rows": list(given)}


def test_other_children_in_a_table_are_children_in_contact() -> None:
    ask = form(AREA, *CHILD, question("Q-CHI-13", "some", **OTHERS))
    found = come_to(ask, sheet(
        children=[{}], Q_SAF_5="cumberland",
        Q_CHI_13=rows({"name": "Child 2", "place": "12 Example Street"},
                      {"age": "6", "area": "westmorland_and_furness"}, {"age": "21"}, {"age": "15", "area": "Mars"}),
    ))  # fmt: skip

    assert [(child.one("area"), child.one("age")) for child in found.children[1:]] == [
        ("cumberland", "unknown"), ("westmorland_and_furness", "under_10"), ("unknown", "13_to_15"),
    ]  # fmt: skip
    assert found.children[1].values["part"].known == {"in_contact_with_person"}


def test_a_table_that_is_not_asked_names_no_children_and_each_record_may_have_one() -> None:
    hidden = question("Q-CHI-13", "some", **OTHERS, shown_when={"is": {"Q-A-1": "yes"}})
    answers = sheet(children=[{}], Q_A_1="no", Q_CHI_13=rows({"age": "6"}))
    of_each = form(AREA, question("Q-CHI-13", "some", **OTHERS, scope="person"))

    assert len(come_to(form(AREA, question("Q-A-1", "yes", "no"), hidden), answers).children) == 1
    assert len(come_to(of_each, sheet(children=[{}], persons=[{"Q_CHI_13": rows({"age": "6"})}, {}])).children) == 2


# Ages


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("13", 13), ("about 13", 13), ("12 to 13", 12), ("12-13", 12), ("13?", 13), ("", None), ("a teenager", None),
        ("2012-09-14", 14), ("2012-09-15", 13), ("2012-09-13", 14), (" 2012-9-1 ", 14),
        ("14/09/2012", 14), ("15.9.2012", 13), ("31-05-2012", 14), ("1 2 2012", 14), ("31/02/2012", None),
        ("2012-02-30", None), ("born 2012", None), ("2030-01-01", None), ("2026-09-14", 0),
        ("18 months", 0), ("6 weeks", 0), ("some months", None), ("under 18", 17), ("nearly 16", 15), ("<18", 17),
        ("under 0", 0),
    ],
)  # fmt: skip
def test_an_age_is_read_as_people_write_it(text: str, years: int | None) -> None:
    assert years_in([text], TODAY) == years


@pytest.mark.parametrize(
    ("today", "years"),
    [(date(2026, 2, 28), 13), (date(2026, 3, 1), 14), (date(2028, 2, 28), 15), (date(2028, 2, 29), 16)],
)
def test_who_was_born_on_a_leap_day_is_a_year_older_in_march(today: date, years: int) -> None:
    assert years_in(["2012-02-29"], today) == years


def test_a_date_stands_before_a_number_and_the_youngest_of_numbers_counts() -> None:
    assert years_in(["2012-01-01", "9"], TODAY) == 14
    assert years_in(["15", "14"], TODAY) == 14


@pytest.mark.parametrize(
    ("years", "band"),
    [(0, "under_10"), (9, "under_10"), (10, "10_to_12"), (12, "10_to_12"), (13, "13_to_15"), (15, "13_to_15"),
     (16, "16_to_17"), (17, "16_to_17")],
)  # fmt: skip
def test_ages_fall_into_the_bands_of_the_contract(years: int, band: str) -> None:
    assert age_band(years) == band
