from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actions.memberships import MembershipError, end, grant
from accounts.models import Agency, Membership, Organisation
from accounts.permissions import Permission, has_permission
from audit.models import Event
from tests.accounts.factories import make_agency, make_organisation, make_user

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Organisation:
    return make_organisation()


@pytest.fixture
def hub() -> Agency:
    return make_agency()


def test_a_role_counts_from_the_moment_it_is_given_and_not_after_it_is_ended(school: Organisation) -> None:
    bob, admin = make_user(), make_user()
    membership = grant(user=bob, role="dsl", organisation=school, by=admin, at=AT)
    assert has_permission(bob, Permission.LEAD_SETTING_REFERRALS, at=AT)
    end(membership=membership, by=admin, at=AT + timedelta(hours=1))
    assert not has_permission(bob, Permission.LEAD_SETTING_REFERRALS, at=AT + timedelta(hours=1))
    events = list(Event.objects.about(membership))
    assert [event.event for event in events] == ["membership.granted", "membership.ended"]
    assert events[0].detail == {"user": str(bob.pk), "role": "dsl", "target": str(school.pk)}
    assert {event.by_id for event in events} == {str(admin.pk)}


def test_ending_twice_is_refused(school: Organisation) -> None:
    membership = grant(user=make_user(), role="dsl", organisation=school, by=None, at=AT)
    end(membership=membership, by=None, at=AT)
    with pytest.raises(MembershipError, match="ended already"):
        end(membership=membership, by=None, at=AT)


def test_one_that_has_not_begun_can_be_ended(school: Organisation) -> None:
    later = grant(user=make_user(), role="dsl", organisation=school, starts_on=date(2026, 4, 1), by=None, at=AT)
    end(membership=later, by=None, at=AT)
    assert not Membership.objects.current(at=datetime(2026, 4, 2, tzinfo=UTC)).exists()


def test_a_role_given_again_after_it_ended_is_a_new_membership(school: Organisation) -> None:
    bob = make_user()
    end(membership=grant(user=bob, role="dsl", organisation=school, by=None, at=AT), by=None, at=AT)
    grant(user=bob, role="dsl", organisation=school, by=None, at=AT)
    with pytest.raises(MembershipError):
        grant(user=bob, role="dsl", organisation=school, by=None, at=AT)


def test_a_role_fits_its_target(school: Organisation, hub: Agency) -> None:
    bob = make_user()
    for wrong in (
        {"role": "wizard", "organisation": school},
        {"role": "dsl", "agency": hub},
        {"role": "dsl", "organisation": school, "agency": hub},
        {"role": "dsl"},
        {"role": "lado", "agency": hub},
        {"role": "auditor", "organisation": school},
        {"role": "dsl", "organisation": school, "ends_on": date(2020, 1, 1)},
    ):
        with pytest.raises(MembershipError):
            grant(user=bob, by=None, at=AT, **wrong)
    assert not Membership.objects.exists()
    assert not Event.objects.exists()


def test_the_database_itself_refuses_what_makes_no_sense(school: Organisation, hub: Agency) -> None:
    right: dict[str, Any] = {"user": make_user(), "role": "dsl", "organisation": school, "starts_on": date(2026, 1, 1)}
    for wrong in (
        {"role": "wizard"},
        {"agency": hub},
        {"organisation": None},
        {"organisation": None, "agency": hub},
        {"partnership": "cumbria"},
        {"ends_on": date(2025, 12, 31)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(**(right | wrong))
    Membership.objects.create(**right)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(**right)


def test_the_database_refuses_an_unknown_area_and_an_email_with_capitals() -> None:
    for write in (
        lambda: make_organisation(area="atlantis"),
        lambda: make_organisation(kind="castle"),
        lambda: make_agency("x_hub", area=None),
        lambda: type(make_user())(email="Alice@example.org", full_name="Alice").save(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
