"""Every event that the source can record has its plain words, so that no history shows a bare code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from audit.event_words import WORDS, in_words

ROOT = Path(__file__).resolve().parents[2]
APPS = ("audit", "accounts", "procedures", "referrals", "casework", "safeguarding")
VERB = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
RECORDERS = {"_record", "record_event", "record_alone"}
NAMES = {"event", "verb"}


def constants(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and VERB.fullmatch(part.value):
            yield part.value


def events_in(tree: ast.AST) -> Iterator[str]:
    """Return what is passed as `event=` or first to a recorder, and what a variable for one is set to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for keyword in node.keywords:
                if keyword.arg == "event":
                    yield from constants(keyword.value)
            if name in RECORDERS and node.args:
                yield from constants(node.args[0])
        elif isinstance(node, ast.Assign) and any(getattr(each, "id", "") in NAMES for each in node.targets):
            yield from constants(node.value)


def test_every_event_in_the_source_has_its_words() -> None:
    missing = {
        f"{event} ({path.relative_to(ROOT)})"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for event in events_in(ast.parse(path.read_text(encoding="utf-8")))
        if event not in WORDS
    }
    assert not missing, f"give these events their words in audit/event_words.py: {', '.join(sorted(missing))}"


def test_words_read_after_a_name_and_hold_no_code() -> None:
    assert all(words and words[0].islower() and "." not in words and "_" not in words for words in WORDS.values())


def test_an_unknown_code_is_shown_as_what_it_is() -> None:
    assert "thing.done" in in_words("thing.done")
