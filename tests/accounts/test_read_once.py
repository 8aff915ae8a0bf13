"""What a person may do is read once for each request, and read anew when the request itself changes it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import read_once
from accounts.actions import memberships
from accounts.models import Membership
from accounts.permissions import Permission, has_permission
from tests.accounts.partnerships import Partnerships, browser_of

pytestmark = pytest.mark.django_db


def readings_of_roles(queries: CaptureQueriesContext) -> int:
    return sum('FROM "accounts_membership"' in each["sql"] and "LEFT OUTER JOIN" in each["sql"] for each in queries)


@pytest.mark.parametrize("path", ["/", "/nothing-here", "/referrals/9b2f4f0e-8f0a-4c53-9d3e-0e6a1c3b5a77/"])
def test_a_page_and_a_refusal_read_the_roles_once(path: str) -> None:
    browser = browser_of(Partnerships().alice)
    with CaptureQueriesContext(connection) as queries:
        browser.get(path)
    assert readings_of_roles(queries) == 1


def test_the_next_request_reads_them_again() -> None:
    world = Partnerships()
    browser = browser_of(world.alice)
    assert browser.get("/referrals/mine/").status_code == 200
    Membership.objects.filter(user=world.alice).update(ends_on=timezone.localdate())
    assert browser.get("/referrals/mine/").status_code == 404


def test_a_role_that_ends_or_begins_within_a_request_counts_at_once() -> None:
    world, at = Partnerships(), timezone.now()
    with read_once.remembering():
        assert has_permission(world.alice, Permission.START_REFERRAL, at=at)
        memberships.end(membership=Membership.objects.get(user=world.alice), by=world.delia, at=at)
        assert not has_permission(world.alice, Permission.START_REFERRAL, at=at)
        memberships.grant(user=world.alice, role="dsl", organisation=world.school, by=world.delia, at=at)
        assert has_permission(world.alice, Permission.LEAD_SETTING_REFERRALS, at=at)


def test_outside_a_request_nothing_is_remembered() -> None:
    world, at = Partnerships(), timezone.now()
    assert has_permission(world.alice, Permission.START_REFERRAL, at=at)
    Membership.objects.filter(user=world.alice).update(ends_on=timezone.localdate())
    assert not has_permission(world.alice, Permission.START_REFERRAL, at=at)
    with pytest.raises(LookupError), read_once.remembering():
        raise LookupError
    read_once.forget()
    assert not has_permission(world.alice, Permission.START_REFERRAL, at=at)
