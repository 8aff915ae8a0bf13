"""What an inspector asks and nothing else in the portal records (end of 0-decisions): the one table of its kinds."""

from dataclasses import dataclass

ALONE, WITH_OTHERS, NOT_SEEN = "alone", "with_others", "not_seen"
SEEN_CHOICES = (
    (ALONE, "Seen alone"),
    (WITH_OTHERS, "Seen with others there"),
    (NOT_SEEN, "Tried, and not seen"),
)
NOTIFY, REVIEW = "I-01", "I-02"
"""Clocks of a serious incident: the notification and the rapid review."""
NOTIFY_DAYS, REVIEW_DAYS = 5, 15
INCIDENT, HOLD_ON, HOLD_OFF = "incident", "hold_on", "hold_off"


@dataclass(frozen=True)
class Kind:
    """One kind of entry. `who`, `words`, `day`: what is asked in its fields; a blank `who` is not asked.

    `starts`, `ends`: the clocks that it starts, with their working days, and those that it ends.
    """

    code: str
    label: str
    words: str
    who: str = ""
    day: str = "On which day?"
    of_child: bool = False
    asks_seen: bool = False
    words_needed: bool = True
    is_managers: bool = False
    starts: tuple[tuple[str, int], ...] = ()
    ends: tuple[str, ...] = ()


_ALL = (
    Kind("child_seen", "Child seen", "What did the child say and want, in their own words?",
         who="By whom, of which agency?", of_child=True, asks_seen=True, words_needed=False),
    Kind("police_told", "Police told the hub", "What did they tell?", who="Who told whom?"),
    Kind("before", "Contacts before “no further action”",
         "Which contacts were there in the twelve months before, here or elsewhere, and what was different this "
         "time? If there were none, write how that was found out.",
         day="On which day was this looked up?", of_child=True),
    Kind("outcome", "Outcome at three months", "How is the child now, and what came of the help?", of_child=True),
    Kind(INCIDENT, "Serious incident known", "What happened, and how did it become known?",
         day="On which day did it become known?", is_managers=True,
         starts=((NOTIFY, NOTIFY_DAYS), (REVIEW, REVIEW_DAYS))),
    Kind("incident_notified", "Serious incident notified", "To whom, and under which reference?", is_managers=True,
         ends=(NOTIFY,)),
    Kind("review_done", "Rapid review done", "What came of it?", is_managers=True, ends=(REVIEW,)),
    Kind(HOLD_ON, "Legal hold set", "Why must everything be kept?", is_managers=True),
    Kind(HOLD_OFF, "Legal hold lifted", "Why may the hold end, and who agreed?", is_managers=True),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.code: kind for kind in _ALL}
