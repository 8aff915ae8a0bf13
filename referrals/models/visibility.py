"""Who may see which referral, route and pack: the one policy, as conditions on rows (7.1, 7.2; Z-07, Z-13, Z-19b).

Author: own. Safeguarding lead: what the setting's authors shared or sent, unless it is hidden from the setting. Hub:
what it owns or was sent; its social workers those alone that they were given. Police, Prevent and LADO: what was sent
to them, of which they open their own pack alone.
Sealed: the author and the conflict units. A seal over staff leaves no other agency in but the LADO; a seal because
the referrer is connected only leaves in those whom the routing chose with that conflict in mind.
Break-glass: for an hour, what its owner's partnership shares with the opener's hub; never past a seal.
Whoever is on a referral's conflict list sees nothing of it, whatever their roles; its author keeps their own (7.4).
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Agency
from accounts.permissions import Permission
from accounts.standing import Standing, standing_of

CONFLICT_KINDS = (Agency.Kind.CONFLICT_OFFICER, Agency.Kind.PROFESSIONAL_STANDARDS)
STAFF_SEAL_KINDS = (*CONFLICT_KINDS, Agency.Kind.LADO)
"""Who may receive a referral about staff of the police, the hub or the council (Z-13, Z-19b)."""
CONNECTED_SEAL_KINDS = (*STAFF_SEAL_KINDS, Agency.Kind.POLICE, Agency.Kind.PREVENT)

_UNSEALED = Q(is_sealed=False)
_NOTHING = Q(pk__in=[])
_given: list[Callable[[Any, Collection[uuid.UUID]], Q]] = []


def kinds_let_in(*, is_sealed: bool, is_about_staff: bool) -> frozenset[str] | None:
    """Return the kinds of agency that a seal lets receive a referral; None without a seal: every kind."""
    if not is_sealed:
        return None
    return frozenset(STAFF_SEAL_KINDS if is_about_staff else CONNECTED_SEAL_KINDS)


def not_kept_away(user: Any, *, referral: str = "pk") -> Q:
    """The rows whose referral does not keep this person away; `referral` says by which field a row leads to it."""
    return _not_kept_away(user.pk, referral)


def cases_kept_from(user: Any) -> frozenset[uuid.UUID]:
    """Return the identifiers of the referrals that keep this person away, for what is no row of a table."""
    from referrals.models.kept_away import KeptAway

    kept = KeptAway.objects.filter(person=user.pk, lifted_at__isnull=True)
    return frozenset(kept.values_list("referral", flat=True))


def given_with(condition: Callable[[Any, Collection[uuid.UUID]], Q]) -> None:
    """Let a later app say which referrals were given to a person: `condition(person's pk, in which hubs)`."""
    if condition not in _given:
        _given.append(condition)


def given_to(user: Any, *, at: datetime) -> Q:
    """The referrals that this person assesses: given to them in a hub that owns or was sent them, never a sealed one.

    Another condition, never alone.
    """
    standing = standing_of(user, at=at)
    return _given_in(standing, standing.agencies(Permission.READ_ASSIGNED_CASES))


def hubs_given(user: Any, referrals: Collection[uuid.UUID], *, at: datetime) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Return the hubs in which this person was given each of these referrals and still may read it.

    One query for each hub in which they assess.
    """
    from referrals.models.referral import Referral

    standing, found = standing_of(user, at=at), dict.fromkeys(referrals, frozenset[uuid.UUID]())
    for hub in standing.agencies(Permission.READ_ASSIGNED_CASES):
        given = _given_in(standing, [hub]) & _not_kept_away(standing.user_id, "pk")
        rows = Referral._base_manager.filter(given, pk__in=list(found))
        for pk in rows.values_list("pk", flat=True):
            found[pk] |= {hub}
    return found


def _given_in(standing: Standing, hubs: Collection[uuid.UUID]) -> Q:
    conditions = _NOTHING
    if hubs:
        for condition in _given:
            conditions |= condition(standing.user_id, hubs)
        conditions &= Q(status="sent") & _UNSEALED & _owned_by_or_sent_to(hubs)
    return conditions


def opened_by_glass(user: Any, *, at: datetime) -> Q:
    """The referrals that this person opened out of their scope and may still read; another condition, never alone."""
    return _opened_by(user.pk, at)


def _opened_by(user_id: Any, at: datetime) -> Q:
    from referrals.models.break_glass import BreakGlass

    running = BreakGlass.objects.filter(person=user_id, opened_at__lte=at, closes_at__gt=at)
    return Q(pk__in=running.values("referral"))


def _not_kept_away(user_id: Any, referral: str) -> Q:
    from referrals.models.kept_away import KeptAway

    kept = KeptAway.objects.filter(person=user_id, lifted_at__isnull=True)
    return ~Q(**{f"{referral}__in": kept.values("referral")})


def referrals_in_full(user: Any, *, at: datetime) -> Q:
    """The referrals whose answers this person may read: author, safeguarding lead, hub, conflict officer."""
    return _in_full(standing_of(user, at=at), at)


