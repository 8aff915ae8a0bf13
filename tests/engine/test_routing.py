"""What rules come to: whole, one step weaker, or not at all; for which child; through which unit; with which clocks."""

from typing import Any

import pytest

from procedures.engine.routing import Destination, Routing, route, strongest_urgency
from procedures.engine.units import NoOwner
from tests.engine.invented import (
    ABOUT,
    ANY_CONCERN,
    DIRECTORY,
    HERE,
    NET,
    THERE,
    edition,
    facts,
    items,
    rule,
    switch,
    to,
    unit,
)

DANGER = {"is": {"immediate_danger": "yes"}}
CARED_FOR = {"includes": {"status": "looked_after"}}
FAR = "elsewhere_in_england"
CALL = to("police", "call_999", "emergency")


def run(*rules: dict[str, Any], case: Any, **blocks: Any) -> Routing:
    return route(edition(*rules, **blocks), case)


def went(routing: Routing) -> dict[tuple[str, str | None], tuple[str, str]]:
    return {(each.code, each.unit): (each.mode, each.urgency) for each in routing.destinations}


def named(routing: Routing, code: str) -> Destination:
    return next(each for each in routing.destinations if each.code == code)


def flags(routing: Routing) -> list[tuple[str, str | None]]:
    return [(flag.code, flag.fact) for flag in routing.flags]


POLICE = ("police", "cumbria_police")
HUB = ("hub", "cumberland_hub")


def test_a_rule_that_holds_adds_what_it_says_with_its_reason() -> None:
    found = run(rule("R-1", DANGER, CALL, adds={"flags": ["danger"], "checklist": ["wait"]}), NET,
                case=facts(immediate_danger="yes"), checklists=items("wait"))  # fmt: skip

    assert went(found) == {POLICE: ("call_999", "emergency"), HUB: ("advice", "standard")}
    assert found.urgency == "emergency"
    assert flags(found) == [("danger", None)]
    assert [step.code for step in found.checklist] == ["wait"]
    reason = named(found, "police").reasons[0]
    assert (reason.rule, reason.because, reason.sources, reason.status, reason.edition) == (
        "R-1", "R-1 says so.", ("S-1",), "procedure", "invented")  # fmt: skip


def test_a_rule_that_cannot_hold_adds_nothing() -> None:
    found = run(rule("R-1", DANGER, CALL, adds={"flags": ["danger"]}), NET, case=facts(immediate_danger="no"))

    assert went(found) == {HUB: ("advice", "standard")}
    assert flags(found) == []


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (("police", "call_999", "emergency"), ("call_101", "urgent")),
        (("police", "call_101", "urgent"), ("pack", "standard")),
        (("hub", "call_hub", "urgent"), ("pack", "standard")),
        (("hub", "pack", "standard"), ("pack", "standard")),
        (("hub", "advice", "standard"), ("advice", "standard")),
    ],
)
def test_what_is_not_known_sends_one_step_weaker_and_says_what_to_find_out(
    asked: tuple[str, str, str], sent: tuple[str, str]
) -> None:
    found = run(
        rule("R-1", DANGER, to(*asked), adds={"flags": ["danger"], "do_yourself": [{"code": "iwf"}]}),
        case=facts(immediate_danger="unknown"),
    )

    assert went(found)[(asked[0], POLICE[1] if asked[0] == "police" else HUB[1])] == sent
    assert flags(found) == [("find_out", "immediate_danger")]
    assert found.do_yourself == ()
    assert found.flags[0].reasons[0].because == (
        "It is not known whether a child is in immediate danger. If so: R-1 says so."
    )


def test_a_rule_may_say_that_not_knowing_changes_nothing() -> None:
    found = run(
        rule("R-1", DANGER, CALL, adds={"flags": ["danger"], "checklist": ["wait"]},
             when_unknown={"fires": "same", "why": "Danger", "flags": ["doubt"], "checklist": ["ask"]}),
        case=facts(immediate_danger="unknown"), checklists=items("wait", "ask"),
    )  # fmt: skip

    assert went(found) == {POLICE: ("call_999", "emergency")}
    assert flags(found) == [("doubt", None), ("find_out", "immediate_danger"), ("danger", None)]
    assert [step.code for step in found.checklist] == ["wait", "ask"]


