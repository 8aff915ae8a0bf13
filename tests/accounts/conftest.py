from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.accounts.at_provider import alice, provider, server
from tests.accounts.signing_in import Clock

__all__ = ["alice", "move", "provider", "server"]


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a function that moves the clock on from the first of September 2026, nine o'clock."""
    moment = [datetime(2026, 9, 1, 9, 0, tzinfo=UTC)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def move_on(by: timedelta) -> None:
        moment[0] += by

    return move_on
