"""A new key for everything that is sealed: columns, one-time-code secrets, the files of packs and exported cases."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from accounts.key_ring_file import add_current_key
from accounts.resealing import (
    Tally,
    key_of_bytes,
    key_of_text,
    reseal_bytes,
    reseal_in_json,
    reseal_model,
    sealed_models,
)
from accounts.sealing import key_ring
from accounts.web.adapters import MFAAdapter
from audit.record import record_event
from casework.models import CaseExport
from referrals.models import Pack

Say = Callable[[str], object]


class NotAllResealedError(Exception):
    """Something is still under an older key. The text says what, and to run the command again."""


def rotate(*, by: Any, at: datetime, say: Say, new_key: bool = True) -> Tally:
    """Make a new current key (or with `new_key=False` go on with the one there is) and seal everything under it.

    Older keys stay in the ring: backups need them, and so do processes that read the ring a moment ago. Recorded as
    `keys.rotated` once nothing is left under another key. Raises EncryptionError for a value that no key opens,
    NotAllResealedError where something was written under the old key meanwhile.
    """
    if new_key:
        say(f"New key {add_current_key(settings.KEY_RING_FILE)}. Back the key ring up now.")
    tally = Tally()
    for model, fields in sealed_models():
        reseal_model(model, fields, tally)
        say(f"{model._meta.label}: done")
    _authenticators(tally)
    for rows in _with_files().values():
        _files(rows, tally)
    left = under_other_keys()
    if left:
        words = ", ".join(f"{count} in {place}" for place, count in sorted(left.items()))
        raise NotAllResealedError(f"Still under an older key: {words}. Run `manage.py rotate_keys --resume`.")
    with transaction.atomic():
        record_event(
            event="keys.rotated",
            by=by,
            at=at,
            detail={"key": key_ring().current, "anew": tally.anew, "kept": tally.kept},
        )
    return tally


def _authenticators(tally: Tally) -> None:
    for pk in list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            # Read under its lock: a printed code crossed out meanwhile must not come back.
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            anew = reseal_in_json(row.data, context=MFAAdapter._CONTEXT, tally=tally)
            if anew != row.data:
                row.data = anew
                row.save(update_fields=["data"])


def _with_files() -> dict[str, QuerySet[Any]]:
    """Return what has a sealed file beside its row, by what the file is called."""
    packs = Pack.objects.system(reason="the keys of the files of packs").filter(state=Pack.State.READY)
    return {
        "pack files": packs.defer("snapshot"),
        "files of exported cases": CaseExport.objects.filter(state=CaseExport.State.READY).defer("reason"),
    }


def _files(rows: QuerySet[Any], tally: Tally) -> None:
    for row in rows.order_by("pk").iterator():
        sealed = _stored(rows, row)
        if sealed is None:
            continue
        anew = reseal_bytes(sealed, context=row.file_context, tally=tally)
        if anew is sealed:
            continue
        old, name = row.storage_name, default_storage.save(row.storage_name, ContentFile(anew))
        # The new file stands before the row points to it, and the old one goes after: stopped at any moment, the row
        # points to a file that opens.
        if rows.filter(pk=row.pk, storage_name=old).update(storage_name=name):
            default_storage.delete(old)
        else:
            default_storage.delete(name)


def _stored(rows: QuerySet[Any], row: Any) -> bytes | None:
    """Return a file as it is stored; None where its row let it go meanwhile, as an export does after its day."""
    try:
        with default_storage.open(row.storage_name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        if rows.filter(pk=row.pk, storage_name=row.storage_name).exists():
            raise
        return None


def under_other_keys() -> Counter[str]:
    """Return how many sealed values are not under the current key, by where they are."""
    current = key_ring().current
    left: Counter[str] = Counter()
    for model, fields in sealed_models():
        for row in model._base_manager.only("pk", *(field.name for field in fields)).iterator(chunk_size=500):
            for field in fields:
                stored = row.__dict__.get(field.attname)
                if stored is not None and key_of_text(stored.text) != current:
                    left[f"{model._meta.label}.{field.name}"] += 1
    for place, rows in _with_files().items():
        for row in rows.iterator():
            sealed = _stored(rows, row)
            if sealed is not None and key_of_bytes(sealed[:100]) != current:
                left[place] += 1
    return left
