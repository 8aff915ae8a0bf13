"""The telephone numbers on public pages: those open now, from the directory, and those that never change."""

import re
from dataclasses import dataclass
from datetime import datetime

from accounts.directory import OpenNumber, hubs_open_now

# What the page says about each area besides the directory's answer: code, name, service, police force.
AREAS = (
    ("cumberland", "Cumberland", "Cumberland Safeguarding Hub", "Cumbria Police"),
    (
        "westmorland_and_furness",
        "Westmorland and Furness",
        "Westmorland and Furness Safeguarding Hub",
        "Cumbria Police",
    ),
    (
        "north_east_lincolnshire",
        "North East Lincolnshire",
        "North East Lincolnshire Children’s Social Care",
        "Humberside Police",
    ),
)
DIALLED = re.compile(r"\d[\d ]*\d")


@dataclass(frozen=True)
class AreaNumber:
    """Whom to call about a child who lives in one area. `now` is None where no hub of the area is in the directory."""

    area: str
    service: str
    police: str
    now: OpenNumber | None

    @property
    def dial(self) -> str:
        """The digits for a telephone link: a number may be written with words, such as "01632 960 001 option 2"."""
        found = DIALLED.search(self.now.number or "") if self.now else None
        return found.group().replace(" ", "") if found else ""


@dataclass(frozen=True)
class HelpLine:
    """A line that anyone may call."""

    name: str
    number: str
    purpose: str


# National lines, the same everywhere in England (routing 3.6, Z-05).
HELP_LINES = (
    HelpLine("NSPCC", "0808 800 5000", "advice for any adult worried about a child"),
    HelpLine("Childline", "0800 1111", "for a child who wants to talk, at any time"),
    HelpLine(
        "Papyrus HOPELINE247",
        "0800 068 4141",
        "for anyone under 35 with thoughts of suicide, and for adults worried about them",
    ),
    HelpLine("Samaritans", "116 123", "for anyone in distress, at any time"),
    HelpLine(
        "Stop It Now",
        "0808 1000 900",
        "for adults worried about their own or another person’s sexual thoughts or behaviour, and for families",
    ),
    HelpLine("Anti-Terrorism Hotline", "0800 789 321", "to tell police about possible terrorism"),
)


def numbers_open_now(*, at: datetime) -> list[AreaNumber]:
    """Return one entry per area, in the order of the page; honest about a number that nobody knows."""
    hubs = {hub.area: number for hub, number in hubs_open_now(at=at)}
    return [AreaNumber(name, service, police, hubs.get(code)) for code, name, service, police in AREAS]