def referrals_known(user: Any, *, at: datetime) -> Q:
    """The referrals that exist for this person: those read in full, and those sent to an agency of theirs."""
    standing = standing_of(user, at=at)
    sent = _sent_to(standing.agencies(Permission.READ_AGENCY_INBOX))
    return _in_full(standing, at) | (sent & _not_kept_away(standing.user_id, "pk"))


def packs_open(user: Any, *, at: datetime) -> Q:
    """The packs this person may open: their agency's own, and every pack of a case that their hub owns."""
    standing = standing_of(user, at=at)
    mine = standing.agencies(Permission.READ_PACK)
    if not mine:
        return _NOTHING
    owning = standing.agencies(Permission.READ_HUB_CASES).keys() & mine.keys()
    officers = standing.agencies(Permission.HANDLE_CONFLICT_CASES).keys() & mine.keys()
    own = Q(route__agency__in=list(mine)) & (
        Q(referral__is_sealed=False)
        | Q(referral__is_about_staff=True, route__agency__kind__in=STAFF_SEAL_KINDS)
        | Q(referral__is_sealed=True, referral__is_about_staff=False, route__agency__kind__in=CONNECTED_SEAL_KINDS)
    )
    opens = (
        own
        | Q(referral__is_sealed=False, referral__owner_unit__in=owning)
        | Q(referral__is_sealed=True, referral__owner_unit__in=officers)
    )
    return opens & _not_kept_away(standing.user_id, "referral")


def routes_known(user: Any, *, at: datetime) -> Q:
    """The routes this person may know of: all of a referral read in full, else those to an agency of theirs."""
    from referrals.models.referral import Referral

    standing = standing_of(user, at=at)
    inboxes = standing.agencies(Permission.READ_AGENCY_INBOX)
    known = Q(referral__in=Referral._base_manager.filter(_in_full(standing, at)))
    if inboxes:
        let_in = _sent_to(inboxes) & _not_kept_away(standing.user_id, "pk")
        sent = Referral._base_manager.filter(_in_full(standing, at) | let_in)
        known |= Q(referral__in=sent, agency__in=list(inboxes))
    return known


def _in_full(standing: Standing, at: datetime) -> Q:
    """Only the conditions that this person's roles call for: the fewer there are, the better a database plans them."""
    conditions = _by_role(standing, at) & _not_kept_away(standing.user_id, "pk")
    if standing.may(Permission.READ_OWN_REFERRALS):
        conditions |= Q(author=standing.user_id)
    return conditions


def _by_role(standing: Standing, at: datetime) -> Q:
    conditions = _NOTHING
    if organisations := standing.organisations(Permission.LEAD_SETTING_REFERRALS):
        handed_over = Q(shared_at__isnull=False) | Q(status="sent")
        led = Q(organisation__in=organisations, is_hidden_from_setting=False, is_sealed=False)
        conditions |= led & handed_over
    if hubs := standing.agencies(Permission.READ_HUB_CASES):
        conditions |= Q(status="sent") & _UNSEALED & _owned_by_or_sent_to(hubs)
    if hubs := standing.agencies(Permission.READ_ASSIGNED_CASES):
        conditions |= _given_in(standing, hubs)
    if officers := standing.agencies(Permission.HANDLE_CONFLICT_CASES):
        conditions |= Q(status="sent") & _owned_by_or_sent_to(officers)
    if standing.may(Permission.BREAK_GLASS):
        conditions |= Q(status="sent") & _UNSEALED & _opened_by(standing.user_id, at)
    return conditions


def _sent_to(inboxes: Mapping[uuid.UUID, str]) -> Q:
    """The sent referrals that went to these agencies (`{id: kind}`), as far as a seal lets their kind in."""
    if not inboxes:
        return _NOTHING
    sent = Q(status="sent")
    conditions = sent & _UNSEALED & _has_route(inboxes)
    if staff := _of_kinds(inboxes, STAFF_SEAL_KINDS):
        conditions |= sent & Q(is_about_staff=True) & _has_route(staff)
    if connected := _of_kinds(inboxes, CONNECTED_SEAL_KINDS):
        conditions |= sent & Q(is_sealed=True, is_about_staff=False) & _has_route(connected)
    return conditions


def _of_kinds(agencies: Mapping[uuid.UUID, str], kinds: Iterable[str]) -> list[uuid.UUID]:
    return [pk for pk, kind in agencies.items() if kind in kinds]


def _owned_by_or_sent_to(agencies: Iterable[uuid.UUID]) -> Q:
    return Q(owner_unit__in=list(agencies)) | _has_route(agencies)


def _has_route(agencies: Iterable[uuid.UUID]) -> Q:
    from referrals.models.routes import Route

    # The related manager is not reached through a row here, so the base manager is asked; the caller scopes.
    return Q(Exists(Route._base_manager.filter(referral=OuterRef("pk"), agency__in=list(agencies))))