def test_a_rule_may_say_that_not_knowing_fires_nothing_but_its_own_flags() -> None:
    found = run(
        rule("R-1", DANGER, CALL, adds={"flags": ["danger"]},
             when_unknown={"fires": "nothing", "why": "Harm", "flags": ["doubt"], "checklist": ["ask"]}),
        NET, case=facts(immediate_danger="unknown"), checklists=items("ask"),
    )  # fmt: skip

    assert went(found) == {HUB: ("advice", "standard")}
    assert flags(found) == [("doubt", None)]
    assert [step.code for step in found.checklist] == ["ask"]


def test_a_weaker_rule_adds_the_flags_and_items_that_it_keeps_for_the_unknown() -> None:
    found = run(
        rule("R-1", DANGER, CALL, adds={"checklist": ["wait"]},
             when_unknown={"why": "Ask", "flags": ["doubt"], "checklist": ["ask"]}),
        case=facts(immediate_danger="unknown"), checklists=items("wait", "ask"),
    )  # fmt: skip

    assert flags(found) == [("doubt", None), ("find_out", "immediate_danger")]
    assert [step.code for step in found.checklist] == ["ask"]


def test_two_things_not_known_are_said_in_one_sentence() -> None:
    either = {"any": [DANGER, {"any_child": {"is": {"age": "under_10"}}}]}
    found = run(rule("R-1", either, CALL), case=facts(immediate_danger="unknown", children=[{"age": "unknown"}]))

    assert flags(found) == [("find_out", "immediate_danger"), ("find_out", "children.age")]
    assert (
        named(found, "police")
        .reasons[0]
        .because.startswith("It is not known whether a child is in immediate danger, nor how old the child is. If so: ")
    )


@pytest.mark.parametrize(
    ("code", "flag"), [("lado", "establish_access_to_children"), ("prevent_spoc", "check_for_extremism")]
)
@pytest.mark.parametrize("fires", ["weaker", "same"])
def test_lado_and_prevent_are_told_nothing_that_is_not_known_but_the_hub_must_answer(
    code: str, flag: str, fires: str
) -> None:
    found = run(rule("R-1", DANGER, to(code), when_unknown={"fires": fires, "why": "Why"}), NET,
                case=facts(immediate_danger="unknown"))  # fmt: skip

    assert went(found) == {HUB: ("advice", "standard")}
    assert ("find_out", "immediate_danger") in flags(found)
    assert (flag, None) in flags(found)


@pytest.mark.parametrize(("known", "goes"), [("yes", False), ("unknown", True), ("no", True)])
def test_an_exclusion_counts_only_when_it_is_known(known: str, goes: bool) -> None:
    found = run(rule("R-1", DANGER, CALL, unless_known={"is": {"in_school": "yes"}}), NET,
                case=facts(immediate_danger="yes", in_school=known))  # fmt: skip

    assert (POLICE in went(found)) is goes
    if goes:
        assert went(found)[POLICE] == ("call_999", "emergency")


# Children


def cared_for(*states: str) -> Any:
    return facts(children=[{"status": [state]} for state in states])


def test_a_rule_about_each_child_names_only_those_of_whom_it_is_true() -> None:
    found = run(rule("R-1", ANY_CONCERN, to("hub"), each_child=CARED_FOR), NET,
                case=cared_for("none", "looked_after"))  # fmt: skip

    assert went(found) == {HUB: ("pack", "standard")}
    [hub] = found.destinations
    assert hub.children == (0, 1)  # the safety net adds the first
    assert [reason.rule for reason in hub.reasons] == ["R-1", "NET"]


def test_a_rule_about_each_child_needs_a_child() -> None:
    assert went(run(rule("R-1", ANY_CONCERN, CALL, each_child=CARED_FOR), NET, case=facts(children=[]))) == {
        ("hub", "cumberland_hub"): ("advice", "standard")
    }


