"""Who may see which referral, route and pack: the one policy, as conditions on rows (7.1, 7.2; Z-07, Z-13, Z-19b).

Author: own. Safeguarding lead: what the setting's authors shared or sent, unless it is hidden from the setting. Hub:
what it owns or was sent. Police, Prevent and LADO: what was sent to them, of which they open their own pack alone.
Sealed: the author and the conflict units. A seal over staff leaves no other agency in but the LADO; a seal because
the referrer is connected only leaves in those whom the routing chose with that conflict in mind.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agency
from accounts.permissions import Permission, has_permission
from accounts.queries import agencies_where, organisations_where

CONFLICT_KINDS = (Agency.Kind.CONFLICT_OFFICER, Agency.Kind.PROFESSIONAL_STANDARDS)
STAFF_SEAL_KINDS = (*CONFLICT_KINDS, Agency.Kind.LADO)
"""Who may receive a referral about staff of the police, the hub or the council (Z-13, Z-19b)."""
CONNECTED_SEAL_KINDS = (*STAFF_SEAL_KINDS, Agency.Kind.POLICE, Agency.Kind.PREVENT)

_UNSEALED = Q(is_sealed=False)
_NOTHING = Q(pk__in=[])


def kinds_let_in(*, is_sealed: bool, is_about_staff: bool) -> frozenset[str] | None:
    """Return the kinds of agency that a seal lets receive a referral; None without a seal: every kind."""
    if not is_sealed:
        return None
    return frozenset(STAFF_SEAL_KINDS if is_about_staff else CONNECTED_SEAL_KINDS)


def referrals_in_full(user: Any, *, at: datetime) -> Q:
    """The referrals whose answers this person may read: author, safeguarding lead, hub, conflict officer."""
    return _authored(user, at) | _led(user, at) | _hub_cases(user, at)


def referrals_known(user: Any, *, at: datetime) -> Q:
    """The referrals that exist for this person: those read in full, and those sent to an agency of theirs."""
    return referrals_in_full(user, at=at) | _sent_to(user, at)


def packs_open(user: Any, *, at: datetime) -> Q:
    """The packs this person may open: their agency's own, and every pack of a case that their hub owns."""
    mine = agencies_where(user, Permission.READ_PACK, at=at)
    owning = agencies_where(user, Permission.READ_HUB_CASES, at=at) & mine
    officers = agencies_where(user, Permission.HANDLE_CONFLICT_CASES, at=at) & mine
    own = Q(route__agency__in=mine) & (
        Q(referral__is_sealed=False)
        | Q(referral__is_about_staff=True, route__agency__kind__in=STAFF_SEAL_KINDS)
        | Q(referral__is_sealed=True, referral__is_about_staff=False, route__agency__kind__in=CONNECTED_SEAL_KINDS)
    )
    return (
        own
        | Q(referral__is_sealed=False, referral__owner_unit__in=owning)
        | Q(referral__is_sealed=True, referral__owner_unit__in=officers)
    )


def inboxes_of(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the agencies whose inbox this person reads."""
    return agencies_where(user, Permission.READ_AGENCY_INBOX, at=at)


def _authored(user: Any, at: datetime) -> Q:
    return Q(author=user) if has_permission(user, Permission.READ_OWN_REFERRALS, at=at) else _NOTHING


def _led(user: Any, at: datetime) -> Q:
    organisations = organisations_where(user, Permission.LEAD_SETTING_REFERRALS, at=at)
    handed_over = Q(shared_at__isnull=False) | Q(status="sent")
    return Q(organisation__in=organisations, is_hidden_from_setting=False, is_sealed=False) & handed_over


def _hub_cases(user: Any, at: datetime) -> Q:
    hubs = agencies_where(user, Permission.READ_HUB_CASES, at=at)
    officers = agencies_where(user, Permission.HANDLE_CONFLICT_CASES, at=at)
    sent = Q(status="sent")
    return (sent & _UNSEALED & _owned_by_or_sent_to(hubs)) | (sent & _owned_by_or_sent_to(officers))


def _sent_to(user: Any, at: datetime) -> Q:
    inboxes = inboxes_of(user, at=at)
    sent = Q(status="sent")
    return (
        (sent & _UNSEALED & Q(_has_route(inboxes)))
        | (sent & Q(is_about_staff=True) & Q(_has_route(inboxes.filter(kind__in=STAFF_SEAL_KINDS))))
        | (
            sent
            & Q(is_sealed=True, is_about_staff=False)
            & Q(_has_route(inboxes.filter(kind__in=CONNECTED_SEAL_KINDS)))
        )
    )


def _owned_by_or_sent_to(agencies: QuerySet[Agency]) -> Q:
    return Q(owner_unit__in=agencies) | Q(_has_route(agencies))


def _has_route(agencies: QuerySet[Agency]) -> Exists:
    from referrals.models.routes import Route

    # The related manager is not reached through a row here, so the base manager is asked; the caller scopes.
    return Exists(Route._base_manager.filter(referral=OuterRef("pk"), agency__in=agencies))
