"""May this person do this to this referral? Which rows exist for them at all, `models.visibility` says."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency, Organisation
from accounts.permissions import Permission, has_permission, memberships_with
from accounts.queries import agencies_where, organisations_where
from referrals.models import BreakGlass, KeptAway, Pack, Referral
from referrals.models.visibility import not_kept_away, referrals_in_full


class NotPermittedError(Exception):
    """This person may not do this. Pages answer as if the referral did not exist."""


def may_start(user: Any, organisation: Organisation | None, *, at: datetime) -> bool:
    """Whether this person may start a referral, for a setting of theirs or for none."""
    if organisation is None:
        return has_permission(user, Permission.START_REFERRAL, at=at)
    return organisations_where(user, Permission.START_REFERRAL, at=at).filter(pk=organisation.pk).exists()


def hubs_taking_calls(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the hubs for which this person writes down what is told by telephone: who refers and takes cases there."""
    taking = agencies_where(user, Permission.TAKE_CASE, at=at).filter(kind=Agency.Kind.HUB)
    return taking.filter(pk__in=agencies_where(user, Permission.START_REFERRAL, at=at).values("pk"))


def leads_setting_of(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person leads the setting's referrals and may see this one (Z-07)."""
    if referral.organisation_id is None or referral.is_hidden_from_setting or referral.is_sealed:
        return False
    if not (referral.is_shared or referral.is_sent):
        return False
    leads = organisations_where(user, Permission.LEAD_SETTING_REFERRALS, at=at)
    return leads.filter(pk=referral.organisation_id).exists() and not is_kept_away(user, referral)


def is_kept_away(user: Any, referral: Referral) -> bool:
    """Whether this person is on the referral's conflict list."""
    return KeptAway.objects.filter(person=user.pk, referral=referral.pk, lifted_at__isnull=True).exists()


def may_keep_away(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person keeps the conflict list: who decides for the owner, of a sealed one its conflict officer."""
    if not referral.is_sent or is_kept_away(user, referral):
        return False
    deciding = agencies_where(user, Permission.DECIDE_THRESHOLD, at=at).filter(pk__in=[referral.owner_unit_id])
    return deciding.exists() and may_read_answers(user, referral, at=at)


def may_read_answers(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may read the answers: the author, the safeguarding lead, the hub, the conflict officer."""
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


def may_disagree(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may disagree for the referrer's side: who follows it up, once the hub has replied."""
    return may_follow_up(user, referral, at=at) and referral.replies.exists()


def may_break_glass(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may open a case out of their scope: sent, not sealed, of their hub's partnership."""
    if not referral.is_sent or referral.is_sealed or is_kept_away(user, referral) or referral.owner_unit is None:
        return False
    hubs = agencies_where(user, Permission.BREAK_GLASS, at=at)
    return hubs.filter(partnership=referral.owner_unit.partnership).exists()


def openings_to_review(user: Any, *, at: datetime) -> QuerySet[BreakGlass]:
    """Return the openings this person may review: of their own hub's cases, or of their partnership's; never own ones,
    nor of a case that keeps them away."""
    held = memberships_with(user, Permission.REVIEW_BREAK_GLASS, at=at)
    hubs = [each.agency_id for each in held if each.agency_id]
    partnerships = [each.partnership for each in held if each.partnership]
    theirs = Q(referral__owner_unit__in=hubs) | Q(referral__owner_unit__partnership__in=partnerships)
    return BreakGlass.objects.filter(theirs, not_kept_away(user, referral="referral")).exclude(person=user.pk)


def may_review_opening(user: Any, opening: BreakGlass, *, at: datetime) -> bool:
    """Whether this person may review an opening."""
    return openings_to_review(user, at=at).filter(pk=opening.pk).exists()


def may_release_parts(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may release what a pack left out: screener and manager of the owning hub, or the conflict
    officer who has a sealed one. Not by break-glass, which is for reading."""
    if not referral.is_sent or is_kept_away(user, referral):
        return False
    releasing = agencies_where(user, Permission.RELEASE_PACK, at=at).filter(pk__in=[referral.owner_unit_id])
    return releasing.exists() and may_read_answers(user, referral, at=at)


def packs_to_release_from(user: Any, referral: Referral, *, at: datetime) -> QuerySet[Pack]:
    """Return the current packs of this person's own agencies from which they may release to another recipient what
    they hold themselves (7.2: the LADO, own)."""
    own = agencies_where(user, Permission.RELEASE_PACK, at=at)
    packs = Pack.objects.visible_to(user, at=at).filter(referral=referral, is_current=True, route__agency__in=own)
    return packs.select_related("route").defer("snapshot")


def may_reroute(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may say what was found out and where the referral goes on to: screener and manager of the
    owning hub, or the conflict officer who has a sealed one. Not by break-glass."""
    return _works_for_owner(user, referral, Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD, at=at)


def may_drop_must(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may leave out a destination that the rules insist on: whoever decides for the owner."""
    return _works_for_owner(user, referral, Permission.DECIDE_THRESHOLD, at=at)


def _works_for_owner(user: Any, referral: Referral, *permissions: Permission, at: datetime) -> bool:
    if not referral.is_sent or is_kept_away(user, referral):
        return False
    units = agencies_where(user, *permissions, at=at).filter(pk__in=[referral.owner_unit_id])
    return units.exists() and may_read_answers(user, referral, at=at)


def may_acknowledge(user: Any, pack: Pack, *, at: datetime) -> bool:
    """Whether this person may acknowledge a pack: a member of the agency it was sent to."""
    agencies = agencies_where(user, Permission.ACKNOWLEDGE_PACK, at=at)
    visible = Pack.objects.visible_to(user, at=at)
    return agencies.filter(pk__in=[pack.route.agency_id]).exists() and visible.filter(pk=pack.pk).exists()


def check(allowed: bool) -> None:
    """Raise NotPermittedError where something is not allowed."""
    if not allowed:
        raise NotPermittedError("This person may not do this to this referral.")


def may_pause(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may pause a clock of a case: who decides for the hub that owns it."""
    deciding = agencies_where(user, Permission.DECIDE_THRESHOLD, at=at).filter(pk__in=[referral.owner_unit_id])
    return deciding.exists() and not is_kept_away(user, referral) and may_read_answers(user, referral, at=at)