def test_a_child_of_whom_it_is_not_certain_is_sent_weaker_beside_one_of_whom_it_is() -> None:
    found = run(
        rule("R-1", ANY_CONCERN, to("police", "call_101", "urgent"), to("lado", by="workplace"), each_child=CARED_FOR,
             adds={"flags": ["care"]}, when_unknown={"why": "Ask", "flags": ["doubt"]}),
        NET, case=facts(children=[{"status": ["looked_after"]}, {"status": ["unknown"], "area": FAR}],
                        workplace_areas=[HERE]),
    )  # fmt: skip

    assert went(found)[POLICE] == ("call_101", "urgent")
    assert went(found)["police", None] == ("pack", "standard")
    assert named(found, "lado").children == (0,)
    assert flags(found) == [
        ("care", None), ("doubt", None), ("find_out", "children.status"), ("establish_access_to_children", None),
    ]  # fmt: skip
    doubtful = next(each for each in found.destinations if each.unit is None and each.code == "police")
    assert doubtful.reasons[0].because.startswith("It is not known whether the child is in care")


@pytest.mark.parametrize(("fires", "sent"), [("same", ("call_101", "urgent")), ("nothing", None)])
def test_what_a_rule_says_of_the_unknown_counts_for_one_uncertain_child_too(fires: str, sent: Any) -> None:
    found = run(
        rule("R-1", ANY_CONCERN, to("police", "call_101", "urgent"), each_child=CARED_FOR,
             when_unknown={"fires": fires, "why": "x"}),
        NET, case=facts(children=[{"status": ["looked_after"]}, {"status": ["unknown"], "area": FAR}]),
    )  # fmt: skip

    assert went(found).get(("police", None)) == sent


def test_where_no_child_is_certain_the_rule_itself_is_not() -> None:
    found = run(rule("R-1", ANY_CONCERN, CALL, each_child=CARED_FOR), case=cared_for("none", "unknown"))

    assert went(found) == {POLICE: ("call_101", "urgent")}
    assert found.destinations[0].children == (1,)


def test_a_rule_that_asks_for_any_child_names_them_all() -> None:
    found = run(rule("R-1", {"any_child": CARED_FOR}, CALL), case=cared_for("none", "looked_after"))

    assert found.destinations[0].children == (0, 1)


def test_only_the_children_given_are_decided() -> None:
    found = route(edition(rule("R-1", {"any_child": CARED_FOR}, CALL), NET), cared_for("none", "looked_after"),
                  children=[0])  # fmt: skip

    assert went(found) == {HUB: ("advice", "standard")}
    assert found.destinations[0].children == (0,)


# Merging


def test_one_destination_holds_the_strongest_of_every_rule_and_each_reason_once() -> None:
    found = run(
        rule("R-1", ANY_CONCERN, to("police", "call_999", "urgent"), adds={"flags": ["f"]}),
        rule("R-2", ANY_CONCERN, to("police", "pack", "emergency", marking="CHANNEL"), adds={"flags": ["f"]}),
        rule("R-3", ANY_CONCERN, to("police", "advice", "standard")),
        case=facts(children=[{}, {}]),
    )

    [police] = found.destinations
    assert (police.mode, police.urgency, police.marking, police.children) == (
        "call_999", "emergency", "CHANNEL", (0, 1))  # fmt: skip
    assert [reason.rule for reason in police.reasons] == ["R-1", "R-2", "R-3"]
    assert [reason.rule for reason in found.flags[0].reasons] == ["R-1", "R-2"]


def test_a_rule_that_restates_another_is_a_further_reason_on_it() -> None:
    also = [{"id": "R-9", "because": "R-9 says it too.", "sources": ["S-2"]}]
    found = run(
        rule("R-1", DANGER, CALL, also=also, status="awaiting_sign_off", awaiting="DD-01"),
        case=facts(immediate_danger="yes"), decisions=[switch("DD-01", "on")],
    )  # fmt: skip

    reasons = found.destinations[0].reasons
    assert [(each.rule, each.sources, each.status) for each in reasons] == [
        ("R-1", ("S-1",), "awaiting sign-off DD-01"), ("R-9", ("S-2",), "awaiting sign-off DD-01"),
    ]  # fmt: skip


