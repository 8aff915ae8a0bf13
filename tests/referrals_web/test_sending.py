"""Check and send: once, with the same receipt; changed meanwhile is shown again; more can follow."""

import uuid

from django.urls import reverse

from referrals.actions import drafts
from referrals.models import Addition
from tests.referrals_web.browsing import Browser
from tests.referrals_web.people import School, address, draft_of, quickly, started


def ready(school: School, **changed: object) -> Browser:
    """Alice before the send button of "send now"."""
    browser = quickly(started(school.alice), **changed)  # type: ignore[arg-type]
    return browser.open(address(draft_of(school.alice), "send-now/"))


def test_twice_and_back_give_the_same_receipt(school: School) -> None:
    browser = ready(school)
    form = dict(browser.form("token").fields)
    draft = draft_of(school.alice)
    first = browser.client.post(address(draft, "send/"), form)
    second = browser.client.post(address(draft, "send/"), form)
    third = browser.client.post(address(draft, "send/"), form | {"token": str(uuid.uuid4())})
    assert {first.url, second.url, third.url} == {address(draft, "sent/")}
    assert draft_of(school.alice).routings.count() == 1
    assert browser.open(address(draft, "pages/worry/")).path == address(draft, "sent/")


def test_changed_meanwhile_is_shown_again_before_it_goes(school: School) -> None:
    browser = ready(school)
    draft = draft_of(school.alice)
    form = dict(browser.form("token").fields)
    other = Browser(school.alice).open(address(draft, "pages/danger/"))
    other.send({"Q-SAF-1-chosen": "yes"})
    browser._take(browser.client.post(address(draft, "send/"), form), address(draft, "send/"))
    assert "It has not been sent" in browser.words
    assert draft_of(school.alice).is_draft
    browser.send(having="token")
    assert draft_of(school.alice).is_sent


def test_what_is_missing_links_to_its_page(school: School) -> None:
    browser = quickly(started(school.alice))
    draft = draft_of(school.alice)
    browser.open(address(draft, "check/")).send(having="token")
    assert draft_of(school.alice).is_draft
    assert browser.page.title.startswith("Error: ")
    assert address(draft, "pages/declaration/?back=check") in browser.page.links


def test_where_it_goes_is_explained_above_the_answers(school: School) -> None:
    browser = ready(school)
    words = browser.words
    assert words.index("Where this will go and why") < words.index("Your answers")
    assert "Cumberland Safeguarding Hub" in words
    assert "What this rests on" in words
    assert "What the family may be told" in words


def test_two_areas_reach_two_hubs(school: School) -> None:
    browser = quickly(started(school.alice))
    draft = draft_of(school.alice)
    browser.open(address(draft, "children/")).send({"more": "yes"})
    key = draft_of(school.alice).answers["children"][1]["key"]
    browser.open(address(draft, f"pages/child_area/{key}/"))
    browser.send({"Q-CHI-0-chosen": "north_east_lincolnshire", "Q-CHI-4": "12 Example Street"})
    browser.open(address(draft, "send-now/")).send(having="token")
    hubs = draft_of(school.alice).routes.filter(code="hub").values_list("unit", flat=True)
    assert {"cumberland_hub", "north_east_lincolnshire_hub"} <= set(hubs)


def test_no_child_known_can_be_sent(school: School) -> None:
    browser = ready(school, area={"Q-SAF-5-chosen": "no_child_known"})
    browser.send(having="token")
    assert draft_of(school.alice).is_sent
    assert draft_of(school.alice).owner_unit.unit == "cumberland_hub"


def test_after_sending_steps_are_ticked_detail_is_added_and_a_copy_kept(school: School) -> None:
    browser = ready(school).send(having="token")
    referral = draft_of(school.alice)
    step = referral.checklist_steps.filter(can_tick=True).first()
    browser.client.post(address(referral, "tick/"), {"code": step.code})
    browser.open(address(referral, "sent/"))
    assert "Not done" in browser.words
    browser.open(address(referral, "add/")).send({"text": "He wrote again from http://evil.example.com/x"})
    browser.open(address(referral, "sent/print/"))
    assert "hxxp://evil[.]example[.]com" in browser.words
    assert Addition.objects.count() == 1
    copy = browser.client.get(address(referral, "copy.txt"))
    assert copy.headers["Content-Disposition"] == 'attachment; filename="record-copy.txt"'
    assert referral.reference in copy.content.decode()
    assert "not asked" in browser.open(address(referral, "sent/")).words
    assert browser.open(address(referral, "packs/")).status == 200


