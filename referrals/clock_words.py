"""What a clock is and what it is called: the words of the edition under which its referral was sent."""

from procedures import editions
from procedures.engine.clock_schema import ClockKind
from referrals.models import Referral

_OWN = {
    "D-01": "Answer to a disagreement",
    "I-01": "Serious incident notified",
    "I-02": "Rapid review done",
}
"""The clocks that are no entry of an edition: one whose stages it lists apart, two that the law sets everywhere."""


def kinds_of(referral: Referral, kind: str) -> list[ClockKind]:
    """Return a clock's entries in the edition that a referral is pinned to.

    What that edition does not know yet, the newest of the same partnership says; none where no edition knows it.
    """
    digests, names = ({pin[name] for pin in referral.editions} for name in ("digest", "id"))
    newest_first = sorted(editions.all_editions(), key=lambda each: each.content.edition.in_force_from, reverse=True)
    at_hand = [each for each in newest_first if each.digest in digests]
    for edition in at_hand + [each for each in newest_first if each.id in names]:
        found = [clock for clock in edition.content.clocks if clock.kind == kind]
        if found:
            return found
    return []


def clock_title(referral: Referral, kind: str, recipient: str) -> str:
    """Return what a clock waits for, in the edition's words; its code where no edition at hand has it."""
    kinds = kinds_of(referral, kind)
    fitting = [clock for clock in kinds if {recipient, "owner"} & set(clock.runs_for)] or kinds
    if not fitting:
        return _OWN.get(kind, kind)
    urgent = [clock for clock in fitting if referral.urgency in clock.urgencies]
    return (urgent or fitting)[-1].title
