"""The fields of the form: each keeps what was typed when it refuses it, and says what is wrong with it."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from referrals.text import LONGEST_LINE, TextRefusedError, clean_text

NO_PICTURE = (
    "We did not take what was pasted here: it held a picture or a file. Write in a few words what worries you, without "
    "saying in detail what an image shows"
)
FREE_TEXT_HINT = "Facts, the child’s own words, dates, and who said it. Do not describe in detail what an image shows."
"""For every box of several lines that has no hint of its own (F-4)."""
_NO_AUTOCOMPLETE = {"autocomplete": "off"}
_DIGITS = re.compile(r"\d")
_PHONE = re.compile(r"[+()\d .,/ext#-]+", re.IGNORECASE)
FEWEST_DIGITS, MOST_DIGITS = 3, 20


class AnswerText(forms.Field):
    """Text of one line or of several, cleaned as everything that is stored (see `referrals.text`)."""

    def __init__(self, *, limit: int, one_line: bool, exactly: bool = False, **more: Any) -> None:
        self.limit = min(limit, LONGEST_LINE) if one_line else limit
        self.one_line, self.exactly = one_line, exactly
        attrs: dict[str, Any] = dict(_NO_AUTOCOMPLETE)
        if exactly:
            attrs |= {"spellcheck": "false", "autocapitalize": "none", "class": "portal-exact"}
        widget = forms.TextInput(attrs) if one_line else forms.Textarea(attrs)
        if not one_line:
            more["help_text"] = more.get("help_text") or FREE_TEXT_HINT
        super().__init__(required=False, widget=widget, **more)

    def clean(self, value: Any) -> str:
        """Return the text as it is kept. Raises ValidationError with what is wrong and how to mend it."""
        try:
            return clean_text(value or "", limit=self.limit, one_line=self.one_line, exactly=self.exactly)
        except TextRefusedError as error:
            raise ValidationError(str(error)) from error


_SHORT_DATE = re.compile(r"(\d{1,2})[/. ](\d{1,2})[/. ](\d{4})")


def iso_date(text: str) -> str:
    """Return a date written like 27/3/2013 as it is stored, 2013-03-27; anything else as it is."""
    found = _SHORT_DATE.fullmatch(text.strip())
    if not found:
        return text
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


class AgeText(AnswerText):
    """An age, a guess at one, or a date of birth, on one line."""

    def clean(self, value: Any) -> str:
        """Return what was typed, a date as it is stored."""
        return iso_date(super().clean(value))


class PhoneText(AnswerText):
    """A telephone number as people write it, an extension included."""

    def __init__(self, *, wrong: str, **more: Any) -> None:
        super().__init__(limit=60, one_line=True, **more)
        self.wrong = wrong
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> str:
        """Return the number as it was written. Raises ValidationError where it is none."""
        text = super().clean(value)
        digits = len(_DIGITS.findall(text))
        if text and not (_PHONE.fullmatch(text) and FEWEST_DIGITS <= digits <= MOST_DIGITS):
            raise ValidationError(self.wrong)
        return text


class EmailText(AnswerText):
    """An email address."""

    def __init__(self, *, wrong: str, **more: Any) -> None:
        super().__init__(limit=254, one_line=True, **more)
        self.is_email = EmailValidator(message=wrong)
        self.widget.input_type = "email"

    def clean(self, value: Any) -> str:
        """Return the address. Raises ValidationError where it is none."""
        text = super().clean(value)
        if text:
            self.is_email(text)
        return text


class DatePartsWidget(forms.MultiWidget):
    """Day, month and year, each typed."""

    def __init__(self) -> None:
        attrs = {"inputmode": "numeric", **_NO_AUTOCOMPLETE}
        super().__init__({part: forms.TextInput(attrs) for part in ("day", "month", "year")})

    def decompress(self, value: Any) -> list[str]:
        """Return day, month and year of a date as it is stored."""
        try:
            day = date.fromisoformat(value or "")
        except ValueError:
            return ["", "", ""]
        return [str(day.day), str(day.month), str(day.year)]


class DateParts(forms.Field):
    """A date of three parts; its value is YYYY-MM-DD, or nothing."""

    def __init__(self, *, wrong: str, not_after: date, **more: Any) -> None:
        self.wrong, self.not_after = wrong, not_after
        super().__init__(required=False, widget=DatePartsWidget(), **more)

    def clean(self, value: Any) -> str:
        """Return the date as it is stored. Raises ValidationError where it is none, or lies in the future."""
        parts = [(part or "").strip() for part in value or ["", "", ""]]
        if not any(parts):
            return ""
        try:
            day, month, year = (int(part) for part in parts)
            typed = date(year, month, day)
        except (ValueError, OverflowError):
            raise ValidationError(f"{self.wrong}. Write day, month and year as numbers, like 27 3 2013") from None
        if typed > self.not_after or typed.year < 1900:
            raise ValidationError(self.wrong)
        return typed.isoformat()


class Chosen(forms.Field):
    """What was chosen of some options; always a list."""

    def __init__(self, *, many: bool, values: list[str], wrong: str, **more: Any) -> None:
        self.values, self.wrong = values, wrong
        choices = [(value, value) for value in values]
        widget = forms.CheckboxSelectMultiple(choices=choices) if many else forms.RadioSelect(choices=choices)
        super().__init__(required=False, widget=widget, **more)

    def clean(self, value: Any) -> list[str]:
        """Return the values chosen. Raises ValidationError for one that is no option."""
        chosen = [value] if isinstance(value, str) and value else list(value or [])
        if any(each not in self.values for each in chosen):
            raise ValidationError(self.wrong)
        return chosen
