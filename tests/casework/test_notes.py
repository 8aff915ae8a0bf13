"""Notes for the hub, for partners and for the referrer: each is read by whom it names, and by nobody else."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import notes, taking
from casework.models import Note
from casework.permissions import NotPermittedError
from casework.queries.notes import notes_of
from referrals.actions.correspondence import MessageRefusedError
from referrals.models import Notice, Referral
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
INNER = "The aunt is not reliable."
SHARED = "He left the house at eight."


def write(case: Referral, by: User, text: str = INNER, audience: str = "hub", **more: object) -> Note:
    given = {"token": uuid.uuid4()} | more
    return notes.write(case=case, audience=audience, text=text, by=by, at=LATER, **given)  # type: ignore[arg-type]


def test_a_note_of_the_hub_is_read_by_the_hub_alone(world: World, as_: As) -> None:
    case = sent(world, works="work")
    write(case, world.hana)
    assert INNER in case_text(as_(world.hana), case.pk)
    assert INNER in text_of(as_(world.hana).get(f"/cases/{case.pk}/notes"))
    packs = all_packs(case)
    for reader, unit in ((world.pat, "cumbria_police"), (world.lena, "cumberland_lado")):
        assert INNER not in text_of(as_(reader).get(f"/packs/{packs[unit].pk}/"))
    for path in ("sent/", "questions/", "sent/print/", "copy.txt"):
        assert INNER not in as_(world.alice).get(f"/referrals/{case.pk}/{path}").content.decode()


def test_partners_read_what_names_them_beside_their_pack(world: World, as_: As) -> None:
    case = sent(world, works="work")
    packs = all_packs(case)
    write(case, world.hana, SHARED, "partners", recipients=["cumbria_police"])
    assert SHARED in text_of(as_(world.pat).get(f"/packs/{packs['cumbria_police'].pk}/"))
    assert SHARED not in text_of(as_(world.lena).get(f"/packs/{packs['cumberland_lado'].pk}/"))
    assert SHARED not in as_(world.alice).get(f"/referrals/{case.pk}/sent/").content.decode()
    assert "The hub and Cumbria" in text_of(as_(world.hana).get(f"/cases/{case.pk}/notes"))
    assert [each.to for each in Notice.objects.filter(kind="pack_note")] == [world.pat]


@pytest.mark.parametrize("recipients", [[], ["humberside_police"], ["cumbria_police", "cumbria_prevent"]])
def test_only_partners_with_a_pack_can_be_named(world: World, recipients: list[str]) -> None:
    case = sent(world)
    with pytest.raises(notes.NoteRefusedError) as refused:
        write(case, world.hana, SHARED, "partners", recipients=recipients)
    assert list(refused.value.faults) == ["recipients"]
    assert not Note.objects.exists()


def test_a_note_is_corrected_by_a_further_one(world: World, as_: As) -> None:
    case = sent(world)
    first = write(case, world.hana)
    browser = as_(world.hana)
    assert INNER in text_of(browser.get(f"/cases/{case.pk}/notes?corrects={first.pk}"))
    browser.post(
        f"/cases/{case.pk}/notes",
        {"audience": "hub", "text": "The uncle is not.", "token": str(uuid.uuid4()), "corrects": str(first.pk)},
    )
    page = text_of(browser.get(f"/cases/{case.pk}/notes"))
    assert INNER in page
    assert "Corrects the note of" in page
    assert Note.objects.get(text__isnull=False, corrects=first).text == "The uncle is not."


def test_the_same_form_twice_writes_once(world: World) -> None:
    case, token = sent(world), uuid.uuid4()
    assert write(case, world.hana, token=token) == write(case, world.hana, token=token)
    assert Event.objects.filter(event="note.written").count() == 1


@pytest.mark.parametrize("name", ["alice", "bob", "will", "nell", "pat", "lena", "cleo", "adam"])
def test_nobody_else_writes_or_finds_the_page(world: World, as_: As, name: str) -> None:
    case = sent(world, works="work")
    person = getattr(world, name)
    with pytest.raises(NotPermittedError):
        write(case, person)
    with pytest.raises(NotPermittedError):
        notes.write_to_referrer(case=case, text="Hello.", token=uuid.uuid4(), by=person, at=LATER)
    assert as_(person).get(f"/cases/{case.pk}/notes").status_code == 404
    assert as_(person).post(f"/cases/{case.pk}/notes", {"audience": "hub", "text": INNER}).status_code == 404
    assert not notes_of(person, case, at=LATER).exists()


def test_a_sealed_case_names_only_whom_the_seal_lets_in(world: World) -> None:
    case = sent(world, about=("police",), works="work")
    with pytest.raises(NotPermittedError):
        write(case, world.hana)
    write(case, world.cleo, SHARED, "partners", recipients=["cumbria_police_professional_standards"])
    with pytest.raises(notes.NoteRefusedError):
        write(case, world.cleo, SHARED, "partners", recipients=["cumbria_police"])


def test_a_note_to_the_referrer_is_told_without_content(world: World, as_: As) -> None:
    case = sent(world)
    taking.take(referral=case, by=world.hana, at=LATER)
    with pytest.raises(MessageRefusedError):
        notes.write_to_referrer(case=case, text=" ", token=uuid.uuid4(), by=world.hana, at=LATER)
    done = as_(world.hana).post(
        f"/cases/{case.pk}/notes",
        {"audience": "referrer", "text": "Riley is with us now.", "token": str(uuid.uuid4())},
        follow=True,
    )
    assert "Sent to the referrer" in text_of(done)
    page = text_of(as_(world.alice).get(f"/referrals/{case.pk}/sent/"))
    assert "Riley is with us now." in page
    assert "Hana" not in page
    assert Notice.objects.get(kind="message").to == world.alice


def test_what_was_typed_stays_when_a_note_is_refused(world: World, as_: As) -> None:
    case = sent(world)
    refused = as_(world.hana).post(f"/cases/{case.pk}/notes", {"text": INNER})
    assert refused.status_code == 400
    assert "Choose who reads this" in text_of(refused)
    assert INNER in refused.content.decode()
    assert "checked" not in refused.content.decode()
