"""Each child under the edition of its own area, and the results joined."""

import json
from typing import Any

import pytest

from procedures.engine.edition import Edition
from procedures.engine.facts import Facts
from procedures.engine.joining import NoEdition, editions_for, route_by_area
from procedures.engine.loading import load_text
from tests.engine.invented import ABOUT, ANY_CONCERN, DIRECTORY, HERE, NET, THERE, data, facts, items, rule, to, unit
from tests.engine.test_routing import clock

EAST = "north_east_lincolnshire"
WHOLE = [*DIRECTORY, unit("north_east_lincolnshire_hub", "hub", EAST), unit("humberside_police", "police", EAST)]
YOUNG = {"is": {"age": "under_10"}}


def own(name: str, *rules: dict[str, Any], **blocks: Any) -> Edition:
    about = {**ABOUT, "id": name}
    return load_text(
        json.dumps(data(*rules, NET, edition=about, destinations=WHOLE, **blocks), indent=1), file="x.yaml"
    )


def editions(west: list[dict[str, Any]], east: list[dict[str, Any]], **blocks: Any) -> dict[str, Edition]:
    first, second = own("west", *west, **blocks), own("east", *east, **blocks)
    return {HERE: first, THERE: first, EAST: second}


def used(given: dict[str, Edition], case: Facts) -> list[tuple[str, list[int]]]:
    return [(edition.id, list(children)) for edition, children in editions_for(given, case)]


@pytest.mark.parametrize(
    ("areas", "setting", "deciding"),
    [
        ([HERE, THERE], HERE, [("west", [0, 1])]),
        ([EAST, HERE], HERE, [("east", [0]), ("west", [1])]),
        (["elsewhere_in_england"], EAST, [("east", [0])]),
        (["unknown", HERE], EAST, [("east", [0]), ("west", [1])]),
        (["outside_england"], "unknown", [("west", [0]), ("east", [0])]),
        ([], EAST, [("east", [])]),
        ([], "elsewhere_in_england", [("west", []), ("east", [])]),
    ],
)
def test_the_area_of_each_child_decides_which_edition(
    areas: list[str], setting: str, deciding: list[tuple[str, list[int]]]
) -> None:
    case = facts(children=[{"area": area} for area in areas], setting_area=setting)

    assert used(editions([], []), case) == deciding


def test_without_an_edition_there_is_nothing_to_decide_by() -> None:
    with pytest.raises(NoEdition, match="No edition is in force today"):
        route_by_area({}, facts())


def test_one_edition_alone_is_not_joined() -> None:
    found = route_by_area(editions([], []), facts(children=[{"area": HERE}, {"area": THERE}]))

    assert [each.id for each in found.editions] == ["west"]


def test_two_editions_give_one_answer_with_the_strongest_and_every_reason() -> None:
    far = "elsewhere_in_england"
    west = rule("W-1", ANY_CONCERN, to("lado", "pack", "standard", by="workplace"),
                adds={"flags": ["both", "west"], "checklist": ["first"], "do_yourself": [{"code": "iwf"}]})  # fmt: skip
    east = rule("E-1", ANY_CONCERN, to("lado", "pack", "urgent", by="workplace"), to("hub", "call_hub", "emergency"),
                adds={"flags": ["both"], "checklist": ["second", "first"],
                      "do_yourself": [{"code": "iwf", "when": "after_police_agree"}, {"code": "bank"}]})  # fmt: skip
    case = facts(children=[{"area": HERE}, {"area": EAST}], workplace_areas=[far])

    found = route_by_area(editions([west], [east], checklists=items("second", "first")), case)

    assert [each.id for each in found.editions] == ["west", "east"]
    assert {(each.code, each.unit): (each.urgency, each.children) for each in found.destinations} == {
        ("lado", None): ("urgent", (0, 1)),
        ("hub", "cumberland_hub"): ("standard", (0,)),
        ("hub", "north_east_lincolnshire_hub"): ("emergency", (1,)),
    }
    lado = next(each for each in found.destinations if each.code == "lado")
    assert [(each.rule, each.edition) for each in lado.reasons] == [("W-1", "west"), ("E-1", "east")]
    assert (found.owner, found.urgency) == ("north_east_lincolnshire_hub", "emergency")
    assert [(each.code, each.when) for each in found.do_yourself] == [("iwf", "after_police_agree"), ("bank", "now")]
    assert [(flag.code, len(flag.reasons)) for flag in found.flags] == [("both", 2), ("west", 1)]
    assert [step.code for step in found.checklist] == ["first", "second"]


def test_of_two_hubs_the_more_urgent_one_sets_the_limit() -> None:
    clocks = [clock("A", "K-04", "hub", limit="60", urgencies=["standard", "urgent"]),
              clock("B", "K-04", "hub", limit="30", urgencies=["emergency"])]  # fmt: skip
    east = rule("E-1", ANY_CONCERN, to("hub", "call_hub", "emergency"))

    found = route_by_area(editions([], [east], clocks=clocks), facts(children=[{"area": HERE}, {"area": EAST}]))

    assert [(each.kind, each.recipient, each.limit) for each in found.clocks] == [("K-04", "hub", 30)]


def test_with_no_area_known_at_all_the_first_edition_owns_it() -> None:
    found = route_by_area(editions([], []), facts(children=[{"area": "unknown"}], setting_area="unknown"))

    assert [(each.code, each.unit) for each in found.destinations] == [("hub", None)]
    assert found.owner == "cumberland_hub"
