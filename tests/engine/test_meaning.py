"""Names that an edition uses and that do not exist; facts of the source that nothing carries."""

from pathlib import Path
from typing import Any

import pytest

from procedures.engine.coverage import coverage_of, read_manifest
from procedures.engine.edition import locate
from procedures.engine.loading import SHIPPED, load_edition, shipped_files
from procedures.engine.meaning import faults_of
from procedures.engine.reading_yaml import ContentRefused
from tests.engine.invented import ABOUT, ANY_CONCERN, NET, data, edition, items, page, question, rule, switch, to, unit


def words(*rules: dict[str, Any], **blocks: Any) -> list[str]:
    found = faults_of(edition(*rules, **blocks), ["C-001", "N-001"])
    assert all(fault.file == "invented.yaml" and fault.line > 1 for fault in found)
    return [f"{fault.key}: {fault.message}" for fault in found]


def form(*fills: dict[str, Any], kind: str = "choice", **more: Any) -> dict[str, Any]:
    return {"questions": [question("Q-A-1", "yes", "no", fills=list(fills), kind=kind, **more)],
            "pages": [page("first", "Q-A-1")]}  # fmt: skip


def test_an_edition_whose_names_all_exist_has_no_faults() -> None:
    good = rule("R-1", ANY_CONCERN, to("hub"), sources=["S-1", "C-001"], adds={"checklist": ["wait"]})

    assert words(good, NET, checklists=items("wait"), **form({"fact": "missing_now", "map": {"yes": "yes"}})) == []


UNKNOWN_FLAG = {"when_unknown": {"why": "Because", "flags": ["f"], "checklist": ["c"]}}


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (words(rule("R-1", ANY_CONCERN, sources=["S-9"])),
         "rules.R-1.sources.0: S-9 is no fact and no guidance. Correct it, or add it to `guidance`."),
        (words(rule("R-1", ANY_CONCERN, also=[{"id": "R-2", "because": "x", "sources": ["S-9"]}])),
         "rules.R-1.also.0.sources.0: S-9 is no fact and no guidance. Correct it, or add it to `guidance`."),
        (words(decisions=[switch("DD-01", "on", sources=["S-9"])]),
         "decisions.DD-01.sources.0: S-9 is no fact and no guidance. Correct it, or add it to `guidance`."),
        (words(edition={**ABOUT, "facts": ["S-1"]}),
         "edition.facts: S-1 is no fact of the source procedures. Correct it."),
        (words(rule("R-1", ANY_CONCERN, adds={"flags": ["f"]})),
         "rules.R-1.adds.flags.0: There is no flag f. Correct it, or add it to `flags`."),
        (words(rule("R-1", ANY_CONCERN, **UNKNOWN_FLAG)),
         "rules.R-1.when_unknown.flags.0: There is no flag f. Correct it, or add it to `flags`."),
        (words(rule("R-1", ANY_CONCERN, **UNKNOWN_FLAG)),
         "rules.R-1.when_unknown.checklist.0: There is no checklist item c. Correct it, or add it to `checklists`."),
        (words(rule("R-1", ANY_CONCERN, adds={"do_yourself": [{"code": "iwf"}]})),
         "rules.R-1.adds.do_yourself.0.code: There is no own report iwf. Correct it, or add it to `do_yourself`."),
        (words(rule("R-1", ANY_CONCERN, status="awaiting_sign_off", awaiting="DD-77")),
         "rules.R-1.awaiting: DD-77 is not in `decisions`. Correct it, or add it."),
        (words({**NET, "each_child": {"is": {"age": "under_10"}}}),
         "rules.NET: A safety net catches everyone with a destination and nothing else. Put the rest in another rule."),
        (words(checklists=items("wait")),
         "checklists.wait: No rule adds this item. Name it in a rule, or give it a `when`."),
        (words(**{**form(), "pages": [page("first", "Q-A-1", part="elsewhere")]}),
         "pages.first.part: There is no part elsewhere. Correct it, or add it to `parts`."),
        (words(**{**form(), "pages": [page("first", "Q-A-1", scope="child")]}),
         "pages.first: Q-A-1 is asked of each case, this page of each child. Make them alike."),
        (words(**form(pack_group="some")),
         "questions.Q-A-1.pack_group: There is no pack group some. Correct it, or add it to `pack_groups`."),
        (words(**form(options=[{"value": "yes", "label": "a"}, {"value": "yes", "label": "b"}])),
         "questions.Q-A-1.options: The option yes is there twice. Keep one of them."),
        (words(**form({"fact": "danger", "map": {"yes": "yes"}})),
         "questions.Q-A-1.fills: danger is not a fact. Correct it."),
        (words(**form({"fact": "missing_now", "map": {"maybe": "yes"}})),
         "questions.Q-A-1.fills: Q-A-1 has no option maybe. Correct the map."),
        (words(**form({"fact": "missing_now", "map": {"yes": "now"}})),
         "questions.Q-A-1.fills: missing_now cannot be now. Use one of: yes, no, unknown."),
        (words(**form({"fact": "missing_now", "when_not_asked": "none"})),
         "questions.Q-A-1.fills: missing_now cannot be none. Use one of: yes, no, unknown."),
        (words(**form({"fact": "meeting", "map": {"yes": ["later", "no"]}})),
         "questions.Q-A-1.fills: meeting has one value. Write one of them without brackets."),
        (words(**form({"fact": "coercion", "map": {"yes": ["threat?", "money"]}})),
         "questions.Q-A-1.fills: coercion cannot be money. Use one of: pressure, threat, payment_or_gifts, blackmail, "
         "unknown."),
        (words(packs=[{"recipient": "hub", "title": "t", "purpose": "p",
                       "contents": [{"group": "some", "amount": "full"}]}]),
         "packs.hub.contents.0.group: There is no pack group some. Correct it."),
        (words(packs=[{"recipient": "hub", "title": "t", "purpose": "p", "contents": []}]),
         "packs.hub: It does not say how much of all it takes. Write full, summary or none."),
        (words(edition={**ABOUT, "areas": ["cumbria"]}), "edition.areas: cumbria is not an area. Use: cumberland, "
         "westmorland_and_furness, north_east_lincolnshire, elsewhere_in_england, outside_england, unknown."),
        (words(destinations=[unit("a_hub", "hub", "cumbria")]), "destinations.a_hub.areas.0: cumbria is not an area. "
         "Use: cumberland, westmorland_and_furness, north_east_lincolnshire, elsewhere_in_england, outside_england, "
         "unknown."),
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_named_where_it_stands(found: list[str], fault: str) -> None:
    assert fault in found


