"""Break-glass: a case out of scope, for an hour, with a fresh sign-in and a review by somebody else."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from referrals.actions import break_glass, conflicts
from referrals.models import BreakGlass, Notice
from referrals.permissions import NotPermittedError
from referrals.queries import children_in_full
from referrals.text import TextRefusedError
from tests.access.people import Everyone
from tests.form_client import FormClient
from tests.referrals.people import NOW, sent

HOUR = timedelta(minutes=60)


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def signed_in(user: User) -> FormClient:
    browser = FormClient()
    browser.force_login(user)
    return browser


def test_five_minutes_after_signing_in_it_asks_who_it_is(everyone: Everyone, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(everyone.will)
    assert browser.get("/break-glass/").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=5))
    for answer in (browser.get("/break-glass/"), browser.post("/break-glass/", {"reference": "x", "reason": "y"})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/")
    assert not BreakGlass.objects.exists()


def test_another_hubs_case_opens_for_an_hour_and_its_manager_and_auditor_are_told(
    everyone: Everyone, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = sent(everyone)
    browser = signed_in(everyone.will)
    case = f"/cases/{referral.pk}/"
    assert browser.get(case).status_code == 404
    assert browser.get("/break-glass/").status_code == 200
    assert browser.post("/break-glass/", {"reference": referral.reference, "reason": ""}).status_code == 400
    opened = browser.post("/break-glass/", {"reference": referral.reference.lower(), "reason": "A child is missing."})
    assert opened.headers["Location"] == case
    page = browser.get(case)
    assert page.status_code == 200
    assert "from outside" in page.content.decode()
    assert "Riley Number1" in page.content.decode()
    assert referral.reference not in browser.get("/hub/").content.decode()
    assert browser.post(f"{case}take").status_code == 404
    assert {notice.to for notice in Notice.objects.filter(kind="broken_glass")} == {everyone.mona, everyone.ada}
    assert mail.outbox == []  # the outbox sends it, and says nothing of the case
    read = Event.objects.filter(event="case.read", by_id=str(everyone.will.pk)).latest("sequence")
    assert read.detail["break_glass"] is True
    assert children_in_full(everyone.will, referral, at=NOW) is None
    monkeypatch.setattr(timezone, "now", lambda: NOW + HOUR - timedelta(seconds=1))
    assert signed_in(everyone.will).get(case).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: NOW + HOUR)
    assert signed_in(everyone.will).get(case).status_code == 404


def test_what_cannot_be_opened_is_refused_in_the_same_words(everyone: Everyone) -> None:
    sealed, elsewhere = sent(everyone, about=("hub",)), sent(everyone, area="north_east_lincolnshire")
    kept = sent(everyone)
    conflicts.keep_away(referral=kept, person=everyone.will, reason="His niece.", by=everyone.mona, at=NOW)
    browser = signed_in(everyone.will)
    pages = set()
    for reference in (sealed.reference, elsewhere.reference, kept.reference, "0000-0000"):
        answer = browser.post("/break-glass/", {"reference": reference, "reason": "A child is missing."})
        assert answer.status_code == 400
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        pages.add(page.replace(reference, ""))
    assert len(pages) == 1
    assert not BreakGlass.objects.exists()
    assert not Notice.objects.filter(kind="broken_glass").exists()
    assert Event.objects.filter(event="access.denied", by_id=str(everyone.will.pk)).count() == 4


def test_a_draft_and_a_role_without_the_right_open_nothing(everyone: Everyone) -> None:
    referral, draft = sent(everyone), everyone.draft()
    for person, reference in [(everyone.hana, referral), (everyone.sid, referral), (everyone.will, draft)]:
        with pytest.raises(break_glass.NoSuchCaseError):
            break_glass.open_case(reference=reference.reference, reason="x", by=person, at=NOW)
    assert signed_in(everyone.hana).get("/break-glass/").status_code == 404


def test_somebody_else_reviews_and_that_closes_it(everyone: Everyone) -> None:
    referral = sent(everyone)
    opening = break_glass.open_case(reference=referral.reference, reason="Missing.", by=everyone.will, at=NOW)
    for person in (everyone.will, everyone.hana, everyone.cleo, everyone.adam):
        with pytest.raises(NotPermittedError):
            break_glass.review(opening=opening, was_justified=True, note="", by=person, at=NOW)
    with pytest.raises(TextRefusedError, match="Say what was wrong"):
        break_glass.review(opening=opening, was_justified=False, note="", by=everyone.ada, at=NOW)
    assert "Nothing waits" in signed_in(everyone.will).get("/break-glass/review/").content.decode()
    browser, path = signed_in(everyone.mona), f"/break-glass/{opening.pk}/review"
    assert referral.reference in browser.get("/break-glass/review/").content.decode()
    assert "Missing." in browser.get(path).content.decode()
    assert browser.post(path, {}).status_code == 400
    assert browser.post(path, {"justified": "no"}).status_code == 400
    assert browser.post(path, {"justified": "yes", "note": "A child was missing."}).status_code == 302
    assert signed_in(everyone.will).get(f"/cases/{referral.pk}/").status_code == 404
    assert signed_in(everyone.will).get(path).status_code == 404
    assert browser.get(path).status_code == 302
    with pytest.raises(break_glass.ReviewedAlreadyError):
        break_glass.review(opening=opening, was_justified=True, note="", by=everyone.ada, at=NOW)
    events = Event.objects.filter(subject_id=str(referral.pk), event__startswith="case.glass").order_by("sequence")
    assert [event.event for event in events] == ["case.glass_broken", "case.glass_reviewed"]


def test_a_manager_who_is_named_is_neither_told_nor_asked(everyone: Everyone) -> None:
    referral = sent(everyone)
    conflicts.keep_away(referral=referral, person=everyone.mona, reason="Mine.", by=everyone.mona, at=NOW)
    opening = break_glass.open_case(reference=referral.reference, reason="Missing.", by=everyone.will, at=NOW)
    assert {notice.to for notice in Notice.objects.filter(kind="broken_glass")} == {everyone.ada}
    assert signed_in(everyone.mona).get(f"/break-glass/{opening.pk}/review").status_code == 404
