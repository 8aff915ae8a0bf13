"""What a clock is called: the words of the edition under which it was started."""

from procedures import editions
from referrals.models import Referral


def clock_title(referral: Referral, kind: str, recipient: str) -> str:
    """Return what a clock waits for, in the edition's words; its code where no edition at hand has it."""
    for pin in referral.editions:
        edition = editions.by_digest(pin["digest"])
        kinds = [clock for clock in edition.content.clocks if clock.kind == kind] if edition else []
        fitting = [clock for clock in kinds if {recipient, "owner"} & set(clock.runs_for)] or kinds
        if fitting:
            urgent = [clock for clock in fitting if referral.urgency in clock.urgencies]
            return (urgent or fitting)[-1].title
    return kind
