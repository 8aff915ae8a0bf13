"""What the shipped form stores of a child, an account and a number is what search and links read."""

from pathlib import Path

import pytest

from procedures import editions
from procedures.engine.answers import parse_sheet
from procedures.engine.loading import SHIPPED
from referrals.search_terms import Term, terms_of

CHILD = {
    "Q-CHI-1": {"chosen": ["known"], "details": {"name": "Riley O'Hara-Jones", "username": "riley.99"}},
    "Q-CHI-2": {"details": {"date_of_birth": "2012-05-06"}},
    "Q-CHI-12": {"rows": [{"name": "Robin Roe", "born": "1/2/1985", "phone": "+44 7700 900456"}]},
}
PERSON = {"Q-ADU-1": {"chosen": ["known"], "details": {"name": "Max Marsh", "usernames": "max_il1"}}}
CASE = {"Q-EVI-5": {"rows": [{"account": "@Max_Il1, max@example.org"}]}}


@pytest.fixture(scope="module")
def editions_folder() -> Path:
    """The shipped editions instead of the small one."""
    return Path(SHIPPED)


@pytest.mark.django_db
@pytest.mark.parametrize("edition_id", ["cumbria", "north-east-lincolnshire"])
def test_the_form_as_shipped_is_read(edition_id: str, world: object) -> None:
    data = {
        "case": CASE,
        "children": [{"key": "c1", "answers": CHILD}],
        "persons": [{"key": "p1", "answers": PERSON}],
    }
    found = terms_of(editions.get_edition(edition_id), parse_sheet(data))
    whole = "jones ohara riley"
    expected = {
        Term("name", "riley", "c1"), Term("birth", "2012-05-06", "c1"), Term("handle", "riley.99", "c1"),
        Term("child", f"{whole}|2012-05-06", "c1"), Term("swapped", f"{whole}|2012|5|6", "c1"),
        Term("named", whole, "c1"), Term("phone", "07700900456", "c1"), Term("birth", "1985-02-01", "c1"),
        Term("handle", "max_il1"), Term("email", "max@example.org"), Term("name", "marsh"),
    }  # fmt: skip
    values = {(term.kind, term.value) for term in found}
    assert {(term.kind, term.value) for term in expected} <= values, sorted(values)
    assert not any(term.kind == "undated" for term in found)