def test_a_lead_sends_what_was_shared(school: School) -> None:
    browser = quickly(started(school.alice))
    draft = draft_of(school.alice)
    assert Browser(school.bob).open(address(draft)).status == 404
    browser.open(address(draft)).send({"lead": str(school.bob.pk)}, having="lead")
    bob = Browser(school.bob).open("/referrals/mine/")
    assert "Grooming" in bob.words
    assert "A colleague has shared a draft" in bob.words
    bob.open(address(draft, "send-now/")).send(having="token")
    assert draft_of(school.alice).sent_by == school.bob
    assert bob.path == address(draft, "sent/")


def test_about_someone_at_the_setting_nobody_there_sees_it(school: School) -> None:
    browser = quickly(started(school.alice), workplace={"Q-REF-11-chosen": ["own_setting", "own_lead"]})
    draft = draft_of(school.alice)
    browser.open(address(draft))
    assert "Hand it to your safeguarding lead" not in browser.words
    assert "Tell your safeguarding lead" not in browser.words
    browser.open(address(draft, "send-now/"))
    assert "Tell your safeguarding lead" not in browser.words
    browser.send(having="token")
    assert "Tell your safeguarding lead" not in browser.words
    bob = Browser(school.bob)
    assert "Grooming" not in bob.open("/referrals/mine/").words
    for rest in ("", "sent/", "copy.txt", "check/", "packs/", "danger/"):
        assert bob.open(address(draft, rest)).status == 404


def test_of_another_person_nothing_exists(school: School) -> None:
    quickly(started(school.alice))
    draft = draft_of(school.alice)
    for person in (school.carol, school.dan, school.bob):
        stranger = Browser(person)
        for name in (
            "task_list",
            "check",
            "send_now",
            "sent",
            "danger",
            "children",
            "persons",
            "withdraw",
            "add_detail",
        ):
            assert stranger.open(reverse(f"referrals:{name}", kwargs={"pk": draft.pk})).status == 404, name
        for name in ("send", "share", "call", "tick"):
            path = reverse(f"referrals:{name}", kwargs={"pk": draft.pk})
            assert stranger.client.post(path, {}).status_code == 404, name
    assert draft_of(school.alice).is_draft


def test_changes_are_by_post_alone(school: School) -> None:
    quickly(started(school.alice))
    draft = draft_of(school.alice)
    browser = Browser(school.alice)
    for name in ("send", "share", "call", "tick"):
        assert browser.client.get(reverse(f"referrals:{name}", kwargs={"pk": draft.pk})).status_code in (302, 405)
    assert draft_of(school.alice).version == draft.version


def test_a_draft_is_withdrawn_with_a_reason(school: School) -> None:
    browser = quickly(started(school.alice))
    draft = draft_of(school.alice)
    browser.open(address(draft, "withdraw/")).send(having="reason")
    assert "Select why" in browser.words
    browser.send({"reason": "mistake"})
    assert draft_of(school.alice).status == "withdrawn"
    assert "withdrawn" in browser.open(address(draft, "pages/worry/")).words


def test_saved_elsewhere_shows_both_and_loses_nothing(school: School) -> None:
    browser = quickly(started(school.alice))
    draft = draft_of(school.alice)
    browser.open(address(draft, "pages/worry/"))
    Browser(school.alice).open(address(draft, "pages/worry/")).send({"Q-WOR-1": "Written in another window."})
    browser.send({"Q-WOR-1": "Written in this window."})
    assert "Written in another window." in browser.words
    assert "Written in this window." in browser.html
    assert draft_of(school.alice).answers["case"]["Q-WOR-1"]["text"] == "Written in another window."
    browser.send()
    assert draft_of(school.alice).answers["case"]["Q-WOR-1"]["text"] == "Written in this window."


def test_another_page_saved_elsewhere_is_no_conflict(school: School) -> None:
    browser = quickly(started(school.alice))
    draft = draft_of(school.alice)
    browser.open(address(draft, "pages/worry/"))
    drafts.add_child(referral=draft, version=draft.version, by=school.alice, at=draft.last_saved_at)
    browser.send({"Q-WOR-1": "Written in this window."})
    assert draft_of(school.alice).answers["case"]["Q-WOR-1"]["text"] == "Written in this window."


def test_a_double_click_on_save_is_no_conflict(school: School) -> None:
    browser = started(school.alice)
    fields = dict(browser.form("seen").fields) | {"Q-SAF-1-chosen": "no"}
    path = browser.path
    first, second = browser.client.post(path, fields), browser.client.post(path, fields)
    assert first.url == second.url
