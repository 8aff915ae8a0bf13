"""A case as a PDF: asked for with a reason, made by the worker as whoever asked may see it, gone after a day."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.encryption import EncryptionError, open_bytes, seal_bytes
from audit.record import record_alone, record_event
from casework import permissions
from casework.actions import reading
from casework.models import CaseExport
from casework.models.exports import EXPORT_LIFE, LONGEST_REASON
from casework.queries.case_record import case_record_of
from referrals import outbox
from referrals.actions import jobs
from referrals.documents import render_case_record
from referrals.models import Job, Referral
from referrals.outbox import Lease
from referrals.text import TextRefusedError, clean_text

State = CaseExport.State
PLAIN_AFTER = 2
"""Attempts with the full layout; from then on the plain one is used. An attempt whose worker died counts."""


class ExportNotOpenError(Exception):
    """The file is not there: not made yet, or its day is over. The text says which."""


class ExportDamagedError(Exception):
    """The file is missing or not what was stored; it names nobody."""


@transaction.atomic
def ask(*, referral: Referral, reason: str, by: Any, at: datetime) -> CaseExport:
    """Ask for the PDF of a case, saying what for. Raises TextRefusedError, NotPermittedError."""
    permissions.check(permissions.may_export(by, referral, at=at))
    words = clean_text(reason, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError("Write what the PDF is for, and who will have it.")
    export = CaseExport(referral=referral, reason=words, asked_at=at, asked_by=by, expires_at=at + EXPORT_LIFE)
    export.save(force_insert=True)
    outbox.enqueue(kind=Job.Kind.EXPORT_CASE, subject_id=export.pk, at=at)
    record_event(event="export.asked", by=by, at=at, subject=export)
    return export


def make(*, lease: Lease, at: datetime) -> None:
    """Make the PDF of a claimed job, as whoever asked may see the case now; nothing is kept where the lease was lost.

    A failure is tried again. Who may not export the case any more is given nothing.
    """
    export = _load(lease.subject_id)
    if export.state not in (State.WAITING, State.FAILED) or at >= export.expires_at:
        outbox.complete(lease, at=at)
        return
    if not permissions.may_export(export.asked_by, export.referral, at=at):
        _refuse(lease, export, at=at)
        return
    name = _name(export, lease.attempt)
    try:
        record, told = case_record_of(export, at=at)
        pdf = render_case_record(record, is_plain=lease.attempt > PLAIN_AFTER)
        name = default_storage.save(name, ContentFile(seal_bytes(pdf, context=export.file_context)))
    except Exception as error:
        _fail(lease, export, type(error).__name__, at=at)
        return
    try:
        _keep(lease, export, name, hashlib.sha256(pdf).hexdigest(), told, at=at)
    except BaseException:
        default_storage.delete(name)
        raise


def make_now(*, export: CaseExport, by: Any, at: datetime) -> bool:
    """Make the PDF at once, for whoever asked, where no worker has come for it; False while one is at it.

    A worker that comes meanwhile finds it done. Raises NotPermittedError, ExportNotOpenError while it is not late.
    """
    mine = _load(export.pk)
    permissions.check(mine.asked_by_id == by.pk and permissions.may_export(by, mine.referral, at=at))
    if not mine.is_late(at=at):
        raise ExportNotOpenError("It is not late. Wait until the worker has made it.")
    job = Job.objects.get(kind=Job.Kind.EXPORT_CASE, subject_id=mine.pk)
    return jobs.run(job_id=job.pk, at=at)


def _name(export: CaseExport, attempt: int) -> str:
    return f"exports/{export.pk.hex}-{attempt}.sealed"


def _load(pk: Any) -> CaseExport:
    rows = CaseExport.objects.select_related("asked_by", "referral__owner_unit", "referral__author")
    return rows.select_related("referral__organisation").get(pk=pk)


@transaction.atomic
def _keep(lease: Lease, export: CaseExport, name: str, sha256: str, told: Iterable[Referral], *, at: datetime) -> None:
    outbox.complete(lease, at=at)
    export.state, export.ready_at, export.storage_name, export.file_sha256 = State.READY, at, name, sha256
    export.failure = ""
    export.save(update_fields=["state", "ready_at", "storage_name", "file_sha256", "failure"])
    record_event(event="export.made", by=None, at=at, subject=export, detail={"file_sha256": sha256})
    # The chronology in it tells of other cases: whoever asked reads those too, as on its page.
    for case in told:
        if case.pk != export.referral_id:
            reading.read_case(referral=case, by=export.asked_by, at=at)


@transaction.atomic
def _refuse(lease: Lease, export: CaseExport, *, at: datetime) -> None:
    outbox.complete(lease, at=at)
    CaseExport.objects.filter(pk=export.pk).update(state=State.REFUSED)
    record_event(event="export.refused", by=None, at=at, subject=export)


@transaction.atomic
def _fail(lease: Lease, export: CaseExport, failure: str, *, at: datetime) -> None:
    outbox.release(lease, failure=failure, at=at)
    CaseExport.objects.filter(pk=export.pk).update(state=State.FAILED, failure=failure[:80])
    record_event(event="export.failed", by=None, at=at, subject=export, detail={"failure": failure})


def open_file(*, export: CaseExport, by: Any, at: datetime) -> bytes:
    """Return the PDF to whoever asked for it and may still export the case; recorded and committed first.

    Raises NotPermittedError, ExportNotOpenError, ExportDamagedError.
    """
    with transaction.atomic():
        mine = _load(export.pk)
        permissions.check(mine.asked_by_id == by.pk and permissions.may_export(by, mine.referral, at=at))
        if not mine.is_open(at=at):
            is_over = mine.state == State.EXPIRED or at >= mine.expires_at
            raise ExportNotOpenError("This PDF has expired. Ask for it again." if is_over else "It is not ready yet.")
        record_event(event="export.downloaded", by=by, at=at, subject=mine, detail={"file_sha256": mine.file_sha256})
    try:
        with default_storage.open(mine.storage_name) as file:
            pdf = open_bytes(file.read(), context=mine.file_context)
        if hashlib.sha256(pdf).hexdigest() != mine.file_sha256:
            raise ExportDamagedError("The stored file is not the one that was made. Ask for it again.")
    except (OSError, EncryptionError, ExportDamagedError) as error:
        record_alone(event="export.file_refused", by=by, at=at, subject=mine, detail={"cause": type(error).__name__})
        raise ExportDamagedError("The stored file cannot be opened. Ask for the PDF again.") from error
    return pdf


def expire_due(*, at: datetime) -> int:
    """Delete the files of exports whose day is over; return how many. Safe to call any number of times at once."""
    due = CaseExport.objects.filter(expires_at__lte=at).exclude(state__in=[State.EXPIRED, State.REFUSED])
    return sum(_expire(pk, at=at) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _expire(pk: Any, *, at: datetime) -> int:
    export = CaseExport.objects.get(pk=pk)
    # By the name of its file too: a new key may have moved it meanwhile, and the next run then finds it.
    rows = CaseExport.objects.filter(pk=pk, storage_name=export.storage_name)
    if not rows.exclude(state__in=[State.EXPIRED, State.REFUSED]).update(state=State.EXPIRED, storage_name=""):
        return 0
    record_event(event="export.expired", by=None, at=at, subject=export)
    attempts = Job.objects.get(kind=Job.Kind.EXPORT_CASE, subject_id=pk).attempts
    # What a worker that died in an attempt may have left behind goes too.
    names = {export.storage_name, *(_name(export, attempt + 1) for attempt in range(attempts))} - {""}
    transaction.on_commit(lambda: _delete(names))
    return 1


def _delete(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
