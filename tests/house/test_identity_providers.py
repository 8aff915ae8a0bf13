"""The file that describes the identity providers is read strictly, and what is wrong in it is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from safeguarding.single_sign_on import providers
from tests.accounts.at_provider import described


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email_domains": []}, "email_domains"),
        ({"issuer": "login.example.org"}, "issuer"),
        ({"colour": "blue"}, "colour"),
        ({"needs_second_step": "no"}, "needs_second_step"),
        ({"client_secret_file": "absent.secret"}, "absent.secret cannot be read"),
    ],
)
def test_a_wrong_description_is_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        described(tmp_path, **changes)


def test_a_real_portal_wants_secure_providers_each_with_its_code(tmp_path: Path) -> None:
    described(tmp_path, issuer="http://login.example.org")
    file = tmp_path / "providers.json"
    with pytest.raises(ImproperlyConfigured, match="https://"):
        providers(file, only_https=True)
    file.write_text(json.dumps(json.loads(file.read_text()) * 2))
    with pytest.raises(ImproperlyConfigured, match="one code"):
        providers(file, only_https=False)
    file.write_text("[")
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        providers(file, only_https=False)
    file.write_text("[]")
    assert providers(file, only_https=False) == {}
