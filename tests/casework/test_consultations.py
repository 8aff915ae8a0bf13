"""Advice without a referral: written down, never changed, made a referral of when it must be (Z-32; C-046, N-058)."""

import uuid
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from accounts.directory import get_agency
from accounts.models import User
from audit.models import Event
from casework.actions import consultations
from casework.models import Consultation, ConsultationReferral
from casework.permissions import NotPermittedError
from casework.queries import consultations as queries
from referrals.actions import draft_ends
from referrals.models import PhoneContact, Referral
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=5)
GIVEN: dict[str, Any] = {
    "asker_name": "Gwen Gill",
    "asker_role": "Youth worker",
    "asker_number": "07700 900456",
    "how": "telephone",
    "on": date(2026, 12, 2),
    "clock": time(9, 40),
    "is_named": "no",
    "question": "A boy was asked for a picture by somebody he does not know.",
    "advice": "Ask him whether he sent one, and who knows.",
    "advised": "if_changed",
    "next_step": "She speaks to him today and rings again tomorrow.",
}
POSTED = {name: value for name, value in GIVEN.items() if name != "on"} | {
    "on_0": "2", "on_1": "12", "on_2": "2026", "clock": "09:40",
}  # fmt: skip


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def recorded(by: User, **more: Any) -> Consultation:
    unit, token = more.pop("unit", "cumberland_hub"), more.pop("token", None) or uuid.uuid4()
    corrects = more.pop("corrects", None)
    return consultations.record(
        agency=get_agency(unit), given=GIVEN | more, token=token, by=by, at=LATER, corrects=corrects
    )


def test_advice_without_names_is_on_record(world: World, as_: As) -> None:
    row = recorded(world.hana)
    assert (row.is_named, row.child, row.sequence) == (False, "", 1)
    assert Event.objects.get(event="consultation.recorded").by_id == str(world.hana.pk)
    browser = as_(world.hana)
    page = text_of(browser.get("/consultations/"))
    assert row.reference in page
    assert "Without names" in page
    page = text_of(browser.get(f"/consultations/{row.key}/"))
    for words in ("Gwen Gill, Youth worker, 07700 900456", "Nobody was named", "who knows", "rings again tomorrow"):
        assert words in page
    assert Event.objects.get(event="consultation.read").by_id == str(world.hana.pk)


@pytest.mark.parametrize(("change", "field"), [
    ({"asker_name": ""}, "asker_name"), ({"asker_role": ""}, "asker_role"), ({"how": "smoke"}, "how"),
    ({"question": ""}, "question"), ({"advice": " "}, "advice"), ({"advised": ""}, "advised"),
    ({"next_step": ""}, "next_step"), ({"is_named": ""}, "is_named"), ({"is_named": "yes"}, "child_name"),
    ({"is_named": "yes", "child_name": "Riley", "child_birth": date(2026, 12, 3)}, "child_birth"),
    ({"child_name": "Riley"}, "child_name"), ({"child_birth": date(2012, 5, 31)}, "child_birth"),
    ({"child": "Riley"}, "child"), ({"on": None}, "on"), ({"clock": None}, "clock"), ({"clock": time(10, 6)}, "clock"),
    ({"asker_name": "a" * 121}, "asker_name"),
])  # fmt: skip
def test_what_is_missing_is_said_by_field(world: World, change: dict[str, Any], field: str) -> None:
    with pytest.raises(consultations.ConsultationRefusedError) as refused:
        recorded(world.hana, **change)
    assert list(refused.value.faults) == [field]
    assert not Consultation.objects.exists()


def test_a_correction_is_a_further_row(world: World, mona: User, as_: As) -> None:
    first = recorded(world.hana)
    with pytest.raises(consultations.ConsultationRefusedError):
        recorded(mona, corrects=first, advised="refer")
    second = recorded(mona, corrects=first, advised="refer", correction_why="I had not asked Mona.")
    with pytest.raises(consultations.ConsultationChangedError):
        recorded(world.hana, corrects=first, correction_why="Again.")
    assert (second.key, second.sequence, second.reference) == (first.key, 2, first.reference)
    assert list(queries.consultations_of(world.hana, at=LATER)) == [second]
    page = text_of(as_(world.hana).get(f"/consultations/{first.key}/"))
    assert "To refer now" in page
    assert "As it was written" in page


