"""When a safeguarding lead leaves: what was shared with them goes to another lead of the setting who may see it."""

from datetime import datetime
from typing import Any

from accounts.models import Membership, User
from accounts.permissions import Permission, roles_with
from audit.record import record_event
from referrals.models import Notice, Referral
from referrals.notifications import give_notice
from referrals.permissions import leads_setting_of


def hand_on(person: User, *, by: Any, at: datetime) -> int:
    """Give the drafts and referrals this person was chosen to lead to another lead, in the caller's transaction.

    Returns how many went. Where the setting has no other lead who may see one, it keeps none: a reminder meant for the
    lead then goes to the next above.
    """
    rows = Referral.objects.system(reason="what a lead who leaves was chosen for").filter(
        lead=person, status__in=(Referral.Status.DRAFT, Referral.Status.SENT)
    )
    handed = 0
    for referral in rows.select_related("organisation").defer("answers"):
        if person.is_active and leads_setting_of(person, referral, at=at):
            continue
        to = _another(referral, person, at=at)
        Referral.objects.system(reason="the lead of one referral").filter(pk=referral.pk).update(lead=to)
        record_event(
            event="referral.lead_changed", by=by, at=at, subject=referral, detail={"to": str(to.pk) if to else ""}
        )
        if to is not None:
            handed += 1
            if referral.status == Referral.Status.DRAFT:
                give_notice(to=to, kind=Notice.Kind.DRAFT_SHARED, referral=referral, at=at)
    return handed


def _another(referral: Referral, but: User, *, at: datetime) -> User | None:
    roles = roles_with(Permission.LEAD_SETTING_REFERRALS)
    there = Membership.objects.current(at=at).filter(organisation=referral.organisation_id, role__in=roles)
    people = User.objects.filter(pk__in=there.values("user"), is_active=True).exclude(pk=but.pk).order_by("email")
    return next((each for each in people if leads_setting_of(each, referral, at=at)), None)
