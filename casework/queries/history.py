"""The history of one case: what was done to it and who read it, from the record, in plain words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.queries import agencies_where
from accounts.roles import ROLES
from audit.event_words import in_words
from audit.models import Event
from audit.record import SYSTEM
from casework.queries.cases import cases_of
from referrals.models import BlindToken, Referral

PAGE = 50
GONE = "Somebody whose account is gone"


@dataclass(frozen=True)
class Entry:
    """One line: who did what, when. `about` says which pack, or that it was a copy, a step, a notice."""

    sequence: int
    at: datetime
    who: str
    what: str
    about: str


@dataclass(frozen=True)
class History:
    """A page of entries, the newest first. `older` is where the next page begins: None at the end."""

    entries: tuple[Entry, ...]
    older: int | None


def may_read_history(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may see who did and read what: whoever decides for a unit that has this case."""
    return cases_with_history(user, at=at).filter(pk=referral.pk).exists()


def cases_with_history(user: Any, *, at: datetime) -> QuerySet[Referral]:
    """Return the cases whose history this person may see; one may come several times."""
    units = agencies_where(user, Permission.DECIDE_THRESHOLD, at=at)
    return cases_of(user, at=at).filter(Q(owner_unit__in=units) | Q(routes__agency__in=units))


def history(referral: Referral, *, before: int | None = None, size: int = PAGE) -> History:
    """Return a page of the case's history; `before` is the number of the event that it ends ahead of."""
    events = Event.objects.filter(about(referral)).order_by("-sequence")
    if before is not None:
        events = events.filter(sequence__lt=before)
    found = list(events[: size + 1])
    shown = found[:size]
    people = names(each.by_id for each in shown)
    recipients = _recipients(referral)
    return History(
        tuple(
            Entry(each.sequence, each.at, acting(people.get(each.by_id, GONE), each), in_words(each.event), which)
            for each in shown
            for which in [recipients.get(each.subject_id, "")]
        ),
        shown[-1].sequence if len(found) > size else None,
    )


def acting(who: str, event: Event) -> str:
    """Return who did it, with the role they acted in where the record names one."""
    return f"{who}, as {ROLES[event.by_role].label}" if event.by_role in ROLES else who


def about(referral: Referral) -> Q:
    """The events about the referral and about every row that belongs to it: packs, added detail, notices."""
    found = Q(subject_kind=referral._meta.label_lower, subject_id=str(referral.pk))
    for relation in referral._meta.related_objects:
        model: Any = relation.related_model
        if model is BlindToken or not relation.one_to_many:
            continue
        rows = model._base_manager.filter(**{relation.field.name: referral}).values_list("pk", flat=True)
        if ids := [str(pk) for pk in rows]:
            found |= Q(subject_kind=model._meta.label_lower, subject_id__in=ids)
    return found


def _recipients(referral: Referral) -> dict[str, str]:
    packs = referral.packs.select_related("route__agency").defer("snapshot")
    return {str(pack.pk): f"for {pack.route.agency.name}" for pack in packs if pack.route.agency is not None}


def names(ids: Iterable[str]) -> Mapping[str, str]:
    """Return the people behind the identifiers of events, by name and by where they work."""
    wanted = set(ids) - {SYSTEM}
    users = {str(user.pk): user for user in User.objects.filter(pk__in=wanted)}
    places: dict[str, list[str]] = {}
    memberships: Sequence[Membership] = list(
        Membership.objects.filter(user__in=list(users)).select_related("agency", "organisation").order_by("starts_on")
    )
    for each in memberships:
        place = each.agency.name if each.agency else each.organisation.name if each.organisation else each.partnership
        places.setdefault(str(each.user_id), []).append(place)
    return {pk: ", ".join([user.full_name, *dict.fromkeys(places.get(pk, []))][:3]) for pk, user in users.items()} | {
        SYSTEM: "The portal"
    }
