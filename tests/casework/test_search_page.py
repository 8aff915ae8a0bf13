"""The search box of the hub's inbox: posted, scoped, recorded."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import World, sent

As = Callable[[User], FormClient]
pytestmark = pytest.mark.django_db
ADDRESS = "/hub/search"


def test_a_case_is_found_by_a_childs_name(world: World, as_: As) -> None:
    case = sent(world)
    page = as_(world.hana).post(ADDRESS, {"text": "Riley Number1"})
    assert page.status_code == 200
    assert case.reference in text_of(page)
    assert reverse("casework:case", args=[case.pk]) in page.content.decode()
    assert "Riley Number1" not in text_of(page)
    event = Event.objects.get(event="case.searched")
    assert event.detail == {"kinds": ["handle", "name"], "shown": [str(case.pk)], "count": 1}


def test_the_words_stand_in_no_address(world: World, as_: As) -> None:
    answer = as_(world.hana).get(ADDRESS, {"text": "Riley"})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("casework:inbox")
    assert 'method="post" action="/hub/search"' in as_(world.hana).get("/hub/").content.decode()


def test_nothing_found_reads_the_same_whether_there_is_such_a_case_or_not(world: World, as_: As) -> None:
    browser = as_(world.nell)
    before = text_of(browser.post(ADDRESS, {"text": "Riley"}))
    sent(world)
    assert text_of(browser.post(ADDRESS, {"text": "Riley"})) == before
    assert "No case of yours fits this" in before


@pytest.mark.parametrize("name", ["alice", "pat", "adam", "lena"])
def test_the_page_is_the_hubs_alone(world: World, as_: As, name: str) -> None:
    assert as_(getattr(world, name)).post(ADDRESS, {"text": "Riley"}).status_code == 404
