"""A case as a PDF: for a manager, with a reason, made by the worker, gone after a day."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from accounts.resealing import key_of_bytes
from accounts.sealing import key_ring
from audit.models import Event
from casework.actions import exporting
from casework.models import CaseExport, StrategyInvitee
from casework.permissions import NotPermittedError
from referrals.actions import break_glass, conflicts, jobs
from referrals.models import Job, Referral
from referrals.text import TextRefusedError
from safeguarding import rotation
from tests.casework.reading import text_of
from tests.casework.strategy import Meeting
from tests.casework.test_calls import recorded
from tests.casework.test_chronology import nothing_further
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
REASON = "For the family court, asked for by Sam Solicitor."


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def make(export: CaseExport) -> CaseExport:
    jobs.run(job_id=Job.objects.get(kind=Job.Kind.EXPORT_CASE, subject_id=export.pk).pk, at=LATER)
    return CaseExport.objects.get(pk=export.pk)


def asked(case: Referral, by: User) -> CaseExport:
    return exporting.ask(referral=case, reason=REASON, by=by, at=LATER)


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_pdf_holds_what_the_manager_may_see(world: World, mona: User) -> None:
    case = sent(world)
    nothing_further(world, case, mona)
    recorded(case, world.hana)
    export = make(asked(case, mona))
    assert export.state == "ready"
    pdf = exporting.open_file(export=export, by=mona, at=LATER)
    words = words_of(pdf)
    for said in (case.reference, REASON, "Riley Number1", "max_Il1", "An adult is building trust", "Hana Hale",
                 "No further action", "Referral sent", "Call to: Police on 101", "INC-0042"):  # fmt: skip
        assert said in words, said
    assert "Told by the referrer" in words
    for empty in ("Who is kept away", "Transfers", "Disagreements"):
        assert empty in words.partition("there is nothing that whoever exported this may see")[2], empty
    done = Event.objects.filter(subject_id=str(export.pk)).values_list("event", flat=True)
    assert list(done.order_by("sequence")) == ["export.asked", "export.made", "export.downloaded"]


def test_it_holds_what_was_recorded_of_a_strategy_discussion(world: World) -> None:
    meeting = Meeting(world)
    meeting.held()
    words = words_of(exporting.open_file(export=make(asked(meeting.referral, meeting.mona)), by=meeting.mona, at=LATER))
    for said in ("Strategy discussion 1", "Likely significant harm.", "Police: one report in March.", "Hugh Heath",
                 "Riley Number1"):  # fmt: skip
        assert said in words, said


def test_it_holds_who_was_kept_away_and_who_opened_it_from_outside(world: World, mona: User) -> None:
    case = sent(world)
    nina = world.person("nina", "Nina Nunn", "hub_screener", unit="cumberland_hub")
    kept = conflicts.keep_away(referral=case, person=nina, reason="Her nephew is in it.", by=mona, at=NOW)
    conflicts.lift(kept=kept, reason="It was another family.", by=mona, at=NOW)
    conflicts.keep_away(referral=case, person=world.bob, reason="He is the uncle.", by=mona, at=NOW)
    will = world.person("wendy", "Wendy Wood", "hub_manager", unit="westmorland_and_furness_hub")
    opening = break_glass.open_case(reference=case.reference, reason="The child is missing.", by=will, at=NOW)
    break_glass.review(opening=opening, was_justified=False, note="They could have rung.", by=mona, at=NOW)
    words = words_of(exporting.open_file(export=make(asked(case, mona)), by=mona, at=LATER))
    kept_away = ("Nina Nunn", "Her nephew is in it.", "It was another family.", "He is the uncle.")
    opened = ("Wendy Wood", "The child is missing.", "Not justified", "They could have rung.")
    for said in (*kept_away, world.bob.full_name, *opened):
        assert said in words, said


def test_of_a_discussion_that_does_not_exist_for_whoever_asked_it_holds_nothing(world: World) -> None:
    meeting = Meeting(world)
    milo = world.person("milo", "Milo Mann", "hub_manager", unit="cumberland_hub")
    conflicted = meeting.invite("social_care", milo)
    StrategyInvitee.objects.filter(pk=conflicted.pk).update(reply="conflict")
    meeting.held()
    words = words_of(exporting.open_file(export=make(asked(meeting.referral, milo)), by=milo, at=LATER))
    assert "Police: one report in March." not in words
    assert "Strategy discussion 1" not in words


def test_only_a_manager_of_the_owning_hub_exports_with_a_reason(world: World, mona: User) -> None:
    case, sealed = sent(world), sent(world, about=("hub",))
    for person in (world.hana, world.alice, world.bob, world.will, world.pat, world.lena, world.cleo, world.adam):
        with pytest.raises(NotPermittedError):
            asked(case, person)
    with pytest.raises(NotPermittedError):
        asked(sealed, mona)
    with pytest.raises(TextRefusedError):
        exporting.ask(referral=case, reason=" ", by=mona, at=LATER)
    assert make(asked(sealed, world.cleo)).state == "ready"


def test_nobody_else_opens_it_nor_anybody_after_a_day(world: World, mona: User) -> None:
    export = make(asked(sent(world), mona))
    other = world.person("milo", "Milo Mann", "hub_manager", unit="cumberland_hub")
    with pytest.raises(NotPermittedError):
        exporting.open_file(export=export, by=other, at=LATER)
    over = LATER + timedelta(hours=24)
    with pytest.raises(exporting.ExportNotOpenError, match="expired"):
        exporting.open_file(export=export, by=mona, at=over)
    assert exporting.expire_due(at=over - timedelta(seconds=1)) == 0
    assert exporting.expire_due(at=over) == 1
    assert exporting.expire_due(at=over) == 0
    assert CaseExport.objects.get().storage_name == ""


def test_whoever_may_not_read_it_any_more_is_given_nothing(world: World, mona: User) -> None:
    case = sent(world)
    waiting, ready = asked(case, mona), make(asked(case, mona))
    other = world.person("milo", "Milo Mann", "hub_manager", unit="cumberland_hub")
    conflicts.keep_away(referral=case, person=mona, reason="Her nephew.", by=other, at=LATER)
    assert make(waiting).state == "refused"
    with pytest.raises(NotPermittedError):
        exporting.open_file(export=ready, by=mona, at=LATER)


def test_a_file_that_is_not_what_was_made_is_not_given(world: World, mona: User, settings: object) -> None:
    export = make(asked(sent(world), mona))
    Path(settings.PACK_ROOT, export.storage_name).write_bytes(b"other")  # type: ignore[attr-defined]
    with pytest.raises(exporting.ExportDamagedError):
        exporting.open_file(export=export, by=mona, at=LATER)
    assert Event.objects.filter(event="export.file_refused").count() == 1


def test_what_a_dead_worker_left_behind_goes_too(
    world: World, mona: User, django_capture_on_commit_callbacks: Any
) -> None:
    export = asked(sent(world), mona)
    left = default_storage.save(f"exports/{export.pk.hex}-1.sealed", ContentFile(b"half a file"))
    Job.objects.filter(subject_id=export.pk).update(attempts=1)
    kept = make(export).storage_name
    with django_capture_on_commit_callbacks(execute=True):
        exporting.expire_due(at=LATER + timedelta(hours=24))
    assert not any(default_storage.exists(name) for name in (left, kept))


def test_where_nothing_makes_documents_whoever_asked_has_it_made(world: World, mona: User) -> None:
    export = asked(sent(world), mona)
    with pytest.raises(exporting.ExportNotOpenError, match="not late"):
        exporting.make_now(export=export, by=mona, at=LATER + timedelta(minutes=2))
    late = LATER + timedelta(minutes=3)
    with pytest.raises(NotPermittedError):
        exporting.make_now(export=export, by=world.hana, at=late)
    assert exporting.make_now(export=export, by=mona, at=late)
    assert exporting.open_file(export=export, by=mona, at=late).startswith(b"%PDF")
    assert not jobs.run(job_id=Job.objects.get(subject_id=export.pk).pk, at=late)


def test_after_two_failures_the_plain_layout_says_the_same(world: World, mona: User) -> None:
    case = sent(world)
    export = asked(case, mona)
    Job.objects.filter(subject_id=export.pk).update(attempts=2)
    words = words_of(exporting.open_file(export=make(export), by=mona, at=LATER))
    for said in ("PLAIN VERSION", case.reference, REASON, "Riley Number1", "max_Il1", "Told by the referrer"):
        assert said in words, said


def test_a_new_key_takes_its_file_along(
    world: World, mona: User, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    ring = tmp_path / "ring.json"
    ring.write_bytes(Path(settings.KEY_RING_FILE).read_bytes())
    settings.KEY_RING_FILE = ring
    case = sent(world)
    export, gone = make(asked(case, mona)), make(asked(case, mona))
    exporting.open_file(export=export, by=mona, at=LATER)
    CaseExport.objects.filter(pk=gone.pk).update(expires_at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        exporting.expire_due(at=LATER)
    before = export.storage_name
    rotation.rotate(by=None, at=LATER, say=lambda words: None)
    export.refresh_from_db()
    with default_storage.open(export.storage_name) as file:
        assert key_of_bytes(file.read(100)) == key_ring().current
    assert not default_storage.exists(before)
    assert exporting.open_file(export=export, by=mona, at=LATER).startswith(b"%PDF")


def test_in_the_browser(world: World, mona: User, as_: As) -> None:
    case = sent(world)
    page = f"/cases/{case.pk}/export"
    manager = as_(mona)
    assert "Export the case as a PDF" in text_of(manager.get(f"/cases/{case.pk}/"))
    assert "Export the case" not in text_of(as_(world.hana).get(f"/cases/{case.pk}/"))
    assert as_(world.hana).get(page).status_code == 404
    assert manager.post(page, {"reason": ""}).status_code == 400
    shown = manager.post(page, {"reason": REASON}, follow=True)
    assert "Queued" in text_of(shown)
    export = make(CaseExport.objects.get())
    here = f"/exports/{export.pk}"
    assert manager.get(f"{here}/state").json() == {"is_ready": True, "label": "Ready"}
    assert "Open the PDF" in text_of(manager.get(f"{here}/"))
    answer = manager.get(f"{here}.pdf")
    assert b"".join(answer) if answer.streaming else answer.content.startswith(b"%PDF")
    assert case.reference not in answer.headers["Content-Disposition"]
    other = world.person("milo", "Milo Mann", "hub_manager", unit="cumberland_hub")
    for path in (f"{here}/", f"{here}/state", f"{here}.pdf"):
        assert as_(other).get(path).status_code == 404
    assert as_(other).post(f"{here}/make", {}).status_code == 404
    late = exporting.ask(referral=case, reason=REASON, by=mona, at=timezone.now() - timedelta(minutes=2))
    assert "Make it now" not in text_of(manager.get(f"/exports/{late.pk}/"))
    assert "It is not late" in text_of(manager.post(f"/exports/{late.pk}/make", {}, follow=True))
    CaseExport.objects.filter(pk=late.pk).update(asked_at=timezone.now() - timedelta(minutes=4))
    assert "Make it now" in text_of(manager.get(f"/exports/{late.pk}/"))
    assert "Open the PDF" in text_of(manager.post(f"/exports/{late.pk}/make", {}, follow=True))