def test_a_computed_fact_needs_no_fact_of_that_name() -> None:
    assert words(**form({"fact": "children", "derive": "other_children"}, kind="rows")) == []


def test_a_fault_about_an_entry_that_is_in_no_file_stands_on_the_last_one() -> None:
    found = locate(edition().documents, ("rules", "R-9"), "No such rule.")

    assert str(found) == "invented.yaml:1: rules.R-9: No such rule."


def test_a_fault_stands_at_a_key_when_the_text_is_a_key() -> None:
    found = locate(edition(rule("R-1", ANY_CONCERN)).documents, ("rules", "R-1"), "x", at="immediate_danger")

    assert found.key == "rules.R-1"
    assert locate(edition(rule("R-1", ANY_CONCERN)).documents, ("rules", "R-1"), "x", at="when").key == "rules.R-1.when"


# Coverage


def test_a_fact_is_carried_only_when_every_kind_carries_it() -> None:
    mine = edition(rule("R-1", ANY_CONCERN, sources=["C-001"]), edition={**ABOUT, "id": "cumbria", "facts": ["C-003"]})
    found = coverage_of(mine, {"C-001": ("RR",), "C-002": ("RR", "AC"), "C-003": ("META",), "N-001": ("RR",)})

    assert (found.facts, found.carried) == (3, 2)
    assert found.missing == (("C-002", "RR"), ("C-002", "AC"))


def test_a_foreign_edition_has_no_facts_to_carry() -> None:
    assert coverage_of(edition(), {"C-001": ("RR",)}).facts == 0


def test_a_manifest_names_only_kinds_that_exist(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("C-001: [RR]\nC-002:\n  - RR\n  - XX\n", encoding="utf-8")

    with pytest.raises(ContentRefused, match=r"^facts.yaml:4: C-002: XX is not a carrier. Use one of: GT, TW, DL,"):
        read_manifest(path)


def test_the_shipped_editions_name_nothing_that_does_not_exist() -> None:
    manifest = read_manifest(SHIPPED / "facts.manifest.yaml")

    assert [str(fault) for path in shipped_files() for fault in faults_of(load_edition(path), manifest)] == []
    assert len(manifest) == 266
    assert data()["edition"]["id"] == "invented"
