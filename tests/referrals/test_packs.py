"""Making packs: under a lease, once, with a fallback, opened only by those who may."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from audit.models import Event
from referrals import outbox
from referrals.actions import follow_up, jobs, packs
from referrals.actions.packs import PackDamagedError, PackNotReadyError
from referrals.documents import PackRenderFailed
from referrals.models import Clock, Job, Pack, Referral
from referrals.permissions import NotPermittedError
from tests.referrals.people import NOW, World, all_packs, sent


def job_of(pack: Pack) -> Job:
    return Job.objects.get(subject_id=pack.pk)


@pytest.fixture
def referral(world: World) -> Referral:
    return sent(world, works="work")


def test_every_pack_is_made_once_and_says_for_whom_it_is(world: World, referral: Referral) -> None:
    for job in Job.objects.all():
        assert jobs.run(job_id=job.pk, at=NOW)
        assert not jobs.run(job_id=job.pk, at=NOW)
    for unit, pack in all_packs(referral).items():
        assert (pack.state, pack.attempts, pack.is_fallback) == ("ready", 1, False)
        pages = PdfReader(BytesIO(packs.open_file(pack=pack, by=world.hana, at=NOW))).pages
        words = " ".join(page.extract_text() for page in pages)
        assert "OFFICIAL-SENSITIVE" in words
        assert pack.route.agency.name in words
        assert ("Example Minibuses" in words) is (unit != "cumbria_police")
    assert Event.objects.filter(event="pack.rendered").count() == 3
    assert Event.objects.filter(event="pack.downloaded").count() == 3


def test_the_file_at_rest_is_sealed(world: World, referral: Referral) -> None:
    pack = all_packs(referral)["cumbria_police"]
    jobs.run(job_id=job_of(pack).pk, at=NOW)
    pack.refresh_from_db()
    with default_storage.open(pack.storage_name) as file:
        stored = file.read()
    assert stored.startswith(b"sealed1\x00")
    assert b"%PDF" not in stored
    default_storage.delete(pack.storage_name)
    with pytest.raises(PackDamagedError, match="backup"):
        packs.open_file(pack=pack, by=world.pat, at=NOW)


def test_only_its_recipient_and_the_owning_hub_open_a_pack(world: World, referral: Referral) -> None:
    pack = all_packs(referral)["cumberland_lado"]
    with pytest.raises(PackNotReadyError):
        packs.open_file(pack=pack, by=world.lena, at=NOW)
    jobs.run(job_id=job_of(pack).pk, at=NOW)
    for person in (world.lena, world.hana):
        assert packs.open_file(pack=pack, by=person, at=NOW).startswith(b"%PDF")
    for person in (world.alice, world.bob, world.pat, world.nell, world.adam):
        with pytest.raises(NotPermittedError):
            packs.open_file(pack=pack, by=person, at=NOW)


def test_after_two_failures_the_plain_pack_is_made_and_flagged(
    referral: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = all_packs(referral)["cumbria_police"]
    job = job_of(pack)

    def fails(_: object) -> None:
        raise PackRenderFailed("MemoryError")

    monkeypatch.setattr(packs, "render_pack", fails)
    at = NOW
    states = []
    for _ in range(3):
        assert jobs.run(job_id=job.pk, at=at)
        pack.refresh_from_db()
        job.refresh_from_db()
        states.append((pack.state, pack.failure, pack.is_fallback))
        assert not jobs.run(job_id=job.pk, at=at), "not before its time has come"
        at = max(job.due_at, at) + timedelta(seconds=1)
    assert states == [("failed", "PackRenderFailed", False)] * 2 + [("ready", "", True)]


def test_a_failing_pack_waits_longer_each_time_and_is_never_given_up(
    referral: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(all_packs(referral)["cumbria_police"])

    def fails(_: object) -> None:
        raise PackRenderFailed("MemoryError")

    for name in ("render_pack", "render_fallback"):
        monkeypatch.setattr(packs, name, fails)
    at, waits = NOW, []
    for _ in range(9):
        jobs.run(job_id=job.pk, at=at)
        job.refresh_from_db()
        waits.append((job.due_at - at).total_seconds())
        at = job.due_at
    assert waits == [10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert job.done_at is None
    assert outbox.is_late(at=at)


def test_whoever_lost_the_lease_keeps_nothing(referral: Referral, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = all_packs(referral)["cumbria_police"]
    job = job_of(pack)
    real = packs.render_pack

    def slow(snapshot: object) -> object:
        monkeypatch.setattr(packs, "render_pack", real)
        assert jobs.run(job_id=job.pk, at=NOW + outbox.LEASE), "a second worker takes over when the lease has run out"
        return real(snapshot)  # type: ignore[arg-type]

    monkeypatch.setattr(packs, "render_pack", slow)
    assert jobs.run(job_id=job.pk, at=NOW)
    pack.refresh_from_db()
    assert (pack.state, pack.attempts) == ("ready", 2)
    assert Event.objects.filter(event="pack.rendered").count() == 1
    folder = default_storage.listdir(pack.pk.hex[:2])[1]
    assert [name for name in folder if pack.pk.hex in name] == [pack.storage_name.rpartition("/")[2]]


def test_acknowledging_ends_the_receipt_clock_once(world: World, referral: Referral) -> None:
    pack = all_packs(referral)["cumbria_police"]
    with pytest.raises(NotPermittedError):
        packs.acknowledge(pack=pack, by=world.hana, at=NOW)
    for minutes in (5, 9):
        pack = packs.acknowledge(pack=pack, by=world.pat, at=NOW + timedelta(minutes=minutes))
    assert pack.acknowledged_at == NOW + timedelta(minutes=5)
    clock = Clock.objects.get(referral=referral, kind="K-15", agency=pack.route.agency)
    assert (clock.ended_at, clock.ended_by) == (NOW + timedelta(minutes=5), world.pat)
    assert Clock.objects.filter(referral=referral, kind="K-15", ended_at__isnull=True).count() == 2


def test_the_checklist_is_ticked_and_detail_is_added_once(world: World, referral: Referral) -> None:
    follow_up.tick(referral=referral, code="tell_hub_first", by=world.alice, at=NOW)
    step = follow_up.tick(referral=referral, code="tell_hub_first", by=world.bob, at=NOW + timedelta(hours=1))
    assert (step.ticked_at, step.ticked_by) == (NOW, world.alice)
    assert follow_up.untick(referral=referral, code="tell_hub_first", by=world.bob, at=NOW).ticked_at is None
    for code in ("never_look", "unheard_of"):
        with pytest.raises(follow_up.StepRefusedError):
            follow_up.tick(referral=referral, code=code, by=world.alice, at=NOW)
    token = uuid.uuid4()
    for _ in range(2):
        follow_up.add_detail(referral=referral, text="He wrote again.", token=token, by=world.alice, at=NOW)
    assert [addition.text for addition in referral.additions.all()] == ["He wrote again."]
    with pytest.raises(NotPermittedError):
        follow_up.add_detail(referral=referral, text="Mine", token=uuid.uuid4(), by=world.hana, at=NOW)


def test_the_filer_has_a_record_copy(world: World, referral: Referral) -> None:
    from referrals.documents import record_copy_text, render_record_copy
    from referrals.record_copies import record_copy_of

    copy = record_copy_of(referral, at=NOW)
    words = record_copy_text(copy)
    assert referral.reference in words
    assert "Cumberland Safeguarding Hub" in words
    assert "Somebody may be grooming this child." in words
    assert any(": by " in step and "Decision" in step for step in copy.next_steps), copy.next_steps
    assert render_record_copy(copy).startswith(b"%PDF")


def test_added_detail_reaches_all_who_have_the_worry_and_nobody_else(world: World) -> None:
    referral = sent(world, works="work", concerns=("grooming", "extremism"))
    for job in Job.objects.all():
        assert jobs.run(job_id=job.pk, at=NOW)
    first = all_packs(referral)
    packs.acknowledge(pack=first["cumbria_police"], by=world.pat, at=NOW)
    for minutes, words in ((5, "He wrote again."), (9, "He knows the school.")):
        later = NOW + timedelta(minutes=minutes)
        follow_up.add_detail(referral=referral, text=words, token=uuid.uuid4(), by=world.alice, at=later)
    every = Pack.objects.system(reason="a test").filter(referral=referral).select_related("route")
    versions = {unit: [pack.number for pack in every if pack.route.unit == unit] for unit in first}
    has_worry = {unit for unit, pack in first.items() if "asked Riley to keep a secret" in str(pack.snapshot)}
    assert {"cumberland_hub", "cumbria_police"} <= has_worry < set(first)
    assert versions == {unit: [1, 2, 3] if unit in has_worry else [1] for unit in first}

    # The newest is the current one, holds both additions, says what changed and waits to be acknowledged anew
    current = next(pack for pack in every if pack.route.unit == "cumbria_police" and pack.is_current)
    assert (current.number, current.acknowledged_at) == (3, None)
    assert "The referrer added detail" in current.snapshot["change_note"]
    assert jobs.run(job_id=job_of(current).pk, at=later)
    ready = Pack.objects.system(reason="a test").get(pk=current.pk)
    pages = PdfReader(BytesIO(packs.open_file(pack=ready, by=world.pat, at=NOW))).pages
    text = " ".join(page.extract_text() for page in pages)
    assert "He wrote again." in text
    assert "He knows the school." in text

    # What was sent first is as it was
    assert first["cumbria_police"].snapshot == next(
        pack.snapshot for pack in every if pack.pk == first["cumbria_police"].pk
    )
