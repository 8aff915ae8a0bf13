"""Examples and vignettes beside an edition: what differs is said in words, what cannot be read is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from procedures.engine.examples import findings
from procedures.engine.loading import load_edition
from tests.engine.invented import ABOUT, NET, data, rule, to

DANGER = rule("R-1", {"is": {"immediate_danger": "yes"}}, to("police", "call_999", "emergency"),
              to("prevent_spoc", marking="CHANNEL"))  # fmt: skip
CHILD = {"area": "cumberland"}
BASE = {"id": "plain", "title": "Nothing else", "child": CHILD,
        "facts": {"concerns": ["grooming"], "immediate_danger": "no", "setting_area": "cumberland"}}  # fmt: skip
HUB = {"code": "hub", "unit": "cumberland_hub", "mode": "advice", "urgency": "standard"}


def example(name: str = "X-1", expect: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": "A case", "base": "plain", "given": {"children": [{}]},
            "expect": {"urgency": "standard", "owner": "cumberland_hub", "destinations": [HUB], **(expect or {})},
            **more}  # fmt: skip


def found(folder: Path, *examples: Any, vignettes: list[Any] | None = None, **files: Any) -> dict[str, tuple[str, ...]]:
    """Return the findings that are not good, with what they say; files may be written in another form."""
    path = folder / "mine.yaml"
    path.write_text(json.dumps(data(DANGER, NET)), encoding="utf-8")
    written = {
        "mine.examples.yaml": {"edition": "invented", "bases": [BASE], "examples": list(examples)},
        "mine.vignettes.yaml": {"edition": "invented", "bases": [BASE], "vignettes": vignettes or []},
        **{name.replace("__", "."): content for name, content in files.items()},
    }
    for name, content in written.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        elif content is not None:
            (folder / name).write_text(json.dumps(content), encoding="utf-8")
    checked = list(findings(path, load_edition(path, content=folder)))
    return {title: details for title, is_good, details in checked if not is_good}


def test_examples_that_are_so_are_good(tmp_path: Path) -> None:
    calm = {"id": "V-1", "told": "x", "base": "plain", "given": {}, "urgency": "standard"}

    assert found(tmp_path, example(), example("X-2", by_area="yes"), vignettes=[calm]) == {}


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ({"urgency": "urgent"}, "It is standard and should be urgent."),
        ({"owner": "westmorland_and_furness_hub"}, "cumberland_hub owns it and westmorland_and_furness_hub should."),
        ({"destinations": [{**HUB, "mode": "pack"}]}, "It does not go to hub cumberland_hub (pack, standard)."),
        ({"destinations": [{**HUB, "unit": "find"}]}, "It also goes to hub cumberland_hub (advice, standard)."),
        ({"flags": ["conflict"]}, "The flag conflict is missing."),
        ({"do_yourself": ["iwf"]}, "The own report iwf is missing."),
        ({"checklist": ["wait"]}, "The checklist item wait is missing."),
    ],
)
def test_what_differs_is_said_in_words(tmp_path: Path, expect: dict[str, Any], words: str) -> None:
    wrong = found(tmp_path, example(expect=expect))

    assert f"X-1 A case: {words}" in wrong["its 1 worked examples are routed as they say"]


def test_a_flag_that_should_not_be_raised_and_a_marking_are_said(tmp_path: Path) -> None:
    unknown = {"children": [{}], "immediate_danger": "yes"}
    doubt = {"children": [{}], "immediate_danger": "unknown"}
    wrong = found(tmp_path, example(given=unknown), example("X-2", given=doubt, expect={"not_flags": ["find_out"]}))
    said = wrong["its 2 worked examples are routed as they say"]

    assert "X-1 A case: It also goes to prevent_spoc cumbria_prevent (pack, standard, marked CHANNEL)." in said
    assert "X-2 A case: The flag find_out is raised and should not be." in said


def test_vignettes_say_how_urgent_they_are_and_not_everything_may_be(tmp_path: Path) -> None:
    told = {"id": "V-1", "told": "x", "base": "plain", "given": {"immediate_danger": "yes"}, "urgency": "urgent"}
    wrong = found(tmp_path, example(), vignettes=[told])

    assert wrong["its 1 vignettes are routed as they say"] == ("V-1: it is emergency and should be urgent.",)
    assert wrong["its vignettes hold 1 emergency (100.0%, at most 15%), 0 urgent (0.0%, at most 35%)"] == (
        "100.0% of the vignettes are emergency; at most 15% may be. Look at the rules that make them so.",
    )


@pytest.mark.parametrize(
    ("files", "title", "words"),
    [
        ({"mine__examples__yaml": None}, "it has worked examples",
         "There is no mine.examples.yaml. Write it beside the edition."),
        ({"mine__examples__yaml": {"edition": "x", "colour": "red"}}, "its worked examples can be read",
         "mine.examples.yaml:1: colour: Extra inputs are not permitted. Correct the value."),
        ({"mine__examples__yaml": b"edition: caf\xe9"}, "its worked examples can be read",
         "mine.examples.yaml:1: This file is not UTF-8 text. Save it as UTF-8."),
        ({"mine__examples__yaml": {"edition": "x", "examples": [example()]}},
         "its worked examples say facts that exist",
         "X-1: It starts from plain, which is not among the bases. Correct the name."),
        ({"mine__examples__yaml": {"edition": "x", "bases": [BASE], "examples": [example(given={"x": "y"})]}},
         "its worked examples say facts that exist", 'X-1: "x" is not a fact.'),
        ({"mine__examples__yaml": {"edition": "x", "bases": [BASE], "examples": [example(by_area="yes")]},
          "other__yaml": {"edition": {**ABOUT, "id": "other", "colour": "red"}}},
         "the editions that its worked examples need can be loaded", "other.yaml:1: edition.colour: "),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(tmp_path: Path, files: dict[str, Any], title: str, words: str) -> None:
    wrong = found(tmp_path, **files)

    assert any(each.startswith(words) for each in wrong[title])
