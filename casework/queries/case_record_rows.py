"""One row and one section of the document of a case, as plain values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from referrals.facts import LONDON

PORTAL = "the portal"

Section = dict[str, Any]
Row = dict[str, Any]


def section(code: str, title: str, rows: Iterable[Row]) -> Section:
    """Return a section; one without rows says so."""
    return {"id": code, "title": title, "of": None, "rows": list(rows) or [row("None", "There is none.")]}


def row(label: str, text: str, who: str = "") -> Row:
    """Return a row of what the portal holds; `who` put it on record, else the portal itself."""
    return {"label": label, "question": "", "state": "answered", "lines": text.split("\n"), "telling": "Recorded by",
            "who": who or PORTAL}  # fmt: skip


def moment(at: datetime) -> str:
    """Return a moment as "4 December 2026, 14:00", in English time."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, {local:%H:%M}"
