"""The filters of the queue: from codes in the address to what is wanted and back, and the words beside them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from accounts.areas import Area
from accounts.models import Agency
from casework.models.queue import TABS
from casework.queries.queue import HAVING, ME, NOBODY, OPEN, Wanted, colleagues, is_tab, settings_in_queue
from casework.web.words import URGENCY
from procedures import editions

TAB_LABELS = {OPEN: "All open"} | TABS
_FIELDS = ("concern", "urgency", "level", "area", "setting", "assignee")
_SWITCHES = {"overdue": "is_overdue", "looked_after": "is_looked_after"}
_SWITCH_LABELS = {"overdue": "Overdue", "looked_after": "A child who is looked after"}
_LABELS = {
    "concern": "Concern", "urgency": "Urgency", "level": "Level of need", "area": "Area", "setting": "Sent from",
    "assignee": "Who has it",
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One filter: the name of its field, its label, and `(code, words, whether it is chosen)` of each value."""

    name: str
    label: str
    options: Sequence[tuple[str, str, bool]]


def wanted_in(given: Mapping[str, str]) -> Wanted:
    """Return what an address asks for. Whatever is no code of ours is left out."""
    tab = given.get("show", OPEN)
    urgency, area = given.get("urgency", ""), given.get("area", "")
    assignee = given.get("assignee", "")
    if assignee not in (ME, NOBODY):
        assignee = str(_identifier(assignee) or "")
    return Wanted(
        tab=tab if is_tab(tab) else OPEN,
        concern=_code(given.get("concern", "")),
        urgency=urgency if urgency in URGENCY else "",
        level=_code(given.get("level", "")),
        area=area if area in Area.values else "",
        setting=_identifier(given.get("setting", "")),
        assignee=assignee,
        is_overdue=given.get("overdue") == "1",
        is_looked_after=given.get("looked_after") == "1",
    )


def query_of(wanted: Wanted) -> str:
    """Return what stands in the address for this, without what is as it is by default."""
    pairs = {"show": wanted.tab if wanted.tab != OPEN else ""}
    pairs |= {name: str(getattr(wanted, name) or "") for name in _FIELDS}
    pairs |= {name: "1" if getattr(wanted, attribute) else "" for name, attribute in _SWITCHES.items()}
    return urlencode({name: value for name, value in pairs.items() if value})


def choices(user: Any, wanted: Wanted, units: Sequence[Agency], *, at: datetime) -> list[Choice]:
    """Return the filters with what can be chosen in each, for the queue of these units."""
    people = [(ME, "Me"), (NOBODY, "Nobody yet")]
    people += [(str(each.pk), each.full_name) for each in colleagues(units, may=HAVING, besides=user, at=at)]
    settings = [(str(each.pk), each.name) for each in settings_in_queue(user, at=at)]
    values: dict[str, list[tuple[str, str]]] = {
        "concern": _concerns(),
        "urgency": [(code, words) for code, (words, _) in URGENCY.items()],
        "level": _levels(),
        "area": [(area.value, str(area.label)) for area in Area],
        "setting": settings,
        "assignee": people,
    }
    chosen = {name: str(getattr(wanted, name) or "") for name in _FIELDS}
    return [
        Choice(name, _LABELS[name], [(code, words, code == chosen[name]) for code, words in values[name]])
        for name in _FIELDS
    ]


def switches(wanted: Wanted) -> list[tuple[str, str, bool]]:
    """Return the filters that are on or off: name, label, whether on."""
    return [(name, _SWITCH_LABELS[name], getattr(wanted, attribute)) for name, attribute in _SWITCHES.items()]


def in_force(wanted: Wanted, found: Sequence[Choice]) -> list[dict[str, str]]:
    """Return the filters that are set, in words, each with the address of the list without it."""
    lines = []
    for choice in found:
        if getattr(wanted, choice.name):
            words = next((words for _, words, is_chosen in choice.options if is_chosen), "something else")
            without = _without(wanted, choice.name, None if choice.name == "setting" else "")
            lines.append({"text": f"{choice.label}: {words}", "query": query_of(without)})
    for name, attribute in _SWITCHES.items():
        if getattr(wanted, attribute):
            without = _without(wanted, attribute, False)
            lines.append({"text": _SWITCH_LABELS[name], "query": query_of(without)})
    return lines


def _without(wanted: Wanted, name: str, value: Any) -> Wanted:
    return replace(wanted, **{name: value})


def tabs(wanted: Wanted) -> list[dict[str, Any]]:
    """Return the tabs, each with the address that keeps the filters."""
    return [
        {"text": words, "query": query_of(replace(wanted, tab=code)), "is_active": code == wanted.tab}
        for code, words in TAB_LABELS.items()
    ]


def _concerns() -> list[tuple[str, str]]:
    found = {kind.id: kind.label for edition in editions.all_editions() for kind in edition.content.concerns}
    return sorted(found.items(), key=lambda pair: pair[1])


def _levels() -> list[tuple[str, str]]:
    """The levels of every edition; where two call one by different names, both are shown."""
    found: dict[str, list[str]] = {}
    for edition in editions.all_editions():
        for level in edition.content.levels:
            found.setdefault(level.id, [])
            if level.label not in found[level.id]:
                found[level.id].append(level.label)
    return sorted((code, " / ".join(labels)) for code, labels in found.items())


def _code(text: str) -> str:
    return text if len(text) <= 40 and text.replace("_", "").isalnum() and text.isascii() else ""


def _identifier(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
