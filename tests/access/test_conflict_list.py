"""The conflict list: whom the answers name, whom a manager adds, and that nothing of the case is left to find."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from referrals.actions import conflicts, draft_ends
from referrals.actions.draft_ends import ShareRefusedError
from referrals.models import KeptAway, Notice, Pack, Referral
from referrals.named_people import Named, how_named, names_of
from referrals.permissions import NotPermittedError
from referrals.text import TextRefusedError
from tests.access.people import Everyone
from tests.accounts.factories import make_user
from tests.casework.reading import CASE_PAGES
from tests.form_client import FormClient
from tests.referrals.people import NOW, answer, filled, send, sent


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=5))


def named(world: Everyone, who: str, *, by: Any = None) -> Referral:
    """Return a draft whose person of concern is described with these words: a name, or an address."""
    draft = filled(world, by=by)
    key = draft.answers["persons"][0]["key"]
    known = {"chosen": ["known"], "details": {"name": who}}
    return answer(draft, "person_known", by or world.alice, key=key, Q_ADU_1=known)


def sees(person: Any, referral: Referral) -> bool:
    return Referral.objects.visible_to(person, at=NOW).filter(pk=referral.pk).exists()


def signed_in(user: Any) -> FormClient:
    browser = FormClient()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize(
    ("own", "given", "is_same"),
    [
        ("Bob Barrow", "Bob Barrow", True),
        ("Bob Barrow", "Mr BOB  BARROW", True),
        ("Bob Barrow", "Robert James Barrow, Bob James Barrow", True),
        ("Bob James Barrow", "bob barrow", True),
        ("José O’Neil", "Jose O'Neil", True),
        ("Bob Barrow", "Barrow", False),
        ("Bob Barrow", "Bob", False),
        ("Bob Barrow", "Robert Barrow", False),
        ("Madonna", "Madonna", True),
        ("Bob Barrow", "", False),
    ],
)
def test_when_two_names_are_taken_for_one(own: str, given: str, is_same: bool, db: None) -> None:
    person = make_user(full_name=own)
    found = how_named(person, Named(frozenset(), frozenset(names_of(given))))
    assert found == ("name" if is_same else None)


def test_the_lead_whom_it_is_about_loses_sight_at_sending(everyone: Everyone) -> None:
    referral = send(named(everyone, "Bob Barrow"), everyone.alice)
    assert not sees(everyone.bob, referral)
    assert sees(everyone.alice, referral)
    assert sees(everyone.hana, referral)
    kept = KeptAway.objects.get(referral=referral)
    assert (kept.person, kept.how, kept.added_by) == (everyone.bob, "name", None)
    assert Event.objects.filter(event="conflict.matched", subject_id=str(referral.pk)).count() == 1
    notice = Notice.objects.get(kind="conflict_by_name")
    assert notice.to == everyone.mona


def test_an_address_is_the_person_and_nobody_need_check(everyone: Everyone) -> None:
    draft = filled(everyone)
    key = draft.answers["persons"][0]["key"]
    rows = {"rows": [{"username": "HANA@example.org", "site": ""}]}
    referral = send(answer(draft, "person", everyone.alice, key=key, Q_EVI_5=rows), everyone.alice)
    assert not sees(everyone.hana, referral)
    assert KeptAway.objects.get(referral=referral).how == "email"
    assert not Notice.objects.filter(kind="conflict_by_name").exists()


def test_a_draft_is_not_shared_with_whom_it_names(everyone: Everyone) -> None:
    draft = named(everyone, "Bob Barrow")
    with pytest.raises(ShareRefusedError, match="named in the draft"):
        draft_ends.share(referral=draft, version=draft.version, by=everyone.alice, at=NOW, lead=everyone.bob)
    shared = draft_ends.share(referral=draft, version=draft.version, by=everyone.alice, at=NOW)
    assert not sees(everyone.bob, shared)


def test_a_shared_draft_is_gone_for_its_lead_from_the_answer_that_names_them(everyone: Everyone) -> None:
    draft = filled(everyone)
    draft = draft_ends.share(referral=draft, version=draft.version, by=everyone.alice, at=NOW, lead=everyone.bob)
    assert sees(everyone.bob, draft)
    key = draft.answers["persons"][0]["key"]
    known = {"chosen": ["known"], "details": {"name": "Bob Barrow"}}
    draft = answer(draft, "person_known", everyone.alice, key=key, Q_ADU_1=known)
    assert not sees(everyone.bob, draft)
    draft = answer(draft, "person_known", everyone.alice, key=key, Q_ADU_1={"chosen": ["unknown"]})
    assert sees(everyone.bob, draft)


def test_nothing_is_left_to_find_for_who_is_kept_away(everyone: Everyone) -> None:
    referral = sent(everyone)
    packs = {pack.route.unit: pack for pack in referral.packs.select_related("route")}
    for person in (everyone.hana, everyone.pat, everyone.bob):
        conflicts.keep_away(referral=referral, person=person, reason="A neighbour.", by=everyone.mona, at=NOW)
        browser = signed_in(person)
        case = f"/cases/{referral.pk}/"
        for path in ("/hub/", "/hub/?show=new", "/inbox/", "/referrals/mine/", *(case + page for page in CASE_PAGES)):
            assert referral.reference not in browser.get(path).content.decode()
        for pack in packs.values():
            assert browser.get(f"/packs/{pack.pk}/").status_code == 404
        assert not Pack.objects.visible_to(person, at=NOW).exists()
    assert sees(everyone.mona, referral)


def test_who_keeps_the_list(everyone: Everyone) -> None:
    referral, sealed = sent(everyone), sent(everyone, about=("hub",))
    for person in (everyone.hana, everyone.will, everyone.cleo, everyone.pat, everyone.alice):
        with pytest.raises(NotPermittedError):
            conflicts.keep_away(referral=referral, person=everyone.carol, reason="x", by=person, at=NOW)
    with pytest.raises(NotPermittedError):
        conflicts.keep_away(referral=sealed, person=everyone.carol, reason="x", by=everyone.mona, at=NOW)
    conflicts.keep_away(referral=sealed, person=everyone.stan, reason="x", by=everyone.cleo, at=NOW)
    assert not sees(everyone.stan, sealed)
    with pytest.raises(TextRefusedError, match="Say why"):
        conflicts.keep_away(referral=referral, person=everyone.carol, reason=" ", by=everyone.mona, at=NOW)
    with pytest.raises(conflicts.KeepAwayRefusedError, match="wrote the referral"):
        conflicts.keep_away(referral=referral, person=everyone.alice, reason="x", by=everyone.mona, at=NOW)


def test_a_match_that_was_another_is_lifted_and_stays_lifted(everyone: Everyone) -> None:
    referral = send(named(everyone, "Hana Hale"), everyone.alice)
    kept = KeptAway.objects.get(referral=referral)
    browser = signed_in(everyone.mona)
    page = browser.get(f"/cases/{referral.pk}/conflicts/").content.decode()
    assert "Hana Hale" in page
    lift = f"/cases/{referral.pk}/conflicts/{kept.pk}/lift"
    assert browser.get(lift).status_code == 200
    assert browser.post(lift, {"reason": ""}).status_code == 400
    assert browser.post(lift, {"reason": "Another Hana Hale, aged 60."}).status_code == 302
    assert sees(everyone.hana, referral)
    assert browser.post(lift, {"reason": "again"}).status_code == 302
    assert conflicts.keep_named_away(referral=referral, at=NOW) == []
    assert sees(everyone.hana, referral)
    assert "Another Hana Hale, aged 60." in browser.get(f"/cases/{referral.pk}/conflicts/").content.decode()


def test_the_page_adds_by_work_email_and_says_what_is_wrong(everyone: Everyone) -> None:
    referral = sent(everyone)
    browser = signed_in(everyone.mona)
    path = f"/cases/{referral.pk}/conflicts/"
    assert path in browser.get(f"/cases/{referral.pk}/").content.decode()
    cases: list[tuple[dict[str, str], str]] = [
        ({"email": "nobody@example.org", "reason": "x"}, "Nobody with an account"),
        ({"email": "hana@example.org", "reason": ""}, "Say why"),
        ({"email": "alice@example.org", "reason": "x"}, "wrote the referral"),
    ]
    for posted, words in cases:
        refused = browser.post(path, posted)
        assert refused.status_code == 400
        assert words in refused.content.decode()
    assert browser.post(path, {"email": "Hana@example.org ", "reason": "Her brother."}).status_code == 302
    assert browser.post(path, {"email": "hana@example.org", "reason": "Her brother."}).status_code == 400
    assert not sees(everyone.hana, referral)
    for person in (everyone.hana, everyone.nora, everyone.will, everyone.cleo):
        assert signed_in(person).get(path).status_code == 404
    own = browser.post(path, {"email": "mona@example.org", "reason": "My neighbour."})
    assert own.headers["Location"] == "/hub/"
    assert browser.get(path).status_code == 404


def test_an_author_who_is_kept_away_keeps_what_they_filed_but_no_case(everyone: Everyone) -> None:
    referral = send(named(everyone, "Hana Hale", by=None), everyone.alice)
    assert not sees(everyone.hana, referral)
    assert signed_in(everyone.alice).get(f"/referrals/{referral.pk}/sent/").status_code == 200


def test_the_list_refuses_an_unknown_entry_as_if_it_were_lifted(everyone: Everyone) -> None:
    referral = sent(everyone)
    browser: Callable[..., Any] = signed_in(everyone.mona).get
    assert browser(f"/cases/{referral.pk}/conflicts/{uuid.uuid4()}/lift").status_code == 302
