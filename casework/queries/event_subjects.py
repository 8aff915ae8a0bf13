"""What each event is about, as far as its reader may know: people by name and role, agencies, cases by reference."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models

from accounts import reach
from accounts.models import Agency, Invitation, Membership, Organisation, User
from accounts.roles import ROLES
from audit.models import Event
from audit.record import SYSTEM
from casework.queries.event_cases import Key, belongs_to_a_case, cases_behind, row_key
from casework.queries.history import cases_with_history, names
from casework.queries.record import sampled_cases
from referrals.models import Pack, Referral


@dataclass(frozen=True)
class Subject:
    """What an event is about. `leads_to`: the name of the page that this reader has of it, blank for none."""

    words: str
    leads_to: str = ""
    key: str = ""


def subjects(events: Sequence[Event], *, viewer: Any, at: datetime) -> Mapping[Key, Subject]:
    """Return what these events are about, by kind and identifier; the events are ones that this person may read."""
    found = _cases(events, viewer=viewer, at=at)
    for kind, words in _ACCOUNTS.items():
        keys = {row_key(each.subject_id) for each in events if each.subject_kind == kind} - {None}
        if keys:
            rows = words(keys)
            found |= {(kind, pk): Subject(text) for pk, text in rows.items()}
    return found | _pages_of_accounts(found, viewer=viewer, at=at)


def _cases(events: Sequence[Event], *, viewer: Any, at: datetime) -> dict[Key, Subject]:
    behind = cases_behind(events)
    ids = {case.pk for case in behind.values()}
    with_history = set(cases_with_history(viewer, at=at).filter(pk__in=ids).values_list("pk", flat=True))
    sampled = set(sampled_cases(viewer, at=at).filter(pk__in=ids).values_list("pk", flat=True))
    recipients = _recipients(behind)
    found: dict[Key, Subject] = {}
    for key in {(each.subject_kind, each.subject_id) for each in events if belongs_to_a_case(each.subject_kind)}:
        case = behind.get(key)
        if case is None:
            found[key] = Subject("something that is gone")
            continue
        part = "" if key[0] == Referral._meta.label_lower else f"{_part(key[0])} of "
        if case.pk in with_history or case.pk in sampled:
            leads_to = "history" if case.pk in with_history else "sample"
            found[key] = Subject(f"{recipients.get(key[1], part)}case {case.reference}", leads_to, str(case.pk))
        else:
            found[key] = Subject(f"{part}{_unnamed(case)}")
    return found


def _unnamed(case: Referral) -> str:
    if not case.is_sent:
        return "a draft"
    return "a sealed case" if case.is_sealed else "a case"


def _part(kind: str) -> str:
    words = str(apps.get_model(kind)._meta.verbose_name)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _recipients(behind: Mapping[Key, Referral]) -> dict[str, str]:
    ids = [key for kind, key in behind if kind == Pack._meta.label_lower]
    packs = Pack.objects.system(reason="for whom the packs in the record were made").filter(pk__in=ids)
    rows = packs.select_related("route__agency").defer("snapshot")
    return {str(each.pk): f"the pack for {each.route.agency.name}, " for each in rows if each.route.agency}


def _people(keys: Iterable[Any]) -> Mapping[str, str]:
    return {pk: name for pk, name in names(str(key) for key in keys).items() if pk != SYSTEM}


def _members(keys: Iterable[Any]) -> Mapping[str, str]:
    rows = Membership.objects.filter(pk__in=keys).select_related("user", "agency", "organisation")
    return {str(each.pk): f"{each.user.full_name} as {each.role_data.label}, {each.place}" for each in rows}


def _invitations(keys: Iterable[Any]) -> Mapping[str, str]:
    rows = Invitation.objects.filter(pk__in=keys).select_related("agency", "organisation")
    return {str(each.pk): f"an invitation as {ROLES[each.role].label}, {_place(each)}" for each in rows}


def _place(row: Invitation) -> str:
    place = row.agency or row.organisation
    return place.name if place is not None else row.partnership


def _named(model: type[models.Model]) -> Callable[[Iterable[Any]], Mapping[str, str]]:
    def words(keys: Iterable[Any]) -> Mapping[str, str]:
        return {str(pk): name for pk, name in model._base_manager.filter(pk__in=keys).values_list("pk", "name")}

    return words


_ACCOUNTS: Mapping[str, Callable[[Iterable[Any]], Mapping[str, str]]] = {
    "accounts.user": _people,
    "accounts.membership": _members,
    "accounts.invitation": _invitations,
    "accounts.agency": _named(Agency),
    "accounts.organisation": _named(Organisation),
}


def _pages_of_accounts(found: Mapping[Key, Subject], *, viewer: Any, at: datetime) -> dict[Key, Subject]:
    """Return those people and places that have a page for this reader, with that page."""
    mine = reach.reach_of(viewer, at=at)
    own: dict[str, tuple[str, models.QuerySet[Any]]] = {
        User._meta.label_lower: ("person", mine.people()),
        Agency._meta.label_lower: ("agency", mine.agencies()),
        Organisation._meta.label_lower: ("organisation", mine.organisations()),
    }
    pages: dict[Key, Subject] = {}
    for kind, (page, rows) in own.items():
        keys = [key for of, key in found if of == kind]
        if mine and keys:
            pks = rows.filter(pk__in=keys).values_list("pk", flat=True)
            pages |= {(kind, str(pk)): Subject(found[kind, str(pk)].words, page, str(pk)) for pk in pks}
    return pages
