"""Reading referrals on somebody's behalf."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.encryption import blind_token
from accounts.models import Agency
from accounts.permissions import Permission
from accounts.queries import agencies_where
from accounts.standing import standing_of
from referrals import facts, summary
from referrals.models import (
    BlindToken,
    Clock,
    Disagreement,
    Override,
    Pack,
    PhoneContact,
    Referral,
    Route,
    Routing,
)
from referrals.models.visibility import given_to, hubs_given, not_kept_away, opened_by_glass, referrals_in_full
from referrals.permissions import may_read_answers
from referrals.search_terms import Term, wanted_in

CALLERS_ADDRESS = "caller_email"
"""The kind of blind token by which a caller's own account finds their call."""
HUBS_OF_A_CLOCK = ("plan", "next_stage_at", "about", "counted_in", "paused_at")
"""The columns of a clock that no referrer's page reads."""
MOST_FOUND = 100
"""Of one search; whoever finds as many has to say more."""

REFERRERS_CLOCKS = ("K-02", "K-03", "K-04", "K-05")
"""The clocks that a referrer reads of: those that run to the reply."""


def get_referral(user: Any, referral_id: uuid.UUID, *, at: datetime) -> Referral | None:
    """Return a referral whose answers this person may read, or None as if it did not exist."""
    # Whatever is read in full is also known (models/visibility.py): asking both would double the work of each page.
    rows = Referral.objects.system(reason="one referral, for whoever may read it in full")
    found = rows.filter(referrals_in_full(user, at=at), pk=referral_id)
    return found.select_related("author", "organisation", "owner_unit", "lead").first()


def own_referrals(user: Any, *, at: datetime) -> QuerySet[Referral]:
    """Return what this person started: drafts, sent, and the tombstones of others."""
    return Referral.objects.visible_to(user, at=at).filter(author=user).defer("answers")


def calls_to_confirm(user: Any) -> QuerySet[PhoneContact]:
    """Return the calls that a hub wrote down for this person's own, verified address and that they have not confirmed.

    It shows that they rang, and nothing else. Whoever the case keeps away finds none.
    """
    from allauth.account.models import EmailAddress

    verified = EmailAddress.objects.filter(user=user.pk, verified=True).values_list("email", flat=True)
    tokens = [blind_token(CALLERS_ADDRESS, email.lower()) for email in verified]
    rows = PhoneContact.objects.filter(not_kept_away(user, referral="referral"), email_token__in=tokens)
    return rows.filter(confirmed_at__isnull=True, referral__status=Referral.Status.SENT).select_related("hub")


def setting_referrals(user: Any, *, at: datetime) -> QuerySet[Referral]:
    """Return what colleagues shared or sent in the settings this person leads."""
    from accounts.queries import organisations_where

    led = organisations_where(user, Permission.LEAD_SETTING_REFERRALS, at=at)
    mine = Referral.objects.visible_to(user, at=at).filter(organisation__in=led).exclude(author=user)
    return mine.filter(referrals_in_full(user, at=at)).select_related("author").defer("answers")


def hub_inbox(user: Any, *, at: datetime) -> QuerySet[Referral]:
    """Return the sent referrals that a hub or conflict officer of this person owns or was sent."""
    rows = Referral.objects.visible_to(user, at=at).filter(of_own_hubs(user, at=at), status=Referral.Status.SENT)
    return rows.select_related("owner_unit").defer("answers")


def of_own_hubs(user: Any, *, at: datetime) -> Q:
    """The referrals that a hub or conflict officer of this person owns or was sent, or that they were given to assess.

    Another condition, never alone.
    """
    hubs = agencies_where(user, Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, at=at)
    # Asked row by row: a list of all that a hub was ever sent would be read anew for each page of its queue.
    theirs = Route.objects.system(reason="the inbox of a hub").filter(referral=OuterRef("pk"), agency__in=hubs)
    return Q(owner_unit__in=hubs) | Q(Exists(theirs)) | given_to(user, at=at)


def agency_packs(user: Any, *, at: datetime) -> QuerySet[Pack]:
    """Return the current packs sent to this person's own agencies, the newest first."""
    mine = agencies_where(user, Permission.READ_PACK, at=at)
    packs = Pack.objects.visible_to(user, at=at).filter(route__agency__in=mine, is_current=True)
    return (
        packs.select_related("route__agency", "referral")
        .defer("snapshot", "referral__answers")
        .order_by("-created_at", "-pk")
    )


