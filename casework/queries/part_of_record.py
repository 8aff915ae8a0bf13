"""The parts of the record that others than auditors read (7.2): a hub manager's area, an administrator's settings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts import reach
from accounts.models import Membership
from accounts.permissions import Permission, has_permission
from accounts.queries import agencies_where
from audit.models import Event
from casework.queries.cases import cases_of
from casework.queries.event_cases import belongs_to_a_case, cases_behind, row_key

SETTINGS = (
    "account.access_stopped", "account.added", "account.address_disowned", "account.address_proven",
    "account.begun_unproven", "account.closed", "account.reopened", "account.second_factor_reset",
    "directory.", "edition.", "invitation.", "membership.", "organisation.",
)  # fmt: skip
"""What an administrator reads: changes of access, places and the procedure. Never who signed in or read what."""


def of_area(user: Any, events: Sequence[Event], *, at: datetime) -> list[Event]:
    """Return the events that a hub's manager reads: about cases their hub owns, and what its people did besides.

    A case that they may not open is not there: not by its events, nor by a colleague's own referral. Lists that were
    shown to colleagues are left out: they count, and name by identifier, what a colleague may open.
    """
    units = list(agencies_where(user, Permission.READ_AREA_AUDIT, at=at))
    if not units:
        return []
    behind = cases_behind(events)
    ids = {case.pk for case in behind.values()}
    mine = set(cases_of(user, at=at).filter(pk__in=ids, owner_unit__in=units).values_list("pk", flat=True))
    members = Membership.objects.filter(agency__in=units).values_list("user", flat=True)
    colleagues = {str(pk) for pk in members}
    accounts = {("accounts.user", pk) for pk in colleagues}
    kept = []
    for event in events:
        if belongs_to_a_case(event.subject_kind):
            case = behind.get((event.subject_kind, event.subject_id))
            if case is not None and case.pk in mine:
                kept.append(event)
        elif "shown" in event.detail:
            continue
        elif event.by_id in colleagues or (event.subject_kind, event.subject_id) in accounts:
            kept.append(event)
    return kept


def of_settings(user: Any, events: Sequence[Event], *, at: datetime) -> list[Event]:
    """Return the events about people's access, settings and agencies of this administrator's partnerships."""
    of_them = [each for each in events if each.event.startswith(SETTINGS)]
    mine = reach.reach_of(user, at=at)
    if not of_them or not mine.partnerships or not has_permission(user, Permission.READ_SETTINGS_AUDIT, at=at):
        return []
    own = {
        "accounts.user": mine.people(),
        "accounts.membership": mine.memberships(),
        "accounts.invitation": mine.invitations(),
        "accounts.agency": mine.agencies(),
        "accounts.organisation": mine.organisations(),
    }
    known: set[tuple[str, str]] = set()
    for kind, rows in own.items():
        keys = {row_key(each.subject_id) for each in of_them if each.subject_kind == kind} - {None}
        if keys:
            found = rows.filter(pk__in=keys).values_list("pk", flat=True)  # type: ignore[attr-defined]
            known |= {(kind, str(pk)) for pk in found}
    return [
        each
        for each in of_them
        if (each.subject_kind, each.subject_id) in known or each.subject_kind.startswith("procedures.")
    ]
