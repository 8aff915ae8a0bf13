"""Write the hashes with which a test finds text copied from the two source procedures.

The source documents are not ours to publish, so they are not in the repository. Their facts are; their sentences
must not be. This script reads the documents, takes every run of twelve words (within a line, letters and digits
only, small letters), and writes the first ten hexadecimal digits of the SHA-256 of each run. From such a hash
nobody can read the text, but `tests/content/test_own_words.py` can tell whether our content repeats a run.

    .venv/bin/python scripts/hash_source_runs.py FIRST.txt SECOND.txt

writes `tests/content/source_runs.txt`. Run it again when a partnership publishes a new version.
"""

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

RUN = 12
DIGITS = 10
TARGET = Path(__file__).resolve().parent.parent / "tests" / "content" / "source_runs.txt"


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared: small letters and digits, apostrophes dropped."""
    return re.findall(r"[a-z0-9]+", text.lower().replace("’", "'").replace("'", ""))


def runs(text: str) -> Iterator[Sequence[str]]:
    """Yield every run of twelve words of a text."""
    sequence = words(text)
    for start in range(len(sequence) - RUN + 1):
        yield sequence[start : start + RUN]


def hash_of(run: Sequence[str]) -> str:
    """Return the short hash of a run of words."""
    return hashlib.sha256(" ".join(run).encode()).hexdigest()[:DIGITS]


def main(paths: list[str]) -> int:
    """Write the hashes of the documents at these paths. Returns 2 where none is given."""
    if not paths:
        print("Give the paths of the source documents, as plain text.", file=sys.stderr)
        return 2
    lines = [line for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines()]
    hashes = sorted({hash_of(run) for line in lines for run in runs(line)})
    TARGET.write_text("\n".join(hashes) + "\n", encoding="utf-8")
    print(f"{len(hashes)} runs of {RUN} words from {len(paths)} documents: {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
