"""From a snapshot to the HTML of its pages and the JSON of its data. Values in, text out."""

import hashlib
import json
import textwrap
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from pydantic import BaseModel

from referrals.documents.addresses import break_addresses
from referrals.documents.characters import code_points, invisible_characters, printable, soft_breaks
from referrals.documents.snapshot import CaseRecord, PackSnapshot, RecordCopy
from referrals.documents.words import (
    HANDLING,
    MODES,
    PACK_NAMES,
    PROTECTIVE_MARKING,
    REMINDERS,
    STATES,
    URGENCY,
    moment,
)

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FALLBACK_WIDTH = 88
# Longer answers stand under their label over the whole width, and may go over a page.
LONG_ANSWER = 300
LINE_WORTH = 50

Tree = dict[str, Any]


@cache
def _engine() -> Engine:
    # An engine of its own: a pack does not depend on how the site's pages are set up, and is always escaped.
    return Engine(dirs=[str(TEMPLATES)], autoescape=True, debug=False)


def _leaves(value: Any, change: Callable[[str], str]) -> Any:
    """Return `value` (what JSON holds) with `change` applied to each of its strings."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_leaves(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _leaves(item, change) for key, item in value.items()}
    return value


def shown(snapshot: BaseModel) -> Tree:
    """Return what the pages show: the snapshot with web addresses broken and control characters made visible."""
    return _leaves(snapshot.model_dump(mode="json"), lambda text: break_addresses(printable(text)))


def canonical_json(tree: Tree) -> bytes:
    """Return `tree` in the one form that is hashed and embedded: keys sorted, no spaces, UTF-8."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _answers(tree: Tree) -> None:
    """Add to each row what its page needs besides: the words for a missing answer, notes on its characters."""
    for section in tree["sections"]:
        for row in section["rows"]:
            row["missing"] = STATES.get(row["state"])
            row["texts"] = [
                {"text": line, "note": code_points(line) if row["mono"] else invisible_characters(line)}
                for line in row["lines"]
            ]
            row["is_long"] = _is_long([words for text in row["texts"] for words in text.values() if words])


def _is_long(words: Sequence[str]) -> bool:
    """Whether an answer has a row of its own, which goes on over the page; what stands beside its label does not."""
    lines = sum(each.count("\n") + 1 for each in words)
    return sum(map(len, words)) + LINE_WORTH * (lines - 1) > LONG_ANSWER


def _times(tree: Tree) -> None:
    tree["generated_at_iso"] = tree["generated_at"]
    tree["generated_at"] = moment(tree["generated_at"])
    for link in tree["times"]:
        link["at"] = moment(link["at"])
    for item in tree["checklist_shown"]:
        item["ticked_at"] = moment(item["ticked_at"]) if item["ticked_at"] else None


def _context(snapshot: PackSnapshot | RecordCopy | CaseRecord, tree: Tree, data_sha256: str) -> Tree:
    tree = json.loads(json.dumps(tree))
    _answers(tree)
    _times(tree)
    tree |= {"protective_marking": PROTECTIVE_MARKING, "handling": HANDLING, "data_sha256": data_sha256}
    if isinstance(snapshot, PackSnapshot):
        code = snapshot.recipient.code
        tree |= {
            "pack_name": PACK_NAMES[code],
            "urgency_word": URGENCY[snapshot.urgency][0],
            "urgency_meaning": URGENCY[snapshot.urgency][1],
            "mode_words": MODES[snapshot.mode],
            "reminder": REMINDERS.get(code),
        }
    elif isinstance(snapshot, RecordCopy):
        for destination in tree["destinations"]:
            destination["urgency_word"] = URGENCY[destination["urgency"]][0].capitalize()
    return tree


def _rendered(template: str, context: Tree) -> str:
    return _engine().get_template(f"packs/{template}").render(Context(_leaves(context, soft_breaks), use_l10n=False))


def style(name: str) -> str:
    """Return one of our own style sheets, by its name."""
    return (TEMPLATES / "packs" / name).read_text(encoding="utf-8")


def pack_html(snapshot: PackSnapshot, tree: Tree, data_sha256: str) -> str:
    """Return the pages of a pack as HTML."""
    return _rendered("pack.html", _context(snapshot, tree, data_sha256))


def record_copy_html(snapshot: RecordCopy, tree: Tree, data_sha256: str) -> str:
    """Return the pages of the filer's record copy as HTML."""
    return _rendered("record_copy.html", _context(snapshot, tree, data_sha256))


def case_record_html(snapshot: CaseRecord, tree: Tree, data_sha256: str) -> str:
    """Return the pages of an exported case as HTML."""
    return _rendered("case_record.html", _context(snapshot, tree, data_sha256))


def _wrapped(text: str) -> list[str]:
    """Return `text` in short lines, so that the layout engine has nothing left to decide."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += textwrap.wrap(
            line, FALLBACK_WIDTH, drop_whitespace=False, replace_whitespace=False, break_on_hyphens=False
        ) or [""]
    return lines


def fallback_html(snapshot: PackSnapshot, tree: Tree, data_sha256: str) -> str:
    """Return the plain pages that are made after the usual ones failed twice: the same content, as short lines."""
    return _plain("fallback.html", _context(snapshot, tree, data_sha256))


def plain_case_record_html(snapshot: CaseRecord, tree: Tree, data_sha256: str) -> str:
    """Return the pages of an exported case as `fallback_html` makes those of a pack."""
    context = _context(snapshot, tree, data_sha256)
    context["reason_lines"] = _wrapped(context["reason"])
    return _plain("plain_case_record.html", context)


def _plain(name: str, context: Tree) -> str:
    for section in context["sections"]:
        for row in section["rows"]:
            for entry in row["texts"]:
                entry["lines"] = _wrapped(entry["text"])
    return _engine().get_template(f"packs/{name}").render(Context(_leaves(context, soft_breaks), use_l10n=False))
