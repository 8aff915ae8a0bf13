"""The forms of settings and of directory entries."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.directory import WEEKDAYS
from accounts.models import DirectoryEntry, Organisation, User
from accounts.web.fields import OneLine, PortalForm

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
DAY_NAMES = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)


class OrganisationForm(PortalForm):
    """A setting's name, kind and domain."""

    name = OneLine(label="Name", max_length=200, error_messages={"required": "Write the setting's name"})
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose"), *Organisation.Kind.choices])
    email_domain = OneLine(
        label="Email domain",
        max_length=200,
        required=False,
        help_text="What stands after the @ in its work addresses. Whoever proves to have such an address may ask for "
        "an account, which the setting’s safeguarding lead then confirms. Leave empty to allow invitations alone.",
    )


class NewOrganisationForm(OrganisationForm):
    """A new setting, in an area of one's own."""

    field_order = ["name", "kind", "area", "email_domain"]
    area = forms.ChoiceField(label="Area")

    def __init__(self, areas: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "Choose"), *areas]  # type: ignore[attr-defined]


class EntryForm(PortalForm):
    """How an agency is reached."""

    day_number = OneLine(label="Day number", max_length=80, required=False)
    night_number = OneLine(label="Night number", max_length=80, required=False)
    intake = forms.CharField(
        label="How it takes referrals", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = OneLine(label="Who keeps this entry right", max_length=200, required=False)
    keeper = forms.ModelChoiceField(
        label="Who is told when it has not been checked for 90 days",
        queryset=User.objects.none(),
        required=False,
        empty_label="The administrators",
    )
    source = forms.CharField(
        label="Where this is from", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    notes = forms.CharField(label="Notes", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    checked_on = forms.DateField(
        label="Checked on", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    confirm_before_go_live = forms.BooleanField(
        label="The partnership has still to confirm this before it goes live", required=False
    )

    def __init__(self, keepers: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keeper"].queryset = keepers  # type: ignore[attr-defined]
        self.fields["keeper"].label_from_instance = _named  # type: ignore[attr-defined]
        for day, name in DAY_NAMES.items():
            field = OneLine(label=f"{name}, open", required=False, max_length=20)
            field.widget.attrs |= {"class": "govuk-input govuk-input--width-10", "autocomplete": "off"}
            self.fields[f"hours_{day}"] = field

    def clean(self) -> dict[str, Any]:
        """Return the entry's own fields, the hours as {"mon": ["08:00", "17:00"]}. Raises for times that are none."""
        values: dict[str, Any] = super().clean() or {}
        hours: dict[str, list[str]] = {}
        for day in WEEKDAYS:
            written = values.pop(f"hours_{day}", "")
            if not written:
                continue
            parts = [part.strip().zfill(5) for part in written.replace("–", "-").replace(" to ", "-").split("-")]
            if len(parts) != 2 or not all(_TIME.fullmatch(part) for part in parts) or parts[0] >= parts[1]:
                wrong = "Write opening and closing like 08:00 to 17:00, or leave it empty."
                self.add_error(f"hours_{day}", ValidationError(wrong))
                continue
            hours[day] = parts
        return {name: value for name, value in values.items() if not name.startswith("hours_")} | {"hours": hours}

    @staticmethod
    def values_of(entry: DirectoryEntry) -> dict[str, Any]:
        """The form's values for an entry as it stands."""
        names = ("day_number", "night_number", "intake", "owner", "source", "notes", "checked_on")
        values: dict[str, Any] = {name: getattr(entry, name) for name in names}
        values["keeper"] = entry.keeper_id
        values["confirm_before_go_live"] = entry.confirm_before_go_live
        return values | {f"hours_{day}": " to ".join(times) for day, times in entry.hours.items()}

    def add_refusals(self, error: ValidationError) -> None:
        """Put what the action refused beside the fields it speaks of."""
        for name, texts in _by_field(error):
            where = name if name in self.fields else ("hours_mon" if name == "hours" else None)
            self.add_error(where, texts)


def _named(person: User) -> str:
    return f"{person.full_name} ({person.email})"


def _by_field(error: ValidationError) -> Iterator[tuple[str, list[str]]]:
    if hasattr(error, "error_dict"):
        yield from error.message_dict.items()
    else:
        yield "", error.messages
