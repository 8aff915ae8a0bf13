"""One row and one section of the document of a case, as plain values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from referrals.facts import LONDON

PORTAL = "the portal"

Section = dict[str, Any]
Row = dict[str, Any]


def section(code: str, title: str, rows: Iterable[Row]) -> Section:
    """Return a section."""
    return {"id": code, "title": title, "of": None, "rows": list(rows)}


def said_together(sections: Iterable[Section]) -> list[Section]:
    """Return the sections that have rows, and one that names the others: none is left out without a word."""
    every = list(sections)
    empty = [each["title"] for each in every if not each["rows"]]
    nothing = [row("Nothing is on record", "\n".join(empty))] if empty else []
    whole = [*every, section("nothing", "Of these there is nothing that whoever exported this may see", nothing)]
    return [each for each in whole if each["rows"]]


def row(label: str, text: str, who: str = "") -> Row:
    """Return a row of what the portal holds; `who` put it on record, else the portal itself."""
    return {"label": label, "question": "", "state": "answered", "lines": text.split("\n"), "telling": "Recorded by",
            "who": who or PORTAL}  # fmt: skip


def moment(at: datetime) -> str:
    """Return a moment as "4 December 2026, 14:00", in English time."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, {local:%H:%M}"
