"""The forms about somebody else's access. What they offer is what the person at the keyboard may give."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.reach import Place, Reach
from accounts.roles import ROLES
from accounts.web.fields import PortalForm


def place_choices(places: list[Place]) -> list[Any]:
    """The places as a list with headings."""
    groups = (
        ("Settings", [each for each in places if each.organisation is not None]),
        ("Agencies", [each for each in places if each.agency is not None]),
        ("A whole partnership", [each for each in places if each.partnership]),
    )
    listed = [(name, [(place.code, place.name) for place in sorted(group, key=lambda place: place.name)])
              for name, group in groups if group]  # fmt: skip
    return [("", "Choose"), *listed]


class RoleForm(PortalForm):
    """A role, where, and for how long."""

    role = forms.ChoiceField(label="Role", error_messages={"required": "Choose a role"})
    place = forms.ChoiceField(label="Where", error_messages={"required": "Choose where the role is given"})

    def __init__(self, reach: Reach, *args: Any, **kwargs: Any) -> None:
        self.reach = reach
        self.places = {place.code: place for place in reach.places()}
        super().__init__(*args, **kwargs)
        roles = [("", "Choose"), *((role.code, role.label) for role in reach.roles())]
        for name, choices in (("role", roles), ("place", place_choices(list(self.places.values())))):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return the values, `place` as a Place. Raises where the role is not given in such a place."""
        values: dict[str, Any] = super().clean() or {}
        role, place = ROLES.get(values.get("role", "")), self.places.get(values.get("place", ""))
        if role is None or place is None:
            return values
        if not place.fits(role):
            self.add_error("place", ValidationError(f"{role.label} is not a role of {place.name}. Choose another."))
        elif not self.reach.may_give(role.code, place):
            self.add_error("role", ValidationError("This role is not yours to give there. Choose another."))
        values["place"] = place
        return values


class GiveRoleForm(RoleForm):
    """A role with its first and last day."""

    starts_on = forms.DateField(
        label="First day",
        required=False,
        help_text="Leave empty for today",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    ends_on = forms.DateField(
        label="Ends on",
        required=False,
        help_text="The first day on which it no longer counts. Leave empty where no end is known",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        """Return the values. Raises where it would end before it begins."""
        values = super().clean()
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", ValidationError("Choose an end after the first day."))
        return values


class InviteForm(RoleForm):
    """A role for a work address."""

    field_order = ["email", "role", "place"]
    email = forms.EmailField(
        label="Work email address",
        max_length=254,
        error_messages={"required": "Write the work email address"},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class MoveForm(PortalForm):
    """Where a role goes."""

    place = forms.ChoiceField(label="Move to", error_messages={"required": "Choose where the role goes"})

    def __init__(self, places: list[Place], *args: Any, **kwargs: Any) -> None:
        self.places = {place.code: place for place in places}
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(places)  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        """Return the place chosen."""
        return self.places[self.cleaned_data["place"]]