def test_a_double_click_records_once(world: World) -> None:
    token = uuid.uuid4()
    assert recorded(world.hana, token=token) == recorded(world.hana, token=token)
    assert Consultation.objects.count() == 1


def test_only_the_hubs_own_people_know_of_it(world: World, mona: User, as_: As) -> None:
    row = recorded(world.hana)
    recorded(world.nora, unit="westmorland_and_furness_hub")
    for person in (world.nell, world.alice, world.pat, world.lena, world.adam, world.cleo):
        with pytest.raises(NotPermittedError):
            recorded(person)
        browser = as_(person)
        for path in (f"{row.key}/", f"{row.key}/correct", f"{row.key}/refer"):
            assert browser.post(f"/consultations/{path}").status_code in (404, 405)
            assert browser.get(f"/consultations/{path}").status_code in (404, 405)
        assert row.reference not in as_(person).get("/consultations/").content.decode()
    assert [each.pk for each in queries.consultations_of(mona, at=LATER)] == [row.pk]
    assert queries.consultations_of(world.nora, at=LATER).count() == 2


def test_it_becomes_a_referral_with_what_is_known(world: World, mona: User, as_: As) -> None:
    row = recorded(world.hana, is_named="yes", child_name="Riley Number1", child="14, Example Academy")
    answer = as_(world.hana).post(f"/consultations/{row.key}/refer")
    draft = Referral.objects.system(reason="a test").get()
    assert answer.status_code == 302
    assert str(draft.pk) in answer["Location"]
    assert draft.author == world.hana
    worry = draft.answers["case"]["Q-WOR-1"]["text"]
    assert "asked for a picture" in worry
    assert "Riley Number1\n14, Example Academy" in worry
    contact = PhoneContact.objects.get(referral=draft)
    assert (contact.caller_name, contact.caller_number) == ("Gwen Gill", "07700 900456")
    assert ConsultationReferral.objects.get().key == row.key
    page = text_of(as_(mona).get(f"/consultations/{row.key}/"))
    assert f"{draft.reference} , being written" in page or f"{draft.reference}, being written" in page
    with pytest.raises(consultations.ConsultationChangedError):
        consultations.refer(consultation=row, by=mona, at=LATER)
    again = as_(mona).post(f"/consultations/{row.key}/refer", follow=True)
    assert "started already" in text_of(again)
    draft_ends.withdraw(referral=draft, version=draft.version, reason="mistake", by=world.hana, at=LATER)
    second = consultations.refer(consultation=row, by=mona, at=LATER + timedelta(minutes=1))
    assert queries.referrals_of([row.key])[row.key].pk == second.pk


def test_the_pages_keep_what_was_typed(world: World, as_: As) -> None:
    browser = as_(world.hana)
    answer = browser.post("/consultations/new", POSTED | {"advice": ""})
    assert answer.status_code == 400
    assert "Write what they were told" in text_of(answer)
    assert "Gwen Gill" in answer.content.decode()
    assert browser.post("/consultations/new", POSTED).status_code == 302
    row = Consultation.objects.get()
    path = f"/consultations/{row.key}/correct"
    assert "asked for a picture" in browser.get(path).content.decode()
    corrected = POSTED | {"seen": "1", "correction_why": "The number."}
    assert browser.post(path, corrected | {"correction_why": ""}).status_code == 400
    assert browser.post(path, corrected).status_code == 302
    assert "corrected this first" in text_of(browser.post(path, corrected, follow=True))


def test_a_worker_of_several_hubs_says_which(world: World, as_: As) -> None:
    browser = as_(world.nora)
    assert "Choose the hub that was asked" in text_of(browser.post("/consultations/new", POSTED))
    chosen = str(get_agency("cumberland_hub").pk)
    assert browser.post("/consultations/new", POSTED | {"hub": chosen}).status_code == 302
    assert Consultation.objects.get().agency.unit == "cumberland_hub"


def test_an_out_of_hours_worker_leaves_the_referral_to_the_hub(world: World, as_: As) -> None:
    row = recorded(world.nora)
    assert "Make a referral of it" not in text_of(as_(world.nora).get(f"/consultations/{row.key}/"))
    assert as_(world.nora).post(f"/consultations/{row.key}/refer").status_code == 404
    assert "Make a referral of it" in text_of(as_(world.hana).get(f"/consultations/{row.key}/"))
