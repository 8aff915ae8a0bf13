"""A call to the hub: asked, routed and sent as everything else, marked as a call, confirmed by the caller alone."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from referrals.actions import conflicts, phone_contacts
from referrals.documents import pack_data
from referrals.documents.snapshot import PackSnapshot
from referrals.models import Addition, PhoneContact, Referral
from referrals.permissions import NotPermittedError
from referrals.queries import calls_to_confirm
from referrals.record_copies import record_copy_of
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, filled, send

As = Callable[[User], FormClient]
CALLER = {
    "name": "Dan Dee",
    "role": "Teacher",
    "setting": "Sample High School",
    "number": "01632 960777",
    "email": "Dan@example.org",
}
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def as_() -> As:
    def signed_in(user: User) -> FormClient:
        browser = FormClient()
        browser.force_login(user)
        return browser

    return signed_in


def called(world: World, monkeypatch: pytest.MonkeyPatch, **more: Any) -> Referral:
    """Return what Hana wrote down on the telephone and sent."""
    hub = world.hana.memberships.get(agency__isnull=False).agency
    with monkeypatch.context() as patch:
        patch.setattr(world, "draft", lambda by: phone_contacts.start(hub=hub, caller=CALLER, by=world.hana, at=NOW))
        draft = filled(world, by=world.hana, **more)
    return send(draft, world.hana)


def test_whoever_answers_the_telephone_asks_who_is_calling_and_goes_on_to_the_same_questions(
    world: World, as_: As
) -> None:
    browser = as_(world.hana)
    assert "Write down a telephone call" in text_of(browser.get("/hub/"))
    empty = browser.post("/referrals/start/phone/", {"name": "Dan <Dee>", "email": "dan"})
    assert empty.status_code == 400
    for words in ("Write what they do", "Write a number", "Write an email address"):
        assert words in text_of(empty)
    assert 'value="Dan &lt;Dee&gt;"' in empty.content.decode()
    assert not Referral.objects.system(reason="a test").exists()
    started = browser.post("/referrals/start/phone/", CALLER)
    contact = PhoneContact.objects.get()
    assert started.headers["Location"].startswith(f"/referrals/{contact.pk}/")
    assert (contact.caller, contact.called_at) == ("Dan Dee, Teacher, Sample High School", LATER)
    assert contact.referral.author == world.hana
    assert "Dan" not in contact.email_token
    answers = str(contact.referral.answers["case"])
    assert "Hana" not in answers


@pytest.mark.parametrize("name", ["alice", "bob", "pat", "nora", "cleo", "lena", "adam"])
def test_nobody_but_a_hubs_own_people_writes_calls_down(world: World, as_: As, name: str) -> None:
    person = getattr(world, name)
    hub = world.hana.memberships.get(agency__isnull=False).agency
    with pytest.raises(NotPermittedError):
        phone_contacts.start(hub=hub, caller=CALLER, by=person, at=NOW)
    assert as_(person).get("/referrals/start/phone/").status_code == 404


def test_a_call_is_marked_as_one_in_the_queue_on_the_case_and_in_every_pack(
    world: World, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = called(world, monkeypatch)
    browser = as_(world.hana)
    assert "By telephone, not yet confirmed in writing" in text_of(browser.get("/hub/"))
    page = case_text(browser, referral.pk)
    assert "Told by telephone by Dan Dee, Teacher, Sample High School (01632 960777)" in page
    assert "Not yet confirmed in writing" in page
    for pack in all_packs(referral).values():
        data = pack_data(PackSnapshot.model_validate(pack.snapshot)).decode()
        assert "told by telephone to Hana Hale" in data
        assert "to be confirmed in writing by the caller" in data
    assert "as told by telephone by Dan Dee" in record_copy_of(referral, at=NOW).filed_by


def test_the_hubs_own_number_is_not_given_as_the_callers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    referral = called(world, monkeypatch, at_risk="yes")
    police = all_packs(referral)["cumbria_police"]
    assert "Dan Dee" not in str(police.snapshot["at_a_glance"])


def test_the_caller_confirms_in_their_own_words_and_is_shown_nothing_of_the_case(
    world: World, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = called(world, monkeypatch)
    path = f"/referrals/calls/{referral.pk}/confirm/"
    caller = as_(world.dan)
    assert "Confirm in writing what you told Cumberland" in text_of(caller.get("/tasks/"))
    page = caller.get(path)
    for secret in ("Riley", referral.reference, "grooming", "Grooming"):
        assert secret not in page.content.decode()
        assert secret not in caller.get("/tasks/").content.decode()
    assert caller.get(f"/referrals/{referral.pk}/sent/").status_code == 404
    assert "Write what you told the hub." in text_of(caller.post(path, {"text": " "}))
    form = {"text": "Riley showed me the messages on Tuesday.", "token": str(uuid.uuid4())}
    assert caller.post(path, form).headers["Location"] == "/tasks/"
    contact = PhoneContact.objects.get()
    assert (contact.is_confirmed, contact.confirmed_by) == (True, world.dan)
    assert Addition.objects.get(referral=referral).added_by == world.dan
    assert Event.objects.about(referral).filter(event="phone_contact.confirmed").count() == 1
    assert caller.post(path, form).status_code == 404
    hub = as_(world.hana)
    assert "By telephone, confirmed in writing" in text_of(hub.get("/hub/"))
    assert "Riley showed me the messages on Tuesday." in case_text(hub, referral.pk)


def test_only_the_verified_address_of_somebody_who_is_not_kept_away_confirms(
    world: World, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = called(world, monkeypatch)
    contact = PhoneContact.objects.get()
    path = f"/referrals/calls/{referral.pk}/confirm/"
    for person in (world.alice, world.bob, world.hana, world.pat):
        assert as_(person).get(path).status_code == 404
        with pytest.raises(NotPermittedError):
            phone_contacts.confirm(contact=contact, text="It was me.", token=uuid.uuid4(), by=person, at=LATER)
    EmailAddress.objects.filter(user=world.dan).update(verified=False)
    assert not calls_to_confirm(world.dan).exists()
    EmailAddress.objects.filter(user=world.dan).update(verified=True)
    assert calls_to_confirm(world.dan).exists()
    mona = world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")
    conflicts.keep_away(referral=referral, person=world.dan, reason="Related to the person.", by=mona, at=NOW)
    assert as_(world.dan).get(path).status_code == 404
