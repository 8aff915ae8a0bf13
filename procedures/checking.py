"""Everything that must hold of an edition before it can be used, as a list of findings for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from procedures.engine.coverage import KINDS, coverage_of, read_manifest
from procedures.engine.edition import Edition
from procedures.engine.loading import SHIPPED, load_edition
from procedures.engine.meaning import faults_of
from procedures.engine.reading_yaml import ContentRefused

MANIFEST = SHIPPED / "facts.manifest.yaml"
PROOF_BUDGET = 60
"""Seconds for one edition on a quiet machine. Printed; a busy machine is no fault of the edition."""
MOST_DETAILS = 40
"""How many lines of one finding are printed; a broken edition can have hundreds."""


@dataclass(frozen=True)
class Finding:
    """One check: what was checked with its figure, whether it is good, and what to mend where not."""

    title: str
    is_good: bool
    details: tuple[str, ...] = ()


def check_file(path: Path, *, with_proof: bool = True) -> Iterator[Finding]:
    """Yield the findings about the edition of a file; one that cannot be loaded yields only why.

    The proof takes longer than everything else together and may be left out while an editor tries things.
    """
    try:
        edition = load_edition(path)
    except ContentRefused as error:
        yield Finding("it can be loaded", False, _few([str(fault) for fault in error.faults]))
        return
    content = edition.content
    yield Finding(
        f"it can be loaded: {len(content.rules)} rules, {len(content.questions)} questions, "
        f"digest {edition.digest[:12]}",
        True,
    )
    manifest = read_manifest(MANIFEST)
    faults = faults_of(edition, manifest)
    yield Finding("every name it uses exists", not faults, _few([str(fault) for fault in faults]))
    yield _covered(edition)
    yield from _examples(path, edition)
    if with_proof:
        yield from _proved(edition)


def _covered(edition: Edition) -> Finding:
    coverage = coverage_of(edition, read_manifest(MANIFEST))
    missing = [
        f"{fact} is carried by no {KINDS[kind].removeprefix('a ')}. Name it in one." for fact, kind in coverage.missing
    ]
    return Finding(
        f"{coverage.carried} of {coverage.facts} facts of its source are carried in every kind",
        not missing,
        _few(missing),
    )


def _examples(path: Path, edition: Edition) -> Iterator[Finding]:
    from procedures.engine import examples

    yield from (Finding(*each) for each in examples.findings(path, edition))


def _proved(edition: Edition) -> Iterator[Finding]:
    # The solver takes half a second to load and the running portal never needs it.
    from procedures.engine.proof.report import prove

    claims = prove(edition)
    for claim in claims:
        yield Finding(
            f"proof ({claim.letter}) {claim.words}: {claim.seconds:.1f} s",
            claim.holds,
            _few([str(each) for each in claim.against]),
        )
    seconds = sum(claim.seconds for claim in claims)
    yield Finding(f"the proof took {seconds:.0f} s of the {PROOF_BUDGET} s it should stay within", True)


def _few(lines: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    more = len(lines) - MOST_DETAILS
    return (*lines[:MOST_DETAILS], *([f"and {more} more"] if more > 0 else []))
