"""The question set and the pack plans, seen from outside: what is asked, what answers come to, who is told what."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import z3

from procedures.engine.answers import AnswerSheet, facts_of, parse_sheet, shown_questions
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts
from procedures.engine.journey import interruption, missing, steps
from procedures.engine.loading import SHIPPED, load_edition
from procedures.engine.proof.reachable import _Reach, fillers_of
from procedures.engine.reading_yaml import read_yaml
from procedures.engine.schema import Question
from procedures.engine.vocabulary import CHILD_FACTS, CONCERNS, FACTS, Shape

TODAY = date(2026, 9, 14)
NOW = ["Q-SAF-1", "Q-REF-11", "Q-WOR-1", "Q-SAF-5", "Q-SAF-6", "Q-REF-4", "Q-POL-1", "Q-HUB-1"]
WITHOUT_UNKNOWN = {
    # What the referrer themselves did or says, or reasons for it, is always known to them.
    *("Q-SAF-2", "Q-SAF-12", "Q-SAF-6", "Q-POL-1", "Q-HUB-1", "Q-REF-6", "Q-REF-7", "Q-REF-9", "Q-REF-14"),
    *("Q-FAM-3", "Q-FAM-4", "Q-FAM-5", "Q-INF-2"),
}
SAID_OF_ONE_CONCERN = {"local_link", "ai_kind", "other_kind"}
"""Facts that mean nothing without their own concern: the rules read them only beside it."""


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(SHIPPED / "national" / "questions.yaml")


@pytest.fixture(scope="module")
def packs() -> Edition:
    return load_edition(SHIPPED / "national" / "packs.yaml")


def carriers() -> dict[str, list[str]]:
    return read_yaml((SHIPPED / "facts.manifest.yaml").read_text(), "facts.manifest.yaml").data


def chosen(*values: str) -> dict[str, Any]:
    return {"chosen": list(values)}


def sheet(
    answers: Mapping[str, str | list[str]],
    *,
    child: dict[str, Any] | None = None,
    person: dict[str, Any] | None = None,
    rows: dict[str, list[dict[str, str]]] | None = None,
) -> AnswerSheet:
    def written(given: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value if isinstance(value, dict) else chosen(*_listed(value)) for key, value in given.items()}

    case = written(answers)
    for question, table in (rows or {}).items():
        case.setdefault(question, {})["rows"] = table
    return parse_sheet(
        {
            "case": case,
            "children": [{"key": "c1", "answers": written(child)}] if child is not None else [],
            "persons": [{"key": "p1", "answers": written(person)}] if person is not None else [],
        }
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def facts(edition: Edition, answers: Mapping[str, str | list[str]], **records: Any) -> Facts:
    return facts_of(edition, sheet(answers, **records), today=TODAY)


def asked(edition: Edition, answers: Mapping[str, str | list[str]], **records: Any) -> set[str]:
    shown = shown_questions(edition, sheet(answers, **records))
    return {question for (question, _), is_shown in shown.items() if is_shown}


# What is asked


def test_the_first_pages_are_danger_then_workplace_then_the_worry_then_enough_to_send(edition: Edition) -> None:
    pages = [step.page.id for step in steps(edition, sheet({"Q-SAF-1": "no"}))]

    assert pages[:7] == ["danger", "workplace", "worry", "area", "concerns", "phone", "calls"]


def test_what_is_needed_to_send_now_is_asked_first_and_nothing_else_is(edition: Edition) -> None:
    found = [each.question.id for each in missing(edition, sheet({}), quick=True)]

    assert found == NOW


def test_only_a_small_set_is_required_of_a_whole_referral(edition: Edition) -> None:
    always = {question.id for question in edition.questions.values() if question.required == "always"}

    assert always == {*NOW, "Q-CHI-1", "Q-FAM-1", "Q-DEC-1"}


class _Alone(_Reach):
    """Whether a question can be asked where this concern is the only one chosen."""

    def can(self, question: Question, concern: str) -> bool:
        chosen = self.chosen["Q-SAF-6"]
        others = [z3.Not(option) for value, option in chosen.items() if value != concern]
        return bool(self.solver.check(self.shown[question.id], chosen[concern], *others) == z3.sat)


@pytest.mark.parametrize("concern", CONCERNS)
def test_every_fact_is_asked_for_or_hidden_with_a_value_on_purpose(edition: Edition, concern: str) -> None:
    reach, fillers = _Alone(edition), fillers_of(edition)
    wanted = [*FACTS, *(f"child.{code}" for code in CHILD_FACTS)]

    for fact in wanted:
        if fact in SAID_OF_ONE_CONCERN:
            continue
        hidden_on_purpose = any(
            fill.when_not_asked is not None
            for question in fillers[fact]
            for fill in question.fills
            if fill.fact == fact
        )
        assert hidden_on_purpose or any(reach.can(question, concern) for question in fillers[fact]), fact


def test_every_question_can_be_reached(edition: Edition) -> None:
    reach = _Reach(edition)

    assert [
        each.id for each in edition.questions.values() if not any(reach.can(each, concern) for concern in CONCERNS)
    ] == []


def test_every_source_fact_that_a_question_carries_is_named_by_one(edition: Edition) -> None:
    named = {source for question in edition.questions.values() for source in question.why}

    assert [fact for fact, kinds in carriers().items() if "Q" in kinds and fact not in named] == []


def test_every_source_named_is_a_fact_or_a_listed_guidance(edition: Edition) -> None:
    guidance = load_edition(SHIPPED / "national" / "guidance.yaml").content.guidance
    known = {*carriers(), *(each.id for each in guidance)}

    assert {source for question in edition.questions.values() for source in question.why} - known == set()


def test_every_factual_question_takes_i_dont_know(edition: Edition) -> None:
    for question in edition.questions.values():
        if question.kind in ("choice", "choices") and question.id not in WITHOUT_UNKNOWN:
            assert "unknown" in {option.value for option in question.options}, question.id


def test_i_dont_know_stands_alone(edition: Edition) -> None:
    for question in edition.questions.values():
        for option in question.options:
            assert option.value != "unknown" or option.exclusive, question.id


def test_fills_name_options_and_values_that_exist(edition: Edition) -> None:
    for question in edition.questions.values():
        options = {option.value for option in question.options} | {"unknown"}
        for fill in question.fills:
            if fill.derive is not None:
                continue
            kind = CHILD_FACTS[fill.fact[6:]] if fill.fact.startswith("child.") else FACTS[fill.fact]
            values = {*kind.values, "unknown", *(f"{value}?" for value in kind.values)}
            if "none" in kind.values or (kind.shape is Shape.MANY and kind.may_be_none):
                values.add("none")
            written = [*fill.map.values(), *([fill.when_not_asked] if fill.when_not_asked is not None else [])]
            assert set(fill.map) <= options, question.id
            for each in written:
                assert set([each] if isinstance(each, str) else each) <= values, (question.id, fill.fact)


def test_a_question_has_each_field_and_option_once(edition: Edition) -> None:
    for question in edition.questions.values():
        fields = Counter(detail.id for option in question.options for detail in option.details)
        fields.update(column.id for column in question.columns)
        options = Counter(option.value for option in question.options)
        assert [each for each, count in (fields + options).items() if max(fields[each], options[each]) > 1] == []


def test_pages_hold_questions_of_their_own_scope_and_each_question_once(edition: Edition) -> None:
    places = Counter(question for page in edition.content.pages for question in page.questions)

    assert set(places.values()) == {1}
    for page in edition.content.pages:
        assert {edition.questions[each].scope for each in page.questions} == {page.scope}, page.id
        assert page.part in {part.id for part in edition.content.parts}


def test_no_word_blames_or_labels_a_child(edition: Edition) -> None:
    avoided = re.compile(
        r"perpetrator|offender|abuser|alleged|child porn|sexting|revenge porn|promiscu|committed suicide|"
        r"radicalised|attention.seeking|vulnerable child|\bsuspect\b|self-generated",
        re.IGNORECASE,
    )
    for question in edition.questions.values():
        said = [question.text, question.short, question.help or "", question.error]
        said += [word for option in question.options for word in (option.label, option.hint or "")]
        assert [each for each in said if avoided.search(each)] == [], question.id


# What answers come to


@pytest.mark.parametrize(("found_out", "danger"), [("safe", "no"), ("danger", "yes"), ("unknown", "unknown")])
def test_danger_not_known_is_settled_by_finding_out(edition: Edition, found_out: str, danger: str) -> None:
    found = facts(edition, {"Q-SAF-1": "unknown", "Q-SAF-9": found_out, "Q-SAF-6": "grooming"})

    assert found.one("immediate_danger") == danger


def test_danger_not_known_stays_open_until_somebody_finds_out(edition: Edition) -> None:
    found = facts(edition, {"Q-SAF-1": "unknown", "Q-SAF-6": "grooming"})

    assert found.values["immediate_danger"].possible == {"yes", "no"}


def test_not_knowing_danger_leads_to_finding_out_and_a_yes_to_the_call(edition: Edition) -> None:
    first = [edition.questions["Q-SAF-1"]]

    assert interruption(first, sheet({"Q-SAF-1": "unknown"}), None) == "find_out"
    assert interruption(first, sheet({"Q-SAF-1": "yes"}), None) == "danger"
    assert "Q-SAF-2" in asked(edition, {"Q-SAF-1": "yes"})
    assert "Q-SAF-2" in asked(edition, {"Q-SAF-1": "unknown", "Q-SAF-9": "unknown"})
    assert "Q-SAF-2" not in asked(edition, {"Q-SAF-1": "no"})


@pytest.mark.parametrize("who", ["under_18", "none"])
def test_without_an_adult_there_is_no_access_to_establish(edition: Edition, who: str) -> None:
    answers = {"Q-SAF-1": "no", "Q-SAF-6": "other", "Q-SAF-7": who, "Q-SAF-11": "no"}
    found = facts(edition, answers, child={"Q-CHI-3": "saw_or_knows"})

    assert found.values["access_to_children"].possible == frozenset()
    assert found.one("in_contact_with_child") == "no"
    assert found.one("adult_suicide_risk") == "no"
    assert found.one("someone_at_home_involved") == "no"


def test_an_unknown_person_leaves_access_open(edition: Edition) -> None:
    found = facts(edition, {"Q-SAF-6": "grooming", "Q-SAF-7": "unknown"}, person={"Q-ADU-4": "unknown"})

    assert found.values["access_to_children"].known == frozenset()
    assert {"work", "voluntary"} <= found.values["access_to_children"].possible


def test_a_volunteer_in_another_area_names_that_area(edition: Edition) -> None:
    person = {
        "Q-ADU-2": "club",
        "Q-ADU-3": "contact",
        "Q-ADU-4": "voluntary",
        "Q-ADU-5": "no",
        "Q-ADU-10": "north_east_lincolnshire",
    }
    found = facts(edition, {"Q-SAF-6": "grooming", "Q-SAF-7": "adult", "Q-SAF-11": "no"}, person=person)

    assert found.values["access_to_children"].possible == {"voluntary"}
    assert found.values["workplace_areas"].known == {"north_east_lincolnshire"}
    assert found.one("in_contact_with_child") == "yes"


def test_a_child_beside_dont_know_leaves_an_adult_possible(edition: Edition) -> None:
    answers = {"Q-SAF-6": "nudes_sharing", "Q-SAF-7": "under_18", "Q-NU-1": "unknown"}

    assert "adult" in facts(edition, answers).values["other_person"].possible
    assert facts(edition, {**answers, "Q-NU-1": "no"}).one("other_person") == "under_18"
    assert facts(edition, {**answers, "Q-NU-1": "yes"}).one("other_person") == "both"


def test_a_relative_is_someone_at_home_or_trusted_there(edition: Edition) -> None:
    found = facts(edition, {"Q-SAF-7": "adult", "Q-SAF-11": "no"}, person={"Q-ADU-2": "family"})

    assert found.one("someone_at_home_involved") == "yes"
    assert found.has("access_to_children", "family_or_household")


GROOMING: dict[str, str | list[str]] = {
    "Q-SAF-6": "grooming",
    "Q-GR-1": "messages",
    "Q-GR-3": "no",
    "Q-GR-6": "no",
    "Q-GR-9": "known",
}


def test_grooming_without_an_offence_says_so(edition: Edition) -> None:
    found = facts(edition, {**GROOMING, "Q-GR-2": ["personal_details", "moved_app"]})

    assert found.one("offence_evidence") == "no"
    assert found.one("sexual_element") == "no"
    assert found.values["coercion"].possible == frozenset()


def test_sexual_talk_is_evidence_and_more_may_be_behind_gifts(edition: Edition) -> None:
    talk = facts(edition, {**GROOMING, "Q-GR-2": ["sexual_talk"]})
    gifts = facts(edition, {**GROOMING, "Q-GR-5": "no", "Q-GR-2": ["gifts", "more"]})

    assert (talk.one("offence_evidence"), talk.one("sexual_element")) == ("yes", "yes")
    assert gifts.has("coercion", "payment_or_gifts")
    assert gifts.values["offence_evidence"].possible == {"yes", "no"}
    assert gifts.one("exploitation_signs") == "yes"


def test_one_dont_know_about_travel_says_nothing_about_weapons(edition: Edition) -> None:
    found = facts(
        edition,
        {"Q-SAF-6": "extremism", "Q-EX-2": "ideology", "Q-EX-8": "no", "Q-EX-3": "no", "Q-EX-4": "unknown"},
    )

    assert found.values["extremism_signs"].known == {"ideology"}
    assert found.values["extremism_signs"].possible == {"ideology", "travel"}


def test_gang_violence_opens_the_questions_on_signs_of_extremism(edition: Edition) -> None:
    with_gang = asked(edition, {"Q-SAF-6": "other", "Q-OT-1": "gang_violence"})
    without = asked(edition, {"Q-SAF-6": "other", "Q-OT-1": "bullying"})

    assert {"Q-EX-2", "Q-EX-3", "Q-EX-4", "Q-EX-8"} <= with_gang
    assert not {"Q-EX-2", "Q-EX-3", "Q-EX-4", "Q-EX-8"} & without


def test_pornography_seen_by_accident_is_not_sexual_contact(edition: Edition) -> None:
    found = facts(
        edition,
        {"Q-SAF-6": "other", "Q-SAF-7": "none", "Q-OT-1": "pornography", "Q-OT-2": "accident", "Q-OT-5": "no"},
    )

    assert found.values["other_kind"].possible == {"pornography_accidental"}
    assert found.one("sexual_element") == "no"
    assert found.one("offence_evidence") == "no"


def test_a_doubt_about_the_effects_of_sharing_calls_the_hub_and_not_999(edition: Edition) -> None:
    found = facts(
        edition,
        {"Q-SAF-1": "no", "Q-SAF-3": "no", "Q-SAF-6": "nudes_sharing", "Q-SAF-7": "under_18", "Q-NU-6": "unknown"},
    )

    assert found.one("immediate_danger") == "no"
    assert found.values["child_self_harm"].possible == set(FACTS["child_self_harm"].values)


def test_blackmail_that_reached_a_group_is_spread_widely(edition: Edition) -> None:
    found = facts(edition, {"Q-SAF-6": "sextortion", "Q-SX-6": "widely", "Q-SX-3": ["images"], "Q-SX-9": "no"})

    assert found.one("spread") == "widely"
    assert found.has("coercion", "blackmail")
    assert found.one("payment_made") == "no"
    assert found.one("person_harmed_is_adult") == "no"


def test_a_placed_child_names_the_placing_council_and_others_say_none(edition: Edition) -> None:
    placed = facts(edition, {"Q-SAF-6": "grooming"}, child={"Q-CHI-6": "in_care_elsewhere", "Q-CHI-19": "cumberland"})
    at_home = facts(edition, {"Q-SAF-6": "grooming"}, child={"Q-CHI-6": "none", "Q-CHI-7": "social_worker"})

    assert placed.children[0].one("placing_area") == "cumberland"
    assert "looked_after" in placed.children[0].values["status"].known
    assert at_home.children[0].one("placing_area") == "none"
    assert at_home.children[0].values["status"].possible == {"allocated_social_worker"}


def test_other_children_in_contact_become_children_of_the_case(edition: Edition) -> None:
    found = facts(
        edition,
        {"Q-SAF-5": "cumberland", "Q-SAF-6": "indecent_images", "Q-SAF-7": "adult", "Q-CHI-13": "some"},
        child={"Q-CHI-3": "at_risk"},
        rows={"Q-CHI-13": [{"name": "A stepson", "age": "8", "relation": "Lives there", "place": "27 Example Road"}]},
    )

    assert [child.one("age") for child in found.children] == ["unknown", "under_10"]
    assert found.children[1].values["part"].known == {"in_contact_with_person"}
    assert found.one("in_contact_with_child") == "yes"


@pytest.mark.parametrize(
    ("answer", "known"), [("own_lead", {"own_setting"}), ("police", {"police"}), ("no", set()), ("unknown", set())]
)
def test_where_the_person_works_is_known_from_the_second_page(edition: Edition, answer: str, known: set[str]) -> None:
    found = facts(edition, {"Q-SAF-6": "grooming", "Q-REF-11": answer})

    assert found.values["about_staff_of"].known == known
    assert found.values["about_staff_of"].is_settled is (answer != "unknown")


@pytest.mark.parametrize("concern", CONCERNS)
def test_how_the_child_is_safe_is_asked_for_every_concern(edition: Edition, concern: str) -> None:
    found = asked(edition, {"Q-SAF-1": "no", "Q-SAF-6": concern}, child={})

    assert {"Q-CHI-18", "Q-SAF-4", "Q-SAF-10", "Q-GR-5", "Q-GR-7", "Q-POL-1", "Q-HUB-1"} <= found


# Who is told what


def test_every_pack_decides_about_every_group_of_answers_once(edition: Edition, packs: Edition) -> None:
    groups = {group.id for group in edition.content.pack_groups}

    assert {question.pack_group for question in edition.questions.values()} == groups
    assert [plan.recipient for plan in packs.content.packs] == ["police", "hub", "prevent_spoc", "lado"]
    for plan in packs.content.packs:
        assert Counter(content.group for content in plan.contents) == Counter(groups), plan.recipient


def test_every_source_fact_that_a_pack_carries_is_named_by_one(packs: Edition) -> None:
    named = {fact for plan in packs.content.packs for fact in plan.facts}
    named |= {fact for plan in packs.content.packs for content in plan.contents for fact in content.facts}

    assert [fact for fact, kinds in carriers().items() if "PC" in kinds and fact not in named] == []


def test_prevent_and_the_lado_get_no_more_than_their_part(packs: Edition) -> None:
    left_out = {
        plan.recipient: {content.group for content in plan.contents if content.amount == "none"}
        for plan in packs.content.packs
    }

    assert {"image_details", "approach", "platforms", "payments", "employer"} <= left_out["prevent_spoc"]
    assert {"child_needs", "household", "history", "extremism", "school_spoc"} <= left_out["lado"]
    assert left_out["hub"] == {"employer"}


def test_the_prevent_pack_says_channel_and_that_support_is_voluntary(packs: Edition) -> None:
    plan = next(plan for plan in packs.content.packs if plan.recipient == "prevent_spoc")

    assert "CHANNEL" in plan.title
    assert any("not an accusation" in each for each in plan.statements)
    assert any("voluntary" in each for each in plan.statements)
