"""What a clock is called: the words of the edition under which it was started."""

from procedures import editions
from referrals.models import Referral

_OWN = {
    "D-01": "Answer to a disagreement",
    "S-01": "Strategy discussion to attend",
    "S-02": "Record of a strategy discussion to sign",
    "S-03": "Strategy discussion held at night to ratify",
    "S-04": "Record of a strategy discussion to read",
}
"""The clocks of section 5.5 that have no number of their own in 5.4."""


def clock_title(referral: Referral, kind: str, recipient: str) -> str:
    """Return what a clock waits for, in the edition's words; its code where no edition at hand has it."""
    if kind in _OWN:
        return _OWN[kind]
    for pin in referral.editions:
        edition = editions.by_digest(pin["digest"])
        kinds = [clock for clock in edition.content.clocks if clock.kind == kind] if edition else []
        fitting = [clock for clock in kinds if {recipient, "owner"} & set(clock.runs_for)] or kinds
        if fitting:
            urgent = [clock for clock in fitting if referral.urgency in clock.urgencies]
            return (urgent or fitting)[-1].title
    return kind
