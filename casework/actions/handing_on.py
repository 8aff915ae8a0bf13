"""When somebody leaves: their work goes in one step to people who may see it, never to somebody it is kept from.

A case goes to a manager of the unit, who knows best whom to give it to; where nobody may have it, it goes back to the
queue and those above are told. A discussion that is not signed gets another chair, its actions another owner; a signed
record is final, and its reminders go to the managers instead. So it is too where another hub accepts the case.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from accounts.actions import letters
from accounts.models import Agency, User
from audit.models import Event
from audit.record import record_event
from casework import strategy_permissions
from casework.actions import queue
from casework.actions.taking import give_back
from casework.models import Assignment, StrategyAction, StrategyDiscussion, Taking
from casework.queries import successors
from referrals.models import Referral

CHAIRLESS = "strategy.chair_missing"
OPEN = ("planned", "held")
"""A discussion that is still to be held or signed."""
LEFT = "Whoever had this case has left, and nobody of the unit may be given it."


def hand_on(person: User, *, by: Any, at: datetime) -> int:
    """Hand on what this person has and may not have any more, in the caller's transaction; return how much it was."""
    kinds = (_cases, _assignments, _discussions, _actions)
    return sum(hand(person, by=by, at=at) for hand in kinds)


def hand_on_left(*, at: datetime) -> int:
    """Hand on the work of everybody whose role ran out or who was kept away since; return how much it was."""
    held = Taking.objects.filter(released_at__isnull=True).values("taken_by")
    open_ones = StrategyDiscussion.objects.filter(status__in=OPEN)
    owned = StrategyAction.objects.filter(discussion__in=open_ones, done_at__isnull=True, owner__isnull=False)
    given = Assignment.objects.filter(ended_at__isnull=True).values("to")
    people = User.objects.filter(
        Q(pk__in=held) | Q(pk__in=given) | Q(pk__in=open_ones.values("chair")) | Q(pk__in=owned.values("owner"))
    )
    return sum(_in_one_step(person, at=at) for person in people)


def hand_to_unit(case: Referral, sender: Agency, owner: Agency, *, by: Any, at: datetime) -> None:
    """Let a unit go on with the open discussions of the unit that had the case, in the caller's transaction.

    Whoever chaired and may not there is followed by `by`, or by somebody of the unit who may; actions of those who
    may not see it any more go to the chair.
    """
    found = list(StrategyDiscussion.objects.filter(referral=case, agency=sender, status__in=OPEN).values_list("pk"))
    rows = StrategyDiscussion.objects.filter(pk__in=[pk for (pk,) in found])
    rows.update(agency=owner, version=F("version") + 1)
    for discussion in rows.select_related("referral", "agency", "chair").order_by("number"):
        _hand_chair(discussion, discussion.chair, first=by, by=by, at=at)
    owed = StrategyAction.objects.filter(discussion__in=rows, done_at__isnull=True)
    for person in User.objects.filter(pk__in=owed.values("owner")):
        _actions(person, by=by, at=at)


@transaction.atomic
def _in_one_step(person: User, *, at: datetime) -> int:
    return hand_on(person, by=None, at=at)


def _cases(person: User, *, by: Any, at: datetime) -> int:
    handed = 0
    rows = Taking.objects.filter(taken_by=person, released_at__isnull=True)
    for taking in rows.select_related("referral", "agency", "taken_by"):
        if successors.may_have(person, taking.referral, taking.agency, at=at):
            continue
        to = successors.for_case(taking.referral, taking.agency, but=person, at=at)
        if to is not None:
            _give(taking, to, by=by, at=at)
        else:
            give_back(taking, LEFT, by=by, at=at)
            letters.promise_task(to=successors.overseers(taking.referral, taking.agency, but=person, at=at), at=at)
        handed += 1
    return handed


def _give(taking: Taking, to: User, *, by: Any, at: datetime) -> None:
    # Whoever ended it signs for the end; where the role ran out by itself, that is the person who had the case.
    Taking.objects.filter(pk=taking.pk).update(released_at=at, released_by=by or taking.taken_by)
    Taking.objects.create(referral=taking.referral, agency=taking.agency, taken_by=to, taken_at=at, given_by=by)
    letters.promise_task(to=[to], at=at)
    record_event(
        event="case.handed_on", by=by, at=at, subject=taking.referral,
        detail={"unit": taking.agency.unit, "from": str(taking.taken_by_id), "to": str(to.pk)},
    )  # fmt: skip
    queue.refresh(referral=taking.referral)


