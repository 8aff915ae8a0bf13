"""Settings come from the environment, and what is wrong there is named with its cure."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from safeguarding import environment


def test_a_missing_variable_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_ADDRESS", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_ADDRESS is not set\. Set it to the address"):
        environment.text("PORTAL_ADDRESS", cure="Set it to the address people type.")


@pytest.mark.parametrize(("written", "read"), [("yes", True), ("TRUE", True), ("no", False), ("Off", False)])
def test_yes_and_no_are_read(monkeypatch: pytest.MonkeyPatch, written: str, read: bool) -> None:
    monkeypatch.setenv("SWITCH", written)
    assert environment.yes_or_no("SWITCH", default=not read) is read


def test_neither_yes_nor_no_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCH", "perhaps")
    with pytest.raises(ImproperlyConfigured, match=r"SWITCH is 'perhaps'\. Write yes or no"):
        environment.yes_or_no("SWITCH", default=True)


def test_a_port_must_be_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eight thousand")
    with pytest.raises(ImproperlyConfigured, match="Write a whole number, 1 or more"):
        environment.whole_number("PORT", 8000, at_least=1)


def test_without_a_database_address_there_is_an_sqlite_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    described = environment.database("DATABASE_URL", tmp_path / "portal.sqlite3")
    assert described["NAME"] == tmp_path / "portal.sqlite3"
    assert described["OPTIONS"]["transaction_mode"] == "IMMEDIATE"  # type: ignore[index]


def test_a_postgresql_address_is_taken_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal:p%40ss@db.example:5433/referrals")
    described = environment.database("DATABASE_URL", tmp_path / "unused")
    assert (described["USER"], described["PASSWORD"], described["HOST"]) == ("portal", "p@ss", "db.example")
    assert (described["PORT"], described["NAME"]) == ("5433", "referrals")


@pytest.mark.parametrize("address", ["mysql://portal@db.example/referrals", "postgresql://db.example"])
def test_another_database_address_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(ImproperlyConfigured, match="Write postgresql://"):
        environment.database("DATABASE_URL", tmp_path / "unused")


def test_an_unreadable_secret_names_its_file_and_cure(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"absent\.key cannot be read .* Make it with"):
        environment.secret(tmp_path / "absent.key", cure="Make it with make_keys.")
