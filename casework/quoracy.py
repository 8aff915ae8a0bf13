"""Who has to be at a strategy discussion before it counts as held (section 5.3; Z-27)."""

from collections.abc import Iterable
from dataclasses import dataclass

SOCIAL_CARE, POLICE, HEALTH = "social_care", "police", "health"
CORE: dict[str, str] = {SOCIAL_CARE: "Children’s social care", POLICE: "Police", HEALTH: "Health"}
AGENCY_KINDS: dict[str, str] = CORE | {
    "education": "The child’s school or setting",
    "referrer": "The referrer",
    "early_help": "Early help",
    "youth_justice": "Youth justice",
    "prevent": "Prevent",
    "lado": "LADO",
    "specialist_health": "Sexual-assault or paediatric specialist",
    "other_council": "Another council",
    "other": "Somebody else",
}
PRESENT, CONTRIBUTED, APOLOGIES, ABSENT = "present", "contributed", "apologies", "absent"
ATTENDANCE: dict[str, str] = {
    PRESENT: "Present",
    CONTRIBUTED: "Not there, contributed in writing or by phone",
    APOLOGIES: "Sent apologies",
    ABSENT: "Did not come",
}
SOCIAL_CARE_PEOPLE = 2
"""A social worker and a manager; the chair is one of them."""


@dataclass(frozen=True)
class Attendee:
    """One person as far as quoracy goes. `is_senior_enough`: may commit their agency."""

    agency_kind: str
    is_present: bool
    is_senior_enough: bool
    has_conflict: bool = False

    @property
    def counts(self) -> bool:
        """Whether they stand for their agency."""
        return self.is_present and self.is_senior_enough and not self.has_conflict


def missing(attendees: Iterable[Attendee]) -> list[str]:
    """Return the core agencies that are not there, in their order; none where the discussion is quorate.

    The chair stands for social care as its manager and is not among the attendees; a social worker must be there too.
    """
    there = [each.agency_kind for each in attendees if each.counts]
    lacks = {
        SOCIAL_CARE: there.count(SOCIAL_CARE) + 1 < SOCIAL_CARE_PEOPLE,
        POLICE: POLICE not in there,
        HEALTH: HEALTH not in there,
    }
    return [code for code in CORE if lacks[code]]


def is_enough_at_night(attendees: Iterable[Attendee]) -> bool:
    """Whether two core agencies are there: at night the chair alone stands for social care (Z-27)."""
    there = {each.agency_kind for each in attendees if each.counts} | {SOCIAL_CARE}
    return len(there & set(CORE)) >= 2
