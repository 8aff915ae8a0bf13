"""The picture of a concern's routing: well formed, closed to the outside, and said in full by its table."""

import html as escapes
import re
import xml.etree.ElementTree as ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from procedures.condition_words import fact_clause, rule_words, settled
from procedures.drawing import picture, routes
from procedures.editions import get_edition
from procedures.engine.vocabulary import CHILD_FACTS, FACTS
from procedures.reading import Reading
from procedures.value_words import CONCERNS, DESTINATIONS, MODES, URGENCIES

EDITIONS = ["cumbria", "north-east-lincolnshire"]
SVG = "{http://www.w3.org/2000/svg}"
EACH = [(edition, concern) for edition in EDITIONS for concern in CONCERNS]


def words(text: str) -> str:
    return " ".join(escapes.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize(("name", "concern"), EACH)
def test_it_is_well_formed_and_closed(name: str, concern: str) -> None:
    root = ElementTree.fromstring(picture(Reading(get_edition(name)), concern))
    assert root.tag == f"{SVG}svg"
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {"svg", "title", "rect", "text", "path"}
    names = {name for each in root.iter() for name in each.attrib}
    assert not {each for each in names if each.startswith("on") or each in ("style", "href", "class")}
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for each in root.iter(f"{SVG}rect"):
        assert float(each.get("x", 0)) + float(each.attrib["width"]) <= width
        assert float(each.get("y", 0)) + float(each.attrib["height"]) <= height


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "concern"), EACH)
def test_the_table_says_all_that_the_picture_shows(client: Client, name: str, concern: str) -> None:
    page = client.get(reverse("procedures:routing", args=[name, concern])).content.decode()
    rows = [words(row) for row in re.findall(r"<tr class=\"govuk-table__row\">(.*?)</tr>", page, re.DOTALL)]
    rows = [row for row in rows if not row.startswith("When ")]
    drawn = routes(Reading(get_edition(name)), concern)
    assert len(rows) == len(drawn) > 5
    for row, route in zip(rows, drawn, strict=True):
        assert row.startswith(route.rule.id)
        for each in route.destinations:
            assert DESTINATIONS[each.to] in row
            assert MODES[each.mode] in row
            assert URGENCIES[each.urgency] in row


@pytest.mark.django_db
def test_the_file_may_load_nothing(client: Client) -> None:
    answer = client.get(reverse("procedures:picture", args=["cumbria", "grooming"]))
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "style-src" not in answer["Content-Security-Policy"]


def test_every_value_of_every_fact_can_be_said() -> None:
    for of_child, kinds in ((False, FACTS), (True, CHILD_FACTS)):
        for code, kind in kinds.items():
            for value in kind.values:
                for negated in (False, True):
                    clause = fact_clause(code, [value], of_child, negated)
                    assert "_" not in clause
                    assert len(clause) > 8


def test_negation_and_joining_are_said_plainly() -> None:
    edition = get_edition("cumbria")
    either = {"not": {"any": [{"is": {"meeting": "later"}}, {"is": {"missing_now": "yes"}}]}}
    assert rule_words(either, edition).sentence == (
        "no meeting or journey is planned for another day, and no child is missing"
    )
    several = {"any_of": {"access_to_children": ["work", "voluntary"]}}
    assert (
        rule_words(several, edition).sentence
        == "the person has access to children through work or through volunteering"
    )


def test_decisions_as_they_stand_are_settled() -> None:
    edition = get_edition("cumbria")
    later = {"is": {"meeting": "later"}}
    assert settled({"all": [{"includes": {"concerns": "grooming"}}, later]}, "grooming", edition) == later
    assert settled({"all": [{"decided": "DD-03"}, later]}, "grooming", edition) is edition.switches()["DD-03"] is False
    assert settled({"any": [{"not": {"decided": "DD-03"}}, later]}, "grooming", edition) is True
