"""No word of a pack is printed over another, wherever a page ends."""

import re
import subprocess
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest

from referrals.documents import render_pack
from tests.documents import samples

LABELS = ("The concern about their work", "Harm threshold", "Recipient has the urgent pack", "Name")
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
Box = tuple[float, float, float, float, str]


def boxes(pdf: bytes, folder: Path) -> list[list[Box]]:
    """Return of each page where each of its words stands, in points, and the word."""
    path = folder / "pack.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, text=True, check=True)
    pages = done.stdout.split("<page ")[1:]
    return [[(*map(float, found[:4]), found[4]) for found in WORD.findall(page)] for page in pages]  # type: ignore[misc]


def overlap(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 2 and down > 4


@pytest.mark.parametrize("before", range(4))
def test_a_row_at_the_end_of_a_page_goes_to_the_next_whole(before: int, tmp_path: Path) -> None:
    rows = [samples.row("Before", "Q-SAF-1", state="not_asked") for _ in range(before)]
    rows += [samples.row(LABELS[number % 4], f"Q-ADU-{number + 10}", state="not_asked") for number in range(120)]
    section = {"id": "person", "title": "The person", "of": None, "rows": rows}
    pages = boxes(render_pack(samples.pack(sections=[section])).pdf, tmp_path)
    assert len(pages) > 4
    assert [(a[4], b[4]) for page in pages for a, b in combinations(page, 2) if overlap(a, b)] == []


def test_a_label_is_not_broken_after_its_first_word(tmp_path: Path) -> None:
    rows = [samples.row(label, "Q-ADU-12", state="not_asked") for label in LABELS]
    section = {"id": "person", "title": "The person", "of": None, "rows": rows}
    pages = boxes(render_pack(samples.pack(sections=[section])).pdf, tmp_path)
    words = [word for page in pages for word in page]
    for first, later in (("The", "concern"), ("Recipient", "urgent")):
        [line] = [word[1] for word in words if word[4] == later]
        assert first in [word[4] for word in words if word[1] == line]


HIDDEN = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"]


@pytest.mark.parametrize(("said", "more"), [
    ([f"L{number}" for number in range(90)], {}),
    (["L0 " + "".join(HIDDEN) + " L1"], {}),
    (["L0" + "".join(HIDDEN[:60]) + " L1"], {"mono": True}),
])  # fmt: skip
def test_a_tall_answer_goes_on_over_the_page(said: list[str], more: dict[str, bool], tmp_path: Path) -> None:
    row = samples.row("Lines", "Q-ADU-12", *said, who="Zeta Ende", **more)
    section = {"id": "person", "title": "The person", "of": None, "rows": [row]}
    pages = boxes(render_pack(samples.pack(sections=[section])).pdf, tmp_path)
    feet = [min(word[1] for word in page if word[4] == "Copy") for page in pages]
    placed = [word[4] for page, foot in zip(pages, feet, strict=True) for word in page if word[3] < foot]
    plain = [each for each in said if each.isascii()]
    assert [each for each in placed if each in plain] == plain
    assert "Ende" in placed
