"""The worked examples and the vignettes of the shipped editions hold, and not everything is urgent (Z-21)."""

from collections import Counter
from pathlib import Path

import pytest

from procedures.engine.edition import Edition
from procedures.engine.examples import Example, ExampleFile, Vignette, facts_of, load_examples, run_example
from procedures.engine.loading import SHIPPED, load_edition
from procedures.engine.reading_yaml import ContentRefused
from procedures.engine.routing import route

NAMES = ("cumbria", "north-east-lincolnshire")
EDITIONS: dict[str, Edition] = {name: load_edition(SHIPPED / f"{name}.yaml") for name in NAMES}
BY_AREA = {area: edition for edition in EDITIONS.values() for area in edition.content.edition.areas}
EXAMPLES: dict[str, ExampleFile] = {name: load_examples(SHIPPED / f"{name}.examples.yaml") for name in NAMES}
VIGNETTES: dict[str, ExampleFile] = {name: load_examples(SHIPPED / f"{name}.vignettes.yaml") for name in NAMES}


@pytest.mark.parametrize(
    ("name", "example"),
    [pytest.param(name, each, id=f"{name}-{each.id}") for name in NAMES for each in EXAMPLES[name].examples],
)
def test_a_worked_example_is_routed_as_it_says(name: str, example: Example) -> None:
    chosen = BY_AREA if example.by_area == "yes" else EDITIONS[name]
    assert run_example(chosen, EXAMPLES[name], example) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_edition_has_enough_examples_with_ids_of_their_own(name: str) -> None:
    ids = [each.id for each in EXAMPLES[name].examples]
    assert len(ids) >= 80
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_fires_for_certain_in_one_example_and_not_in_another(name: str) -> None:
    fired: Counter[str] = Counter()
    for each in EXAMPLES[name].examples:
        routing = route(EDITIONS[name], facts_of(EXAMPLES[name], each))
        things = [*routing.destinations, *routing.flags, *routing.do_yourself]
        fired.update({reason.rule for thing in things for reason in thing.reasons})
    quiet = {"M-17", "M-19", "M-14"}  # these add checklist items only, or wait for a law that is not in force
    rules = {rule.id for rule in EDITIONS[name].content.rules} - quiet
    assert {rule for rule in rules if not fired[rule]} == set()
    assert {rule for rule in rules if fired[rule] == len(EXAMPLES[name].examples)} == set()


@pytest.mark.parametrize(
    ("name", "vignette"),
    [pytest.param(name, each, id=f"{name}-{each.id}") for name in NAMES for each in VIGNETTES[name].vignettes],
)
def test_a_vignette_is_as_urgent_as_it_says(name: str, vignette: Vignette) -> None:
    assert route(EDITIONS[name], facts_of(VIGNETTES[name], vignette)).urgency == vignette.urgency


@pytest.mark.parametrize("name", NAMES)
def test_not_everything_is_urgent(name: str) -> None:
    vignettes = VIGNETTES[name].vignettes
    shares = Counter(each.urgency for each in vignettes)
    assert len(vignettes) >= 200
    assert len({each.told for each in vignettes}) == len(vignettes)
    assert shares["emergency"] <= 0.15 * len(vignettes)
    assert shares["urgent"] <= 0.35 * len(vignettes)


def test_differences_are_told_in_words() -> None:
    example = next(each for each in EXAMPLES["cumbria"].examples if each.id == "T-01")
    wrong = example.model_copy(
        update={"expect": example.expect.model_copy(update={"urgency": "emergency", "flags": ["conflict"]})}
    )
    assert run_example(EDITIONS["cumbria"], EXAMPLES["cumbria"], wrong) == [
        "It is standard and should be emergency.",
        "The flag conflict is missing.",
    ]


def test_a_misspelt_key_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.examples.yaml"
    path.write_text("edition: cumbria\nexamples:\n  - id: X-1\n    titel: Wrong\n", encoding="utf-8")
    with pytest.raises(ContentRefused) as refused:
        load_examples(path)
    assert any("wrong.examples.yaml:4" in str(fault) for fault in refused.value.faults)
