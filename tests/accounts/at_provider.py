"""One partnership's identity provider, and going there and back. conftest.py takes up the fixtures."""

import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from safeguarding.single_sign_on import providers
from tests.accounts.factories import make_member, make_user
from tests.accounts.identity_provider import CLIENT, SECRET, Memory, running
from tests.form_client import FormClient

BEGIN = "/accounts/oidc/cumbria_schools/login/"


@pytest.fixture(scope="module")
def server() -> Iterator[Memory]:
    patch = pytest.MonkeyPatch()
    patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as memory:
        yield memory
    patch.undo()


@pytest.fixture
def provider(server: Memory, settings: Any, tmp_path: Path) -> Memory:
    """The provider of Cumbria's schools, which says of Alice all that is wanted."""
    settings.SOCIALACCOUNT_PROVIDERS = described(tmp_path, issuer=server.issuer)
    server.claims = {
        "sub": "alice-at-school",
        "email": "Alice@fellside.example.org",
        "email_verified": True,
        "tid": "cumbria",
        "amr": ["pwd", "otp"],
        "auth_time": int(time.time()) - 60,
    }
    server.signing_key, server.algorithm = server.key, "RS256"
    server.asked.clear()
    return server


def described(folder: Path, **changes: Any) -> dict[str, Any]:
    """The settings that a file with one provider gives."""
    (folder / "client.secret").write_text(SECRET)
    described = {
        "code": "cumbria_schools",
        "name": "your school account",
        "issuer": "https://login.example.org",
        "client_id": CLIENT,
        "client_secret_file": "client.secret",
        "email_domains": ["Fellside.example.org"],
        "tenant": "cumbria",
    }
    (folder / "providers.json").write_text(json.dumps([described | changes]))
    return providers(folder / "providers.json", only_https=False)


@pytest.fixture
def alice() -> User:
    user = make_member("practitioner", user=make_user("alice@fellside.example.org"))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def leave(browser: FormClient, **sent: str) -> str:
    """Press the button, and return where it leads."""
    page = browser.post(BEGIN, sent).content.decode()
    (address,) = re.findall(r'href="([^"]+)" data-single-sign-on', page)
    return html.unescape(address)


def come_back(browser: FormClient, address: str) -> Any:
    """Sign in at the provider, and follow its answer."""
    answer = requests.get(address, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return browser.get(f"{back.path}?{back.query}")


def go(browser: FormClient, **sent: str) -> Any:
    return come_back(browser, leave(browser, **sent))


def is_in(browser: FormClient) -> bool:
    return browser.get(reverse("own_account")).status_code == 200
