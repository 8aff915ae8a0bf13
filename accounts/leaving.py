"""What a person leaves behind when their access ends, as numbers alone. The apps that know say how many.

Who ends somebody's access may see no case; so a line here never names one, and each app leaves out of its number what
even a number would give away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Membership, User
from accounts.models.membership import MembershipQuerySet
from accounts.roles import Permission

Counter = Callable[..., int]
_counters: list[tuple[str, str, Counter]] = []

HandsOn = Callable[..., int]
_hands_on: list[HandsOn] = []


@dataclass(frozen=True)
class LeftBehind:
    """One line: how many of what, and what to do about it."""

    number: int
    what: str
    cure: str


def count_with(what: str, cure: str, counter: Counter) -> None:
    """Have a number shown whenever somebody's access is about to end. An app calls this once, as it starts.

    ``counter(person, *, viewer, at) -> int`` says how many, of those whose number ``viewer`` may know.
    """
    if all(known != what for known, _, _ in _counters):
        _counters.append((what, cure, counter))


def left_behind(person: User, *, viewer: Any, at: datetime) -> list[LeftBehind]:
    """Return what this person would leave behind now; nothing is listed of which there is none."""
    counted = [LeftBehind(counter(person, viewer=viewer, at=at), what, cure) for what, cure, counter in _counters]
    return [each for each in counted if each.number]


def hand_on_with(hands_on: HandsOn) -> None:
    """Have work handed on whenever somebody's access ends. An app calls this once, as it starts.

    ``hands_on(person, *, by, at) -> int`` passes on what the person may not have any more, in one transaction with the
    end of their access; nothing of what another role lets them keep.
    """
    if hands_on not in _hands_on:
        _hands_on.append(hands_on)


def hand_on(person: User, *, by: Any, at: datetime) -> int:
    """Have every app hand on this person's work, in the caller's transaction; return how much it was."""
    return sum(hands_on(person, by=by, at=at) for hands_on in _hands_on)


def settings_without_lead(ending: MembershipQuerySet, *, at: datetime) -> list[str]:
    """Return the names of the settings that would have no safeguarding lead once these memberships had ended."""
    leads = [each for each in ending if Permission.LEAD_SETTING_REFERRALS in each.role_data.permissions]
    alone: list[str] = []
    for each in leads:
        others = Membership.objects.current(at=at).filter(organisation=each.organisation_id, role=each.role)
        if not others.exclude(user=each.user_id).exists():
            alone.append(each.place)
    return sorted(set(alone))
