"""Who said it: each answer is labelled as seen, told or thought, by the answer to how the referrer knows."""

from pathlib import Path

import pytest

from procedures.engine.answers import parse_sheet
from procedures.engine.loading import SHIPPED, load_edition
from referrals import summary

EDITION = load_edition(Path(SHIPPED) / "cumbria.yaml")


@pytest.mark.parametrize(
    ("how_known", "telling", "who"),
    [
        (["saw_or_heard"], "Seen by", None),
        (["child_told"], "Told by", "the child"),
        (["adult_told"], "Told by", "an adult"),
        (["saw_or_heard", "child_told"], "Told by", None),
        (["system_alert"], "Told by", None),
        ([], "Told by", None),
    ],
)
def test_the_worry_says_how_it_is_known(how_known: list[str], telling: str, who: str | None) -> None:
    answers = {"Q-WOR-1": {"text": "He was asked for pictures."}, "Q-REF-7": {"chosen": how_known}}

    rows = {
        row.question: row for part in summary.summarise(EDITION, parse_sheet({"case": answers})) for row in part.rows
    }

    assert (rows["Q-WOR-1"].telling, rows["Q-WOR-1"].who) == (telling, who)


def test_what_the_referrer_thinks_is_always_their_opinion() -> None:
    answers = {"Q-WOR-2": {"text": "It will get worse."}, "Q-REF-7": {"chosen": ["child_told"]}}

    rows = {
        row.question: row for part in summary.summarise(EDITION, parse_sheet({"case": answers})) for row in part.rows
    }

    assert (rows["Q-WOR-2"].telling, rows["Q-WOR-2"].who) == ("Opinion of", None)


def test_dates_are_written_as_people_write_them() -> None:
    record = {
        "key": "a",
        "answers": {"Q-CHI-2": {"chosen": ["date_of_birth"], "details": {"date_of_birth": "2013-03-27"}}},
    }

    rows = [
        row
        for part in summary.summarise(EDITION, parse_sheet({"case": {}, "children": [record]}))
        for row in part.rows
        if row.question == "Q-CHI-2"
    ]

    assert any("27 March 2013" in line for line in rows[0].lines), rows[0].lines
