"""The moment an answer means danger, "call 999 now" is the next page, and nothing is lost (Z-03, Z-04, Z-05)."""

from audit.models import Event
from tests.referrals_web.people import School, address, draft_of, quickly, started


def test_danger_comes_next_and_one_can_go_on(school: School) -> None:
    browser = started(school.alice).send({"Q-SAF-1-chosen": "yes"})
    draft = draft_of(school.alice)
    assert browser.path.startswith(address(draft, "danger/"))
    assert "Call 999 now" in browser.words
    assert Event.objects.filter(event="danger.shown").count() == 1
    assert draft.danger_since is not None
    browser.send({"Q-SAF-2-chosen": "cannot_now"})
    assert "Enter who will call" in browser.words
    detail = "Q-SAF-2-of-cannot_now-"
    browser.send({f"{detail}because": "no signal", f"{detail}who_will": "the head", f"{detail}by_when": "14:30"})
    assert "/pages/workplace/" in browser.path
    assert draft_of(school.alice).answers["case"]["Q-SAF-2"]["details"]["who_will"] == "the head"


def test_not_known_leads_to_finding_out_and_cannot_find_out_is_danger(school: School) -> None:
    browser = started(school.alice).send({"Q-SAF-1-chosen": "unknown"})
    assert "/pages/find_out/" in browser.path
    assert "Do this now" in browser.words
    browser.send({"Q-SAF-9-chosen": "unknown"})
    assert "/danger/" in browser.path
    browser.send({"Q-SAF-2-chosen": "yes"})
    assert "/pages/workplace/" in browser.path


def test_found_safe_goes_on(school: School) -> None:
    browser = started(school.alice).send({"Q-SAF-1-chosen": "unknown"})
    browser.send({"Q-SAF-9-chosen": "safe"})
    assert "/pages/workplace/" in browser.path


def test_self_harm_later_in_the_form_interrupts_and_returns_to_its_place(school: School) -> None:
    browser = quickly(started(school.alice)).send({"Q-SAF-3-chosen": "acting_or_planning"})
    assert "/danger/" in browser.path
    browser.send({"Q-SAF-12-chosen": "yes"})
    assert "/pages/meeting/" in browser.path


def test_the_danger_page_gives_the_numbers_of_the_childs_area_and_the_call_sheet(school: School) -> None:
    browser = quickly(started(school.alice))
    browser.open(address(draft_of(school.alice), "pages/danger/")).send({"Q-SAF-1-chosen": "yes"})
    assert "Ask for Cumbria Police" in browser.words
    assert "Cumberland Safeguarding Hub" in browser.words
    assert "keep it secret" in browser.words
    shown = Event.objects.filter(event="danger.shown").order_by("sequence").last()
    assert shown is not None
    (number,) = shown.detail["numbers"]
    name, digits = number.split(": ")
    assert name == "Cumberland Safeguarding Hub"
    assert digits in browser.words


def test_a_drafts_conflict_is_not_told_by_the_numbers_on_record(school: School) -> None:
    browser = quickly(started(school.alice), workplace={"Q-REF-11-chosen": ["hub"]})
    browser.open(address(draft_of(school.alice), "danger/?after=danger"))
    shown = Event.objects.filter(event="danger.shown").order_by("sequence").last()
    assert shown is not None
    assert shown.detail == {"page": "danger", "numbers": []}


def test_about_the_police_the_call_sheet_names_nobody(school: School) -> None:
    browser = quickly(started(school.alice), workplace={"Q-REF-11-chosen": ["police"]})
    browser.open(address(draft_of(school.alice), "danger/?after=danger"))
    assert "Do not name the person" in browser.words
    browser.open(address(draft_of(school.alice), "send-now/"))
    assert "professional standards" in browser.words.lower()
    assert "This will be sealed" in browser.words or "referral is sealed" in browser.words


def test_a_call_is_noted_with_its_time(school: School) -> None:
    calls = {"Q-POL-1-chosen": "not_needed", "Q-HUB-1-chosen": "not_needed"}
    browser = quickly(started(school.alice), danger={"Q-SAF-1-chosen": "no"}, calls=calls)
    draft = draft_of(school.alice)
    browser.client.post(address(draft, "call/"), {"who": "hub"})
    given = draft_of(school.alice).answers["case"]["Q-HUB-1"]
    assert given["chosen"] == ["yes"]
    assert given["details"]["yes_at"]
