"""The queue of a person's units: one page at a time, from the place where the last one ended, never counted."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agency, Membership, Organisation, User
from accounts.roles import ROLES, Permission
from casework import permissions
from casework.models import QueueEntry, QueueTaste, SavedView
from casework.models.queue import CLOSED, TABS, between_bars
from casework.queries.cases import cases_of
from casework.queries.inbox import with_what_rows_show
from referrals.models import Referral
from referrals.models.visibility import not_kept_away

PAGE_SIZE = 25
OPEN = "all"
"""The tab that shows whatever is not closed."""
ME, NOBODY = "me", "nobody"
ASSESSORS = (Permission.READ_ASSIGNED_CASES,)
HAVING = (Permission.TAKE_CASE, *ASSESSORS)
"""Who may have a case of a unit."""
MOST_SETTINGS = 300
"""In the list to choose from; a setting beyond is reached by its own address in a saved view."""


@dataclass(frozen=True)
class Wanted:
    """What a list shows: one tab, and of it what fits every filter that is not blank. Codes alone."""

    tab: str = OPEN
    concern: str = ""
    urgency: str = ""
    level: str = ""
    area: str = ""
    setting: uuid.UUID | None = None
    assignee: str = ""
    """ME, NOBODY, or a person's identifier."""
    is_overdue: bool = False
    is_looked_after: bool = False


@dataclass(frozen=True)
class QueuePage:
    """The cases of one page, and the places before and after it where there is more."""

    referrals: list[Referral] = field(default_factory=list)
    before: str = ""
    after: str = ""


def page_of(user: Any, wanted: Wanted, *, after: str = "", before: str = "", at: datetime) -> QueuePage:
    """Return the page that follows or precedes a place, or the first; as many queries however many cases there are.

    The lines say which cases and in what order; which of them exist for this person, `cases_of` has the last word.
    """
    units = list(permissions.reading_units(user, at=at))
    found: list[QueueEntry] = []
    for unit in units:
        rows = _fitting(user, unit, units, wanted, at=at)
        if before:
            rows = rows.filter(sort_key__lt=before).order_by("-sort_key")
        elif after:
            rows = rows.filter(sort_key__gt=after)
        found += rows[: PAGE_SIZE + 1]
    found.sort(key=lambda entry: entry.sort_key, reverse=bool(before))
    is_more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if before:
        found.reverse()
    if not found:
        return QueuePage()
    ids = [entry.referral_id for entry in found]
    known = {each.pk: each for each in with_what_rows_show(cases_of(user, at=at).filter(pk__in=ids))}
    return QueuePage(
        referrals=[known[pk] for pk in ids if pk in known],
        before=found[0].sort_key if after or (before and is_more) else "",
        after=found[-1].sort_key if before or is_more else "",
    )


def _fitting(user: Any, unit: Agency, units: Sequence[Agency], wanted: Wanted, *, at: datetime) -> QuerySet[QueueEntry]:
    rows = QueueEntry.objects.filter(not_kept_away(user, referral="referral"), _filters(user, wanted, at=at))
    rows = rows.filter(agency=unit).order_by("sort_key")
    rows = rows.exclude(tab=CLOSED) if wanted.tab == OPEN else rows.filter(tab=wanted.tab)
    others = [each for each in units if each.pk != unit.pk]
    if not others:
        return rows
    # Of several units that have one case, it stands in the queue of its owner, else of the first.
    # That it is another unit's line is said so that the database looks each up, and reads no unit's lines whole.
    elsewhere = QueueEntry.objects.filter(~Q(agency=OuterRef("agency")), referral=OuterRef("referral"))
    first = [each for each in others if each.pk < unit.pk]
    return rows.filter(
        Q(is_owner=True)
        | ~Exists(elsewhere.filter(agency__in=others, is_owner=True)) & ~Exists(elsewhere.filter(agency__in=first))
    )


def _filters(user: Any, wanted: Wanted, *, at: datetime) -> Q:
    fits = Q()
    if wanted.concern:
        fits &= Q(concerns__contains=between_bars(wanted.concern))
    if wanted.area:
        fits &= Q(areas__contains=between_bars(wanted.area))
    if wanted.urgency:
        fits &= Q(urgency=wanted.urgency)
    if wanted.level:
        fits &= Q(level=wanted.level)
    if wanted.setting:
        fits &= Q(organisation=wanted.setting)
    if wanted.assignee == NOBODY:
        fits &= Q(assignee__isnull=True)
    elif wanted.assignee:
        fits &= Q(assignee=user.pk if wanted.assignee == ME else wanted.assignee)
    if wanted.is_overdue:
        fits &= Q(due_at__lt=at)
    if wanted.is_looked_after:
        fits &= Q(is_looked_after=True)
    return fits


def settings_in_queue(user: Any, *, at: datetime) -> list[Organisation]:
    """Return the settings from which this person may know of a case, by name."""
    units = permissions.reading_units(user, at=at)
    lines = QueueEntry.objects.filter(not_kept_away(user, referral="referral"), agency__in=units)
    rows = Organisation.objects.filter(Exists(lines.filter(organisation=OuterRef("pk"))))
    return list(rows.order_by("name")[:MOST_SETTINGS])


def colleagues(
    units: Sequence[Agency], *, may: Sequence[Permission] = (Permission.TAKE_CASE,), besides: Any = None, at: datetime
) -> list[User]:
    """Return who takes cases, or may something else, in these units now, by name; `besides`: all but this person."""
    rows = Membership.objects.current(at=at).filter(agency__in=units).select_related("user")
    if besides is not None:
        rows = rows.exclude(user=besides.pk)
    found = {row.user_id: row.user for row in rows if ROLES[row.role].permissions & set(may)}
    return sorted(found.values(), key=lambda person: (person.full_name.casefold(), str(person.pk)))


def may_have(person: User, referral: Referral, agency: Agency, *, is_taken: bool, at: datetime) -> bool:
    """Whether a unit's case can be given to a person: one who takes its cases, or once it is taken, who assesses them.

    Never whom the case keeps away, and a sealed one to nobody who would not have it anyway.
    """
    if person in colleagues([agency], at=at):
        return cases_of(person, at=at).filter(pk=referral.pk).exists()
    if not is_taken or referral.is_sealed or person not in colleagues([agency], may=ASSESSORS, at=at):
        return False
    rows = Referral.objects.system(reason="whether a case may be given to a person").filter(pk=referral.pk)
    return rows.filter(not_kept_away(person)).exists()


def shows_initials(user: Any) -> bool:
    """Return whether this person's queue shows initials; until they say otherwise it does."""
    return not QueueTaste.objects.filter(person=user.pk, shows_initials=False).exists()


def saved_views(user: Any) -> list[SavedView]:
    """Return the lists that a person comes back to, the oldest first."""
    return list(SavedView.objects.filter(person=user.pk).order_by("saved_at", "pk"))


def get_saved_view(user: Any, view_id: uuid.UUID) -> SavedView | None:
    """Return a person's own saved view, or None as if it did not exist."""
    return SavedView.objects.filter(person=user.pk, pk=view_id).first()


def is_tab(code: str) -> bool:
    """Return whether there is such a tab."""
    return code == OPEN or code in TABS
