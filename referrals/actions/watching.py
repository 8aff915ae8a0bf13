"""Later apps that keep something of a referral in step with it say so here; this app knows none of them."""

from collections.abc import Callable
from typing import Any

from referrals.models import Referral

Watcher = Callable[..., Any]
_watchers: list[Watcher] = []


def watch_with(watcher: Watcher) -> None:
    """Have `watcher(referral=…)` called in the transaction that sent a referral or changed its clocks or routes."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def tell(referral: Referral) -> None:
    """Tell whoever watches that a referral has changed: in its transaction, after the change."""
    for watcher in _watchers:
        watcher(referral=referral)