def test_two_cases_of_one_rule_that_flag_alike_give_one_reason() -> None:
    twice = rule("R-1", ANY_CONCERN, adds={"flags": ["f"]})
    case = {key: twice.pop(key) for key in ("when", "adds", "because")}
    found = run({**twice, "cases": [case, case]}, case=facts())

    assert len(found.flags[0].reasons) == 1


# Units


@pytest.mark.parametrize(
    ("known", "child", "to_", "units"),
    [
        ({}, {}, to("police"), ["cumbria_police"]),
        ({}, {"area": THERE}, to("hub"), ["westmorland_and_furness_hub"]),
        ({}, {"area": "elsewhere_in_england"}, to("hub"), [None]),
        ({}, {"area": "unknown"}, to("hub"), [None]),
        ({}, {"area": "unknown"}, to("police"), ["cumbria_police"]),
        ({"setting_area": "unknown"}, {"area": "unknown"}, to("police"), [None]),
        ({}, {"placing_area": THERE}, to("hub", by="placing_area"), ["westmorland_and_furness_hub"]),
        ({}, {"placing_area": "unknown"}, to("hub", by="placing_area"), []),
        ({}, {"placing_area": "none"}, to("hub", by="placing_area"), []),
        ({"workplace_areas": [THERE, HERE]}, {}, to("lado", by="workplace"),
         ["cumberland_lado", "westmorland_and_furness_lado"]),
        ({"workplace_areas": ["unknown"]}, {}, to("lado", by="workplace"), [None]),
        ({"workplace_areas": ["outside_england", "elsewhere_in_england"]}, {}, to("lado", by="workplace"), [None]),
        ({}, {}, to("prevent_spoc", by="school"), ["school_spoc"]),
        ({"about_staff_of": ["police"]}, {}, to("police"), ["cumbria_standards"]),
        ({"about_staff_of": ["council"]}, {}, to("hub"), ["cumberland_conflict_officer"]),
        ({"about_staff_of": ["own_setting"]}, {}, to("hub"), ["cumberland_hub"]),
        ({"referrer_connected": "yes"}, {}, to("hub"), ["cumberland_conflict_officer"]),
        ({"referrer_connected": "yes"}, {}, to("police"), ["cumbria_police"]),
        ({"referrer_connected": ...}, {}, to("hub"), ["cumberland_hub"]),
    ],
)  # fmt: skip
def test_the_directory_says_which_unit_stands_behind_a_code(
    known: dict[str, Any], child: dict[str, Any], to_: dict[str, Any], units: list[str | None]
) -> None:
    found = run(rule("R-1", ANY_CONCERN, to_), case=facts(children=[child], **known))

    assert [each.unit for each in found.destinations] == units


def test_a_case_without_a_child_goes_by_the_setting() -> None:
    found = run(rule("R-1", ANY_CONCERN, to("police"), to("hub", by="placing_area")), NET,
                case=facts(children=[], setting_area=THERE))  # fmt: skip

    assert set(went(found)) == {POLICE, ("hub", "westmorland_and_furness_hub")}
    assert all(each.children == () for each in found.destinations)


# Owner and safety net


def test_every_child_whom_no_rule_sends_to_a_hub_is_caught_alone() -> None:
    found = run(
        rule("R-1", ANY_CONCERN, to("hub", "call_hub", "urgent"), each_child=CARED_FOR), NET,
        case=facts(children=[{"status": ["looked_after"]}, {"area": THERE}]),
    )  # fmt: skip

    assert went(found) == {HUB: ("call_hub", "urgent"), ("hub", "westmorland_and_furness_hub"): ("advice", "standard")}
    assert [each.children for each in found.destinations] == [(0,), (1,)]


