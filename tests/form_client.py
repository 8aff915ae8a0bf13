"""A test client that sends forms as the portal's own pages do. Loaded by tests/conftest.py."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from accounts import second_factor

FORM = "application/x-www-form-urlencoded"


class FormClient(Client):
    """Posts URL-encoded text. Django's own client posts multipart, as for a file, and the portal refuses that."""

    def post(self, path: str, data: Any = None, content_type: str = FORM, *args: Any, **kwargs: Any) -> Any:
        """Send a mapping as a form; anything else, or with another content type, as Django's client does."""
        if content_type == FORM and (data is None or isinstance(data, dict)):
            data = urlencode(data or {}, doseq=True)
        return super().post(path, data, content_type, *args, **kwargs)

    def force_login(self, user: Any, backend: str | None = None, *, with_second_factor: bool = True) -> None:
        """Sign in without the pages for it; ``with_second_factor=False``: as by a password alone."""
        super().force_login(user, backend)
        session = self.session
        if with_second_factor:
            session[second_factor.KEY] = {"user": str(user.pk), "how": "totp", "at": timezone.now().timestamp()}
        else:
            session.pop(second_factor.KEY, None)
        session.save()


@pytest.fixture
def client() -> FormClient:
    """A visitor's browser: pytest-django's fixture of this name, but sending forms without a file part."""
    return FormClient()
