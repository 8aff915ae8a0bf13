"""Signing in as people do, for tests of what follows."""

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse

from accounts.models import User
from tests.form_client import FormClient

PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
Clock = Callable[[timedelta], None]


def signed_in(user: User, user_agent: str = FIREFOX) -> FormClient:
    """A browser in which this person has signed in with their password."""
    browser = FormClient(headers={"user-agent": user_agent, "sec-fetch-mode": "navigate"})
    answer = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return browser
