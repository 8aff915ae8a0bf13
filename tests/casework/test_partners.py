"""Police, Prevent and the LADO write back; a pack that is not theirs comes back to the owning hub."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from audit.models import Event
from casework import partner_words
from casework.actions import partners, taking
from casework.models import CaseReference, PackReturn, PartnerReport
from casework.permissions import NotPermittedError
from casework.queries.partners import reports_of
from casework.queries.tasks import tasks_of
from referrals.actions import conflicts
from referrals.models import Clock, Notice, Pack, Referral
from tests.casework.reading import case_text, text_of
from tests.casework.two_hubs import sent_to_two_hubs
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
POLICE = {"incident": "INC-0042", "devices": "Two telephones.", "custody": "bail", "bail_conditions": "No contact.",
          "bail_ends": date(2027, 3, 27), "outcome": "open"}  # fmt: skip


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def case(world: World) -> Referral:
    return sent(world, works="work")


def pack_of(case: Referral, unit: str) -> Pack:
    packs = Pack.objects.system(reason="a test").filter(referral=case, route__unit=unit, is_current=True)
    return packs.select_related("route__agency", "referral").get()


def told(pack: Pack, by: User, seen: int = 0, **given: Any) -> PartnerReport:
    return partners.report(pack=pack, given=given, seen=seen, by=by, at=LATER)


def test_the_police_write_back_and_the_hub_reads_it(world: World, case: Referral, as_: As) -> None:
    pack = pack_of(case, "cumbria_police")
    report = told(pack, world.pat, **POLICE)
    assert report.said == POLICE | {"bail_ends": "2027-03-27"}
    page = case_text(as_(world.hana), case.pk)
    for words in ("Two telephones.", "Arrested, on bail", "27 March 2027", "Pat Price"):
        assert words in page
    assert CaseReference.objects.get(referral=case).value == "INC-0042"
    assert Notice.objects.filter(kind="partner_wrote", referral=case, to=world.hana).exists()
    assert Event.objects.about(case).get(event="partner.reported").by_id == str(world.pat.pk)
    told(pack, world.pat, seen=1, **POLICE | {"custody": "not_arrested", "bail_conditions": "", "bail_ends": None})
    page = case_text(as_(world.hana), case.pk)
    assert "Identified, not arrested" in page
    assert "What it told before" in page
    assert CaseReference.objects.filter(referral=case).count() == 1


def test_each_agency_reads_only_its_own(world: World, case: Referral, as_: As) -> None:
    police, lado = pack_of(case, "cumbria_police"), pack_of(case, "cumberland_lado")
    told(police, world.pat, devices="SECRET of the police")
    told(lado, world.lena, threshold="met", tests=["risk"], threshold_why="SECRET of the LADO")
    assert "SECRET of the police" in text_of(as_(world.pat).get(f"/packs/{police.pk}/"))
    assert "SECRET of the LADO" in text_of(as_(world.lena).get(f"/packs/{lado.pk}/"))
    for person, pack in ((world.pat, police), (world.lena, lado)):
        browser = as_(person)
        pages = [browser.get(path).content.decode() for path in
                 (f"/packs/{pack.pk}/", f"/packs/{pack.pk}/report", "/inbox/")]  # fmt: skip
        foreign = "SECRET of the LADO" if person == world.pat else "SECRET of the police"
        assert not [page for page in pages if foreign in page]
    for path in ("sent/", "packs/", "copy.txt"):
        assert b"SECRET" not in as_(world.alice).get(f"/referrals/{case.pk}/{path}").content
    assert len(reports_of(world.hana, case, at=LATER)) == 2


def test_the_ladoes_word_ends_its_clock(world: World, case: Referral) -> None:
    clock = Clock.objects.get(referral=case, kind="K-06")
    lado = pack_of(case, "cumberland_lado")
    told(lado, world.lena, employer="Told to stay at home.")
    assert Clock.objects.get(pk=clock.pk).ended_at is None
    told(lado, world.lena, seen=1, threshold="not_decided")
    assert Clock.objects.get(pk=clock.pk).ended_at == LATER


def test_what_went_to_the_gateway_ends_the_clock_of_prevent(world: World) -> None:
    case = sent(world, concerns=("extremism",))
    prevent = pack_of(case, "cumbria_prevent")
    clock = Clock.objects.get(referral=case, kind="K-14")
    told(prevent, world.prue, gateway="not_yet", gateway_why="Tomorrow.")
    assert Clock.objects.get(pk=clock.pk).ended_at is None
    told(prevent, world.prue, seen=1, gateway="sent", gateway_on=date(2026, 12, 2), result="awaited")
    assert Clock.objects.get(pk=clock.pk).ended_at == LATER


@pytest.mark.parametrize(("kind", "given", "field"), [
    ("police", {}, ""), ("police", {"custody": "bail"}, "bail_conditions"), ("police", {"custody": "gone"}, "custody"),
    ("police", {"outcome": "charged"}, "outcome_words"), ("police", {"incident": "a" * 61}, "incident"),
    ("lado", {"threshold": "met", "threshold_why": "So."}, "tests"), ("lado", {"tests": ["other"]}, "tests"),
    ("lado", {"threshold": "not_met"}, "threshold_why"), ("lado", {"category": "false"}, "category_why"),
    ("lado", {"regulators": "yes"}, "regulators_words"),
])  # fmt: skip
def test_what_is_missing_is_said_by_field(
    world: World, case: Referral, kind: str, given: dict[str, Any], field: str
) -> None:
    unit, person = {"police": ("cumbria_police", world.pat), "lado": ("cumberland_lado", world.lena)}[kind]
    with pytest.raises(partners.NotWholeError) as refused:
        told(pack_of(case, unit), person, **given)
    assert field in refused.value.faults
    assert not PartnerReport.objects.exists()


def test_prevent_says_why_nothing_was_sent() -> None:
    said = {"gateway": "sent"}
    assert set(partner_words.faults_of("prevent", said)) == {"gateway_on"}
    assert set(partner_words.faults_of("prevent", {"gateway": "not_sent", "result": "adopted"})) == {
        "gateway_why", "result_words",
    }  # fmt: skip


def test_only_the_agency_that_was_sent_it_writes(world: World, case: Referral) -> None:
    police, lado, hub = (pack_of(case, unit) for unit in ("cumbria_police", "cumberland_lado", "cumberland_hub"))
    for pack, person in ((police, world.hana), (police, world.lena), (police, world.alice), (lado, world.pat),
                         (hub, world.hana), (police, world.stan)):  # fmt: skip
        with pytest.raises(NotPermittedError):
            told(pack, person, incident="1", threshold="met")
    sealed = sent(world, about=("police",))
    standards = pack_of(sealed, "cumbria_police_professional_standards")
    told(standards, world.stan, incident="PSD-1")
    assert [row.said["incident"] for row in reports_of(world.cleo, sealed, at=LATER)] == ["PSD-1"]
    with pytest.raises(NotPermittedError):
        told(standards, world.pat, seen=1, incident="2")


def test_of_two_colleagues_the_later_is_shown_the_earlier(world: World, case: Referral, as_: As) -> None:
    pack = pack_of(case, "cumbria_police")
    browser = as_(world.pat)
    typed = {"seen": "0", "incident": "INC-1", "custody": "bail", "bail_conditions": "None."}
    answer = browser.post(f"/packs/{pack.pk}/report", typed)
    assert answer.status_code == 400
    assert "Give the day on which the bail ends" in text_of(answer)
    told(pack, world.pat, incident="INC-2")
    answer = browser.post(f"/packs/{pack.pk}/report", {"seen": "0", "incident": "INC-1"})
    assert "A colleague was quicker" in text_of(answer)
    assert "INC-2" in text_of(answer)
    assert "INC-1" in answer.content.decode()
    assert browser.post(f"/packs/{pack.pk}/report", {"seen": "1", "incident": "INC-1"}).status_code == 302
    assert "INC-1" in browser.get(f"/packs/{pack.pk}/report").content.decode()
    with pytest.raises(partners.ReportChangedError):
        told(pack, world.pat, seen=1, incident="INC-3")


def test_another_hub_reads_what_concerns_its_own_children_alone(world: World) -> None:
    case = sent_to_two_hubs(world)
    packs = all_packs(case)
    units = {pack.route.unit: set(pack.route.children) for pack in packs.values()}
    told(pack_of(case, "cumbria_police"), world.pat, incident="CUMBRIA")
    hugo = world.person("hugo", "Hugo Hart", "police_liaison", unit="humberside_police")
    told(pack_of(case, "humberside_police"), hugo, incident="HUMBERSIDE")
    seen = {row.said["incident"] for row in reports_of(world.nell, case, at=LATER)}
    own = units["north_east_lincolnshire_hub"]
    police = {"cumbria_police": "CUMBRIA", "humberside_police": "HUMBERSIDE"}
    assert seen == {words for unit, words in police.items() if units[unit] <= own}
    assert len(reports_of(world.hana, case, at=LATER)) == 2


# --- a pack that is not theirs


def returned(pack: Pack, by: User, reason: str = "The child lives elsewhere.", whose: str = "") -> PackReturn:
    return partners.return_pack(pack=pack, reason=reason, whose=whose, by=by, at=LATER)


def test_a_returned_pack_is_the_owners_to_settle(world: World, case: Referral, mona: User, as_: As) -> None:
    row = returned(pack_of(case, "cumbria_police"), world.pat, whose="Humberside Police")
    assert {notice.to for notice in Notice.objects.filter(kind="pack_returned")} >= {world.hana}
    assert "Say who takes a returned pack" in {task.what for task in tasks_of(world.hana, at=LATER)}
    assert not Clock.objects.filter(kind="K-15", agency=row.route.agency, ended_at__isnull=True).exists()
    page = case_text(as_(world.hana), case.pk)
    assert "returned its pack" in page
    assert "Humberside Police" in page
    assert "Returned: not theirs" in page
    taking.take(referral=case, by=world.hana, at=LATER)
    assert "Say who takes a returned pack" in {task.what for task in tasks_of(mona, at=LATER)}
    harry = world.person("harry", "Harry Hill", "hub_screener", unit="cumberland_hub")
    assert "Say who takes a returned pack" not in {task.what for task in tasks_of(harry, at=LATER)}
    with pytest.raises(partners.ReturnedError):
        returned(pack_of(case, "cumbria_police"), world.pat)
    partners.settle(returned=row, how="sent_on", words="Humberside has it, rung 10:20.", by=world.hana, at=LATER)
    assert "Say who takes a returned pack" not in {task.what for task in tasks_of(world.hana, at=LATER)}
    with pytest.raises(partners.ReturnedError):
        partners.settle(returned=row, how="sent_on", words="Again.", by=mona, at=LATER)
    assert "Humberside has it, rung 10:20." in case_text(as_(mona), case.pk)


def test_the_agency_may_be_asked_again_and_return_again(world: World, case: Referral, as_: As) -> None:
    pack = pack_of(case, "cumbria_police")
    row = returned(pack, world.pat)
    partners.settle(returned=row, how="asked_again", words="The device is in your area.", by=world.hana, at=LATER)
    assert Notice.objects.filter(kind="look_again", to=world.pat).exists()
    page = text_of(as_(world.pat).get(f"/packs/{pack.pk}/"))
    assert "The hub asks you to look again" in page
    assert "The device is in your area." in page
    assert returned(pack, world.pat).pk != row.pk


def test_only_a_manager_says_that_nobody_needs_it(world: World, case: Referral, mona: User) -> None:
    row = returned(pack_of(case, "cumbria_police"), world.pat)
    with pytest.raises(partners.NotWholeError) as refused:
        partners.settle(returned=row, how="not_needed", words="", by=world.hana, at=LATER)
    assert set(refused.value.faults) == {"how", "words"}
    for how, words in (("", "Why"), ("sent_on", "x" * 4_001)):
        with pytest.raises(partners.NotWholeError):
            partners.settle(returned=row, how=how, words=words, by=mona, at=LATER)
    partners.settle(returned=row, how="not_needed", words="Dealt with by the school.", by=mona, at=LATER)
    for person in (world.pat, world.nell, world.alice):
        with pytest.raises(NotPermittedError):
            partners.settle(returned=row, how="sent_on", words="Us.", by=person, at=LATER)


def test_who_may_return(world: World, case: Referral, mona: User) -> None:
    police, hub = pack_of(case, "cumbria_police"), pack_of(case, "cumberland_hub")
    with pytest.raises(partners.NotWholeError):
        returned(police, world.pat, reason=" ")
    for pack, person in ((police, world.hana), (police, world.alice), (hub, world.hana), (police, world.lena)):
        with pytest.raises(NotPermittedError):
            returned(pack, person)
    conflicts.keep_away(referral=case, person=world.hana, reason="Cousin.", by=mona, at=LATER)
    returned(police, world.pat)
    assert not Notice.objects.filter(to=world.hana).exists()
    assert Notice.objects.filter(to=mona, kind="pack_returned").exists()
    assert tasks_of(world.hana, at=LATER) == []


def test_the_pages_of_a_return(world: World, case: Referral, as_: As) -> None:
    pack = pack_of(case, "cumbria_police")
    pat, hana = as_(world.pat), as_(world.hana)
    path = f"/packs/{pack.pk}/return"
    assert "Write why it is not yours" in text_of(pat.post(path, {"reason": "", "whose": ""}))
    assert hana.get(path).status_code == 404
    assert pat.post(path, {"reason": "Not our area.", "whose": ""}).status_code == 302
    assert "returned already" in text_of(pat.get(path, follow=True))
    row = PackReturn.objects.get()
    settle = f"/cases/{case.pk}/returns/{row.pk}"
    assert "Say what became of it" in text_of(hana.post(settle, {"how": "", "words": ""}))
    assert hana.post(settle, {"how": "sent_on", "words": "Humberside."}).status_code == 302
    assert "settled already" in text_of(hana.get(settle, follow=True))
    for person in (world.pat, world.alice, world.nell):
        assert as_(person).get(settle).status_code == 404
    assert "Somebody else has it now" in text_of(pat.get(f"/packs/{pack.pk}/"))
