"""Asks the portal thousands of times, each time as if it were the first: what an answer changed is undone."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import RequestFactory
from django.test.client import ClientHandler

from accounts.models import User
from tests.form_client import FORM, FormClient

TOKENS = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|\'nonce-[^\']+\'')
IDS = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PER_ANSWER = {"Set-Cookie", "Content-Security-Policy"}


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


class Asker:
    """One portal and the signed-in sessions of many people. Straight to the handler: a browser would cost the most."""

    def __init__(self) -> None:
        self._handler = ClientHandler(enforce_csrf_checks=False)
        self._requests = RequestFactory()
        self._cookies: dict[Any, str] = {None: ""}
        self.count = 0

    def sign_in(self, user: User) -> None:
        """Give a person a session, and let its clocks begin."""
        browser = FormClient()
        browser.force_login(user)
        browser.get("/help")
        self._cookies[user.pk] = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"

    def ask(self, user: User | None, method: str, path: str) -> Answer:
        """Return the answer to one request of a person, or of a visitor; the database is as it was before."""
        self.count += 1
        cookie = self._cookies[user.pk if user is not None else None]
        request = self._requests.generic(method, path, b"", FORM, headers={"cookie": cookie})
        with transaction.atomic():
            response = self._handler(request.environ)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        headers = sorted((name, _plain(value)) for name, value in response.items() if name not in PER_ANSWER)
        return Answer(response.status_code, tuple(headers), IDS.sub(b"ID", TOKENS.sub(b"", body)))

    def read(self, user: User, path: str) -> str:
        """Return a page as it came, for looking for words in it."""
        request = self._requests.generic("GET", path, headers={"cookie": self._cookies[user.pk]})
        with transaction.atomic():
            response = self._handler(request.environ)
            transaction.set_rollback(True)
        self.count += 1
        return response.content.decode()  # type: ignore[no-any-return]


def _plain(value: str) -> str:
    return IDS.sub(b"ID", value.encode()).decode()
