"""Which case an event belongs to: its subject itself, or the one that its subject is a part of."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps

from audit.models import Event
from referrals.models import Referral

Key = tuple[str, str]
"""An event's subject: its kind, ``referrals.pack``, and its identifier."""


def belongs_to_a_case(kind: str) -> bool:
    """Whether rows of this kind are cases or stand in one."""
    return kind.partition(".")[0] in ("referrals", "casework")


def cases_behind(events: Iterable[Event]) -> Mapping[Key, Referral]:
    """Return the case behind each event's subject, without its answers; nothing for a row that is gone."""
    wanted: dict[str, set[str]] = {}
    for event in events:
        if belongs_to_a_case(event.subject_kind):
            wanted.setdefault(event.subject_kind, set()).add(event.subject_id)
    ids = {(kind, key): case for kind, keys in wanted.items() for key, case in _ids_of_cases(kind, keys)}
    rows = Referral.objects.system(reason="which cases the events of the record belong to, scoped by the caller")
    found = rows.filter(pk__in=set(ids.values())).defer("answers")
    cases = {case.pk: case for case in found}
    return {key: cases[pk] for key, pk in ids.items() if pk in cases}


def _ids_of_cases(kind: str, keys: Iterable[str]) -> list[tuple[str, Any]]:
    try:
        model = apps.get_model(kind)
    except LookupError:
        return []
    known = [key for key in map(row_key, keys) if key is not None]
    if model is Referral:
        return [(str(key), key) for key in known]
    if not any(field.name == "referral" for field in model._meta.fields):
        return []
    rows = model._base_manager.filter(pk__in=known).values_list("pk", "referral")
    return [(str(pk), case) for pk, case in rows]


def row_key(text: str) -> Any:
    """Return an event's identifier as the primary key it was, or None for what is none."""
    if text.isdecimal():
        return int(text)
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