def test_the_council_that_placed_a_child_does_not_stand_in_for_where_the_child_lives() -> None:
    found = run(rule("R-1", ANY_CONCERN, to("hub", by="placing_area")), NET,
                case=facts(children=[{"placing_area": THERE}]))  # fmt: skip

    assert set(went(found)) == {HUB, ("hub", "westmorland_and_furness_hub")}


def test_the_second_of_two_nets_catches_nobody_whom_the_first_caught() -> None:
    found = run(NET, rule("NET-2", ANY_CONCERN, to("hub", "pack"), safety_net="yes"), case=facts())

    assert [reason.rule for reason in found.destinations[0].reasons] == ["NET"]


@pytest.mark.parametrize(
    ("case", "owner"),
    [
        (facts(children=[{"area": THERE}]), "westmorland_and_furness_hub"),
        (facts(children=[{"area": THERE}, {"area": HERE}]), "westmorland_and_furness_hub"),
        (facts(children=[{"area": THERE}, {"area": HERE, "status": ["looked_after"]}]), "cumberland_hub"),
        (facts(children=[{"area": "unknown"}], setting_area=THERE), "westmorland_and_furness_hub"),
        (facts(children=[{"area": "outside_england"}], setting_area="unknown"), "cumberland_hub"),
        (facts(children=[], setting_area="unknown"), "cumberland_hub"),
        (facts(children=[{"area": THERE}], about_staff_of=["hub"]), "westmorland_and_furness_conflict_officer"),
        (facts(children=[], setting_area="unknown", referrer_connected="yes"), "cumberland_conflict_officer"),
    ],
)
def test_somebody_always_owns_it(case: Any, owner: str) -> None:
    urgent = rule("R-1", ANY_CONCERN, to("hub", "pack", "urgent"), each_child=CARED_FOR)

    assert run(urgent, NET, case=case).owner == owner


def test_a_fallback_owner_without_an_area_still_owns_what_is_nobody_elses() -> None:
    found = run(NET, case=facts(children=[], setting_area="unknown"), destinations=[unit("cumberland_hub", "hub")])

    assert found.owner == "cumberland_hub"


@pytest.mark.parametrize(
    ("about", "known"),
    [({"fallback_owner": "nobody"}, {"referrer_connected": "yes"}), ({"fallback_owner": None}, {})],
)
def test_an_edition_with_nobody_to_own_a_case_says_what_to_add(about: dict[str, Any], known: dict[str, Any]) -> None:
    about = {key: value for key, value in {**ABOUT, **about}.items() if value is not None}
    with pytest.raises(NoOwner, match=r"invented has no hub that may own this\. Name a `fallback_owner`"):
        run(NET, case=facts(children=[], setting_area="unknown", **known), edition=about, destinations=DIRECTORY[4:])


# What follows


@pytest.mark.parametrize(
    ("own", "suspect", "when"),
    [
        ({"code": "iwf"}, "yes", "now"),
        ({"code": "iwf", "when": "after_police_agree"}, "no", "after_police_agree"),
        ({"code": "iwf", "held_until_police_agree_when": {"is": {"in_contact_with_child": "yes"}}}, "no", "now"),
        ({"code": "iwf", "held_until_police_agree_when": {"is": {"in_contact_with_child": "yes"}}}, "yes",
         "after_police_agree"),
        ({"code": "iwf", "held_until_police_agree_when": {"is": {"in_contact_with_child": "yes"}}}, "unknown",
         "after_police_agree"),
    ],
)  # fmt: skip
def test_a_report_of_ones_own_waits_where_a_person_may_be_suspected(
    own: dict[str, Any], suspect: str, when: str
) -> None:
    found = run(rule("R-1", ANY_CONCERN, adds={"do_yourself": [own]}), case=facts(in_contact_with_child=suspect))

    assert [(each.code, each.when) for each in found.do_yourself] == [("iwf", when)]


