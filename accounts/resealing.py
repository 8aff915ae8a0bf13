"""Sealing anew under the current key what an older key sealed: columns in batches, and single sealed texts.

Safe to stop and to begin again: what is under the current key already is passed over, and a row that somebody changes
meanwhile is left to them, for whoever writes it seals it under the current key.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from accounts.encryption import Sealed, _EncryptedField, open_bytes, seal_bytes
from accounts.sealing import BYTES_MARK, key_ring, open_text, seal_text

BATCH = 200


@dataclass
class Tally:
    """How many values were sealed anew, and how many were under the current key already."""

    anew: int = 0
    kept: int = 0


def sealed_models() -> Iterator[tuple[type[models.Model], list[_EncryptedField]]]:
    """Return every model that has sealed fields, with these."""
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, _EncryptedField)]
        if fields:
            yield model, fields


def key_of_text(sealed: str) -> str:
    """The id of the key that a sealed text names."""
    return sealed.split(":", 2)[1] if sealed.count(":") >= 2 else ""


def key_of_bytes(sealed: bytes) -> str:
    """The id of the key that sealed bytes name; blank for bytes that are not sealed."""
    if not sealed.startswith(BYTES_MARK) or len(sealed) <= len(BYTES_MARK):
        return ""
    start = len(BYTES_MARK) + 1
    return sealed[start : start + sealed[start - 1]].decode("ascii", "replace")


def reseal_model(model: type[models.Model], fields: list[_EncryptedField], tally: Tally) -> None:
    """Seal the sealed fields of every row anew where need be. Raises EncryptionError for what cannot be opened."""
    last: Any = None
    while True:
        rows = model._base_manager.order_by("pk").only("pk", *(field.name for field in fields))
        batch = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
        if not batch:
            return
        with transaction.atomic():
            for row in batch:
                for field in fields:
                    _reseal_value(model, row, field, tally)
        last = batch[-1].pk


def _reseal_value(model: type[models.Model], row: models.Model, field: _EncryptedField, tally: Tally) -> None:
    stored = row.__dict__.get(field.attname)
    if not isinstance(stored, Sealed):
        return
    if key_of_text(stored.text) == key_ring().current:
        tally.kept += 1
        return
    context = field._context(row)
    anew = seal_text(open_text(stored.text, context=context), context=context)
    quote, meta = connection.ops.quote_name, model._meta
    key = meta.pk.get_db_prep_value(row.pk, connection) if meta.pk else row.pk
    with connection.cursor() as cursor:
        # The old text is a condition: what was written since it was read is not written over.
        cursor.execute(
            f"UPDATE {quote(meta.db_table)} SET {quote(field.column or '')} = %s "  # noqa: S608  names of ours
            f"WHERE {quote(meta.pk.column or '')} = %s AND {quote(field.column or '')} = %s",
            [anew, key, stored.text],
        )
        tally.anew += cursor.rowcount


def reseal_in_json(value: Any, *, context: str, tally: Tally) -> Any:
    """Return JSON data with the base64 of sealed bytes in it, at any depth, sealed anew where need be."""
    if isinstance(value, dict):
        return {name: reseal_in_json(each, context=context, tally=tally) for name, each in value.items()}
    if isinstance(value, list):
        return [reseal_in_json(each, context=context, tally=tally) for each in value]
    if not isinstance(value, str):
        return value
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value
    if not raw.startswith(BYTES_MARK):
        return value
    return base64.b64encode(reseal_bytes(raw, context=context, tally=tally)).decode("ascii")


def reseal_bytes(sealed: bytes, *, context: str, tally: Tally) -> bytes:
    """Return sealed bytes under the current key. Raises EncryptionError for what cannot be opened."""
    if key_of_bytes(sealed) == key_ring().current:
        tally.kept += 1
        return sealed
    tally.anew += 1
    return seal_bytes(open_bytes(sealed, context=context), context=context)