def get_pack(user: Any, pack_id: uuid.UUID, *, at: datetime) -> Pack | None:
    """Return a pack that this person may open, or None as if it did not exist."""
    packs = Pack.objects.visible_to(user, at=at).filter(pk=pack_id)
    return packs.select_related("route__agency", "referral").defer("referral__answers").first()


def current_routing(referral: Referral) -> Routing | None:
    """Return the newest stored routing of a sent referral."""
    return referral.routings.order_by("-sequence").first()


def sent_routing(referral: Referral) -> Routing | None:
    """Return the routing with which a referral was sent: what its referrer was shown. What the hub found out later
    and where it sent it are not theirs to read."""
    return referral.routings.order_by("sequence").first()


def live_routes(referral: Referral, *, known: Routing | None = None) -> dict[tuple[str, str], Route]:
    """Return `{(code, unit or ""): route}` of a sent referral: of each destination the newest, dropped ones too.

    `known` is a routing that was loaded already; what it holds is not opened again.
    """
    others = referral.routings.defer("facts").exclude(pk__in=[known.pk] if known is not None else [])
    routings = {each.pk: each for each in [*others, *([known] if known is not None else [])]}
    live: dict[tuple[str, str], Route] = {}
    for route in referral.routes.select_related("agency").order_by("routing__sequence", "position"):
        route.routing = routings[route.routing_id]
        live[route.code, route.unit] = route
    return live


def overrides_now(referral: Referral) -> dict[tuple[str, str], Override]:
    """Return `{(code, unit or ""): override}`: of each destination on which the hub said its own word the newest."""
    rows = referral.overrides.select_related("agency", "made_by").order_by("sequence")
    return {(override.code, override.unit): override for override in rows}


def dropped_routes(referral: Referral) -> set[uuid.UUID]:
    """Return the routes of the destinations that the hub dropped: they get nothing further of the case."""
    dropped = {name for name, each in overrides_now(referral).items() if each.kind == Override.Kind.DROPPED}
    if not dropped:
        return set()
    return {route.pk for route in referral.routes.all() if (route.code, route.unit) in dropped}