def _assignments(person: User, *, by: Any, at: datetime) -> int:
    """What this person was given and has not taken waits for somebody else: nobody had it, so nobody takes it over."""
    ended = 0
    for given in Assignment.objects.filter(to=person, ended_at__isnull=True).select_related("referral", "agency"):
        if successors.may_take(person, given.referral, given.agency, at=at):
            continue
        Assignment.objects.filter(pk=given.pk).update(ended_at=at)
        record_event(
            event="case.assignment_ended", by=by, at=at, subject=given.referral, detail={"unit": given.agency.unit}
        )
        queue.refresh(referral=given.referral)
        ended += 1
    return ended


def _discussions(person: User, *, by: Any, at: datetime) -> int:
    rows = StrategyDiscussion.objects.filter(chair=person, status__in=OPEN)
    return sum(_hand_chair(each, person, by=by, at=at) for each in rows.select_related("referral", "agency"))


def _hand_chair(
    discussion: StrategyDiscussion, person: User, *, first: User | None = None, by: Any, at: datetime
) -> bool:
    """Give a discussion to `first`, else to a successor, where its chair may not chair it; return whether one may."""
    if _may_chair(person, discussion, at):
        return False
    sees = partial(_may_chair, discussion=discussion, at=at)
    if first is not None and sees(first):
        to: User | None = first
    else:
        to = successors.for_discussion(discussion.agency, sees, but=person, at=at)
    if to is None:
        _say_once(discussion, but=person, by=by, at=at)
        return False
    StrategyDiscussion.objects.filter(pk=discussion.pk, version=discussion.version).update(
        chair=to, version=discussion.version + 1
    )
    _tell(discussion, "strategy.chair_changed", to, by=by, at=at)
    return True


def _say_once(discussion: StrategyDiscussion, *, but: User, by: Any, at: datetime) -> None:
    """Tell those above that nobody may follow a chair who left: once, however often it is looked for."""
    about = {"subject_kind": "referrals.referral", "subject_id": str(discussion.referral_id)}
    said = Event.objects.filter(event=CHAIRLESS, **about)
    if any(each.detail.get("discussion") == str(discussion.pk) for each in said):
        return
    for each in successors.overseers(discussion.referral, discussion.agency, but=but, at=at):
        _tell(discussion, CHAIRLESS, each, by=by, at=at)


def _actions(person: User, *, by: Any, at: datetime) -> int:
    handed = 0
    rows = StrategyAction.objects.filter(owner=person, done_at__isnull=True, discussion__status__in=OPEN)
    for action in rows.select_related("discussion__referral", "discussion__agency", "discussion__chair"):
        discussion = action.discussion
        if person.is_active and strategy_permissions.may_see(person, discussion, at=at):
            continue
        to: User | None = discussion.chair
        if to is None or to.pk == person.pk or not strategy_permissions.may_see(to, discussion, at=at):
            sees = partial(strategy_permissions.may_see, discussion=discussion, at=at)
            to = successors.for_discussion(discussion.agency, sees, but=person, at=at)
        if to is None:
            continue
        StrategyAction.objects.filter(pk=action.pk).update(owner=to)
        handed += 1
        _tell(discussion, "strategy.action_handed_on", to, by=by, at=at)
    return handed


def _may_chair(person: User, discussion: StrategyDiscussion, at: datetime) -> bool:
    return person.is_active and strategy_permissions.may_chair(person, discussion.agency, discussion.referral, at=at)


def _tell(discussion: StrategyDiscussion, event: str, to: User, *, by: Any, at: datetime) -> None:
    letters.promise_task(to=[to], at=at)
    detail: dict[str, str | int | bool | list[str]] = {"discussion": str(discussion.pk), "number": discussion.number}
    record_event(event=event, by=by, at=at, subject=discussion.referral, detail=detail)
