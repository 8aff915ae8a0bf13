from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.actions.demo import load_demo_partnership
from accounts.areas import Area
from accounts.demo import DEMO_PASSWORD, demo_accounts, one_account_per_role
from accounts.models import Membership, Organisation, User
from accounts.roles import ROLES, Target
from audit.models import Event
from procedures.editions import all_editions
from tests.accounts.factories import make_agency

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
THREE_AREAS = {Area.CUMBERLAND, Area.WESTMORLAND_AND_FURNESS, Area.NORTH_EAST_LINCOLNSHIRE}


@pytest.fixture
def agencies(db: None) -> None:
    for account in demo_accounts():
        role = ROLES[account.role]
        if role.target is Target.AGENCY:
            kind = "professional_standards" if account.place.endswith("standards") else min(role.agency_kinds)
            make_agency(account.place, kind=kind, area=Area.CUMBERLAND)


def test_every_role_has_an_account_and_every_address_is_an_example() -> None:
    assert {account.role for account in one_account_per_role()} == set(ROLES)
    emails = [account.email for account in demo_accounts()]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith(".example.org") for email in emails)


def test_loading_twice_is_loading_once(agencies: None) -> None:
    assert load_demo_partnership(at=AT) == []
    counts = [model.objects.count() for model in (User, Membership, Organisation, Event)]
    assert counts[:2] == [len(demo_accounts())] * 2
    assert load_demo_partnership(at=AT) == []
    assert [model.objects.count() for model in (User, Membership, Organisation, Event)] == counts
    assert {organisation.area for organisation in Organisation.objects.all()} == THREE_AREAS


def test_everybody_can_sign_in_with_the_printed_password(agencies: None) -> None:
    load_demo_partnership(at=AT)
    assert all(user.check_password(DEMO_PASSWORD) for user in User.objects.all())


def test_every_school_and_club_has_a_lead(agencies: None) -> None:
    load_demo_partnership(at=AT)
    for organisation in Organisation.objects.exclude(kind="health"):
        assert organisation.memberships.filter(role="dsl").exists(), organisation


def test_what_the_directory_lacks_is_named_and_made_good_later(db: None) -> None:
    assert "cumberland_hub" in load_demo_partnership(at=AT)
    make_agency("cumberland_hub")
    assert "cumberland_hub" not in load_demo_partnership(at=AT)
    assert User.objects.filter(email="screener@cumberland.example.org").exists()


def test_the_list_names_one_account_per_role() -> None:
    out = StringIO()
    call_command("load_demo", "--list", stdout=out)
    assert DEMO_PASSWORD in out.getvalue()
    assert all(account.email in out.getvalue() for account in one_account_per_role())


def test_a_real_portal_refuses_it(settings: Any) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="never where real cases are kept"):
        call_command("load_demo")


def test_the_demo_partnerships_are_those_that_the_editions_name() -> None:
    named = {entry.partnership for edition in all_editions() for entry in edition.content.destinations}
    acting = {account.place for account in demo_accounts() if ROLES[account.role].target is Target.PARTNERSHIP}
    assert acting <= named
