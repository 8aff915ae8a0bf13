"""Disagreements as one person may know of them, and who may do what with one (section 5.5; conflict list, seal)."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency
from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework import permissions
from casework.models import Decision
from casework.queries import disagreement_audiences as audiences
from casework.queries.cases import cases_of
from referrals.models import Disagreement, Pack, Referral
from referrals.permissions import may_disagree, may_follow_up

RAISING, ANSWERING = "raising", "answering"

_NEAR = ("referral__owner_unit", "referral__author", "agency", "raised_for", "raised_by")


def of_case(user: Any, case: Referral, *, at: datetime) -> QuerySet[Disagreement]:
    """Return those of a case: to the owner's people all, to others what their own unit raised or is asked."""
    units = permissions.units_with(user, case, at=at)
    mine = Q(agency__in=units) | Q(raised_for__in=units)
    found = Disagreement.objects.filter(referral=case).select_related(*_NEAR)
    return found if units.filter(pk__in=[case.owner_unit_id]).exists() else found.filter(mine)


def of_pack(pack: Pack) -> QuerySet[Disagreement]:
    """Return what the agency of a pack has raised, for whoever may open the pack; nothing of anybody else's."""
    route_agency = pack.route.agency_id
    raised = Disagreement.objects.filter(referral=pack.referral_id, raised_for__isnull=False, raised_for=route_agency)
    return raised.select_related(*_NEAR)


def units_to_disagree_with(user: Any, case: Referral, *, at: datetime) -> list[Agency]:
    """Return the units of a case whose decisions this person may question for a unit of theirs that reads the case.

    Only what is decided can be disagreed with; nobody who is only looking in by break-glass is asked.
    """
    if not agencies_where(user, Permission.RAISE_DISAGREEMENT, at=at).exists():
        return []
    if not cases_of(user, at=at).filter(pk=case.pk).exists():
        return []
    units = permissions.units_with(user, case, at=at)
    decided = Decision.objects.filter(child__referral=case, standing=Decision.Standing.AGREED)
    if not units.filter(pk__in=[case.owner_unit_id]).exists():
        decided = decided.filter(child__agency__in=units)
    return list(Agency.objects.filter(pk__in=decided.values("child__agency")).order_by("name"))


def may_raise_for_pack(user: Any, pack: Pack, *, at: datetime) -> bool:
    """Whether this person may disagree for the agency that was sent a pack. Hubs do so from the case."""
    agency = pack.route.agency
    if agency is None or agency.kind in (Agency.Kind.HUB, Agency.Kind.CONFLICT_OFFICER):
        return False
    return agencies_where(user, Permission.RAISE_DISAGREEMENT, at=at).filter(pk=agency.pk).exists()


def may_raise_own(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may disagree for the referrer's side."""
    return may_disagree(user, referral, at=at)


def may_answer(user: Any, disagreement: Disagreement, *, at: datetime) -> bool:
    """Whether this person may answer on the stage it is on: never who raised it; from the second stage on nobody who
    made the decision (no self-approval)."""
    if not disagreement.is_open or disagreement.raised_by_id == user.pk:
        return False
    units = agencies_where(user, Permission.ANSWER_DISAGREEMENT, at=at).filter(pk=disagreement.agency_id)
    if not units.exists() or not cases_of(user, at=at).filter(pk=disagreement.referral_id).exists():
        return False
    if "decider" in disagreement.step["answering"]:
        deciding = agencies_where(user, Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD, at=at)
        if deciding.filter(pk=disagreement.agency_id).exists():
            return True
    return user.pk in {person.pk for person in audiences.answering(disagreement, at=at)}


def side_taking_further(user: Any, disagreement: Disagreement, *, at: datetime) -> str:
    """Return for which side this person may take it to the next stage; blank: for none.

    Whoever raised it and either side's managers may at any time; once the answer is late, whoever is to answer too.
    """
    if not disagreement.is_open or not disagreement.has_next_stage:
        return ""
    if _is_raiser(user, disagreement, at=at) or _is_raisers_manager(user, disagreement, at=at):
        return RAISING
    if not cases_of(user, at=at).filter(pk=disagreement.referral_id).exists():
        return ""
    over = agencies_where(user, Permission.DECIDE_THRESHOLD, Permission.OVERSEE_WORKLOAD, at=at)
    if over.filter(pk=disagreement.agency_id).exists():
        return ANSWERING
    return ANSWERING if is_late(disagreement, at=at) and may_answer(user, disagreement, at=at) else ""


def may_settle(user: Any, disagreement: Disagreement, *, at: datetime) -> bool:
    """Whether this person may agree for the side that disagrees, once there is an answer: who raised it, or their
    manager where managers speak."""
    if not disagreement.is_open or not disagreement.entries.filter(kind="answered").exists():
        return False
    if _is_raiser(user, disagreement, at=at):
        return True
    return "raisers_manager" in disagreement.step["raising"] and _is_raisers_manager(user, disagreement, at=at)


def may_withdraw(user: Any, disagreement: Disagreement, *, at: datetime) -> bool:
    """Whether this person may withdraw it: whoever raised it alone."""
    return disagreement.is_open and _is_raiser(user, disagreement, at=at)


def is_late(disagreement: Disagreement, *, at: datetime) -> bool:
    """Whether the stage it is on still waits for an answer that is overdue."""
    stage = disagreement.stages.filter(number=disagreement.stage).first()
    return disagreement.is_open and stage is not None and stage.answered_at is None and at > stage.due_at


def _is_raiser(user: Any, disagreement: Disagreement, *, at: datetime) -> bool:
    if disagreement.raised_by_id != user.pk:
        return False
    if disagreement.raised_for_id is None:
        return may_follow_up(user, disagreement.referral, at=at)
    return Referral.objects.visible_to(user, at=at).filter(pk=disagreement.referral_id).exists()


def _is_raisers_manager(user: Any, disagreement: Disagreement, *, at: datetime) -> bool:
    """The lead or author of the referrer's side; of a hub whoever decides there; of another agency a colleague."""
    if disagreement.raised_by_id == user.pk:
        return False
    if disagreement.raised_for_id is None:
        return may_follow_up(user, disagreement.referral, at=at)
    unit = disagreement.raised_for
    assert unit is not None  # noqa: S101  checked in the lines above
    is_hub = unit.kind in (Agency.Kind.HUB, Agency.Kind.CONFLICT_OFFICER)
    needed = Permission.DECIDE_THRESHOLD if is_hub else Permission.RAISE_DISAGREEMENT
    if not agencies_where(user, needed, at=at).filter(pk=unit.pk).exists():
        return False
    return Referral.objects.visible_to(user, at=at).filter(pk=disagreement.referral_id).exists()
