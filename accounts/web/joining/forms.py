"""The forms of joining, before there is an account."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.web.fields import OneLine, Phone, PortalForm


class AskForm(PortalForm):
    """The address of somebody who asks for an account."""

    email = forms.EmailField(
        label="Work email address",
        max_length=254,
        error_messages={"required": "Write your work email address"},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class PersonForm(PortalForm):
    """Who somebody is, and where they work if more settings than one have their domain."""

    full_name = OneLine(label="Full name", max_length=200, error_messages={"required": "Write your full name"})
    job_title = OneLine(label="Job", max_length=200, error_messages={"required": "Write what your job is"})
    phone = Phone(
        label="Telephone at work",
        help_text="Whoever receives a referral from you may have to ring you",
        error_messages={"required": "Write a number on which you can be reached"},
    )

    def __init__(self, organisations: list[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(each.pk): each for each in organisations}
        if len(organisations) > 1:
            choices = [("", "Choose"), *((key, each.name) for key, each in self.organisations.items())]
            self.fields["organisation"] = forms.ChoiceField(
                label="Where do you work or volunteer?",
                choices=choices,
                error_messages={"required": "Choose the setting where you work or volunteer"},
                widget=forms.Select(attrs={"class": "govuk-select"}),
            )

    @property
    def organisation(self) -> Organisation | None:
        """The setting chosen, the only one there is, or none for an invitation."""
        if "organisation" in self.fields:
            return self.organisations[self.cleaned_data["organisation"]]
        return next(iter(self.organisations.values()), None)


class NewPersonForm(PersonForm):
    """The same with the password they choose; and which of those who went on without the letter were they."""

    password = forms.CharField(
        label="Choose a password",
        strip=False,
        max_length=200,
        help_text="At least 12 characters. Three or four words that do not belong together are easy to keep in mind",
        error_messages={"required": "Choose a password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Type it again",
        strip=False,
        max_length=200,
        error_messages={"required": "Type the password again"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, organisations: list[Organisation], begun: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(organisations, *args, **kwargs)
        self.begun = {f"began_{number}": each for number, each in enumerate(begun)}
        for name, each in self.begun.items():
            at = timezone.localtime(each.created_at)
            self.fields[name] = forms.ChoiceField(
                label=f"On {at.day} {at:%B} at {at:%H:%M} somebody gave this address and went on without this letter. "
                "Was it you?",
                help_text="If it was, you keep what was written then",
                choices=[("", "Choose"), ("yes", "Yes, it was me"), ("no", "No, it was somebody else")],
                error_messages={"required": "Choose whether it was you"},
                widget=forms.Select(attrs={"class": "govuk-select"}),
            )

    @property
    def began(self) -> list[User]:
        """Those of the accounts begun with the address that the person says are theirs."""
        return [each for name, each in self.begun.items() if self.cleaned_data[name] == "yes"]

    def clean(self) -> dict[str, Any]:
        """Return the values. Raises where the two passwords differ."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("password") and values.get("again") and values["password"] != values["again"]:
            self.add_error("again", ValidationError("The two passwords differ. Type both again."))
        return values
