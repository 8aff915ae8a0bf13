"""The pages that manage people: what each person sees there, and that what is out of reach does not exist."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.memberships import grant
from accounts.models import Membership, Organisation, SignedInSession
from audit.models import Event
from tests.accounts.factories import make_organisation
from tests.accounts.partnerships import AT, Partnerships, browser_of

CHANGES = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|-seconds-left="\d+"')
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Partnerships:
    return Partnerships()


def membership_of(user: object) -> Membership:
    return Membership.objects.get(user=user)


def test_the_list_holds_those_in_reach_and_finds_them_by_name_or_address(world: Partnerships) -> None:
    browser = browser_of(world.delia)
    everybody = browser.get("/people/").content.decode()
    assert "Hana Birkett" in everybody
    assert "Nadia Coupland" not in everybody
    found = browser.post("/people/", {"search": "fell-hart"}).content.decode()
    assert "Alice Fell-Hartley" in found
    assert "Hana Birkett" not in found
    assert world.bob.email in browser.post("/people/", {"search": world.bob.email}).content.decode()
    assert "Nadia" not in browser.post("/people/", {"search": "coupland"}).content.decode()


def test_a_lead_manages_colleagues_and_sees_neither_hub_nor_other_settings(world: Partnerships) -> None:
    page = browser_of(world.bob).get("/people/").content.decode()
    assert "Alice Fell-Hartley" in page
    assert "Hana Birkett" not in page
    assert "Farida Noor" not in page


def test_what_is_out_of_reach_looks_like_what_is_not_there(world: Partnerships) -> None:
    browser = browser_of(world.delia)
    theirs, far = membership_of(world.nadia), world.nadia
    absent = "9b2f4f0e-8f0a-4c53-9d3e-0e6a1c3b5a77"
    for path, nowhere in (
        (f"/people/{far.pk}", f"/people/{absent}"),
        (f"/people/{far.pk}/give", f"/people/{absent}/give"),
        (f"/people/{far.pk}/stop", f"/people/{absent}/stop"),
        (f"/people/roles/{theirs.pk}/end", f"/people/roles/{absent}/end"),
        (f"/people/roles/{theirs.pk}/move", f"/people/roles/{absent}/move"),
        (f"/directory/agencies/{world.far_hub.pk}", f"/directory/agencies/{absent}"),
        (f"/directory/settings/{world.far_school.pk}", f"/directory/settings/{absent}"),
        (f"/directory/settings/{world.far_school.pk}/close", f"/directory/settings/{absent}/close"),
    ):
        for ask in (browser.get, browser.post):
            there, not_there = ask(path), ask(nowhere)
            assert (path, there.status_code) == (path, not_there.status_code)
            assert there.status_code in {404, 405}
            assert CHANGES.sub("", there.content.decode()) == CHANGES.sub("", not_there.content.decode())
    for verb in ("keep", "confirm", "refuse"):
        assert browser.post(f"/people/roles/{theirs.pk}/{verb}").status_code == 404
    assert not Event.objects.exclude(event__in=["access.denied", "account.signed_in"]).exists()
    assert Membership.objects.get(pk=theirs.pk).ends_on is None


def test_nobody_opens_the_pages_that_change_themselves(world: Partnerships) -> None:
    browser, own = browser_of(world.delia), membership_of(world.delia)
    assert "This is you" in browser.get(f"/people/{world.delia.pk}").content.decode()
    for path in (f"/people/{world.delia.pk}/give", f"/people/{world.delia.pk}/stop", f"/people/roles/{own.pk}/end"):
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code == 404
    assert browser.post(f"/people/roles/{own.pk}/keep").status_code == 404


def test_a_role_is_given_moved_and_ended_from_the_pages(world: Partnerships) -> None:
    browser = browser_of(world.delia)
    path = f"/people/{world.alice.pk}"
    wrong = browser.post(f"{path}/give", {"role": "hub_manager", "place": f"organisation:{world.school.pk}"})
    assert wrong.status_code == 400
    assert "is not a role of" in wrong.content.decode()
    given = {"role": "dsl", "place": f"organisation:{world.school.pk}", "ends_on": "2099-01-01"}
    assert browser.post(f"{path}/give", given).status_code == 302
    assert browser.post(f"{path}/give", given | {"ends_on": "2001-01-01", "starts_on": "2026-01-01"}).status_code == 400
    new = Membership.objects.get(user=world.alice, role="dsl")
    second = make_organisation("Beck Lane (invented)")
    assert browser.post(f"/people/roles/{new.pk}/move", {"place": f"organisation:{second.pk}"}).status_code == 302
    moved = Membership.objects.get(user=world.alice, role="dsl", organisation=second)
    assert str(moved.ends_on) == "2099-01-01"
    assert browser.post(f"/people/roles/{moved.pk}/end").status_code == 302
    page = browser.get(path).content.decode()
    assert "Beck Lane" in page
    assert "Ended" in page


def test_a_place_out_of_reach_is_no_choice(world: Partnerships) -> None:
    browser = browser_of(world.bob)
    for place in (f"organisation:{world.far_school.pk}", f"agency:{world.hub.pk}", "partnership:cumbria", "nonsense"):
        answer = browser.post(f"/people/{world.alice.pk}/give", {"role": "dsl", "place": place})
        assert answer.status_code == 400
    invitation = {"email": "x@example.org", "role": "auditor", "place": "partnership:cumbria"}
    assert browser.post("/people/invite", invitation).status_code == 400
    assert Membership.objects.filter(user=world.alice).count() == 1


def test_stopping_access_says_what_is_left_behind_and_counts_at_the_next_request(world: Partnerships) -> None:
    theirs = browser_of(world.bob)
    assert theirs.get("/people/").status_code == 200
    browser = browser_of(world.delia)
    page = browser.get(f"/people/{world.bob.pk}/stop").content.decode()
    assert "has no other safeguarding lead" in page
    assert browser.post(f"/people/{world.bob.pk}/stop").status_code == 302
    assert theirs.get("/people/").status_code == 302  # signed out: the account is closed


def test_giving_moving_and_ending_access_asks_who_is_at_the_keyboard_after_five_minutes(world: Partnerships) -> None:
    browser, hana = browser_of(world.delia), membership_of(world.hana)
    SignedInSession.objects.update(proved_at=timezone.now() - timedelta(minutes=6))
    for path in (
        f"/people/{world.hana.pk}/stop",
        f"/people/{world.hana.pk}/give",
        f"/people/roles/{hana.pk}/end",
        f"/people/roles/{hana.pk}/move",
        "/people/invite",
        f"/directory/settings/{world.school.pk}/close",
    ):
        assert (path, browser.get(path).status_code) == (path, 302)
        assert (path, browser.post(path).status_code) == (path, 302)
    assert not Event.objects.filter(event__in=["membership.ended", "organisation.closed"]).exists()
    assert browser.get("/people/").status_code == 200


def test_a_role_that_ended_closes_its_pages_at_the_next_request(world: Partnerships) -> None:
    grant(user=world.bob, role="practitioner", organisation=world.school, by=None, at=AT)
    theirs = browser_of(world.bob)
    lead = Membership.objects.get(user=world.bob, role="dsl")
    browser_of(world.delia).post(f"/people/roles/{lead.pk}/end")
    assert theirs.get("/people/", follow=True).status_code in {200, 404}
    assert "Everybody" not in theirs.get("/people/", follow=True).content.decode()


def test_the_review_lists_every_role_in_reach_and_keeps_or_leads_to_the_end(world: Partnerships) -> None:
    browser, hana = browser_of(world.delia), membership_of(world.hana)
    page = browser.get("/people/review").content.decode()
    assert "4 overdue" in page
    assert "somebody else looks at it" in page
    assert "Nadia" not in page
    assert browser.post(f"/people/roles/{hana.pk}/keep").status_code == 302
    assert "3 overdue" in browser.get("/people/review").content.decode()
    assert f"/people/roles/{hana.pk}/end" in page


def test_invitations_are_made_listed_sent_again_and_withdrawn(world: Partnerships) -> None:
    browser = browser_of(world.bob)
    form = {"email": "new@fellside.example.org", "role": "practitioner", "place": f"organisation:{world.school.pk}"}
    assert browser.post("/people/invite", form).status_code == 302
    assert browser.post("/people/invite", form).status_code == 400
    page = browser.get("/people/").content.decode()
    assert "new@fellside.example.org" in page
    from accounts.models import Invitation

    invitation = Invitation.objects.get()
    for verb in ("again", "withdraw"):
        assert browser_of(world.eli).post(f"/people/invitations/{invitation.pk}/{verb}").status_code == 404
        assert browser.post(f"/people/invitations/{invitation.pk}/{verb}").status_code == 302
    assert "new@fellside.example.org" not in browser.get("/people/").content.decode().replace("withdrawn", "")


def test_a_setting_is_added_corrected_and_closed(world: Partnerships) -> None:
    browser = browser_of(world.delia)
    form = {
        "name": "Sandside (invented)",
        "kind": "school",
        "area": "cumberland",
        "email_domain": "@Sandside.example.org",
    }
    assert browser.post("/directory/settings/add", form).status_code == 302
    added = Organisation.objects.get(name="Sandside (invented)")
    assert added.email_domain == "sandside.example.org"
    for wrong in (
        {"area": "north_east_lincolnshire"},
        {"name": "Another", "email_domain": "gmail.com"},
        {"name": "Another", "email_domain": "not a domain"},
        {"kind": "castle", "name": "Another"},
        {},  # once per area
    ):
        assert (wrong, browser.post("/directory/settings/add", form | wrong).status_code) == (wrong, 400)
    correct = {"name": "Sandside Academy (invented)", "kind": "school", "email_domain": ""}
    assert browser.post(f"/directory/settings/{added.pk}", correct).status_code == 302
    added.refresh_from_db()
    assert added.name == "Sandside Academy (invented)"
    assert browser.post(f"/directory/settings/{world.school.pk}/close").status_code == 302
    assert not Membership.objects.open(at=timezone.now()).filter(organisation=world.school).exists()
    assert browser.get(f"/directory/settings/{world.school.pk}").status_code == 404
    recorded = Event.objects.filter(event__startswith="organisation.")
    verbs = set(recorded.values_list("event", flat=True))
    assert verbs == {"organisation.added", "organisation.corrected", "organisation.closed"}


def test_an_entry_is_stale_until_somebody_checks_it(world: Partnerships) -> None:
    browser = browser_of(world.delia)
    assert "1 not checked for 90 days" in browser.get("/directory/agencies").content.decode()
    assert browser.post(f"/directory/agencies/{world.hub.pk}/checked").status_code == 302
    page = browser.get("/directory/agencies").content.decode()
    assert "All were checked within 90 days" in page
    assert "Areas" in page
    assert Event.objects.get(event="directory.checked").subject_id == str(world.hub.pk)


def test_an_entry_is_corrected_and_the_pages_say_so_at_once(world: Partnerships) -> None:
    browser, path = browser_of(world.delia), f"/directory/agencies/{world.hub.pk}"
    form = {
        "day_number": "01632 960 777",
        "night_number": "01632 960 778",
        "hours_mon": "8:30 to 16:30",
        "owner": "Hub",
    }
    assert browser.post(path, form | {"hours_tue": "late to 17:00"}).status_code == 400
    assert browser.post(path, form | {"hours_tue": "always"}).status_code == 400
    assert browser.post(path, form).status_code == 302
    world.hub.directory_entry.refresh_from_db()
    assert world.hub.directory_entry.hours == {"mon": ["08:30", "16:30"]}
    assert world.hub.directory_entry.night_number == "01632 960 778"
    assert "01632 960 777" in browser.get("/directory/agencies").content.decode()


def test_the_menu_leads_there_for_those_who_may_and_the_header_names_the_role(world: Partnerships) -> None:
    admin = browser_of(world.delia).get("/accounts/").content.decode()
    assert 'href="/people/"' in admin
    assert 'href="/directory/agencies"' in admin
    assert "(Partnership administrator, cumbria)" in admin
    lead = browser_of(world.bob).get("/accounts/").content.decode()
    assert 'href="/people/"' in lead
    assert "/directory/" not in lead
    assert 'href="/people/"' not in browser_of(world.alice).get("/accounts/").content.decode()


def test_the_last_lead_is_named_before_and_when_the_role_ends_or_moves(world: Partnerships) -> None:
    browser, lead = browser_of(world.delia), membership_of(world.bob)
    assert "The only safeguarding lead of Fellside" in browser.get(f"/people/{world.bob.pk}").content.decode()
    for page in (f"/people/roles/{lead.pk}/end", f"/people/roles/{lead.pk}/move", f"/people/{world.bob.pk}/stop"):
        said = browser.get(page).content.decode()
        assert "has no other safeguarding lead" in said, page
        assert "nobody confirms whoever asks to join" in said, page
    grant(user=world.nurse, role="dsl", organisation=world.school, by=None, at=timezone.now())
    assert "The only safeguarding lead" not in browser.get(f"/people/{world.bob.pk}").content.decode()


def test_a_button_that_changes_access_asks_who_it_is_and_leads_back_to_the_list(world: Partnerships) -> None:
    Membership.objects.filter(user=world.alice).update(awaits_confirmation=True)
    waiting = membership_of(world.alice)
    browser = browser_of(world.bob)
    SignedInSession.objects.filter(user=world.bob).update(proved_at=timezone.now() - timedelta(minutes=6))
    for verb in ("confirm", "refuse"):
        answer = browser.post(f"/people/roles/{waiting.pk}/{verb}")
        assert answer.url.endswith("?next=%2Fpeople%2F")
    assert browser.post(f"/people/roles/{waiting.pk}/keep").url == "/people/review"
    waiting.refresh_from_db()
    assert waiting.awaits_confirmation
    assert waiting.ends_on is None
