"""Telling a later app that the destinations of a sent referral changed: it knows the children, this one does not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from referrals.actions import watching
from referrals.models import Referral

_HEARING: list[Callable[..., object]] = []


def when_routed_again(tell: Callable[..., object]) -> None:
    """Let a later app hear of it: `tell(referral=…, by=…, at=…)`, in the transaction that changes the destinations."""
    if tell not in _HEARING:
        _HEARING.append(tell)


def tell_of_routing(*, referral: Referral, by: Any, at: datetime) -> None:
    """Tell whoever wanted to hear, in the caller's transaction, and then whoever watches every change."""
    for tell in _HEARING:
        tell(referral=referral, by=by, at=at)
    watching.tell(referral)
