"""One page at a time: each kind of question, what is asked again, what is kept, and what comes next."""

import pytest

from referrals import facts
from referrals.models import Referral
from tests.referrals_web.browsing import Browser
from tests.referrals_web.people import WORRY, School, address, draft_of, quickly, started


def stored(referral: Referral, question: str) -> dict[str, object]:
    """The answer as it is stored."""
    return referral.answers["case"][question]  # type: ignore[no-any-return]


def child_key(referral: Referral) -> str:
    return str(referral.answers["children"][0]["key"])


@pytest.fixture
def alice(school: School) -> Browser:
    """Alice, who has answered the first pages."""
    return quickly(started(school.alice))


def of_child(alice: Browser, school: School, page: str) -> Browser:
    draft = draft_of(school.alice)
    return alice.open(address(draft, f"pages/{page}/{child_key(draft)}/"))


def answers_of_child(school: School) -> dict[str, dict[str, object]]:
    return draft_of(school.alice).answers["children"][0]["answers"]  # type: ignore[no-any-return]


def test_an_empty_page_is_asked_again_beside_the_field_and_in_the_summary(school: School) -> None:
    browser = started(school.alice).send(having="Q-SAF-1-chosen")
    assert browser.words.count("Select yes, no or I don't know") == 2
    assert browser.page.title.startswith("Error: ")
    assert "#id_Q-SAF-1-chosen_1" in browser.page.links
    assert "id_Q-SAF-1-chosen_1" in browser.page.ids


def test_a_page_without_what_is_needed_can_be_skipped_and_stays_not_asked(alice: Browser, school: School) -> None:
    assert "/pages/self_harm/" in alice.path
    alice.send({"then": "skip"}, having="Q-SAF-3-chosen")
    assert "/pages/meeting/" in alice.path
    assert "Q-SAF-3" not in draft_of(school.alice).answers["case"]


def test_save_and_come_back_keeps_what_there_is(alice: Browser, school: School) -> None:
    alice.open(address(draft_of(school.alice), "pages/meeting/"))
    alice.send({"Q-SAF-4-chosen": "no", "then": "later"})
    assert alice.path == address(draft_of(school.alice))
    assert stored(draft_of(school.alice), "Q-SAF-4")["chosen"] == ["no"]
    assert "Part done" in alice.words


def test_a_detail_counts_only_under_its_own_option(alice: Browser, school: School) -> None:
    alice.open(address(draft_of(school.alice), "pages/calls/"))
    alice.send({"Q-POL-1-chosen": "yes_999", "Q-POL-1-of-cannot_now-cannot_now_because": "no signal"})
    assert "Enter when you got through" in alice.words
    assert 'value="no signal"' in alice.html
    alice.send({"Q-POL-1-of-yes_999-yes_999_at": "14:05"})
    given = stored(draft_of(school.alice), "Q-POL-1")
    assert given["chosen"] == ["yes_999"]
    assert given["details"] == {"yes_999_at": "14:05"}


def test_i_do_not_know_stands_alone(alice: Browser, school: School) -> None:
    alice.open(address(draft_of(school.alice), "pages/exploitation/"))
    alice.send({"Q-GR-5-chosen": ["travel", "unknown"]})
    assert "not both" in alice.words
    alice.send({"Q-GR-5-chosen": ["unknown"]})
    assert stored(draft_of(school.alice), "Q-GR-5")["chosen"] == ["unknown"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"day": "27", "month": "3", "year": "2013"}, {"date_of_birth": "2013-03-27"}),
        ({"age": "12 to 13"}, {"age": "12 to 13"}),
    ],
)
def test_an_age_is_a_date_of_birth_or_a_guess(
    alice: Browser, school: School, typed: dict[str, str], kept: dict[str, str]
) -> None:
    of_child(alice, school, "child_age")
    fill = {f"Q-CHI-2-own-date_of_birth_{part}": typed.get(part, "") for part in ("day", "month", "year")}
    alice.send(fill | {"Q-CHI-2-own-age": typed.get("age", "")})
    assert answers_of_child(school)["Q-CHI-2"]["details"] == kept


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [("31", "2", "2013"), ("1", "1", "2999"), ("x", "y", "z"), ("1", "", ""), ("9" * 30, "1", "2013")],
)
def test_a_date_that_is_none_is_refused_and_still_there(
    alice: Browser, school: School, day: str, month: str, year: str
) -> None:
    of_child(alice, school, "child_age")
    start = "Q-CHI-2-own-date_of_birth"
    alice.send({f"{start}_day": day, f"{start}_month": month, f"{start}_year": year})
    assert "Enter a date of birth in the past" in alice.words
    assert f'value="{day}"' in alice.html
    assert "Q-CHI-2" not in answers_of_child(school)


def test_not_known_beside_an_age_is_asked_about(alice: Browser, school: School) -> None:
    of_child(alice, school, "child_age")
    alice.send({"Q-CHI-2-own-age": "13", "Q-CHI-2-chosen": ["unknown"]})
    assert "not both" in alice.words


