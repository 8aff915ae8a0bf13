"""Model fields whose stored value is sealed, and the doors to sealing files and making a key ring.

A field's context is ``model|primary key|field``. The value stays sealed until somebody reads the attribute of
a loaded instance; a list that shows no name opens none. What cannot be opened raises ``EncryptionError``:
garbage is never shown.
"""

import json
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from accounts.sealing import (
    EncryptionError,
    blind_token,
    create_key_ring,
    open_bytes,
    open_text,
    seal_bytes,
    seal_text,
)

__all__ = [
    "EncryptedJSONField",
    "EncryptedTextField",
    "EncryptionError",
    "blind_token",
    "create_key_ring",
    "open_bytes",
    "seal_bytes",
]


if TYPE_CHECKING:
    BaseTextField = models.TextField[Any, Any]
else:
    BaseTextField = models.TextField


class Sealed:
    """A value as it stands in the database, not opened yet. Showing it by mistake raises instead of leaking."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "<sealed value>"

    def __str__(self) -> NoReturn:
        raise EncryptionError(
            "A sealed value was about to be shown. values() and values_list() cannot open sealed fields: "
            "load the model instance and read its attribute."
        )


class SealedAttribute(DeferredAttribute):
    """Opens the stored value when the attribute is first read, with the instance's own primary key."""

    field: "_EncryptedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.open(value, instance)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _EncryptedField(BaseTextField):
    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for option in ("unique", "db_index", "primary_key", "choices", "db_default"):
            if kwargs.get(option):
                raise FieldError(f"An encrypted field cannot have {option}: every sealing of a value differs.")
        super().__init__(*args, **kwargs)

    def _to_text(self, value: Any) -> str:
        raise NotImplementedError

    def _from_text(self, text: str) -> Any:
        raise NotImplementedError

    def _context(self, instance: models.Model) -> str:
        if instance.pk is None:
            raise EncryptionError(
                f"{self.model._meta.label} needs its primary key before {self.name} can be sealed: give the model a "
                "UUID primary key with a default, or save it without the encrypted field first."
            )
        return f"{self.model._meta.label_lower}|{instance.pk}|{self.name}"

    def open(self, value: Sealed, instance: models.Model) -> Any:
        return self._from_text(open_text(value.text, context=self._context(instance)))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        # Reading the attribute opens what was still sealed, so a row under a changed key or pk fails here and
        # is not written back unreadable.
        value = getattr(model_instance, self.attname)
        if value is None:
            return None
        return Sealed(seal_text(self._to_text(value), context=self._context(model_instance)))

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, Sealed):
            return value.text
        raise EncryptionError(
            f"{self.name} is encrypted: it can only be written by saving an instance (not by update() or "
            "bulk_update()), and cannot be searched."
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and cannot be looked up ({lookup_name}). Search by another field.")

    def get_transform(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self.name} is encrypted and cannot be transformed in the database ({lookup_name}).")

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise EncryptionError(f"{self.name} is encrypted and is not dumped in clear: use a database backup.")


class EncryptedTextField(_EncryptedField):
    """Text, sealed in its column. ``max_length`` is checked by forms and ``full_clean`` on the clear text."""

    def _to_text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise EncryptionError(f"{self.name} takes text, not {type(value).__name__}.")
        return value

    def _from_text(self, text: str) -> str:
        return text


class EncryptedJSONField(_EncryptedField):
    """Anything JSON can hold (dict, list, str, int, float, bool), sealed as one text."""

    def _to_text(self, value: Any) -> str:
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError):
            raise EncryptionError(f"{self.name} takes only what JSON can hold.") from None

    def _from_text(self, text: str) -> Any:
        return json.loads(text)

    def to_python(self, value: Any) -> Any:
        return value

    def get_default(self) -> Any:
        return super().get_default() if self.has_default() or self.null else {}
