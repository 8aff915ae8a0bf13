"""Packs: rendered from their snapshot under a lease, opened, acknowledged."""

import contextlib
import hashlib
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.encryption import EncryptionError, open_bytes, seal_bytes
from audit.record import record_alone, record_event
from referrals import outbox, permissions
from referrals.actions.clocks import end_clocks
from referrals.documents import PackSnapshot, RenderedPack, render_fallback, render_pack
from referrals.models import Pack
from referrals.outbox import Lease

FALLBACK_AFTER = 2
"""Attempts with the full layout; from then on the plain one is used. An attempt whose worker died counts."""


class PackNotReadyError(Exception):
    """The pack's file is not there yet; its state says why."""


class PackDamagedError(Exception):
    """The pack's file is missing or is not what was stored. The text says what to do, and names nobody."""


def render(*, lease: Lease, at: datetime) -> None:
    """Render the pack of a claimed job and keep it, unless the lease was lost meanwhile; then nothing is kept.

    A failure marks the pack as failed, to be tried again; after two attempts the fallback is used. Raises nothing for a
    failed rendering: the job's next attempt is what follows.
    """
    if not _begin(lease, at=at):
        return
    pack = _pack(lease)
    draw = render_fallback if lease.attempt > FALLBACK_AFTER else render_pack
    try:
        rendered = draw(PackSnapshot.model_validate(pack.snapshot))
        name = _store(pack, rendered.pdf, lease.attempt)
    except Exception as error:
        _give_back(lease, pack, type(error).__name__, at=at)
        return
    try:
        _keep(lease, pack, rendered, name, at=at)
    except BaseException:
        default_storage.delete(name)
        raise
    _forget_earlier(pack, lease.attempt, kept=name)


def _pack(lease: Lease) -> Pack:
    return Pack.objects.system(reason="render one pack").select_related("route").get(pk=lease.subject_id)


@transaction.atomic
def _begin(lease: Lease, *, at: datetime) -> bool:
    """Say that the pack is being made; False where it is ready already, and its job then done."""
    pack = _pack(lease)
    if pack.is_ready:
        outbox.complete(lease, at=at)
        return False
    outbox.check_held(lease)
    pack.state, pack.attempts = Pack.State.RENDERING, lease.attempt
    pack.rendering_since = pack.rendering_since or at
    pack.save(update_fields=["state", "attempts", "rendering_since"])
    return True


def _store(pack: Pack, pdf: bytes, attempt: int) -> str:
    sealed = seal_bytes(pdf, context=pack.file_context)
    return default_storage.save(_name(pack, attempt), ContentFile(sealed))


def _name(pack: Pack, attempt: int) -> str:
    return f"{pack.pk.hex[:2]}/{pack.pk.hex}-{attempt}.sealed"


@transaction.atomic
def _keep(lease: Lease, pack: Pack, rendered: RenderedPack, name: str, *, at: datetime) -> None:
    """Make the pack ready, its job done and the audit say so, all under the lease."""
    outbox.complete(lease, at=at)
    pack.state, pack.ready_at, pack.storage_name = Pack.State.READY, at, name
    pack.data_sha256, pack.file_sha256 = rendered.data_sha256, rendered.file_sha256
    pack.pages, pack.is_fallback, pack.failure, pack.failed_at = rendered.pages, rendered.is_fallback, "", None
    pack.save(
        update_fields=[
            "state", "ready_at", "storage_name", "data_sha256", "file_sha256", "pages", "is_fallback", "failure",
            "failed_at",
        ]
    )  # fmt: skip
    record_event(
        event="pack.rendered",
        by=None,
        at=at,
        subject=pack,
        detail={"attempt": lease.attempt, "fallback": rendered.is_fallback, "file_sha256": rendered.file_sha256},
    )


@transaction.atomic
def _give_back(lease: Lease, pack: Pack, failure: str, *, at: datetime) -> None:
    outbox.release(lease, failure=failure, at=at)
    pack.state, pack.failed_at, pack.failure = Pack.State.FAILED, at, failure
    pack.save(update_fields=["state", "failed_at", "failure"])
    record_event(
        event="pack.failed", by=None, at=at, subject=pack, detail={"attempt": lease.attempt, "failure": failure}
    )


def _forget_earlier(pack: Pack, attempt: int, *, kept: str) -> None:
    """Remove what a worker that died in an earlier attempt may have left behind."""
    for earlier in range(1, attempt):
        if _name(pack, earlier) != kept:
            with contextlib.suppress(OSError):
                default_storage.delete(_name(pack, earlier))


def open_file(*, pack: Pack, by: Any, at: datetime) -> bytes:
    """Return the PDF of a pack that this person may open; the opening is recorded and committed first.

    Raises NotPermittedError, PackNotReadyError, or PackDamagedError where the file is not what was stored; that is
    recorded too.
    """
    with transaction.atomic():
        mine = Pack.objects.visible_to(by, at=at).filter(pk=pack.pk).first()
        permissions.check(mine is not None)
        assert mine is not None  # noqa: S101
        if not mine.is_ready:
            raise PackNotReadyError(mine.state)
        record_event(event="pack.downloaded", by=by, at=at, subject=mine, detail={"file_sha256": mine.file_sha256})
    try:
        return _stored_file(mine)
    except PackDamagedError as error:
        cause = type(error.__cause__ or error).__name__
        record_alone(event="pack.file_refused", by=by, at=at, subject=mine, detail={"cause": cause})
        raise


def _stored_file(pack: Pack) -> bytes:
    try:
        with default_storage.open(pack.storage_name) as file:
            pdf = open_bytes(file.read(), context=pack.file_context)
    except (OSError, EncryptionError) as error:
        raise PackDamagedError("The stored file cannot be opened. Restore the packs from their backup.") from error
    if hashlib.sha256(pdf).hexdigest() != pack.file_sha256:
        raise PackDamagedError("The stored file is not the one that was made. Restore the packs from their backup.")
    return pdf


@transaction.atomic
def acknowledge(*, pack: Pack, by: Any, at: datetime) -> Pack:
    """Record that the recipient has the pack, which ends its receipt clock (K-15). A second time changes nothing."""
    permissions.check(permissions.may_acknowledge(by, pack, at=at))
    rows = Pack.objects.system(reason="acknowledge one pack")
    if rows.filter(pk=pack.pk, acknowledged_at__isnull=True).update(acknowledged_at=at, acknowledged_by=by):
        end_clocks(referral=pack.referral, kinds=["K-15"], agency=pack.route.agency, by=by, at=at)
        record_event(event="pack.acknowledged", by=by, at=at, subject=pack)
    return rows.get(pk=pack.pk)
