"""Where keeping the directory begins, and the settings that stand outside every partnership."""

import pytest

from accounts.models import Organisation
from tests.accounts.partnerships import Partnerships, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Partnerships:
    return Partnerships()


def test_settings_outside_every_partnership_are_kept_right_by_every_administrator(world: Partnerships) -> None:
    far = {"name": "Northbank School (invented)", "kind": "school", "area": "elsewhere_in_england", "email_domain": ""}
    assert browser_of(world.delia).post("/directory/settings/add", far).status_code == 302
    setting = Organisation.objects.get(name=far["name"])
    for admin in (world.delia, world.eli):
        page = browser_of(admin).get("/directory/settings").content.decode()
        assert "Outside every partnership" in page
        assert far["name"] in page
        assert browser_of(admin).get(f"/directory/settings/{setting.pk}").status_code == 200
    invitation = {"email": "head@northbank.example.org", "role": "dsl", "place": f"organisation:{setting.pk}"}
    assert browser_of(world.eli).post("/people/invite", invitation).status_code == 302
    # A neighbour's area is covered, and so stays the neighbour's.
    theirs = far | {"name": "Another (invented)", "area": "north_east_lincolnshire"}
    assert browser_of(world.delia).post("/directory/settings/add", theirs).status_code == 400


def test_the_directory_begins_with_what_is_due(world: Partnerships) -> None:
    page = " ".join(browser_of(world.delia).get("/directory/").content.decode().split())
    assert "Who refers: 1 open. Each has a safeguarding lead." in page
    assert "1 not checked for 90 days" in page
    assert browser_of(world.bob).get("/directory/").status_code == 404
