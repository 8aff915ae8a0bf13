"""What one person owes to disagreements: answers of their unit, and answers of others to read or to take further."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.urls import reverse

from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework.queries import disagreements as queries
from casework.queries.cases import cases_of
from casework.queries.disagreement_audiences import of_clock
from casework.queries.packs import own_packs
from casework.queries.task import Task
from referrals.models import Clock, Disagreement, DisagreementStage
from referrals.permissions import may_follow_up

MOST_LISTED = 100


def disagreement_tasks(user: Any, *, at: datetime) -> Iterable[Task]:
    """Give what this person owes, each with the page of the disagreement as they open it."""
    yield from _to_answer(user, at=at)
    yield from _raised(user, at=at)


def href_of(user: Any, clock: Clock, *, at: datetime) -> str:
    """Return the page of the disagreement that a clock is for, as this person opens it; blank where they may not."""
    found = of_clock(clock)
    return page_of(user, found, at=at) if found is not None else ""


def page_of(user: Any, disagreement: Disagreement, *, at: datetime) -> str:
    """Return where this person reads a disagreement: the referrer's page, the case's or the pack's; blank: nowhere."""
    referral = disagreement.referral
    if disagreement.raised_for_id is None and may_follow_up(user, referral, at=at):
        return reverse("casework:own_disagreement", args=[referral.pk, disagreement.pk])
    if cases_of(user, at=at).filter(pk=referral.pk).exists():
        if queries.of_case(user, referral, at=at).filter(pk=disagreement.pk).exists():
            return reverse("casework:disagreement", args=[referral.pk, disagreement.pk])
        return ""
    if disagreement.raised_for_id is None:
        return ""
    pack = own_packs(user, at=at).filter(referral=referral, route__agency=disagreement.raised_for_id).first()
    return reverse("casework:pack_disagreement", args=[pack.pk, disagreement.pk]) if pack is not None else ""


def _to_answer(user: Any, *, at: datetime) -> Iterable[Task]:
    units = agencies_where(user, Permission.ANSWER_DISAGREEMENT, at=at)
    waiting = DisagreementStage.objects.filter(
        number=F("disagreement__stage"), answered_at__isnull=True, disagreement__standing="open",
        disagreement__agency__in=units, disagreement__referral__in=cases_of(user, at=at).values("pk"),
    )  # fmt: skip
    for stage in _near(waiting).order_by("due_at", "pk")[:MOST_LISTED]:
        if queries.may_answer(user, stage.disagreement, at=at):
            yield _task("Answer a disagreement", stage, at=at, user=user)


def _raised(user: Any, *, at: datetime) -> Iterable[Task]:
    mine = DisagreementStage.objects.filter(
        number=F("disagreement__stage"), disagreement__standing="open", disagreement__raised_by=user.pk
    )
    for stage in _near(mine).order_by("due_at", "pk")[:MOST_LISTED]:
        if stage.answered_at is not None:
            yield _task("Read an answer: is your disagreement settled?", stage, at=at, user=user, has_due=False)
        elif stage.is_late(at=at):
            what = "Your disagreement has had no answer in time"
            further = ": take it further?" if stage.disagreement.has_next_stage else ""
            yield _task(what + further, stage, at=at, user=user)


def _near(stages: Any) -> Any:
    near = ("disagreement__referral__owner_unit", "disagreement__agency", "disagreement__raised_for",
            "disagreement__raised_by", "disagreement__referral__author")  # fmt: skip
    return stages.select_related(*near).defer("disagreement__referral__answers")


def _task(what: str, stage: DisagreementStage, *, at: datetime, user: Any, has_due: bool = True) -> Task:
    found = stage.disagreement
    href = page_of(user, found, at=at) or reverse("casework:tasks")
    due = stage.due_at if has_due else None
    return Task(what, found.referral.reference, href, due, is_overdue=has_due and stage.is_late(at=at))


def first_page(user: Any, referral_id: Any, *, at: datetime) -> str:
    """Return the page of the newest disagreement of a referral that this person may open; blank where there is none."""
    near = ("referral__owner_unit", "referral__author", "agency", "raised_for", "raised_by")
    found = Disagreement.objects.filter(referral=referral_id).select_related(*near).order_by("-raised_at", "-pk")
    return next((page for each in found if (page := page_of(user, each, at=at))), "")
