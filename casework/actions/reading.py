"""Reading is an event: recorded and committed before anything is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from casework import permissions
from casework.queries.cases import readable_cases
from casework.queries.packs import own_packs
from referrals.actions.packs import PackNotReadyError
from referrals.documents import PackSnapshot, pack_data
from referrals.models import Pack, Referral
from referrals.queries import is_open_by_glass


@transaction.atomic
def read_case(*, referral: Referral, by: Any, at: datetime) -> None:
    """Record that this person reads a case. Raises NotPermittedError."""
    permissions.check(readable_cases(by, at=at).filter(pk=referral.pk).exists())
    detail = {"sealed": referral.is_sealed, "break_glass": is_open_by_glass(by, referral, at=at)}
    record_event(event="case.read", by=by, at=at, subject=referral, detail=detail)


@transaction.atomic
def read_list(*, event: str, ids: Sequence[str], by: Any, at: datetime) -> None:
    """Record that this person was shown a list of these cases or packs. An empty list is not recorded."""
    if ids:
        record_event(event=event, by=by, at=at, detail={"shown": list(ids), "count": len(ids)})


@transaction.atomic
def search(*, kinds: Sequence[str], ids: Sequence[str], by: Any, at: datetime) -> None:
    """Record that this person searched, by which kinds of term and what was shown; never the words they typed."""
    record_event(
        event="case.searched", by=by, at=at, detail={"kinds": list(kinds), "shown": list(ids), "count": len(ids)}
    )


@transaction.atomic
def read_pack(*, pack: Pack, by: Any, at: datetime) -> None:
    """Record that this person reads the page of their own agency's pack. Raises NotPermittedError."""
    permissions.check(own_packs(by, at=at).filter(pk=pack.pk).exists())
    record_event(event="pack.read", by=by, at=at, subject=pack, detail={"state": pack.state})


def read_pack_data(*, pack: Pack, by: Any, at: datetime) -> bytes:
    """Return the JSON that the pack embeds, whose SHA-256 stands on its pages; the reading is committed first.

    Raises NotPermittedError, PackNotReadyError.
    """
    with transaction.atomic():
        mine = own_packs(by, at=at).filter(pk=pack.pk).defer(None).first()
        permissions.check(mine is not None)
        assert mine is not None  # noqa: S101  checked in the line above
        if not mine.is_ready:
            raise PackNotReadyError(mine.state)
        record_event(event="pack.data_downloaded", by=by, at=at, subject=mine, detail={"data_sha256": mine.data_sha256})
    return pack_data(PackSnapshot.model_validate(mine.snapshot))
