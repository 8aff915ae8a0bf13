"""What sealing and recording cost on the hub's pages, counted rather than timed: how many values and statements."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import accounts.encryption
from accounts.models import User
from tests.casework.reading import CASE_PAGES
from tests.form_client import FormClient
from tests.referrals.people import World, sent

As = Callable[[User], FormClient]
pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the columns that are opened from now on."""
    found: list[str] = []
    real = accounts.encryption.open_text

    def counted(sealed: str, *, context: str) -> str:
        model, _, name = context.split("|")
        found.append(f"{model}.{name}")
        return real(sealed, context=context)

    monkeypatch.setattr(accounts.encryption, "open_text", counted)
    return found


def visit(browser: FormClient, door: Callable[[FormClient], Any], opened: list[str]) -> tuple[list[str], list[str]]:
    """Return what a page opened, and the statements it needed."""
    opened.clear()
    with CaptureQueriesContext(connection) as queries:
        assert door(browser).status_code == 200
    return sorted(opened), [each["sql"] for each in queries]


@pytest.mark.parametrize(
    "door",
    [lambda browser: browser.get("/hub/"), lambda browser: browser.post("/hub/search", {"text": "max_Il1"})],
    ids=["inbox", "search"],
)
def test_a_list_opens_three_values_a_row_and_records_once(
    world: World, as_: As, opened: list[str], door: Callable[[FormClient], Any]
) -> None:
    browser = as_(world.hana)
    sent(world)
    one, statements = visit(browser, door, opened)
    for _ in range(3):
        sent(world)
    four, more = visit(browser, door, opened)
    row = ["referrals.referral.answers", "referrals.routing.facts", "referrals.routing.result"]
    assert sorted([*one, *row * 3]) == four
    assert sorted(one) == sorted([*row, "accounts.user.full_name"])
    assert len(more) == len(statements)
    assert sum('INSERT INTO "audit_event"' in each for each in more) == 1


@pytest.mark.parametrize("page", CASE_PAGES)
def test_a_case_page_opens_each_value_once_and_records_once(
    world: World, as_: As, opened: list[str], page: str
) -> None:
    case = sent(world)
    values, statements = visit(as_(world.hana), lambda browser: browser.get(f"/cases/{case.pk}/{page}"), opened)
    assert values.count("referrals.referral.answers") == (1 if page in ("", "answers") else 0)
    assert len(values) <= 12, values
    assert sum('INSERT INTO "audit_event"' in each for each in statements) == 1
