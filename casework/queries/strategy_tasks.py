"""What one person owes to strategy discussions: answers, records to write, sign, ratify or read, actions."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.permissions import Permission, has_permission
from accounts.queries import agencies_where
from casework import strategy_permissions
from casework.models import StrategyAction, StrategyCirculation, StrategyDiscussion, StrategyInvitee
from casework.queries import strategy as queries
from casework.queries.strategy_audiences import discussion_of
from casework.queries.task import Task
from referrals.models import Clock
from referrals.models.visibility import not_kept_away

MOST_LISTED = 100
_NEAR = ("discussion__referral", "discussion__agency")


def strategy_tasks(user: Any, *, at: datetime) -> Iterable[Task]:
    """Give what this person owes, each with the discussion's own page."""
    yield from _to_answer(user, at=at)
    yield from _to_chair(user, at=at)
    yield from _to_ratify(user, at=at)
    yield from _to_do(user, at=at)
    yield from _to_read(user, at=at)


def href_of(user: Any, clock: Clock, *, at: datetime) -> str:
    """Return the page of the discussion that a clock is for, where this person may open it; blank else."""
    discussion = discussion_of(clock)
    if discussion is None or not strategy_permissions.may_see(user, discussion, at=at):
        return ""
    return reverse("casework:strategy", args=[discussion.pk])


def chaired_left_behind(person: Any, *, viewer: Any, at: datetime) -> int:
    """Return how many discussions somebody chairs that are still to be held or signed."""
    rows = StrategyDiscussion.objects.filter(chair=person, status__in=["planned", "held"])
    return _countable(rows, "referral", viewer=viewer, at=at)


def actions_left_behind(person: Any, *, viewer: Any, at: datetime) -> int:
    """Return how many agreed actions somebody has not done yet."""
    rows = StrategyAction.objects.filter(owner=person, done_at__isnull=True)
    return _countable(rows, "discussion__referral", viewer=viewer, at=at)


def invitations_left_behind(person: Any, *, viewer: Any, at: datetime) -> int:
    """Return to how many discussions still to be held somebody is invited."""
    rows = StrategyInvitee.objects.filter(person=person, withdrawn_at__isnull=True, discussion__status="planned")
    return _countable(rows, "discussion__referral", viewer=viewer, at=at)


def _countable(rows: QuerySet[Any], referral: str, *, viewer: Any, at: datetime) -> int:
    """Sealed cases and those kept from the viewer are in no number; only whoever manages people is told one."""
    if not has_permission(viewer, Permission.MANAGE_PEOPLE, at=at):
        return 0
    return rows.filter(not_kept_away(viewer, referral=referral), **{f"{referral}__is_sealed": False}).count()


def _to_answer(user: Any, *, at: datetime) -> Iterable[Task]:
    waiting = StrategyInvitee.objects.filter(
        person=user.pk, reply="waiting", withdrawn_at__isnull=True, discussion__status="planned"
    )
    for invitee in waiting.select_related(*_NEAR)[:MOST_LISTED]:
        if strategy_permissions.may_see(user, invitee.discussion, at=at):
            yield _task("Answer an invitation to a strategy discussion", invitee.discussion,
                        invitee.discussion.planned_for, at=at)  # fmt: skip


def _to_chair(user: Any, *, at: datetime) -> Iterable[Task]:
    mine = queries.discussions().filter(chair=user.pk, status__in=["planned", "held"]).order_by("planned_for")
    for discussion in mine[:MOST_LISTED]:
        if strategy_permissions.may_see(user, discussion, at=at):
            what = (
                "Chair a strategy discussion" if discussion.is_planned else "Sign the record of a strategy discussion"
            )
            due = discussion.planned_for if discussion.is_planned else _due(discussion, "S-02", discussion.pk)
            yield _task(what, discussion, due, at=at)


def _to_ratify(user: Any, *, at: datetime) -> Iterable[Task]:
    units = agencies_where(user, Permission.DECIDE_THRESHOLD, at=at)
    rows = queries.discussions().filter(
        quoracy=StrategyDiscussion.Quoracy.NIGHT, ratified_at__isnull=True, agency__in=units
    )
    for discussion in rows[:MOST_LISTED]:
        if strategy_permissions.may_ratify(user, discussion, at=at):
            due = _due(discussion, "S-03", discussion.pk)
            yield _task("Ratify a strategy discussion held at night", discussion, due, at=at)


def _to_do(user: Any, *, at: datetime) -> Iterable[Task]:
    rows = StrategyAction.objects.filter(owner=user.pk, done_at__isnull=True).select_related(*_NEAR)
    for action in rows.order_by("due_on", "pk")[:MOST_LISTED]:
        if strategy_permissions.may_see(user, action.discussion, at=at):
            due = _due(action.discussion, "K-11", action.pk)
            yield _task("Do what was agreed at a strategy discussion", action.discussion, due, at=at)


def _to_read(user: Any, *, at: datetime) -> Iterable[Task]:
    rows = StrategyCirculation.objects.filter(invitee__person=user.pk, received_at__isnull=True)
    for circulation in rows.select_related(*_NEAR)[:MOST_LISTED]:
        if strategy_permissions.may_see(user, circulation.discussion, at=at):
            due = _due(circulation.discussion, "S-04", circulation.pk)
            yield _task("Read the record of a strategy discussion", circulation.discussion, due, at=at)


def _due(discussion: StrategyDiscussion, kind: str, about: uuid.UUID) -> datetime | None:
    clocks = Clock.objects.filter(referral=discussion.referral_id, kind=kind, about=str(about), ended_at__isnull=True)
    return clocks.values_list("due_at", flat=True).first()


def _task(what: str, discussion: StrategyDiscussion, due: datetime | None, *, at: datetime) -> Task:
    href = reverse("casework:strategy", args=[discussion.pk])
    return Task(what, discussion.referral.reference, href, due, is_overdue=due is not None and due <= at)