def test_a_report_that_two_rules_ask_for_waits_if_either_says_so() -> None:
    late = {"do_yourself": [{"code": "iwf", "when": "after_police_agree"}]}
    now = {"do_yourself": [{"code": "iwf"}]}
    for first, second in ((late, now), (now, late), (now, now)):
        found = run(rule("R-1", ANY_CONCERN, adds=first), rule("R-2", ANY_CONCERN, adds=second), case=facts())
        [own] = found.do_yourself
        assert own.when == ("now" if first is second else "after_police_agree")
        assert [reason.rule for reason in own.reasons] == ["R-1", "R-2"]


def test_the_checklist_keeps_its_order_and_shows_what_could_be_so() -> None:
    def item(code: str, **more: Any) -> dict[str, Any]:
        return {"code": code, "do": "now", "text": code, "sources": ["S-1"], **more}

    found = run(
        rule("R-1", ANY_CONCERN, adds={"checklist": ["last"]}), case=facts(immediate_danger="unknown"),
        checklists=[item("always"), item("danger", when=DANGER), item("missing", when={"is": {"missing_now": "yes"}}),
                    *items("last", "unused")],
    )  # fmt: skip

    assert [step.code for step in found.checklist] == ["always", "danger", "last"]


def clock(name: str, kind: str, *runs_for: str, limit: str = "1", **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "title": name, "starts": "sent", "ends": "taken", "runs_for": list(runs_for),
            "limit": limit, "counted_in": "hours", "source": "S-1", **more}  # fmt: skip


def test_clocks_start_for_those_who_were_sent_something_and_the_later_entry_counts() -> None:
    found = run(
        rule("R-1", DANGER, CALL), NET, case=facts(immediate_danger="yes"),
        clocks=[
            clock("A", "K-01", "owner", limit="5"),
            clock("B", "K-01", "owner", limit="2", urgencies=["emergency"]),
            clock("C", "K-02", "police", "lado"),
            clock("D", "K-03", "hub", needs_pack="yes"),
            clock("E", "K-04", "hub", urgencies=["urgent"]),
            clock("F", "K-05", "owner", urgencies=["standard"]),
            clock("G", "K-06"),
        ],
    )  # fmt: skip

    assert [(each.kind, each.recipient, each.limit) for each in found.clocks] == [
        ("K-01", "hub", 2),
        ("K-02", "police", 1),
    ]


def test_decisions_and_laws_switch_rules() -> None:
    rules = [rule("R-1", {"decided": "DD-01"}, CALL), rule("R-2", {"in_force": "law"}, to("hub"))]
    switches = {"decisions": [switch("DD-01", "off")], "law": [switch("law", "on")]}

    assert set(went(run(*rules, case=facts(), **switches))) == {HUB}
    assert edition(*rules, **switches).switches() == {"DD-01": False, "law": True}


def test_the_answer_has_the_shape_of_the_contract() -> None:
    found = run(
        rule("R-1", DANGER, CALL, adds={"flags": ["f"], "checklist": ["wait"], "do_yourself": [{"code": "iwf"}]},
             when_unknown={"fires": "same", "why": "x"}),
        NET, case=facts(immediate_danger="unknown"), checklists=items("wait"), clocks=[clock("A", "K-01", "hub")],
    ).as_data()  # fmt: skip

    assert set(found) == {"editions", "owner", "urgency", "destinations", "do_yourself", "flags", "checklist", "clocks"}
    assert found["flags"][0]["fact"] == "immediate_danger"
    assert "fact" not in found["flags"][1]
    assert set(found["editions"][0]) == {"id", "version", "digest"}
    assert found["checklist"] == [{"code": "wait", "text": "wait", "sources": ["S-1"]}]
    assert found["do_yourself"][0]["when"] == "now"
    assert found["clocks"] == [{"kind": "K-01", "for": "hub", "limit": 1, "counted_in": "hours", "source": "S-1"}]
    assert found["destinations"][0]["reasons"][0]["rule"] == "R-1"


def test_a_routing_knows_its_flags_and_nothing_is_standard() -> None:
    found = run(rule("R-1", DANGER, adds={"flags": ["f"]}), case=facts(immediate_danger="yes"))

    assert found.has_flag("f")
    assert not found.has_flag("g")
    assert found.urgency == strongest_urgency([]) == "standard"
