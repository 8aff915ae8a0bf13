"""Write the pages under docs/generated/ from the code and the editions, or (--check) say which are out of date.

A page drawn by hand is wrong from the next change on; these are compared in `make check` and mended by `make fix`.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "generated"
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safeguarding.settings")

if TYPE_CHECKING:
    from procedures.engine.edition import Edition
    from procedures.engine.schema import Adds

Pages = dict[str, str]


def table(headings: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [headings, ["---"] * len(headings), *([one_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def one_cell(text: str) -> str:
    """Return text that does not break out of its cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def roles() -> Pages:
    """Who may do what."""
    from accounts import second_factor
    from accounts.roles import ROLES

    parts = ["# Roles and what they may do", "Printed from `accounts/roles.py`. Whatever is not listed is refused."]
    for role in ROLES.values():
        reach = f" ({', '.join(sorted(role.agency_kinds))})" if role.agency_kinds else ""
        article = "an" if role.target.value[0] in "aeiou" else "a"
        signs_in = "a password and a second factor" if second_factor.is_needed_in(role) else "a password"
        parts.append(
            f"## {role.label}\n\nCode `{role.code}`; given for {article} {role.target.value}{reach}. "
            f"Signs in with {signs_in}."
        )
        parts.append("\n".join(f"- {label}" for label in sorted(permission.label for permission in role.permissions)))
    return {"roles.md": "\n\n".join(parts) + "\n"}


def added(adds: "Adds") -> str:
    """Return in a few words what a rule adds."""
    words = []
    for one in adds.destinations:
        words.append(f"{one.to}: {one.mode}, {one.urgency}" + (f", {one.marking}" if one.marking else ""))
    words += [f"flag {flag}" for flag in adds.flags]
    words += [f"do yourself: {one.code}" for one in adds.do_yourself]
    return "; ".join(words) or "checklist only"


def plain(condition: Any) -> str:
    """Return a condition as the edition writes it, on one line."""
    return condition if isinstance(condition, str) else json.dumps(condition, ensure_ascii=False).replace('"', "")


def routing_table(edition: "Edition") -> str:
    """Return one edition's rules as a page."""
    rows = []
    for rule in edition.content.rules:
        for case in rule.cases:
            when = plain(case.when) + (f" unless known {plain(case.unless_known)}" if case.unless_known else "")
            status = f"{rule.status} {rule.awaiting or ''}".strip()
            rows.append([rule.id, f"`{when}`", added(case.adds), case.because, ", ".join(rule.sources), status])
    heading = f"# Routing: {edition.content.edition.title}, {edition.version}"
    about = "Printed from the edition. Rules only add: the strongest that any of them asks for stands."
    return f"{heading}\n\n{about}\n\n{table(['Rule', 'When', 'Adds', 'Because', 'Sources', 'Status'], rows)}\n"


def routing() -> Pages:
    """Each shipped edition's rules."""
    from procedures.engine.loading import load_edition, shipped_files

    editions = [load_edition(path) for path in shipped_files()]
    return {f"routing-{edition.id}.md": routing_table(edition) for edition in editions}


def child_states() -> Pages:
    """The states of a child within a case, the moves between them, and what may be decided."""
    from casework import states
    from casework.decisions import DECISIONS

    labels = {code: state.label for code, state in states.STATES.items()}
    arrows = dict.fromkeys((source, move.target, move.label) for move in states.MOVES for source in move.sources)
    diagram = ["```mermaid", "stateDiagram-v2"]
    diagram += [f"    {code}: {label}" for code, label in labels.items()]
    diagram += [f"    [*] --> {states.SENT}"]
    diagram += [f"    {source} --> {target}: {label}" for source, target, label in arrows]
    diagram += [f"    {states.CLOSED} --> [*]", "```"]
    moves = [[move.label, "; ".join(labels[each] for each in move.sources), labels[move.target],
              "yes" if move.needs_reason else ""] for move in states.MOVES]  # fmt: skip
    decided = [
        [kind.label, labels[kind.outcome], ", ".join(each.removeprefix("level_") for each in kind.levels) or "none",
         "yes" if kind.needs_second_person else "", kind.tells]
        for kind in DECISIONS.values()
    ]  # fmt: skip
    parts = [
        "# Where a child stands, and how it goes on",
        "Printed from `casework/states.py` and `casework/decisions.py`. The states are listed the most urgent first, "
        "and a referral stands where its most urgent child stands. From every state but the first there is also a "
        "recorded step back to the one it came from (Z-29).",
        "\n".join(diagram),
        "## Moves\n\n" + table(["Move", "From", "To", "Needs a reason"], moves),
        "## Decisions\n\n"
        + table(["Decision", "Leads to", "Levels", "Always two people", "What the referrer is told"], decided),
    ]
    return {"states.md": "\n\n".join(parts) + "\n"}


GENERATORS: list[Callable[[], Pages]] = [roles, child_states, routing]


def main() -> int:
    """Write the pages, or compare them; return 1 when one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a page is out of date")
    check = parser.parse_args().check
    import django

    django.setup()
    pages = {name: text for generate in GENERATORS for name, text in generate().items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in pages.keys() | kept.keys() if pages.get(name) != kept.get(name))
    if check:
        for name in stale:
            print(f"docs/generated/{name} is out of date. Run `make fix`.")
        return int(bool(stale))
    for name in stale:
        if name in pages:
            (FOLDER / name).write_text(pages[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
        print(f"docs/generated/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
