"""Bad input gets its error beside the field, never a fault of the server, and what was typed is still there (F-9)."""

import html
import itertools
from datetime import date

import pytest
from crispy_forms.utils import render_crispy_form
from django.http import QueryDict
from django.utils.html import escape

from procedures.editions import all_editions
from referrals import facts
from referrals.models import Referral
from referrals.web.forms import FormErrors, PageForm, layout_of
from tests.referrals_web.browsing import Browser
from tests.referrals_web.people import School, address, draft_of, quickly, started

KINDS = {
    "control": "a\x07b",
    "bidi": "Sam\u202egnp",
    "noncharacter": "a\ufdd0b",
    "long": "x" * 20_000,
    "lines": "a\n" * 500,
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}{% csrf_token %}",
    "names": "O'Brien-Smith, Nguyễn Thị Lan, Llŷr, محمد, Adébáyọ̀, Null",
    "address": "https://example.com/a?b=c javascript:alert(1)",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 z\u0335a\u0336l",
    "formula": "=cmd|' /C calc'!A0",
    "number": "9" * 400,
    "plus": "%00%0a+%2b&amp;#x27;",
}
TODAY = date(2026, 11, 22)
PICTURE = "data:image/png;base64," + "iVBORw0KGgo" + "A" * 80


def every_page(referral: Referral) -> list[str]:
    edition = facts.form_edition(referral)
    keys = {
        "case": None,
        "child": referral.answers["children"][0]["key"],
        "person": referral.answers["persons"][0]["key"],
    }
    found = []
    for page in edition.content.pages:
        key = keys[page.scope]
        found.append(address(referral, f"pages/{page.id}/" + (f"{key}/" if key else "")))
    return found


@pytest.fixture
def everything(school: School) -> Browser:
    """Alice, with a draft of every concern."""
    concerns = ["indecent_images", "grooming", "nudes_sharing", "sextortion", "ai_imagery", "extremism", "other"]
    return quickly(started(school.alice), concerns={"Q-SAF-6-chosen": concerns})


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("insist", [True, False])
def test_every_text_field_keeps_what_it_refuses(kind: str, insist: bool) -> None:
    edition = next(each for each in all_editions() if each.id == "cumbria")
    for page in edition.content.pages:
        questions = [edition.questions[each] for each in page.questions]
        names = [name for name in PageForm(questions, {}, today=TODAY).fields if not name.endswith("-chosen")]
        data = QueryDict(mutable=True)
        for name in names:
            data[name] = KINDS[kind]
            for part in ("day", "month", "year"):
                data[f"{name}_{part}"] = KINDS[kind]
        for question in questions:
            data.setlist(f"{question.id}-chosen", [option.value for option in question.options][:1])
        form = PageForm(questions, {}, today=TODAY, data=data, insist=insist)
        is_valid = form.is_valid()
        drawn = render_crispy_form(layout_of(form), context={})
        assert is_valid or list(FormErrors(form)), page.id
        if not is_valid:
            assert escape(KINDS[kind])[:30] in drawn or not names, page.id
        else:
            assert set(form.answers()) <= set(page.questions)


def test_through_the_browser_nothing_breaks_and_nothing_is_lost(everything: Browser, school: School) -> None:
    kinds = itertools.cycle(sorted(KINDS.values()))
    seen = 0
    for path in every_page(draft_of(school.alice)):
        everything.open(path)
        form = next((each for each in everything.page.forms if "seen" in each.names), None)
        if form is None or not form.text_names:
            continue
        seen += 1
        texts = {name: next(kinds) for name in form.text_names}
        chosen = {name: values[:1] for name, values in form.options.items() if "-of-" not in name}
        everything.send({**texts, **chosen, "then": "skip"}, having="seen", follow=False)
        assert everything.status in (200, 302), path
        if everything.status == 200:
            assert everything.page.title.startswith("Error: "), path
            kept = dict(next(each for each in everything.page.forms if "seen" in each.names).fields)
            assert {name: kept[name] for name in texts if name in kept} == {
                name: text for name, text in texts.items() if name in kept
            }, path
    assert seen > 20
    assert everything.open(address(draft_of(school.alice), "check/")).status == 200
    assert "<script>alert(1)</script>" not in everything.html


def test_a_picture_is_refused_in_its_field_and_the_rest_is_kept(school: School) -> None:
    browser = quickly(started(school.alice))
    browser.open(address(draft_of(school.alice), "pages/phone/"))
    browser.send({"Q-REF-4": "07700 900456", "Q-REF-4-own-best_time": PICTURE})
    assert "We did not take what was pasted here" in browser.words
    assert "07700 900456" in browser.html
    assert "base64" not in browser.html
    assert draft_of(school.alice).answers["case"]["Q-REF-4"]["text"] == "07700 900123"


def test_a_picture_in_added_detail_is_refused(school: School) -> None:
    browser = quickly(started(school.alice))
    referral = draft_of(school.alice)
    browser.open(address(referral, "send-now/")).send(having="token")
    browser.open(address(referral, "add/")).send({"text": PICTURE})
    assert "We did not take what was pasted here" in browser.words


def test_posted_values_that_no_page_offers_are_refused(school: School) -> None:
    browser = started(school.alice)
    browser.send({"Q-SAF-1-chosen": "maybe", "version": "not a number", "seen": "\u202e"})
    assert browser.status == 200
    assert "Choose from the options shown" in html.unescape(browser.html)
    assert browser.open(address(draft_of(school.alice), "pages/no-such-page/")).status == 404
    assert browser.open(address(draft_of(school.alice), "pages/child_name/zzz/")).status == 200
    assert browser.open(address(draft_of(school.alice), "danger/?after=nowhere&key=%F0%9F%98%80")).status == 200
