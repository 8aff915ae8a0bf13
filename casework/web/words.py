"""Codes and times as people on duty read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from referrals.models import Clock, Pack

LONDON = ZoneInfo("Europe/London")

URGENCY = {"emergency": ("Emergency", "red"), "urgent": ("Urgent", "orange"), "standard": ("Standard", "grey")}
PACK_STATE = {
    Pack.State.WAITING: ("Queued", "grey"),
    Pack.State.RENDERING: ("Being made", "blue"),
    Pack.State.READY: ("Ready", "green"),
    Pack.State.FAILED: ("Failed, being tried again", "red"),
}


@dataclass(frozen=True)
class Tag:
    """A word in a coloured box; the word alone says it all."""

    text: str
    colour: str


def urgency_tag(urgency: str) -> Tag:
    """Return the tag of an urgency."""
    return Tag(*URGENCY[urgency])


def pack_tag(pack: Pack) -> Tag:
    """Return the tag of a pack's state."""
    return Tag(*PACK_STATE[Pack.State(pack.state)])


def clock_words(at: datetime, now: datetime) -> str:
    """Return "10:45 today", "10:45 tomorrow", or "10:45 on Friday 4 December", with the year where it is another."""
    local, today = at.astimezone(LONDON), now.astimezone(LONDON).date()
    day = {today: "today", today + timedelta(days=1): "tomorrow", today - timedelta(days=1): "yesterday"}.get(
        local.date()
    )
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local:%H:%M} {day}" if day else f"{local:%H:%M} on {local:%A} {local.day} {local:%B}{year}"


def exact_words(at: datetime) -> str:
    """Return a moment to the second, in English time: "2 December 2026, 10:05:09"."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M:%S}"


def length_words(length: timedelta) -> str:
    """Return a length of time in its two largest useful units: "1 hour 20 minutes", "3 days"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    days, hours = divmod(minutes // 60, 24)
    if days:
        parts = [_count(days, "day"), _count(hours, "hour")]
    else:
        parts = [_count(hours, "hour"), _count(minutes % 60, "minute")]
    return " ".join(part for part in parts if part)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}" if number else ""


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago something was."""
    return f"{length_words(now - at)} ago"


@dataclass(frozen=True)
class DueWords:
    """A clock as it stands: the tag, and when it is or was due."""

    tag: Tag
    text: str


def due_words(clock: Clock, now: datetime) -> DueWords:
    """Return where a clock stands, running or ended, in time or late."""
    due = clock_words(clock.due_at, now)
    if clock.ended_at is not None:
        done = clock_words(clock.ended_at, now)
        if clock.is_overdue(at=now):
            return DueWords(Tag("Done late", "orange"), f"Done {done}; it was due {due}")
        return DueWords(Tag("Done", "green"), f"Done {done}; due {due}")
    if clock.paused_at is not None:
        since = f"Stands still for {length_words(now - clock.paused_at)}"
        return DueWords(Tag("Paused", "purple"), f"{since}; it was due {due}")
    if clock.is_overdue(at=now):
        return DueWords(Tag("Overdue", "red"), f"Due {due}, {length_words(now - clock.due_at)} late")
    return DueWords(Tag("Running", "blue"), f"Due {due}, in {length_words(clock.due_at - now)}")
