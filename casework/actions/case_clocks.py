"""The clocks that a case starts as it goes on: discussion, conference, assessment, actions, reviews (5.4, 5.5)."""

from datetime import date, datetime
from typing import Any

from accounts.models import Agency
from casework import states
from casework.models import (
    ChildCase,
    Decision,
    StrategyAction,
    StrategyCirculation,
    StrategyDiscussion,
    StrategyInvitee,
)
from casework.queries import strategy as queries
from procedures.engine.clock_hours import LONDON, local_moment
from referrals.actions.clocks import end_clocks, hours_of, start_clock
from referrals.models import Clock

STRATEGY, ASSESSMENT, CONFERENCE, ACTION, REVIEW, SETTING = "K-07", "K-08", "K-09", "K-11", "K-12", "K-13"
INVITED, TO_SIGN, TO_RATIFY, TO_READ = "S-01", "S-02", "S-03", "S-04"
"""Section 5.5 counts these without a number of 5.4."""

_AWAITS_STRATEGY = (states.STRATEGY, states.DECISION)
_AWAITS_CONFERENCE = (states.S47, states.ICPC, states.STRATEGY_HELD, states.STRATEGY, states.DECISION)
_AWAITS_ASSESSMENT = (states.ASSESSMENT, *_AWAITS_CONFERENCE)
_WAITING = ((STRATEGY, _AWAITS_STRATEGY), (ASSESSMENT, _AWAITS_ASSESSMENT), (CONFERENCE, _AWAITS_CONFERENCE))


def after_move(child: ChildCase, *, by: Any, at: datetime) -> None:
    """Start and end what a child's move starts and ends, in the caller's transaction."""
    if child.state == states.STRATEGY:
        strategy_decided(child, at=at)
    if child.state == states.ASSESSMENT:
        start_assessment(child, at=at)
    if child.state == states.S47:
        held = queries.last_held_for(child)
        start_conference(child, from_=held.held_at if held is not None and held.held_at is not None else at)
    if child.state == states.SET_MANAGED:
        start_setting_review(child, at=at)
    else:
        end_clocks(referral=child.referral, kinds=[SETTING], about=str(child.pk), by=by, at=at)
    for kind, waiting in _WAITING:
        if child.state not in waiting:
            _end_without(child, kind, waiting, by=by, at=at)


def strategy_decided(child: ChildCase, *, at: datetime) -> None:
    """Start K-07 with the decision that a discussion is needed, before the referrer has had the reply.

    It is for the same day where the child is or was being protected at once, as where the referral is an emergency.
    """
    urgency = "emergency" if child.moves.filter(target=states.IMMEDIATE).exists() else ""
    start_clock(referral=child.referral, kind=STRATEGY, agency=child.agency, urgency=urgency, at=at)


def start_assessment(child: ChildCase, *, at: datetime) -> None:
    """Start K-08, which counts from the point of referral, until the assessment is closed or handed over (Z-23)."""
    start_clock(referral=child.referral, kind=ASSESSMENT, agency=child.agency, at=child.referral.sent_at or at)


def start_conference(child: ChildCase, *, from_: datetime) -> Clock | None:
    """Start K-09 from the discussion at which section 47 enquiries were decided; one that runs goes on."""
    return start_clock(referral=child.referral, kind=CONFERENCE, agency=child.agency, at=from_)


def start_setting_review(child: ChildCase, *, at: datetime) -> None:
    """Start K-13 for a child whose case the setting manages, due on the day that its decision names."""
    agreed = child.decisions.filter(standing=Decision.Standing.AGREED, review_on__isnull=False)
    on = agreed.order_by("-sequence").values_list("review_on", flat=True).first()
    start_clock(
        referral=child.referral, kind=SETTING, agency=child.agency, about=str(child.pk), at=at,
        due_at=_close_of(on, child.agency) if on is not None else None,
    )  # fmt: skip


def start_invitation(invitee: StrategyInvitee, *, at: datetime) -> None:
    """Remind whoever is invited: on booking, 24 hours and an hour before; the chair of somebody who did not answer."""
    discussion = invitee.discussion
    if invitee.person_id is None or discussion.planned_for <= at:
        return
    start_clock(
        referral=discussion.referral, kind=INVITED, agency=None, about=str(invitee.pk), due_at=discussion.planned_for,
        skips_passed=True, at=at,
    )  # fmt: skip


def end_invitation(invitee: StrategyInvitee, *, by: Any, at: datetime) -> None:
    """Remind somebody no more."""
    referral = invitee.discussion.referral
    end_clocks(referral=referral, kinds=[INVITED], about=str(invitee.pk), by=by, at=at)


def end_invitations(discussion: StrategyDiscussion, *, by: Any, at: datetime) -> None:
    """Remind nobody of a discussion any more: it was held, called off or put off."""
    for invitee in discussion.invitees.all():
        end_invitation(invitee, by=by, at=at)


def start_signing(discussion: StrategyDiscussion, *, at: datetime) -> None:
    """Remind the chair to sign within a working day."""
    _start_own(discussion, TO_SIGN, at=at)


def start_ratifying(discussion: StrategyDiscussion, *, at: datetime) -> None:
    """Remind the managers to ratify what was held at night, the next working day (Z-27)."""
    _start_own(discussion, TO_RATIFY, at=at)


def _start_own(discussion: StrategyDiscussion, kind: str, *, at: datetime) -> None:
    start_clock(referral=discussion.referral, kind=kind, agency=discussion.agency, about=str(discussion.pk), at=at)


def start_action(action: StrategyAction, *, at: datetime) -> None:
    """Start K-11, due at close of business of the day that was agreed."""
    discussion = action.discussion
    due = _close_of(action.due_on, discussion.agency)
    start_clock(
        referral=discussion.referral, kind=ACTION, agency=discussion.agency, about=str(action.pk), due_at=due, at=at
    )


def start_review(discussion: StrategyDiscussion, on: date, *, at: datetime) -> None:
    """Start K-12, due on the day that the chair set."""
    start_clock(
        referral=discussion.referral, kind=REVIEW, agency=discussion.agency, about=str(discussion.pk),
        due_at=_close_of(on, discussion.agency), at=at,
    )  # fmt: skip


def start_reading(circulation: StrategyCirculation, *, at: datetime) -> None:
    """Remind a reader until their receipt."""
    start_clock(referral=circulation.discussion.referral, kind=TO_READ, agency=None, about=str(circulation.pk), at=at)


def end_about(discussion: StrategyDiscussion, kind: str, about: Any, *, by: Any, at: datetime) -> None:
    """End a clock of one row."""
    end_clocks(referral=discussion.referral, kinds=[kind], about=str(about), by=by, at=at)


def _end_without(child: ChildCase, kind: str, waiting: tuple[str, ...], *, by: Any, at: datetime) -> None:
    """End a clock of a unit once none of its children waits for it."""
    others = ChildCase.objects.filter(referral=child.referral, agency=child.agency, state__in=waiting)
    if not others.exists():
        end_clocks(referral=child.referral, kinds=[kind], agency=child.agency, by=by, at=at)


def _close_of(on: date, agency: Agency) -> datetime:
    return local_moment(on, hours_of(agency).closing_time(on), zone=LONDON, fold=1)