def test_rows_are_added_without_losing_what_was_typed(alice: Browser, school: School) -> None:
    draft = draft_of(school.alice)
    alice.open(address(draft, "pages/accounts/"))
    first = next(name for name in alice.form("seen").text_names if name.startswith("Q-EVI-5-row-0"))
    alice.send({first: "max_Il1 \u200b\U0001f600", "add_row": "Q-EVI-5"})
    second = first.replace("-row-0-", "-row-1-")
    assert second in alice.form(first).names
    alice.send({second: "riley.x"})
    rows = stored(draft_of(school.alice), "Q-EVI-5")["rows"]
    column = first.rsplit("-", 1)[1]
    assert [row[column] for row in rows] == ["max_Il1 \u200b\U0001f600", "riley.x"]  # type: ignore[attr-defined]


def test_a_time_found_out_must_not_lie_ahead(alice: Browser, school: School) -> None:
    alice.open(address(draft_of(school.alice), "pages/how_you_know/"))
    start = "Q-REF-8-own-date"
    fill = {"Q-REF-7-chosen": ["child_told"], f"{start}_day": "1", f"{start}_month": "1", f"{start}_year": "2999"}
    alice.send(fill)
    assert "not in the future" in alice.words
    alice.send({f"{start}_year": "2024", "Q-REF-8-own-time": "about 9"})
    assert stored(draft_of(school.alice), "Q-REF-8")["details"] == {"date": "2024-01-01", "time": "about 9"}


def test_a_telephone_number_must_be_one(school: School) -> None:
    browser = quickly(started(school.alice))
    browser.open(address(draft_of(school.alice), "pages/phone/"))
    browser.send({"Q-REF-4": "call me"})
    assert "Enter a UK phone number" in browser.words
    assert 'value="call me"' in browser.html


def test_why_we_ask_shows_paragraphs_of_the_procedure(school: School) -> None:
    browser = started(school.alice)
    assert "Why we ask" in browser.words


def test_what_to_do_now_follows_what_was_said(school: School) -> None:
    browser = started(school.alice)
    assert "Ring 999 now" not in browser.words
    browser.send({"Q-SAF-1-chosen": "yes"})
    assert "Ring 999 now" in browser.words


def test_titles_and_addresses_name_nobody(alice: Browser, school: School) -> None:
    of_child(alice, school, "child_name")
    alice.send({"Q-CHI-1-chosen": "known", "Q-CHI-1-of-known-name": "Riley Example"})
    assert "Riley" not in alice.page.title + alice.path
    assert alice.page.title.startswith("Child 1: ")
    alice.open(address(draft_of(school.alice), "check/"))
    assert "Riley Example" in alice.words
    assert "Riley" not in alice.page.title
    alice.open("/referrals/mine/")
    assert "Riley" not in alice.html


def test_changing_an_answer_leads_back_to_the_check_page(alice: Browser, school: School) -> None:
    draft = draft_of(school.alice)
    alice.open(address(draft, "pages/worry/?back=check")).send({"Q-WOR-1": "Something else."})
    assert alice.path == address(draft, "check/")
    assert "Something else." in alice.words


def test_after_the_last_page_of_a_child_one_more_can_be_added(alice: Browser, school: School) -> None:
    draft = draft_of(school.alice)
    pages = [page.id for page in facts.form_edition(draft).content.pages if page.scope == "child"]
    of_child(alice, school, pages[-1])
    alice.send({"then": "skip"}, having="version")
    assert alice.path == address(draft, "children/")
    alice.send({"more": "yes"})
    assert alice.page.title.startswith("Child 2 of 2: ")
    alice.open(address(draft, "children/"))
    alice.send({"more": "no"})
    assert "/children/" not in alice.path
    assert len(draft_of(school.alice).answers["children"]) == 2


def test_a_child_is_taken_out_by_asking_first(alice: Browser, school: School) -> None:
    draft = draft_of(school.alice)
    alice.open(address(draft, "children/")).send({"more": "yes"})
    key = draft_of(school.alice).answers["children"][1]["key"]
    path = address(draft, f"children/{key}/remove/")
    alice.open(path)
    assert len(draft_of(school.alice).answers["children"]) == 2
    alice.send(having="remove")
    assert len(draft_of(school.alice).answers["children"]) == 1


def test_many_children_are_pasted_and_confirmed_one_by_one(alice: Browser, school: School) -> None:
    draft = draft_of(school.alice)
    alice.open(address(draft, "children/table/")).send(
        {"pasted": "Sam Example, 27/3/2013\nJo Sample\t14\nX, 31/2/2013"}
    )
    assert "Confirm each child" in alice.words
    alice.send({"part": ["may_have_been_harmed"], "same-0": "yes"})
    assert "Child 3: Enter a date of birth in the past" in alice.words
    alice.send({"leave-2": "yes"})
    children = draft_of(school.alice).answers["children"]
    assert [each["answers"]["Q-CHI-1"]["details"]["name"] for each in children] == ["Sam Example", "Jo Sample"]
    assert children[0]["answers"]["Q-CHI-2"]["details"] == {"date_of_birth": "2013-03-27"}
    assert children[0]["answers"]["Q-CHI-3"]["chosen"] == ["may_have_been_harmed"]
    assert "Q-CHI-3" not in children[1]["answers"]


def test_the_worry_is_kept_word_for_word(alice: Browser, school: School) -> None:
    assert stored(draft_of(school.alice), "Q-WOR-1")["text"] == WORRY
