"""Forms about a case that ask no question of an edition: drawn by the form library, checked by the action they go to.

A field is never required here: what is missing is the action's to say, so that page and command say the same.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest, QueryDict

from referrals.web.forms.fields import NO_PICTURE

LONGEST_LINE = 1_000
"""From how many characters on a text is given more room."""
COUNT_FROM = 75
LONG_ROWS, SHORT_ROWS = 6, 3


class CaseForm(forms.Form):
    """A form about a case. `limits`: the longest text by field; a field without is no text."""

    limits: ClassVar[Mapping[str, int]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.draw()

    def draw(self) -> None:
        """Lay out the fields that there are, in their order; anew by a form that takes some out."""
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))

    def _drawn(self, name: str, field: forms.Field) -> Any:
        if isinstance(field.widget, forms.RadioSelect):
            return Field.radios(name, legend_size=Size.SMALL)
        if isinstance(field.widget, forms.CheckboxInput):
            return Field.checkbox(name)
        if isinstance(field.widget, forms.CheckboxSelectMultiple):
            return Field.checkboxes(name, legend_size=Size.SMALL)
        if isinstance(field, DateInputField):
            return Field(name, context={"legend_size": "govuk-fieldset__legend--s"})
        if isinstance(field.widget, forms.TextInput):
            return Field.text(name, label_size=Size.SMALL)
        limit = self.limits.get(name, LONGEST_LINE)
        rows = LONG_ROWS if limit > LONGEST_LINE else SHORT_ROWS
        return Field.textarea(name, label_size=Size.SMALL, rows=rows, max_characters=limit, threshold=COUNT_FROM)

    def refuse(self, faults: Mapping[str, str]) -> None:
        """Put what an action refused beside its fields; what belongs to no field stands above them."""
        for name, words in faults.items():
            self.add_error(name if name in self.fields else None, words)

    def refuse_pictures(self, names: Any) -> None:
        """Say beside each field into which a picture was pasted that none is taken."""
        for name in names:
            if name in self.fields:
                self.add_error(name, NO_PICTURE)

    @property
    def listed_errors(self) -> list[dict[str, str]]:
        """Every error with the control that it leads to, for the summary at the top."""
        found = [{"text": str(error), "href": ""} for error in self.non_field_errors()]
        for bound in (self[name] for name in self.fields):
            found += [{"text": str(error), "href": f"#{_first_control(bound)}"} for error in bound.errors]
        return found


def _first_control(bound: forms.BoundField) -> str:
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_1"
    return f"{bound.auto_id}_0" if isinstance(bound.field, DateInputField) else str(bound.auto_id)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with the form, an empty one too; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def text_field(label: str, help_text: str = "") -> forms.CharField:
    """A text of several lines; its length and characters are the action's to check."""
    # The form library reads this attribute of a counted text, and fails where a field without a hint has none.
    attrs = {"autocomplete": "off", "aria-describedby": ""}
    return forms.CharField(label=label, help_text=help_text, strip=False, widget=forms.Textarea(attrs=attrs))


def line_field(label: str, help_text: str = "") -> forms.CharField:
    """A text of one line."""
    return forms.CharField(label=label, help_text=help_text, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class DayField(DateInputField):
    """A day, as three numbers; what is wrong with one says of which day it speaks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(require_all_fields=False, **kwargs)
        asked = f"“{self.label}”"
        for part, name in zip(self.fields, ("day", "month", "year"), strict=True):
            part.error_messages["incomplete"] = f"{asked} needs a {name}"
            [digits] = [each for each in part.validators if isinstance(each, RegexValidator)]
            digits.message = f"The {name} of {asked} must be a number"

    def compress(self, data_list: Any) -> date | None:
        """Return the day, or None for nothing. Raises ValidationError for a day that no calendar has."""
        try:
            return super().compress(data_list)  # type: ignore[no-any-return]
        except ValidationError as error:
            raise ValidationError(f"“{self.label}” needs a day that exists. Check its day, month and year") from error


def day_field(label: str, help_text: str = "For example, 27 3 2027") -> DayField:
    """A day, as three numbers."""
    return DayField(label=label, help_text=help_text)


def clock_field(label: str) -> forms.TimeField:
    """A time of day."""
    return forms.TimeField(
        label=label, help_text="For example, 14:30", error_messages={"invalid": "Write a time like 14:30"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip


def radio_field(label: str, choices: Any, help_text: str = "") -> forms.ChoiceField:
    """A choice of one; nothing is chosen beforehand."""
    return forms.ChoiceField(label=label, help_text=help_text, choices=list(choices), widget=forms.RadioSelect)
