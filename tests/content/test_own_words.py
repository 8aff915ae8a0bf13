"""Our words, not the partnerships': no content file or page repeats twelve words in a row of a source document."""

from pathlib import Path

import pytest

from procedures.engine.loading import SHIPPED
from scripts.hash_source_runs import RUN, hash_of, runs, words

ROOT = SHIPPED.parent.parent
HASHES = frozenset((Path(__file__).parent / "source_runs.txt").read_text(encoding="utf-8").split())
FILES = sorted(
    path
    for folder, endings in (
        (SHIPPED, ("*.yaml",)),
        (ROOT / "templates", ("*.html", "*.txt")),
        (ROOT / "procedures", ("*.py",)),
        (ROOT / "referrals", ("*.py",)),
        (ROOT / "docs", ("*.md",)),
    )
    for ending in endings
    for path in folder.rglob(ending)
)


def copied(text: str) -> list[str]:
    """Return the runs of a text that stand in a source document."""
    return [" ".join(run) for run in runs(text) if hash_of(run) in HASHES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_copied(path: Path) -> None:
    assert copied(path.read_text(encoding="utf-8")) == []


def test_the_hashes_are_there_and_say_nothing() -> None:
    assert len(HASHES) > 2000
    assert all(len(each) == 10 and int(each, 16) >= 0 for each in HASHES)


def test_a_repeated_run_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "It's one two three four five six seven eight nine ten eleven, twelve!"
    assert len(words(sentence)) == RUN + 1
    monkeypatch.setattr("tests.content.test_own_words.HASHES", {hash_of(next(runs(sentence)))})
    assert copied(f"Before. {sentence} After.") == ["its one two three four five six seven eight nine ten eleven"]
