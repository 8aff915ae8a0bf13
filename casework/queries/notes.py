"""The notes of a case as a person may know of them, and whom a note may name."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency, Membership, User
from accounts.permissions import Permission, roles_with
from casework import permissions
from casework.models import ChildCase, Note
from casework.queries.cases import readable_cases
from referrals.models import Message, Pack, Referral, Route
from referrals.models.visibility import kinds_let_in
from referrals.queries import dropped_routes, is_open_by_glass

_SEEN_WITH = ("written_by", "agency", "corrects")


def notes_of(user: Any, case: Referral, *, at: datetime) -> QuerySet[Note]:
    """Return the notes of a case that this person reads as the hub's, the newest first.

    Every note for whoever reads the case for its owner, or opened it by break-glass; for another unit its own notes
    and those that name it.
    """
    rows = Note.objects.filter(referral=case)
    units = permissions.units_with(user, case, at=at)
    if not readable_cases(user, at=at).filter(pk=case.pk).exists():
        return rows.none()
    if not _reads_for_owner(user, case, at=at):
        rows = rows.filter(Q(agency__in=units) | Q(pk__in=Note.objects.filter(recipients__agency__in=units)))
    return rows.select_related(*_SEEN_WITH).prefetch_related("recipients__agency").order_by("-written_at", "pk")


def _reads_for_owner(user: Any, case: Referral, *, at: datetime) -> bool:
    units = permissions.units_with(user, case, at=at)
    return units.filter(pk__in=[case.owner_unit_id]).exists() or is_open_by_glass(user, case, at=at)


def notes_beside(pack: Pack) -> QuerySet[Note]:
    """Return the notes that name the agency of a pack, the newest first; whoever opens the pack reads them."""
    rows = Note.objects.filter(
        referral=pack.referral_id, audience=Note.Audience.PARTNERS, recipients__agency=pack.route.agency_id
    )
    return rows.select_related(*_SEEN_WITH).order_by("-written_at", "pk")


def writing_unit(user: Any, case: Referral, *, at: datetime, outward: bool = False) -> Agency | None:
    """Return the unit for which this person writes on a case, its owner before another; None where they may not.

    Who was given it to assess records for the hub; `outward`, to partners or the referrer, the hub's own people write.
    """
    if not readable_cases(user, at=at).filter(pk=case.pk).exists() or is_open_by_glass(user, case, at=at):
        return None
    sent_to = case.routes.exclude(state=Route.State.HELD).exclude(pk__in=dropped_routes(case)).values("agency")
    units = permissions.writing_units(user, at=at)
    if not outward:
        units |= permissions.assessing_units(user, case, at=at)
    units = units.filter(Q(pk=case.owner_unit_id) | Q(pk__in=sent_to))
    mine = list(units.order_by("name"))
    return next((unit for unit in mine if unit.pk == case.owner_unit_id), mine[0] if mine else None)


def partners_of(case: Referral, *, but: Agency) -> list[Agency]:
    """Return the agencies that a note may name: those that have a pack of the case, as far as a seal lets them in."""
    packs = Pack.objects.system(reason="which agencies have a pack of one case").filter(referral=case, is_current=True)
    packs = packs.exclude(route__in=dropped_routes(case))
    let_in = kinds_let_in(is_sealed=case.is_sealed, is_about_staff=case.is_about_staff)
    agencies = Agency.objects.filter(pk__in=packs.values("route__agency")).exclude(pk=but.pk).order_by("name")
    return [agency for agency in agencies if let_in is None or agency.kind in let_in]


def readers_in(agency: Agency, case: Referral, *, at: datetime) -> list[User]:
    """Return the people of an agency who read its packs and may know of this case."""
    held = Membership.objects.filter(agency=agency, role__in=roles_with(Permission.ACKNOWLEDGE_PACK)).current(at=at)
    people = {row.user_id: row.user for row in held.select_related("user")}
    return [
        person for person in people.values() if Referral.objects.visible_to(person, at=at).filter(pk=case.pk).exists()
    ]


def messages_to_referrer(user: Any, case: Referral, *, at: datetime) -> list[Message]:
    """Return what was written to the referrer and asked of them, with what they answered, the newest first.

    All of it for whoever reads the case for its owner; for another unit its own, and what was asked about its children.
    """
    rows = case.messages.select_related("agency", "sent_by").prefetch_related("answers__added_by").order_by("-number")
    if _reads_for_owner(user, case, at=at):
        return list(rows)
    units = set(permissions.units_with(user, case, at=at).values_list("pk", flat=True))
    own = set(ChildCase.objects.filter(referral=case, agency__in=units).values_list("number", flat=True))
    return [row for row in rows if row.agency_id in units or (row.children and own.issuperset(row.children))]


def open_questions(case: Referral) -> QuerySet[Message]:
    """Return the questions that the referrer has not answered, the oldest first."""
    return case.messages.filter(is_question=True, answers__isnull=True).order_by("number")
