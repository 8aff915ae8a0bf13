"""The small edition and the named people of the referral tests, and a browser for each of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.casework.canaries import watched
from tests.form_client import FormClient
from tests.referrals.lasting import editions_at_hand, editions_folder, lasting_world, world
from tests.referrals.people import NOW

__all__ = ["editions_at_hand", "editions_folder", "lasting_world", "watched", "world"]


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be opened in the hour in which the named people's referrals are sent."""
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=5))


@pytest.fixture
def as_() -> Callable[[User], FormClient]:
    """Return the browser of a person who is signed in."""

    def signed_in(user: User) -> FormClient:
        browser = FormClient()
        browser.force_login(user)
        return browser

    return signed_in
