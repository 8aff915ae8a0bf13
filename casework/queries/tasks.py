"""What one person owes, by when: their reminders, the clocks of what they have taken, what waits for their word."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.permissions import Permission
from accounts.queries import agencies_where, entries_to_check
from casework import permissions, states
from casework.models import Assignment, ChildCase, Decision, QueueEntry, Reminder, Taking
from casework.models.queue import CLOSED
from casework.queries.cases import cases_of
from casework.queries.disagreement_tasks import disagreement_tasks
from casework.queries.packs import own_packs
from casework.queries.partner_tasks import partner_tasks
from casework.queries.strategy_tasks import strategy_tasks
from casework.queries.task import Task
from casework.queries.transfers import waiting_for
from referrals import queries
from referrals.clock_words import clock_title
from referrals.facts import LONDON
from referrals.models import Clock, Message, Referral

SETTING_REVIEW = "K-13"
"""For each child one, and of the case all the same; what else is about single rows is listed with those."""
MOST_LISTED = 100
"""Of each kind. Whoever has more works from the inbox, which pages."""


def unseen_reminders(user: Any, *, at: datetime) -> QuerySet[Reminder]:
    """Return the reminders of clocks that still run and that this person has not put away, the newest first."""
    rows = Reminder.objects.filter(to=user, seen_at__isnull=True, clock__ended_at__isnull=True)
    return rows.select_related("clock__referral", "clock__agency").defer("clock__referral__answers")


def knows(user: Any, referrals: Iterable[Any], *, at: datetime) -> set[Any]:
    """Return which of these referrals exist for this person now."""
    rows = Referral.objects.visible_to(user, at=at).filter(pk__in=list(referrals))
    return set(rows.values_list("pk", flat=True))


def tasks_of(user: Any, *, at: datetime) -> list[Task]:
    """Return what this person owes, what is due first before the rest."""
    found = [
        *_calls(user),
        *_given(user, at=at),
        *_of_cases(user, at=at),
        *_to_agree(user, at=at),
        *_packs(user, at=at),
        *_questions(user, at=at),
        *_drafts(user, at=at),
        *strategy_tasks(user, at=at),
        *disagreement_tasks(user, at=at),
        *_entries(user, at=at),
        *partner_tasks(user, at=at, most=MOST_LISTED),
    ]
    return sorted(found, key=lambda task: (task.due_at is None, task.due_at or at, task.reference))


def overdue_in_units(user: Any, *, at: datetime) -> list[Task]:
    """Return the overdue clocks of the units whose workload this person oversees, the longest overdue first."""
    units = agencies_where(user, Permission.OVERSEE_WORKLOAD, at=at)
    clocks = Clock.objects.filter(agency__in=units, ended_at__isnull=True, paused_at__isnull=True, due_at__lte=at)
    clocks = (
        clocks.filter(referral__in=cases_of(user, at=at).values("pk"))
        .select_related("referral")
        .order_by("due_at", "pk")
    )
    return [clock_task(clock, at=at) for clock in clocks.defer("referral__answers")[:MOST_LISTED]]


def _of_cases(user: Any, *, at: datetime) -> Iterable[Task]:
    mine = Taking.objects.filter(taken_by=user, released_at__isnull=True)
    cases = cases_of(user, at=at).filter(pk__in=mine.values("referral"))
    assessing = list(agencies_where(user, Permission.READ_ASSIGNED_CASES, at=at))
    clocks = Clock.objects.filter(referral__in=cases.values("pk"), ended_at__isnull=True)
    units = [*permissions.reading_units(user, at=at), *assessing]
    of_cases = Q(about="") | Q(kind=SETTING_REVIEW)
    clocks = clocks.filter(of_cases, agency__in=units).select_related("referral")
    for clock in clocks.defer("referral__answers").order_by("due_at", "pk")[:MOST_LISTED]:
        yield clock_task(clock, at=at)
    # Whoever has no queue to find their cases in finds them here, also where no clock runs.
    lines = QueueEntry.objects.filter(agency__in=assessing).exclude(tab=CLOSED)
    open_ones = cases.filter(Exists(lines.filter(referral=OuterRef("pk"))))
    for case in open_ones.order_by("sent_at", "pk")[:MOST_LISTED]:
        yield _case_task("Assess the case that was given to you", case)
    waiting = ChildCase.objects.filter(referral__in=cases.values("pk"), state=states.DECISION).select_related(
        "referral"
    )
    for child in waiting.defer("referral__answers")[:MOST_LISTED]:
        yield _case_task("Reply to the referrer", child.referral)


def _calls(user: Any) -> Iterable[Task]:
    """Calls that this person made to a hub; the case behind each stays unknown to them."""
    for contact in queries.calls_to_confirm(user)[:MOST_LISTED]:
        href = reverse("referrals:confirm_call", args=[contact.pk])
        yield Task(f"Confirm in writing what you told {contact.hub.name}", "", href, None, is_overdue=False)


def _given(user: Any, *, at: datetime) -> Iterable[Task]:
    given = Assignment.objects.filter(to=user, ended_at__isnull=True)
    for case in cases_of(user, at=at).filter(pk__in=given.values("referral"))[:MOST_LISTED]:
        yield _case_task("Take the case that was given to you", case)


def _to_agree(user: Any, *, at: datetime) -> Iterable[Task]:
    for transfer in waiting_for(user, at=at)[:MOST_LISTED]:
        href = reverse("casework:transfer", args=[transfer.referral_id])
        yield Task("Accept or reject a transfer", transfer.referral.reference, href, None, is_overdue=False)
    proposed = Decision.objects.filter(
        standing=Decision.Standing.PROPOSED, child__referral__in=cases_of(user, at=at).values("pk")
    ).exclude(decided_by=user)
    for decision in proposed.select_related("child__referral", "child__agency", "decided_by")[:MOST_LISTED]:
        if permissions.may_agree(user, decision, decision.child, at=at):
            href = reverse("casework:agree", args=[decision.child.referral_id, decision.child_id])
            yield Task("Answer a proposed decision", decision.child.referral.reference, href, None, is_overdue=False)


def _packs(user: Any, *, at: datetime) -> Iterable[Task]:
    unread = own_packs(user, at=at).filter(acknowledged_at__isnull=True)
    for pack in unread[:MOST_LISTED]:
        clock = Clock.objects.filter(route=pack.route_id, kind="K-15", ended_at__isnull=True).first()
        due = clock.due_at if clock else None
        href = reverse("casework:pack", args=[pack.pk])
        yield Task("Acknowledge a pack", pack.referral.reference, href, due, is_overdue=due is not None and due <= at)


def _questions(user: Any, *, at: datetime) -> Iterable[Task]:
    mine = queries.own_referrals(user, at=at).filter(status=Referral.Status.SENT)
    asked = Message.objects.filter(referral__in=mine.values("pk"), is_question=True, answers__isnull=True)
    for question in asked.select_related("referral").defer("referral__answers").order_by("answer_by")[:MOST_LISTED]:
        assert question.answer_by is not None  # noqa: S101  the database asks it of every question
        due = datetime.combine(question.answer_by, time(23, 59), tzinfo=LONDON)
        href = reverse("referrals:questions", args=[question.referral_id])
        yield Task("Answer the hub’s question", question.referral.reference, href, due, is_overdue=due <= at)


def _drafts(user: Any, *, at: datetime) -> Iterable[Task]:
    drafts = queries.own_referrals(user, at=at).filter(status=Referral.Status.DRAFT)
    for draft in drafts[:MOST_LISTED]:
        href = reverse("referrals:task_list", args=[draft.pk])
        yield Task(
            "Finish and send a referral, or withdraw it", draft.reference, href, draft.expires_at, is_overdue=False
        )


def _entries(user: Any, *, at: datetime) -> Iterable[Task]:
    for entry in entries_to_check(user, at=at):
        href = reverse("directory:own_entry", args=[entry.agency_id])
        yield Task(f"Check how {entry.agency.name} is reached", "", href, None, is_overdue=False)


def clock_task(clock: Clock, *, at: datetime) -> Task:
    """Return what a clock waits for, by when."""
    what = clock_title(clock.referral, clock.kind, clock.recipient)
    href = reverse("casework:case", args=[clock.referral_id])
    return Task(
        what, clock.referral.reference, href, clock.due_at, is_overdue=clock.due_at <= at and clock.paused_at is None
    )


def _case_task(what: str, referral: Referral) -> Task:
    return Task(what, referral.reference, reverse("casework:case", args=[referral.pk]), None, is_overdue=False)
