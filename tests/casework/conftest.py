"""The small edition and the named people of the referral tests, and a browser for each of them."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.casework.canaries import watched
from tests.casework.right_queue import is_as_made_anew
from tests.form_client import FormClient
from tests.referrals.lasting import editions_at_hand, editions_folder, lasting_world, world
from tests.referrals.people import NOW

__all__ = ["editions_at_hand", "editions_folder", "lasting_world", "watched", "world"]


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be opened in the hour in which the named people's referrals are sent."""
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=5))


@pytest.fixture(autouse=True)
def queue_is_right(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test in which cases were worked on, the queue says what it would say if it were made anew.

    An action that changes a child, an owner, a clock or who has a case, and forgets the queue, fails here.
    """
    uses_world = "world" in request.fixturenames
    if uses_world:
        request.getfixturevalue("world")
    yield
    if uses_world and not request.node.get_closest_marker("queue_not_compared"):
        assert is_as_made_anew(), "an action left the queue as it was: it calls casework.actions.queue.refresh"


@pytest.fixture
def as_() -> Callable[[User], FormClient]:
    """Return the browser of a person who is signed in."""

    def signed_in(user: User) -> FormClient:
        browser = FormClient()
        browser.force_login(user)
        return browser

    return signed_in
