"""The conflict list goes on being kept: for detail that is added, and for accounts that come or change later."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.memberships import grant
from accounts.models import User
from audit.models import Event
from referrals import tasks
from referrals.actions import conflicts, draft_ends, follow_up, matching
from referrals.models import KeptAway, Notice, Referral
from tests.access.people import Everyone
from tests.accounts.factories import make_user
from tests.form_client import FormClient
from tests.referrals.people import NOW, answer, filled, send, sent

LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


def naming(world: Everyone, who: str) -> Referral:
    """Return a draft whose person of concern has this name."""
    draft = filled(world)
    known = {"chosen": ["known"], "details": {"name": who}}
    return answer(draft, "person_known", world.alice, key=draft.answers["persons"][0]["key"], Q_ADU_1=known)


def addressed(world: Everyone, email: str) -> Referral:
    draft = filled(world)
    rows = {"rows": [{"username": email, "site": ""}]}
    return answer(draft, "person", world.alice, key=draft.answers["persons"][0]["key"], Q_EVI_5=rows)


def sees(person: Any, referral: Referral) -> bool:
    return Referral.objects.visible_to(person, at=LATER).filter(pk=referral.pk).exists()


def signed_in(user: User) -> FormClient:
    browser = FormClient()
    browser.force_login(user)
    return browser


def add(referral: Referral, by: User, text: str = "He is known to us.", names: str = "") -> None:
    follow_up.add_detail(referral=referral, text=text, names=names, token=uuid.uuid4(), by=by, at=LATER)


def screener(world: Everyone, first: str, full_name: str) -> User:
    """Return somebody who starts at the hub now."""
    return world.person(first, full_name, "hub_screener", unit="cumberland_hub")


class TestAddedDetail:
    def test_whom_it_names_loses_sight_and_the_manager_is_told(self, everyone: Everyone) -> None:
        referral = sent(everyone)
        add(referral, everyone.alice, names="Mr Bob Barrow")
        assert not sees(everyone.bob, referral)
        assert sees(everyone.hana, referral)
        assert KeptAway.objects.get(referral=referral).how == "name"
        assert Notice.objects.get(kind="conflict_by_name").to == everyone.mona
        page = signed_in(everyone.mona).get(f"/cases/{referral.pk}/since").content.decode()
        assert "living in the home: Mr Bob Barrow" in page

    def test_an_address_is_certain(self, everyone: Everyone) -> None:
        referral = sent(everyone)
        add(referral, everyone.alice, names="somebody called Bo, BOB@example.org")
        assert KeptAway.objects.get(referral=referral).how == "email"
        assert not sees(everyone.bob, referral)
        assert not Notice.objects.filter(kind="conflict_by_name").exists()

    @pytest.mark.parametrize("text", ["Bob Barrow spoke with her mother.", "Write to bob@example.org."])
    def test_a_mention_keeps_nobody_away_but_the_manager_is_asked(self, everyone: Everyone, text: str) -> None:
        referral = sent(everyone)
        add(referral, everyone.alice, text)
        assert sees(everyone.bob, referral)
        notice = Notice.objects.get(kind="conflict_mention")
        assert notice.to == everyone.mona
        assert f"/cases/{referral.pk}/conflicts/" in signed_in(everyone.mona).get("/referrals/mine/").content.decode()

    @pytest.mark.parametrize(
        "text", ["Bob is well, and she slept. Mrs Barrow called.", "Alice Appleby wrote this.", "He ran away."]
    )
    def test_what_names_nobody_asks_nothing(self, everyone: Everyone, text: str) -> None:
        referral = sent(everyone)
        add(referral, everyone.alice, text)
        assert not Notice.objects.filter(kind="conflict_mention").exists()

    def test_the_form_asks_whom_it_names(self, everyone: Everyone) -> None:
        referral = sent(everyone)
        browser, path = signed_in(everyone.alice), f"/referrals/{referral.pk}/add/"
        assert "Does this name somebody" in browser.get(path).content.decode()
        posted = {"text": "It was the deputy.", "names": "Bob Barrow", "token": str(uuid.uuid4())}
        assert browser.post(path, posted).status_code == 302
        assert not sees(everyone.bob, referral)
        assert "living in the home: Bob Barrow" in browser.get(path).content.decode()
        assert signed_in(everyone.bob).get(f"/referrals/{referral.pk}/sent/").status_code == 404


class TestLaterAccounts:
    def test_who_gets_an_account_later_is_kept_away_from_the_first_page(self, everyone: Everyone) -> None:
        by_name, by_address = send(naming(everyone, "Quin Quayle"), everyone.alice), None
        by_address = send(addressed(everyone, "quin@example.org"), everyone.alice)
        other = sent(everyone)
        quin = screener(everyone, "quin", "Quin Quayle")
        page = signed_in(quin).get("/hub/").content.decode()
        assert other.reference in page
        assert by_name.reference not in page
        assert by_address.reference not in page
        assert set(KeptAway.objects.values_list("referral", "how")) == {(by_name.pk, "name"), (by_address.pk, "email")}
        assert Notice.objects.filter(kind="conflict_by_name", to=everyone.mona).count() == 1
        assert Event.objects.filter(event="conflict.matched", by_id="system").count() == 2

    def test_a_role_given_later_opens_nothing_that_names_its_holder(self, everyone: Everyone) -> None:
        referral = send(naming(everyone, "Zoe Zell"), everyone.alice)
        grant(
            user=everyone.zoe, role="dsl", organisation=everyone.school, agency=None, partnership="", by=None, at=LATER
        )
        assert not sees(everyone.zoe, referral)
        assert sees(everyone.bob, referral)

    def test_another_name_or_address_is_matched_anew(self, everyone: Everyone) -> None:
        referral = send(naming(everyone, "Hana Holm"), everyone.alice)
        signed_in(everyone.hana)
        assert sees(everyone.hana, referral)
        everyone.hana.full_name = "Hana Holm"
        everyone.hana.save()
        signed_in(everyone.hana)
        assert not sees(everyone.hana, referral)

    def test_the_sweep_finds_who_has_not_signed_in_and_matches_nobody_twice(self, everyone: Everyone) -> None:
        referral = send(naming(everyone, "Quin Quayle"), everyone.alice)
        matching.match_changed(at=NOW)
        quin = screener(everyone, "quin", "Quin Quayle")
        assert sees(quin, referral)
        tasks.match_people()
        assert not sees(quin, referral)
        assert matching.match_changed(at=LATER) == 0
        assert KeptAway.objects.count() == 1

    def test_a_manager_who_said_it_was_another_is_not_asked_again(self, everyone: Everyone) -> None:
        referral = send(naming(everyone, "Quin Quayle"), everyone.alice)
        quin = screener(everyone, "quin", "Quin Quayle")
        signed_in(quin)
        conflicts.lift(kept=KeptAway.objects.get(), reason="Another.", by=everyone.mona, at=LATER)
        quin.email = "quin.quayle@example.org"
        quin.save()
        signed_in(quin)
        assert sees(quin, referral)

    def test_a_shared_draft_and_names_in_added_detail_count_too(self, everyone: Everyone) -> None:
        draft = naming(everyone, "Quin Quayle")
        draft = draft_ends.share(referral=draft, version=draft.version, by=everyone.alice, at=NOW)
        referral = sent(everyone)
        add(referral, everyone.alice, names="Quin O’Quayle-Hart, quin@example.org")
        quin = everyone.person("quin", "Quin Quayle", "dsl", organisation=everyone.school)
        signed_in(quin)
        assert not sees(quin, draft)
        assert not sees(quin, referral)

    @pytest.mark.parametrize("own", ["Quin O’Neil", "Dr Quin O'Neil", "QUIN ÓNEIL"])
    def test_spellings_of_one_name(self, everyone: Everyone, own: str) -> None:
        referral = send(naming(everyone, "Quin O'Neil" if "’" in own or "'" in own else "Quin Oneil"), everyone.alice)
        person = make_user("quin@example.org", full_name=own)
        assert [each.referral_id for each in matching.match_person(person=person, at=LATER)] == [referral.pk]

    def test_an_author_is_never_kept_from_what_they_filed(self, everyone: Everyone) -> None:
        send(naming(everyone, "Alice Appleby"), everyone.alice)
        assert matching.match_person(person=everyone.alice, at=LATER) == []
