"""What the proof found: each claim, whether it holds, and where not the smallest case against it in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

from procedures.engine.edition import Edition
from procedures.engine.proof import claims, reachable, units
from procedures.engine.proof.against import Against
from procedures.engine.proof.encoding import contributions, world_of


@dataclass(frozen=True)
class Claim:
    """One claim of the proof: its letter, in words, the cases against it, and how long it took."""

    letter: str
    words: str
    against: tuple[Against, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether nothing stands against it."""
        return not self.against


def prove(edition: Edition) -> list[Claim]:
    """Return every claim about an edition, proved or refuted over all facts for no, one and two children."""
    world = world_of(edition)
    found = contributions(edition, world)
    asked: list[tuple[str, str, Callable[[], Iterator[Against]]]] = [
        ("a", "every case has a destination and an owner", lambda: claims.never_nowhere(edition, world, found)),
        ("b", "removing any rule changes something", lambda: claims.no_dead_rule(edition, world, found)),
        ("c", "not knowing loses no Police or hub destination", lambda: claims.unknown_is_safe(edition, world, found)),
        ("c", "not knowing flags LADO and Prevent", lambda: claims.unknown_is_flagged(edition, world, found)),
        ("c", "extremism reaches Prevent", lambda: claims.extremism_reaches_prevent(edition, world, found)),
        ("d", "more danger never weakens anything", lambda: claims.danger_only_adds(edition, world, found)),
        ("e", "every fact read is asked for", lambda: reachable.every_fact_is_asked(edition)),
        ("f", "every unit has a directory entry", lambda: units.every_unit_is_known(edition)),
    ]
    return [_claim(letter, words, find) for letter, words, find in asked]


def _claim(letter: str, words: str, find: Callable[[], Iterator[Against]]) -> Claim:
    started = perf_counter()
    against = tuple(find())
    return Claim(letter, words, against, perf_counter() - started)
