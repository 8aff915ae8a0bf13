"""The quarterly review of access: due dates, what is overdue, who looked, and the reminder (7.2)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions import letters
from accounts.actions.access_review import remind_reviewers
from accounts.models import Membership
from tests.accounts.partnerships import Partnerships, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Partnerships:
    return Partnerships()


def test_the_review_shows_when_each_is_due_who_looked_and_what_is_overdue(world: Partnerships) -> None:
    today = timezone.localdate()
    Membership.objects.filter(user=world.alice).update(starts_on=today - timedelta(days=85))
    Membership.objects.filter(user=world.nurse).update(
        reviewed_at=timezone.now() - timedelta(days=10), reviewed_by=world.delia
    )
    page = " ".join(browser_of(world.bob).get("/people/review").content.decode().split())
    assert page.count("Due soon") == 1
    assert "None is overdue. 1 more due within two weeks." in page
    assert page.count("Overdue") == 1  # his own role, which somebody else looks at
    review = browser_of(world.delia).get("/people/review").content.decode()
    assert f"{(today + timedelta(days=6)):%B}" in review
    assert "by Delia Frost" in review


def test_whoever_has_a_review_overdue_is_reminded_once_a_week_and_nobody_else(world: Partnerships) -> None:
    now = timezone.now()
    Membership.objects.exclude(user=world.alice).update(reviewed_at=now, reviewed_by=world.eli)
    assert remind_reviewers(at=now) == 2  # Bob leads the setting, Delia its partnership; not Eli
    assert remind_reviewers(at=now + timedelta(days=1)) == 0
    letters.send_due(at=now)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([world.bob.email, world.delia.email])
    assert {message.body for message in mail.outbox} == {"You have a safeguarding task. Sign in."}
    assert remind_reviewers(at=now + timedelta(days=8)) == 2
