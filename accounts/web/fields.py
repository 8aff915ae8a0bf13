"""Forms about people and places: one line of text, cleaned; drawn by templates/accounts/_fields.html."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_PHONE = re.compile(r"[+()\d .,/ext#-]+", re.IGNORECASE)
FEWEST_DIGITS = 3
_CLASSES = (
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    ((forms.TextInput, forms.DateInput), "govuk-input govuk-!-width-two-thirds"),
)


class PortalForm(forms.Form):
    """A form whose controls carry the design system's classes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name = next((name for kind, name in _CLASSES if isinstance(field.widget, kind)), "")
            field.widget.attrs.setdefault("class", name)


class OneLine(forms.CharField):
    """A name, a job, a place: composed (NFC), on one line, without characters that nobody sees."""

    def clean(self, value: Any) -> str:
        """Return the text as it is kept. Raises ValidationError saying what to take out."""
        text = unicodedata.normalize("NFC", super().clean(value))
        if _UNSEEN.search(text) or any(unicodedata.category(each) in {"Cc", "Cs", "Cn", "Zl", "Zp"} for each in text):
            raise ValidationError("This holds a character that cannot be seen. Type it again on one line.")
        return text


class Phone(OneLine):
    """A telephone number as people write it, an extension included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "type": "tel"}), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the number as it was written. Raises ValidationError where it is none."""
        text = super().clean(value)
        if text and not (_PHONE.fullmatch(text) and sum(each.isdigit() for each in text) >= FEWEST_DIGITS):
            raise ValidationError("Write a telephone number, such as 01632 960 001.")
        return text
