"""Invented people and places for the tests of every app."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from accounts.models import Agency, DirectoryEntry, Membership, Organisation, User
from accounts.roles import ROLES, Target

_number = count(1)
LONG_AGO = date(2020, 1, 1)


def make_user(email: str = "", *, full_name: str = "Alice O’Brien-Smith", **fields: Any) -> User:
    """A person without any role; their password is unusable unless given."""
    email = email or f"person{next(_number)}@setting.example.org"
    return User.objects.create_user(email, full_name=full_name, created_at=datetime(2026, 1, 1, tzinfo=UTC), **fields)


def make_organisation(name: str = "", *, area: str = "cumberland", kind: str = "school") -> Organisation:
    return Organisation.objects.create(name=name or f"School {next(_number)} (invented)", kind=kind, area=area)


def make_agency(
    unit: str = "cumberland_hub",
    *,
    kind: str = "hub",
    area: str | None = "cumberland",
    partnership: str = "cumbria",
    **entry: Any,
) -> Agency:
    """An agency with a directory entry; one that has the unit code already is returned as it is."""
    agency, is_new = Agency.objects.get_or_create(
        unit=unit, defaults={"kind": kind, "name": f"{unit} (invented)", "area": area, "partnership": partnership}
    )
    if is_new:
        DirectoryEntry.objects.create(agency=agency, **entry)
    return agency


_AGENCY_OF_ROLE = {
    "police_liaison": ("cumbria_police", "police", None),
    "prevent_lead": ("cumbria_prevent", "prevent", None),
    "lado": ("cumberland_lado", "lado", "cumberland"),
    "conflict_officer": ("cumberland_conflict_officer", "conflict_officer", "cumberland"),
}


def make_member(role: str, target: Any = None, *, user: User | None = None, **fields: Any) -> User:
    """A person with one role, in the given organisation, agency or partnership code, else in a fitting new one."""
    user = user or make_user()
    kind = ROLES[role].target
    if kind is Target.ORGANISATION:
        fields["organisation"] = target or make_organisation()
    elif kind is Target.AGENCY:
        unit, agency_kind, area = _AGENCY_OF_ROLE.get(role, ("cumberland_hub", "hub", "cumberland"))
        fields["agency"] = target or make_agency(unit, kind=agency_kind, area=area)
    else:
        fields["partnership"] = target or "cumbria"
    Membership.objects.create(user=user, role=role, starts_on=fields.pop("starts_on", LONG_AGO), **fields)
    return user
