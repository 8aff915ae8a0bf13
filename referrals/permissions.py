"""May this person do this to this referral? Which rows exist for them at all, `models.visibility` says."""

from datetime import datetime
from typing import Any

from accounts.models import Organisation
from accounts.permissions import Permission, has_permission
from accounts.queries import organisations_where
from referrals.models import Pack, Referral


class NotPermittedError(Exception):
    """This person may not do this. Pages answer as if the referral did not exist."""


def may_start(user: Any, organisation: Organisation | None, *, at: datetime) -> bool:
    """Whether this person may start a referral, for a setting of theirs or for none."""
    if organisation is None:
        return has_permission(user, Permission.START_REFERRAL, at=at)
    return organisations_where(user, Permission.START_REFERRAL, at=at).filter(pk=organisation.pk).exists()


def leads_setting_of(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person leads the setting's referrals and may see this one (Z-07)."""
    if referral.organisation_id is None or referral.is_hidden_from_setting or referral.is_sealed:
        return False
    if not (referral.is_shared or referral.is_sent):
        return False
    leads = organisations_where(user, Permission.LEAD_SETTING_REFERRALS, at=at)
    return leads.filter(pk=referral.organisation_id).exists()


def may_read_answers(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may read the answers: the author, the safeguarding lead, the hub, the conflict officer."""
    from referrals.models.visibility import referrals_in_full

    known = Referral.objects.system(reason="whether one person may read one referral")
    return known.filter(referrals_in_full(user, at=at), pk=referral.pk).exists()


def may_edit_draft(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may answer the draft and send it: its author, or the lead it was shared with."""
    if not referral.is_draft:
        return False
    if referral.author_id == user.pk:
        return has_permission(user, Permission.START_REFERRAL, at=at)
    return leads_setting_of(user, referral, at=at)


def may_withdraw(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may withdraw the draft: its author alone."""
    return referral.is_draft and referral.author_id == user.pk and may_edit_draft(user, referral, at=at)


def may_follow_up(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may tick steps off and add detail after sending: the author or the safeguarding lead."""
    if not referral.is_sent:
        return False
    if referral.author_id == user.pk:
        return has_permission(user, Permission.READ_OWN_REFERRALS, at=at)
    return leads_setting_of(user, referral, at=at)


def may_acknowledge(user: Any, pack: Pack, *, at: datetime) -> bool:
    """Whether this person may acknowledge a pack: a member of the agency it was sent to."""
    from accounts.queries import agencies_where

    agencies = agencies_where(user, Permission.ACKNOWLEDGE_PACK, at=at)
    visible = Pack.objects.visible_to(user, at=at)
    return agencies.filter(pk__in=[pack.route.agency_id]).exists() and visible.filter(pk=pack.pk).exists()


def check(allowed: bool) -> None:
    """Raise NotPermittedError where something is not allowed."""
    if not allowed:
        raise NotPermittedError("This person may not do this to this referral.")
