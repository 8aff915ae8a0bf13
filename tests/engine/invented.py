"""A small invented edition, and facts of invented cases, for tests of the engine."""

import json
from datetime import date
from typing import Any

from procedures.engine.edition import Edition
from procedures.engine.facts import Facts, parse_facts
from procedures.engine.loading import load_text
from procedures.engine.vocabulary import CHILD_FACTS, CONCERNS, FACTS, FactKind, Shape

Data = dict[str, Any]
TODAY = date(2026, 9, 14)
PLAIN_CHILD = {"area": "cumberland", "age": "13_to_15", "part": ["at_risk"], "status": ["none"], "placing_area": "none"}
ANY_CONCERN = {"any_of": {"concerns": list(CONCERNS)}}


def _plain(kind: FactKind) -> Any:
    if kind.shape is Shape.MANY:
        return ["none"] if kind.may_be_none else ["unknown"]
    return next(value for value in ("no", "none", "not_shared", "cumberland") if value in kind.values)


def facts(*concerns: str, children: list[Data] | None = None, **known: Any) -> Facts:
    """Return a case in which everything is known and nothing is worrying, but for what is given.

    Each child is plain but for what is given of it; None is one such child. `...` leaves a fact out: not known.
    """
    data: Data = {code: _plain(kind) for code, kind in FACTS.items()}
    data |= {"concerns": list(concerns or ("grooming",)), **known}
    data["children"] = [
        {code: value for code, value in {**PLAIN_CHILD, **child}.items() if value is not ...}
        for child in ([{}] if children is None else children)
    ]
    return parse_facts({code: value for code, value in data.items() if value is not ...})


def to(code: str, mode: str = "pack", urgency: str = "standard", **more: Any) -> Data:
    """Return a destination of a rule."""
    return {"to": code, "mode": mode, "urgency": urgency, **more}


def rule(name: str, when: Data, *destinations: Data, adds: Data | None = None, **more: Any) -> Data:
    """Return a rule with one case."""
    return {
        "id": name,
        "title": f"Rule {name}",
        "serves": ["all"],
        "status": "procedure",
        "sources": ["S-1"],
        "when": when,
        "adds": {"destinations": list(destinations), **(adds or {})},
        "because": f"{name} says so.",
        **more,
    }


NET = rule("NET", ANY_CONCERN, to("hub", "advice"), safety_net="yes")


def unit(name: str, code: str, *areas: str, sealed: bool = False, kind: str = "hub") -> Data:
    """Return a directory entry."""
    return {
        "unit": name,
        "code": code,
        "kind": kind,
        "name": name,
        "areas": list(areas),
        "handles_conflicts": "yes" if sealed else "no",
        "partnership": "Invented",
        "intake": "By phone",
        "source": "Invented",
        "checked_on": "2026-09-01",
        "owner": "Invented",
    }


HERE, THERE = "cumberland", "westmorland_and_furness"
DIRECTORY = [
    unit("cumberland_hub", "hub", HERE),
    unit("westmorland_and_furness_hub", "hub", THERE),
    unit("cumberland_conflict_officer", "hub", HERE, sealed=True, kind="conflict_officer"),
    unit("westmorland_and_furness_conflict_officer", "hub", THERE, sealed=True, kind="conflict_officer"),
    unit("cumbria_police", "police", HERE, THERE, kind="police"),
    unit("cumbria_standards", "police", HERE, THERE, sealed=True, kind="professional_standards"),
    unit("cumbria_prevent", "prevent_spoc", HERE, THERE, kind="prevent"),
    unit("school_spoc", "prevent_spoc", kind="school_spoc"),
    unit("cumberland_lado", "lado", HERE, kind="lado"),
    unit("westmorland_and_furness_lado", "lado", THERE, kind="lado"),
]
ABOUT = {
    "id": "invented",
    "title": "An invented procedure",
    "version": "1",
    "in_force_from": "2026-01-01",
    "areas": [HERE, THERE],
    "fallback_owner": "cumberland_hub",
}


def question(name: str, *options: str, fills: list[Data] | None = None, **more: Any) -> Data:
    """Return a question with these options; "unknown" and "none" among them are chosen alone."""
    return {
        "id": name,
        "text": f"{name}?",
        "short": name,
        "kind": "choice",
        "options": [
            {"value": each, "label": each, "exclusive": "yes" if each in ("unknown", "none") else "no"}
            for each in options
        ],
        "fills": fills or [],
        "error": "Answer it",
        "pack_group": "all",
        **more,
    }


def page(name: str, *questions: str, scope: str = "case", part: str = "form") -> Data:
    """Return a page of the form."""
    return {"id": name, "title": name, "part": part, "scope": scope, "questions": list(questions)}


def data(*rules: Data, **blocks: Any) -> Data:
    """Return the content of the invented edition with these rules and blocks."""
    return {
        "edition": ABOUT,
        "destinations": DIRECTORY,
        "parts": [{"id": "form", "title": "The form"}],
        "pack_groups": [{"id": "all", "title": "Everything", "left_out_because": "never"}],
        "guidance": [{"id": "S-1", "title": "A source", "publisher": "Invented"}],
        "rules": list(rules),
        **blocks,
    }


def edition(*rules: Data, **blocks: Any) -> Edition:
    """Return the invented edition with these rules and blocks."""
    return load_text(json.dumps(data(*rules, **blocks), indent=1), file="invented.yaml")


def switch(name: str, on: str, **more: Any) -> Data:
    """Return a decision or a law."""
    return {"id": name, "on": on, "about": name, **more}


def items(*names: str) -> list[Data]:
    """Return checklist items that only rules add."""
    return [{"code": name, "do": "now", "text": name, "only_by_rule": "yes", "sources": ["S-1"]} for name in names]


__all__ = [
    "CHILD_FACTS", "HERE", "NET", "THERE", "TODAY", "data", "edition", "facts", "items", "page", "question", "rule",
    "switch", "to", "unit",
]  # fmt: skip