def is_open_by_glass(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Return whether this person opened the case out of their scope and may still read it."""
    return Referral.objects.visible_to(user, at=at).filter(opened_by_glass(user, at=at), pk=referral.pk).exists()


def owners_clocks(referral: Referral) -> QuerySet[Clock]:
    """Return the clocks of the hub that owns a referral, as a referrer may know them: not whom they remind there.

    What was decided starts clocks too; those would tell of a decision that the reply may withhold.
    """
    clocks = referral.clocks.filter(agency=referral.owner_unit, kind__in=REFERRERS_CLOCKS)
    return clocks.defer(*HUBS_OF_A_CLOCK).order_by("due_at", "pk")


def own_disagreements(referral: Referral) -> QuerySet[Disagreement]:
    """Return what the referrer's side has disagreed with, for whoever follows the referral up; nothing of others'."""
    return referral.disagreements.filter(raised_for__isnull=True).select_related("agency", "raised_by")


def units_that_replied(referral: Referral) -> list[Agency]:
    """Return the units that have replied to the referrer, by name."""
    return list(Agency.objects.filter(pk__in=referral.replies.values("agency")).order_by("name"))


def children_in_full(user: Any, referral: Referral, *, at: datetime) -> frozenset[str] | None:
    """Return the keys of the children whose records this person may read in full; None: of all.

    The author, the setting's lead, the owning hub and who broke the glass read all; another hub those it was sent.
    """
    units = _hub_units(user, at=at) | hubs_given(user, [referral.pk], at=at)[referral.pk]
    return _children_in_full(user, referral, units, at=at)


def children_in_full_of(
    user: Any, referrals: Iterable[Referral], *, at: datetime
) -> dict[uuid.UUID, frozenset[str] | None]:
    """Return the same for several referrals, by their identifiers; those of this person's own hubs cost nothing."""
    found, units = list(referrals), _hub_units(user, at=at)
    given = hubs_given(user, [each.pk for each in found], at=at)
    return {each.pk: _children_in_full(user, each, units | given[each.pk], at=at) for each in found}


def _hub_units(user: Any, *, at: datetime) -> frozenset[uuid.UUID]:
    """Return the hubs and conflict officers for which this person reads cases."""
    standing = standing_of(user, at=at)
    return frozenset(standing.agencies(Permission.READ_HUB_CASES)) | frozenset(
        standing.agencies(Permission.HANDLE_CONFLICT_CASES)
    )


def _children_in_full(
    user: Any, referral: Referral, units: frozenset[uuid.UUID], *, at: datetime
) -> frozenset[str] | None:
    if referral.author_id == user.pk or not referral.is_sent or not units or referral.owner_unit_id in units:
        return None
    if is_open_by_glass(user, referral, at=at):
        return None
    routing = current_routing(referral)
    keys: Sequence[str] = routing.child_keys if routing is not None else []
    routes = referral.routes.filter(agency__in=units)
    return frozenset(keys[index] for route in routes for index in route.children if index < len(keys))


def answers_for(user: Any, referral: Referral, *, at: datetime) -> tuple[summary.Section, ...]:
    """Return the answers as this person may read them: of further children's records only the summary's rows.

    For the hub: what it found out stands over what the referrer said, in its own name.
    """
    if not may_read_answers(user, referral, at=at):
        return ()
    sections = summary.in_hubs_name(
        summary.summarise(facts.form_edition(referral), facts.sheet_now(referral)), facts.corrected_in(referral)
    )
    full = children_in_full(user, referral, at=at)
    if full is None:
        return sections
    return summary.only_in_full(sections, full)


def search(user: Any, text: str, *, at: datetime) -> list[Referral]:
    """Return the sent referrals that this person may read and finds by these words, the newest first, at most 100.

    By reference, by an account's name, number or address, or by parts of names and dates of birth that must all be
    there; whole parts alone. What stands in a part of a case that this person may not read does not find it.
    """
    wanted = wanted_in(text)
    ways = [Q(reference=wanted.reference)] if wanted.reference else []
    asked: list[tuple[Term, ...]] = [(account,) for account in wanted.accounts]
    asked += [wanted.terms] if wanted.terms else []
    ways += [_has_all(terms) for terms in asked]
    if not ways:
        return []
    fits = ways[0]
    for way in ways[1:]:
        fits |= way
    rows = Referral.objects.visible_to(user, at=at).filter(referrals_in_full(user, at=at), status=Referral.Status.SENT)
    found = rows.filter(fits).select_related("owner_unit").defer("answers").order_by("-sent_at", "pk")
    units = _hub_units(user, at=at)
    readable = (each for each in found.iterator() if _finds(user, each, wanted.reference, asked, units, at=at))
    return [each for each, _ in zip(readable, range(MOST_FOUND), strict=False)]


def _has_all(terms: Sequence[Term]) -> Q:
    fits = Q()
    for term in terms:
        tokens = BlindToken.objects.filter(kind=term.kind, token=blind_token(term.kind, term.value))
        fits &= Q(Exists(tokens.filter(referral=OuterRef("pk"))))
    return fits


def _finds(
    user: Any,
    referral: Referral,
    reference: str,
    asked: Sequence[Sequence[Term]],
    units: frozenset[uuid.UUID],
    *,
    at: datetime,
) -> bool:
    """Return whether the words fit what this person may read of a referral."""
    if referral.reference == reference:
        return True
    full = _children_in_full(user, referral, units, at=at)
    if full is None:
        return True
    readable = BlindToken.objects.filter(referral=referral, child_key__in=["", *full])
    held = set(readable.values_list("kind", "token"))
    return any(all((term.kind, blind_token(term.kind, term.value)) in held for term in terms) for terms in asked)


def drafts_left_behind(person: Any, *, viewer: Any, at: datetime) -> int:
    """Return how many unsent drafts somebody would leave behind, as far as `viewer` may know of their number.

    Sealed drafts and those kept from the viewer are never counted. At a setting, a draft counts only once its author
    shared it and it hides nothing from that setting (Z-07): who leads or works there learns of no other. Beyond their
    own setting only whoever manages people is told a number.
    """
    standing = standing_of(viewer, at=at)
    own = [each.organisation_id for each in standing.memberships if each.organisation_id is not None]
    drafts = Referral.objects.system(reason="how many drafts a person who leaves would leave behind")
    drafts = drafts.filter(not_kept_away(viewer), author=person, status=Referral.Status.DRAFT, is_sealed=False)
    drafts = drafts.exclude(organisation__in=own, is_hidden_from_setting=True)
    drafts = drafts.exclude(organisation__in=own, shared_at__isnull=True)
    if not standing.may(Permission.MANAGE_PEOPLE):
        drafts = drafts.filter(organisation__in=standing.organisations(Permission.LEAD_SETTING_REFERRALS))
    return drafts.count()
