"""What the shipped rules must do that no worked example can say: it holds over many cases at once."""

from typing import Any

import pytest

from procedures.engine.edition import Edition, compile_edition
from procedures.engine.facts import parse_facts
from procedures.engine.loading import SHIPPED, load_edition
from procedures.engine.routing import Routing, route
from procedures.engine.vocabulary import CONCERNS

EDITIONS = {name: load_edition(SHIPPED / f"{name}.yaml") for name in ("cumbria", "north-east-lincolnshire")}
AREAS = {"cumbria": "cumberland", "north-east-lincolnshire": "north_east_lincolnshire"}
IDS = {
    *(f"M-{number:02d}" for number in range(1, 19)),
    *(f"II-{number}" for number in range(1, 9)),
    *(f"GR-{number}" for number in range(1, 9)),
    *(f"EX-{number}" for number in range(1, 10)),
    *(f"NU-{number}" for number in range(1, 8)),
    *(f"SX-{number}" for number in range(1, 9)),
    *(f"AI-{number}" for number in range(1, 9)),
    *(f"OT-{number}" for number in range(1, 7)),
}
UNREAD = {"DD-07", "DD-08", "DD-09", "DD-11", "DD-17", "DD-18", "DD-19", "DD-20", "DD-21"}
UNREAD_IN = {"cumbria": UNREAD | {"DD-02", "DD-15"}, "north-east-lincolnshire": UNREAD | {"DD-01", "DD-10"}}
every_edition = pytest.mark.parametrize("name", EDITIONS)


def routed(name: str, **given: Any) -> Routing:
    """Return the routing of facts under one edition; what is not given is unknown."""
    data = {"children": [{"area": AREAS[name]}], **given}
    return route(EDITIONS[name], parse_facts(data))


def switched(edition: Edition, switch: str) -> Edition:
    """Return the edition with one decision or law turned the other way."""
    content = edition.content
    turned = {
        block: [each.model_copy(update={"on": not each.on}) if each.id == switch else each for each in entries]
        for block, entries in (("decisions", content.decisions), ("law", content.law))
    }
    return compile_edition(content.model_copy(update=turned), documents=edition.documents, digest=edition.digest)


def switches_read(condition: Any) -> set[str]:
    """Return the switches that a condition as written reads."""
    if isinstance(condition, dict):
        own = {str(value) for word, value in condition.items() if word in ("decided", "in_force")}
        return own.union(*(switches_read(value) for value in condition.values()))
    if isinstance(condition, list):
        return set().union(*(switches_read(each) for each in condition))
    return set()


@every_edition
def test_every_rule_of_the_reference_stands(name: str) -> None:
    rules = EDITIONS[name].content.rules
    assert {rule.id for rule in rules} | {also.id for rule in rules for also in rule.also} >= IDS


@every_edition
def test_an_edition_cites_only_its_own_procedure(name: str) -> None:
    foreign = "N-" if name == "cumbria" else "C-"
    sources = {source for rule in EDITIONS[name].content.rules for source in rule.sources}
    assert not {source for source in sources if source.startswith(foreign)}


@every_edition
def test_which_decisions_are_read_by_a_rule_and_which_are_only_listed(name: str) -> None:
    content = EDITIONS[name].content
    read = set().union(
        *(
            switches_read([case.when, case.unless_known, case.each_child])
            for rule in content.rules
            for case in rule.cases
        )
    )
    listed = {switch.id for switch in content.decisions}
    # DD-04, 05, 06, 12, 13, 14, 16 are read in both; the law carries DD-20.
    assert len(listed) == 21
    assert listed - read == UNREAD_IN[name]


@every_edition
@pytest.mark.parametrize("concern", CONCERNS)
def test_nothing_known_but_the_concern_still_has_police_hub_and_owner(name: str, concern: str) -> None:
    routing = routed(name, concerns=[concern])
    assert {"police", "hub"} <= {each.code for each in routing.destinations}
    assert routing.owner


@every_edition
@pytest.mark.parametrize("concern", CONCERNS)
def test_the_look_of_an_image_changes_nothing_while_it_is_not_known(name: str, concern: str) -> None:
    settled = routed(name, concerns=[concern], imagery_known=["none"])
    open_ = routed(name, concerns=[concern], imagery_known=["unknown"])
    assert settled.destinations == open_.destinations


