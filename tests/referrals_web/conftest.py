"""The shipped editions in use, and a school with a teacher and her safeguarding lead."""

import pytest
from django.utils import timezone

from procedures.actions.publishing import publish
from procedures.editions import all_editions
from tests.referrals_web.people import School


@pytest.fixture
def school(db: None) -> School:
    for edition in all_editions():
        publish(edition=edition, by=None, at=timezone.now())
    return School()
