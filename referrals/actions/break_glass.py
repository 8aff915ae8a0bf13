"""Opening a case out of scope, and the review that closes it (roles 7.1, 7.2; security.md, "Curious staff").

Never past a seal or a conflict list: a sealed case has its conflict officer, and whoever is kept away stays away.
Not for system support yet: they would need a manager's approval first, which is not built.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Membership
from accounts.permissions import Permission, roles_with
from audit.record import record_event
from referrals import permissions
from referrals.models import BreakGlass, Notice, Referral
from referrals.models.break_glass import LONGEST_REASON, OPEN_FOR
from referrals.notifications import give_notice
from referrals.text import TextRefusedError, clean_text


class NoSuchCaseError(Exception):
    """No case of this reference can be opened in this way by this person; whether one exists is not said."""


class ReviewedAlreadyError(Exception):
    """Somebody else has reviewed this opening."""


@transaction.atomic
def open_case(*, reference: str, reason: str, by: Any, at: datetime) -> BreakGlass:
    """Open a case of another hub of the person's partnership for 60 minutes, and tell its managers and the auditors.

    The door asks for a fresh sign-in first. Raises TextRefusedError without a reason; NoSuchCaseError, recorded as a
    denial by the door, for a case that is sealed, keeps this person away, is in another partnership, or is none.
    """
    words = clean_text(reason, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError("Say why you must open this case. Its managers and the auditor read it.")
    known = Referral.objects.system(reason="break-glass: by reference alone, and then checked")
    found = known.filter(reference=reference.strip().upper(), status=Referral.Status.SENT).first()
    if found is None or not permissions.may_break_glass(by, found, at=at):
        raise NoSuchCaseError(
            "No case can be opened with this reference. Check it with whoever gave it to you, or telephone the hub."
        )
    opening = BreakGlass.objects.create(referral=found, person=by, reason=words, opened_at=at, closes_at=at + OPEN_FOR)
    for person in _watchers(found, at=at):
        if person.pk != by.pk:
            give_notice(to=person, kind=Notice.Kind.BROKEN_GLASS, referral=found, at=at)
    record_event(event="case.glass_broken", by=by, at=at, subject=found, detail={"opening": str(opening.pk)})
    return opening


@transaction.atomic
def review(*, opening: BreakGlass, was_justified: bool, note: str, by: Any, at: datetime) -> BreakGlass:
    """Close an opening with another person's judgement; access that still runs ends at once.

    Raises ReviewedAlreadyError, TextRefusedError without a note where it was not justified, NotPermittedError.
    """
    permissions.check(permissions.may_review_opening(by, opening, at=at))
    words = clean_text(note, limit=LONGEST_REASON)
    if not was_justified and not words:
        raise TextRefusedError("Say what was wrong, and what happens next.")
    rows = BreakGlass.objects.filter(pk=opening.pk, reviewed_at__isnull=True)
    if not rows.update(
        reviewed_at=at, reviewed_by=by, was_justified=was_justified, closes_at=min(opening.closes_at, at)
    ):
        raise ReviewedAlreadyError("Somebody has reviewed this already.")
    reviewed = BreakGlass.objects.get(pk=opening.pk)
    reviewed.review_note = words
    reviewed.save(update_fields=["review_note"])
    record_event(
        event="case.glass_reviewed",
        by=by,
        at=at,
        subject=Referral.objects.system(reason="name the case in the record").get(pk=opening.referral_id),
        detail={"opening": str(opening.pk), "justified": was_justified},
    )
    return reviewed


def _watchers(referral: Referral, *, at: datetime) -> list[Any]:
    """Return those who review openings: the owning hub's managers, the partnership's auditors."""
    owner = referral.owner_unit
    assert owner is not None  # noqa: S101  a sent referral has one
    held = Membership.objects.filter(role__in=roles_with(Permission.REVIEW_BREAK_GLASS)).current(at=at)
    mine = held.filter(agency=owner) | held.filter(partnership=owner.partnership)
    people = {each.user.pk: each.user for each in mine.select_related("user") if each.user.is_active}
    return [person for person in people.values() if not permissions.is_kept_away(person, referral)]