@every_edition
def test_with_someone_at_the_setting_nobody_is_sent_to_the_safeguarding_lead(name: str) -> None:
    codes = {step.code for step in routed(name, concerns=["grooming"], about_staff_of=["own_setting"]).checklist}
    assert "tell_your_lead" not in codes
    assert "tell_the_head_or_the_chair" in codes


@every_edition
@pytest.mark.parametrize(("answer", "shown"), [("yes", "family_not_yet"), ("no", "family_agree_on_the_call")])
def test_the_family_is_told_in_one_of_two_ways(name: str, answer: str, shown: str) -> None:
    codes = {step.code for step in routed(name, concerns=["grooming"], someone_at_home_involved=answer).checklist}
    assert codes & {"family_not_yet", "family_agree_on_the_call"} == {shown}


@every_edition
def test_not_knowing_who_at_home_is_involved_shows_the_careful_version_only(name: str) -> None:
    codes = {step.code for step in routed(name, concerns=["grooming"]).checklist}
    assert codes & {"family_not_yet", "family_agree_on_the_call"} == {"family_not_yet"}


@every_edition
def test_report_remove_waits_for_nobody_and_the_iwf_waits_for_the_police(name: str) -> None:
    routing = routed(name, concerns=["sextortion"], other_person="adult", public_web_address="yes", spread="few")
    when = {own.code: own.when for own in routing.do_yourself}
    assert when["report_remove"] == "now"
    assert when["iwf"] == "after_police_agree"


@every_edition
def test_the_first_look_is_half_an_hour_in_an_emergency_and_an_hour_when_urgent(name: str) -> None:
    calm = {"concerns": ["other"], "other_kind": ["bullying"], "missing_now": "no", "meeting": "no"}
    calm |= {"immediate_danger": "no", "in_person_abuse": "no", "recent_contact_abuse": "no"}
    emergency = routed(name, **{**calm, "immediate_danger": "yes"})
    urgent = routed(name, **calm, child_self_harm="thoughts")
    limits = [[clock.limit for clock in each.clocks if clock.kind == "K-04"] for each in (emergency, urgent)]
    assert limits == [[30], [60]]


def test_police_hear_of_grooming_in_cumbria_only_with_evidence_and_only_by_decision() -> None:
    facts = {"concerns": ["grooming"], "offence_evidence": "yes", "sexual_element": "yes", "identity_doubtful": "no"}
    quiet = {"immediate_danger": "no", "missing_now": "no", "meeting": "no", "child_self_harm": "no"}
    quiet |= {"in_person_abuse": "no", "recent_contact_abuse": "no"}
    data = {**facts, **quiet, "children": [{"area": "cumberland", "age": "13_to_15"}], "child_shown_under_13": "no"}
    edition = EDITIONS["cumbria"]
    assert "police" in {each.code for each in route(edition, parse_facts(data)).destinations}
    off = switched(edition, "DD-01")
    assert "police" not in {each.code for each in route(off, parse_facts(data)).destinations}


@every_edition
def test_the_reporting_duty_changes_nothing_until_it_is_in_force(name: str) -> None:
    data = {"concerns": ["grooming"], "referrer_in_regulated_activity": "yes", "children": [{"area": AREAS[name]}]}
    assert not route(EDITIONS[name], parse_facts(data)).has_flag("reporting_duty")
    assert route(switched(EDITIONS[name], "reporting_duty"), parse_facts(data)).has_flag("reporting_duty")


@every_edition
def test_a_rule_is_rested_on_what_the_edition_or_the_guidance_holds(name: str) -> None:
    content = EDITIONS[name].content
    facts = {fact for section in content.sections for paragraph in section.paragraphs for fact in paragraph.facts}
    known = {each.id for each in content.guidance} | facts
    prefix = "C-" if name == "cumbria" else "N-"
    for rule in content.rules:
        assert {each for each in rule.sources if not each.startswith(prefix)} <= known
        assert all(case.because.endswith(".") for case in rule.cases)
