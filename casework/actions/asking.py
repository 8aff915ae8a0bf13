"""Asking the referrer for more information, and what their answer moves. The decision clock runs on meanwhile."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from casework import permissions, states
from casework.actions import moving
from casework.actions.moving import ChildChangedError
from casework.models import ChildCase, Taking
from casework.queries import notes as queries
from referrals.actions import correspondence
from referrals.actions.correspondence import MessageRefusedError
from referrals.models import Message, Notice, Referral
from referrals.notifications import give_notice


@transaction.atomic
def ask(
    *, case: Referral, children: Sequence[ChildCase], text: str, answer_by: date | None, token: uuid.UUID, by: Any,
    at: datetime
) -> Message:  # fmt: skip
    """Ask the referrer something about children of a unit, as they were read, to be answered by a day.

    A child in the checks moves to "more information needed"; one that is further on stays where it is. The same form
    twice asks once. Raises MessageRefusedError, ChildChangedError, NotPermittedError.
    """
    permissions.check(all(child.referral_id == case.pk for child in children))
    permissions.check(all(permissions.may_move(by, child, states.ASK, at=at) for child in children))
    if not children:
        raise MessageRefusedError({"children": "Choose the children whom the question is about"})
    permissions.check(len({child.agency_id for child in children}) == 1)
    earlier = Message.objects.filter(sent_by=by, token=token).first()
    if earlier is not None:
        return earlier
    message = correspondence.ask(
        referral=case, agency=children[0].agency, children=[child.number for child in children], text=text,
        answer_by=answer_by, token=token, by=by, at=at,
    )  # fmt: skip
    for child in children:
        if any(move.verb == states.ASK for move in states.ways_on(child.state)):
            moving.move(child=child, verb=states.ASK, by=by, at=at)
    return message


def move_on_answer(*, question: Message, by: Any, at: datetime) -> None:
    """Move the children whose last open question was answered back into the checks, in the caller's transaction.

    The move stands in the name of whoever answered. Those who have the case, else whoever decides for the unit, are
    told of the answer by a notice that says nothing of it.
    """
    still_open = {number for each in queries.open_questions(question.referral) for number in each.children}
    # Whichever unit has the child now: the case may have been transferred since it was asked.
    waiting = ChildCase.objects.filter(referral=question.referral_id, state=states.INFO_REQUESTED)
    for child in waiting.filter(number__in=set(question.children) - still_open).select_related("referral", "agency"):
        try:
            moving.swap(child, states.ANSWERED, states.target_of(states.ANSWERED, child.state), by=by, at=at)
        except ChildChangedError:
            continue  # somebody of the hub moved it on at this moment: the answer stands all the same
    _tell(question, at=at)


def _tell(question: Message, *, at: datetime) -> None:
    about = ChildCase.objects.filter(referral=question.referral_id, number__in=question.children)
    takings = Taking.objects.filter(
        referral=question.referral_id, agency__in=about.values("agency"), released_at__isnull=True
    )
    people = [taking.taken_by for taking in takings.select_related("taken_by")] or [question.sent_by]
    for person in people:
        if Referral.objects.visible_to(person, at=at).filter(pk=question.referral_id).exists():
            give_notice(to=person, kind=Notice.Kind.ANSWER, referral=question.referral, at=at)
