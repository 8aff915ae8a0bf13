"""Police do not see LADO-only or Prevent-only parts, and the reverse, unless somebody released one with a reason."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from referrals.actions import drafts, follow_up, packs, part_release
from referrals.models import Job, Pack, Referral, ReleasedPart, Route
from referrals.pack_contents import contents_for, said_in
from referrals.permissions import NotPermittedError
from referrals.queries import current_routing
from referrals.text import TextRefusedError
from tests.access.people import Everyone
from tests.form_client import FormClient
from tests.referrals.people import NOW, answer, filled, send, sent, text

LATER = NOW + timedelta(minutes=5)
EMPLOYER, NEEDS, WORRY = "Example Minibuses", "Sleeps badly.", "keep a secret"


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def referral(everyone: Everyone) -> Referral:
    """About somebody at work and about extremism: it goes to the hub, the police, the LADO and the Prevent contact."""
    return sent(everyone, works="work", concerns=("grooming", "extremism"), at_risk="yes")


def route(referral: Referral, code: str) -> Route:
    return Route.objects.system(reason="a test").select_related("agency").get(referral=referral, code=code)


def pack(referral: Referral, code: str) -> Pack:
    return Pack.objects.system(reason="a test").get(referral=referral, route__code=code, is_current=True)


def words(found: Pack) -> str:
    """Everything a recipient can read in a pack, but for what it says was left out."""
    return str({key: value for key, value in found.snapshot.items() if key not in ("withheld", "distribution")})


def signed_in(user: Any) -> FormClient:
    browser = FormClient()
    browser.force_login(user)
    return browser


def release(referral: Referral, code: str, group: str, by: Any, reason: str = "The interview turns on it.") -> Pack:
    return part_release.release(route=route(referral, code), group=group, reason=reason, by=by, at=LATER)


def test_each_recipient_begins_without_what_is_anothers(referral: Referral) -> None:
    assert EMPLOYER not in words(pack(referral, "police"))
    assert EMPLOYER not in words(pack(referral, "prevent_spoc"))
    assert EMPLOYER in words(pack(referral, "lado"))
    assert WORRY not in words(pack(referral, "lado"))
    assert all(NEEDS not in words(pack(referral, code)) for code in ("police", "lado", "prevent_spoc"))


def test_a_released_part_comes_in_a_further_version_that_is_acknowledged_anew(
    everyone: Everyone, referral: Referral
) -> None:
    first = packs.acknowledge(pack=pack(referral, "police"), by=everyone.pat, at=NOW)
    others = {code: pack(referral, code).pk for code in ("lado", "prevent_spoc", "hub")}
    later = release(referral, "police", "allegation", everyone.hana)
    assert (later.number, later.is_current, later.acknowledged_at) == (2, True, None)
    assert EMPLOYER in words(later)
    assert not any("Work with children" in line for line in later.snapshot["withheld"])
    assert "Work with children" in later.snapshot["change_note"]
    assert "The interview turns on it." not in words(later)
    assert Job.objects.filter(kind=Job.Kind.RENDER_PACK, subject_id=later.pk).exists()
    first.refresh_from_db()
    assert (first.is_current, first.acknowledged_by) == (False, everyone.pat)
    assert EMPLOYER not in words(first)
    assert {code: pack(referral, code).pk for code in others} == others
    kept = ReleasedPart.objects.get()
    assert (kept.group, kept.released_by, kept.pack, kept.reason) == (
        "allegation", everyone.hana, later, "The interview turns on it.",
    )  # fmt: skip
    event = Event.objects.get(event="pack.part_released")
    assert (event.by_id, event.subject_id) == (str(everyone.hana.pk), str(later.pk))
    assert event.detail == {"group": "allegation", "to": "police:cumbria_police", "referrer_at_risk": False}
    page = signed_in(everyone.pat).get(f"/packs/{later.pk}/").content.decode()
    assert "Acknowledge" in page


def test_what_was_added_stays_and_comes_with_the_worry(everyone: Everyone, referral: Referral) -> None:
    follow_up.add_detail(referral=referral, text="He wrote again.", token=uuid.uuid4(), by=everyone.alice, at=NOW)
    assert "He wrote again." not in words(pack(referral, "lado"))
    assert "He wrote again." in words(release(referral, "police", "allegation", everyone.hana))
    assert "He wrote again." in words(release(referral, "lado", "worry", everyone.hana))
    follow_up.add_detail(referral=referral, text="And again.", token=uuid.uuid4(), by=everyone.alice, at=LATER)
    for code in ("police", "lado"):
        assert "And again." in words(pack(referral, code))
    assert EMPLOYER in words(pack(referral, "police"))


def test_only_whoever_answers_for_the_case_releases_and_only_with_a_reason(
    everyone: Everyone, referral: Referral
) -> None:
    names = ("alice", "bob", "sol", "nell", "will", "pat", "lena", "prue", "nora", "cleo", "adam", "ada")
    for person in (getattr(everyone, name) for name in names):
        with pytest.raises(NotPermittedError):
            release(referral, "police", "child_needs", person)
    with pytest.raises(TextRefusedError, match="Say why"):
        release(referral, "police", "allegation", everyone.mona, reason=" ")
    release(referral, "police", "allegation", everyone.mona)
    with pytest.raises(part_release.PartNotReleasedError, match="all there is"):
        release(referral, "police", "allegation", everyone.hana)
    with pytest.raises(part_release.PartNotReleasedError, match="all there is"):
        release(referral, "police", "no_such_part", everyone.hana)


def test_a_referrer_at_risk_is_named_only_by_a_choice_of_its_own(everyone: Everyone, referral: Referral) -> None:
    assert "Alice" not in words(release(referral, "police", "allegation", everyone.hana))
    with pytest.raises(part_release.PartNotReleasedError, match="at risk"):
        release(referral, "police", "referrer", everyone.hana)
    assert "Alice" not in words(pack(referral, "police"))
    named = part_release.release(
        route=route(referral, "police"), group="referrer", reason="They must be heard.", by=everyone.hana, at=LATER,
        is_referrer_named_knowingly=True,
    )  # fmt: skip
    assert "Alice Appleby" in words(named)
    assert EMPLOYER in words(named)
    assert "Alice" not in words(pack(referral, "lado"))
    assert Event.objects.filter(event="pack.part_released").latest("sequence").detail["referrer_at_risk"] is True


def test_a_seal_keeps_out_whom_it_kept_out_before(everyone: Everyone) -> None:
    sealed = sent(everyone, about=("hub",), works="work")
    for person in (everyone.hana, everyone.mona):
        with pytest.raises(NotPermittedError):
            release(sealed, "lado", "child_needs", person)
    for each in Route.objects.system(reason="a test").filter(referral=sealed).select_related("agency"):
        if each.state != Route.State.PACK:
            with pytest.raises(part_release.PartNotReleasedError, match="gets no pack"):
                part_release.release(route=each, group="child_needs", reason="x", by=everyone.cleo, at=LATER)
    lado = route(sealed, "lado")
    assert NEEDS in words(part_release.release(route=lado, group="child_needs", reason="x", by=everyone.cleo, at=NOW))


def test_the_schools_prevent_contact_learns_no_more_by_it(everyone: Everyone, referral: Referral) -> None:
    before = signed_in(everyone.sara).get("/prevent-advice/").content.decode()
    later = release(referral, "prevent_spoc", "child_needs", everyone.hana)
    assert NEEDS in words(later)
    browser = signed_in(everyone.sara)
    after = browser.get("/prevent-advice/").content.decode()
    assert NEEDS not in after
    assert len(after) == len(before)
    assert browser.get(f"/packs/{later.pk}/").status_code == 404


def test_another_recipients_child_stays_a_summary(everyone: Everyone) -> None:
    draft = filled(everyone)
    drafts.add_child(referral=draft, version=draft.version, by=everyone.alice, at=NOW)
    draft = Referral.objects.system(reason="a test").get(pk=draft.pk)
    for record in draft.answers["children"]:
        needs = f"Needs of {record['key']}."
        draft = answer(
            draft, "child", everyone.alice, key=record["key"],
            Q_CHI_1=text("Riley"), Q_CHI_2=text("14"), Q_CHI_9=text(needs),
        )  # fmt: skip
    referral = send(draft, everyone.alice)
    first, second = (f"Needs of {record['key']}." for record in referral.answers["children"])
    of_first = route(referral, "police")
    of_first.children = [0]
    routing = current_routing(referral)
    assert routing is not None
    contents = str(contents_for(said_in(referral, routing), of_first, {"child_needs"}))
    assert first in contents
    assert second not in contents


def test_the_lado_releases_what_stands_in_their_own_pack_and_no_more(everyone: Everyone, referral: Referral) -> None:
    own, browser = pack(referral, "lado"), signed_in(everyone.lena)
    listed = f"/packs/{own.pk}/parts/"
    assert listed in browser.get(f"/packs/{own.pk}/").content.decode()
    page = browser.get(listed).content.decode()
    form = f"{listed}{route(referral, 'police').pk}/allegation/"
    assert form in page
    for group in ("child_needs", "ideology", "referrer", "platforms"):
        assert f"/{group}/" not in page
        assert browser.get(form.replace("allegation", group)).status_code == 302
    assert EMPLOYER in browser.get(form).content.decode()
    assert browser.post(form, {"reason": " "}).status_code == 400
    assert browser.post(form, {"reason": "He drives the bus."}).headers["Location"] == listed
    assert EMPLOYER in words(pack(referral, "police"))
    assert "He drives the bus." in browser.get(listed).content.decode()
    for group in ("child_needs", "referrer"):
        with pytest.raises(NotPermittedError):
            release(referral, "police", group, everyone.lena)
    for person in (everyone.pat, everyone.prue, everyone.hana, everyone.cleo, everyone.alice):
        assert signed_in(person).get(listed).status_code == 404
        assert signed_in(person).post(form, {"reason": "x"}).status_code == 404


def test_the_page_says_who_has_what_and_releases(everyone: Everyone, referral: Referral) -> None:
    browser = signed_in(everyone.hana)
    listed = f"/cases/{referral.pk}/parts/"
    assert listed in browser.get(f"/cases/{referral.pk}/where").content.decode()
    page = browser.get(listed).content.decode()
    assert "Cumbria" in page
    form = f"{listed}{route(referral, 'police').pk}/allegation/"
    assert form in page
    shown = browser.get(form).content.decode()
    assert EMPLOYER in shown
    assert "not told who referred" in shown
    assert browser.post(form, {"reason": ""}).status_code == 400
    assert browser.post(form, {"reason": "The interview turns on it."}).headers["Location"] == listed
    after = browser.get(listed).content.decode()
    assert form not in after
    assert "The interview turns on it." in after
    assert "Version 2" in after
    assert browser.get(form).status_code == 302
    named = f"{listed}{route(referral, 'police').pk}/referrer/"
    assert "weighed this" in browser.get(named).content.decode()
    assert browser.post(named, {"reason": "They must be heard."}).status_code == 400
    assert browser.post(named, {"reason": "They must be heard.", "knowingly": "yes"}).status_code == 302
    timeline = browser.get(f"/cases/{referral.pk}/timeline").content.decode()
    assert "Part released" in timeline
    for person in (everyone.sol, everyone.nora, everyone.pat, everyone.lena, everyone.alice, everyone.will):
        assert signed_in(person).get(listed).status_code == 404
        assert signed_in(person).post(form, {"reason": "x"}).status_code == 404
