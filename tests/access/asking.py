"""Asks the portal thousands of times, each time as if it were the first: what an answer changed is undone.

Who asks is known here and not read from the database again for each request: the account, its session and its roles
are the same each time. Everything after that, from the doors to the last header, is the portal's own. That sessions
and accounts are read rightly, tests/safeguarding/test_session_limits.py and tests/accounts/ say.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.utils import timezone

from accounts import read_once, second_factor
from accounts.models import SignedInSession, User
from accounts.standing import standing_of
from tests.form_client import FORM, FormClient

TOKENS = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|\'nonce-[^\']+\'')
IDS = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SESSIONS = "django.contrib.sessions.backends.signed_cookies"
"""The browser holds its session, so that what an answer changes in it is undone too."""
PER_ANSWER = {"Set-Cookie", "Content-Security-Policy"}
ASKED_BY = "portal.asked_by"
REPLACED = {
    "django.contrib.auth.middleware.AuthenticationMiddleware": "tests.access.asking.KnownPeopleMiddleware",
    "safeguarding.middleware.read_once.ReadOnceMiddleware": None,
}


@dataclass(frozen=True)
class Answer:
    """What came back, without what differs between any two answers: tokens, and the identifier asked for."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def is_gone(self) -> bool:
        """Whether it says that there is nothing here."""
        return self.status == 404


@dataclass(frozen=True)
class Known:
    """A signed-in person: the account, the row of its session, the browser's cookie and what was read of its roles."""

    user: User
    session: SignedInSession
    cookie: str
    roles: dict[Any, Any]


class KnownPeopleMiddleware:
    """Puts the known person into a request; each request has a copy of everything."""

    people: ClassVar[dict[Any, Known]] = {}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = self.people.get(request.META.get(ASKED_BY))
        if known is None:
            request.user = AnonymousUser()
            return self.get_response(request)
        request.user = copy(known.user)
        request.own_session = copy(known.session)  # type: ignore[attr-defined]
        with read_once.remembering(dict(known.roles)):
            return self.get_response(request)


class Asker:
    """One portal and the signed-in sessions of many people. Straight to the handler: a browser would cost the most."""

    def __init__(self) -> None:
        self._requests = RequestFactory()
        self._handler: ClientHandler | None = None
        self.count = 0

    def sign_in(self, user: User) -> None:
        """Give a person a session, and let its clocks begin."""
        browser, now = FormClient(), timezone.now()
        browser.force_login(user)
        browser.get("/help")
        session = browser.session
        session[second_factor.KEY] = {"user": str(user.pk), "how": "totp", "at": now.timestamp()}
        session.save()
        roles: dict[Any, Any] = {}
        with read_once.remembering(roles):
            standing_of(user, at=now)
        own = SignedInSession.objects.get(user=user)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        KnownPeopleMiddleware.people[user.pk] = Known(User.objects.get(pk=user.pk), own, cookie, roles)

    def ask(self, user: User | None, method: str, path: str, form: str = "") -> Answer:
        """Return the answer to one request of a person, or of a visitor; the database is as it was before."""
        response, body = self._answer(user, method, path, form)
        headers = sorted((name, _plain(value)) for name, value in response.items() if name not in PER_ANSWER)
        return Answer(response.status_code, tuple(headers), IDS.sub(b"ID", TOKENS.sub(b"", body)))

    def read(self, user: User, path: str) -> str:
        """Return a page as it came, for looking for words in it."""
        return self._answer(user, "GET", path)[1].decode()

    def _answer(self, user: User | None, method: str, path: str, form: str = "") -> tuple[Any, bytes]:
        self.count += 1
        if self._handler is None:
            self._handler = ClientHandler(enforce_csrf_checks=False)
        cookie = KnownPeopleMiddleware.people[user.pk].cookie if user is not None else ""
        request = self._requests.generic(method, path, form.encode(), FORM, headers={"cookie": cookie})
        request.environ[ASKED_BY] = user.pk if user is not None else None
        with transaction.atomic():
            response = self._handler(request.environ)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        return response, body


def middleware() -> list[str]:
    """Return the portal's middleware with the known people in the place of who is read from the session."""
    replaced = [REPLACED.get(each, each) for each in settings.MIDDLEWARE]
    return [each for each in replaced if each is not None]


def _plain(value: str) -> str:
    return IDS.sub(b"ID", value.encode()).decode()
