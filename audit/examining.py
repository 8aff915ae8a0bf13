"""Whether the record is what was written: the chain from its first event, and every anchor against it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from audit.anchors import Anchor, by_sequence
from audit.chain import GENESIS, UNREADABLE, Break, break_at
from audit.models import Event


@dataclass(frozen=True)
class Findings:
    """What an examination found. ``last``: the number of the newest event read, 0 for none; ``mac``: its hash."""

    last: int
    mac: str
    broken: Break | None
    unfitting: tuple[Anchor, ...] = field(default=())
    """Anchors whose event is there with another hash, or is missing from the middle."""
    beyond: tuple[Anchor, ...] = field(default=())
    """Anchors of events that are missing at the end."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.broken is None and not self.unfitting and not self.beyond

    @property
    def missing_at_end(self) -> int:
        """How many events, at least, are missing after the newest one present."""
        return max((anchor.sequence for anchor in self.beyond), default=self.last) - self.last


def examine(events: Iterable[Event], anchors: Iterable[Anchor] = ()) -> Findings:
    """Walk events in order from the first, once, and hold every anchor against them.

    The first break is reported, and the anchors are compared to the end all the same: they say how much is gone. A row
    that cannot even be loaded ends the walk, and anchors after it are left out.
    """
    wanted = by_sequence(anchors)
    found: dict[int, str] = {}
    previous, expected, last = GENESIS, 1, 0
    broken: Break | None = None
    walk = iter(events)
    while True:
        try:
            event = next(walk, None)
        except UNREADABLE as error:
            broken = broken or Break(expected, f"it, or one soon after it, cannot be read ({type(error).__name__})")
            wanted = {number: each for number, each in wanted.items() if number <= last}
            break
        if event is None:
            break
        broken = broken or break_at(event, previous, expected)
        if event.sequence in wanted:
            found[event.sequence] = event.mac
        previous, expected, last = event.mac, event.sequence + 1, event.sequence
    there = sorted(number for number in wanted if number <= last)
    return Findings(
        last,
        previous if last else "",
        broken,
        tuple(anchor for number in there for anchor in wanted[number] if not _fits(anchor, found.get(number))),
        tuple(anchor for number in sorted(wanted) if number > last for anchor in wanted[number]),
    )


def _fits(anchor: Anchor, mac: object) -> bool:
    return isinstance(mac, str) and anchor.fits(mac)
