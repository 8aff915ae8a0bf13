"""What the hub tells and asks the referrer, and what they answer. The only way from the casework to them."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency, User
from audit.record import record_event, wait_for_turn
from referrals import notifications, permissions
from referrals.actions import follow_up
from referrals.facts import local_date
from referrals.models import Addition, Message, Milestone, Notice, Referral, Reply
from referrals.models.correspondence import LONGEST_REPLY
from referrals.text import TextRefusedError, clean_text

STANDARD_HOW_TO_CHALLENGE = (
    "If you do not agree, say so: ring the hub and ask for the manager, or say it here. "
    "Your safeguarding lead can take it further. While it is being settled, keep acting for the child’s safety."
)

_NEEDED = {
    "who_leads": "Write who leads from here, with a way to reach them",
    "what_to_do": "Write what the referrer does now, even if it is “nothing more”",
    "reason": "Write the reason, or say that detail is withheld",
    "family": "Choose what the referrer may tell the family",
    "family_words": "Write what may be said, or who tells the family and when",
    "withheld_reason": "Write why detail is withheld; the referrer does not read this",
}


class ReplyRefusedError(ValueError):
    """The reply is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The reply is not whole: " + "; ".join(self.faults.values()))


class MessageRefusedError(ValueError):
    """A note or question to the referrer is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The message is not whole: " + "; ".join(self.faults.values()))


def reached(*, referral: Referral, kind: str, at: datetime) -> Milestone | None:
    """Record, in the caller's transaction, how far a referral is; None where it already stands there."""
    newest = Milestone.objects.filter(referral=referral).order_by("-reached_at", "-pk").first()
    if newest is not None and newest.kind == kind:
        return None
    return Milestone.objects.create(referral=referral, kind=kind, reached_at=at)


@transaction.atomic
def send_reply(
    *, referral: Referral, agency: Agency, children: Sequence[int], outcome: str, given: Mapping[str, Any], by: Any,
    at: datetime
) -> Reply:  # fmt: skip
    """Send a reply to the referrer, who is told by a notice that says nothing; the caller has checked who may reply.

    `given` holds `reason`, `who_leads`, `what_to_do`, `family` (a code of Reply.Family), `family_words`, `is_withheld`
    and `withheld_reason`. Raises ReplyRefusedError.
    """
    permissions.check(referral.is_sent)
    values = _checked(given)
    wait_for_turn()
    number = Reply.objects.filter(referral=referral).count() + 1
    reply = Reply(
        referral=referral, agency=agency, number=number, children=list(children), outcome=outcome, sent_by=by,
        sent_at=at, **values
    )  # fmt: skip
    reply.save(force_insert=True)
    record_event(
        event="reply.sent", by=by, at=at, subject=referral, detail={"reply": str(reply.pk), "unit": agency.unit}
    )
    _notify(referral, Notice.Kind.REPLY, at=at)
    return reply


@transaction.atomic
def send_note(*, referral: Referral, agency: Agency, text: str, token: uuid.UUID, by: Any, at: datetime) -> Message:
    """Write a note that the referrer reads; the caller has checked who may. The same form twice sends once.

    Raises MessageRefusedError.
    """
    permissions.check(referral.is_sent)
    faults: dict[str, str] = {}
    words = _text(text, "Write what the referrer is to read", faults)
    if faults:
        raise MessageRefusedError(faults)
    return _send(referral, agency, token, by=by, at=at, text=words, is_question=False)


@transaction.atomic
def ask(
    *, referral: Referral, agency: Agency, children: Sequence[int], text: str, answer_by: date | None,
    token: uuid.UUID, by: Any, at: datetime
) -> Message:  # fmt: skip
    """Ask the referrer something, to be answered in the portal by a day; the caller has checked who may.

    `children` are the places of those whom it is about. The same form twice asks once. Raises MessageRefusedError.
    """
    permissions.check(referral.is_sent)
    faults: dict[str, str] = {}
    words = _text(text, "Write the question", faults)
    if answer_by is None:
        faults["answer_by"] = "Give the day by which you need the answer"
    elif answer_by < local_date(at):
        faults["answer_by"] = "The day by which you need the answer is over. Give today or a later one"
    if faults:
        raise MessageRefusedError(faults)
    return _send(
        referral, agency, token, by=by, at=at, text=words, is_question=True, answer_by=answer_by, children=children
    )


@transaction.atomic
def answer(*, question: Message, text: str, token: uuid.UUID, by: Any, at: datetime) -> Addition:
    """Answer a question of the hub: kept as detail added to the referral, and in the packs that hold the worry.

    The same form twice answers once; a second answer is a further one. Raises TextRefusedError, NotPermittedError.
    """
    referral = Referral.objects.system(reason="answer one question about it").get(pk=question.referral_id)
    permissions.check(question.is_question)
    added = follow_up.add_detail(referral=referral, text=text, token=token, question=question, by=by, at=at)
    if added.added_at == at:
        for tell in _WHEN_ANSWERED:
            tell(question=question, by=by, at=at)
    return added


_WHEN_ANSWERED: list[Callable[..., object]] = []


def when_answered(tell: Callable[..., object]) -> None:
    """Let a later app hear of an answer: `tell(question=…, by=…, at=…)`, in the transaction that keeps it."""
    if tell not in _WHEN_ANSWERED:
        _WHEN_ANSWERED.append(tell)


def _send(
    referral: Referral, agency: Agency, token: uuid.UUID, *, by: Any, at: datetime, is_question: bool, **values: Any
) -> Message:
    earlier = Message.objects.filter(sent_by=by, token=token).first()
    if earlier is not None:
        return earlier
    # Two at once would both take the next number. SQLite, which ignores this lock, has one writer anyway.
    Referral.objects.system(reason="number its messages").select_for_update(of=("self",)).get(pk=referral.pk)
    number = Message.objects.filter(referral=referral).count() + 1
    message = Message(
        referral=referral, agency=agency, number=number, token=token, is_question=is_question, sent_by=by, sent_at=at,
        **values,
    )  # fmt: skip
    message.save(force_insert=True)
    event = "question.asked" if is_question else "message.sent"
    detail = {"message": str(message.pk), "unit": agency.unit}
    record_event(event=event, by=by, at=at, subject=referral, detail=detail)
    _notify(referral, Notice.Kind.QUESTION if is_question else Notice.Kind.MESSAGE, at=at)
    return message


def _notify(referral: Referral, kind: str, *, at: datetime) -> None:
    for person in _readers(referral, at=at):
        notifications.give_notice(to=person, kind=kind, referral=referral, at=at)


def _text(text: str, missing: str, faults: dict[str, str]) -> str:
    try:
        words = clean_text(text, limit=LONGEST_REPLY)
    except TextRefusedError as refused:
        faults["text"] = str(refused)
        return ""
    if not words:
        faults["text"] = missing
    return words


def _readers(referral: Referral, *, at: datetime) -> list[User]:
    """The author and the lead they chose, as far as the lead may follow this referral up."""
    chosen = [referral.author, *([referral.lead] if referral.lead is not None else [])]
    return [person for person in chosen if permissions.may_follow_up(person, referral, at=at)]


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"is_withheld": bool(given.get("is_withheld")), "family": given.get("family", "")}
    faults: dict[str, str] = {}
    for name in ("reason", "who_leads", "what_to_do", "family_words", "withheld_reason"):
        try:
            values[name] = clean_text(str(given.get(name, "")), limit=LONGEST_REPLY)
        except TextRefusedError as refused:
            faults[name] = str(refused)
            values[name] = "refused"
    if values["family"] not in Reply.Family.values:
        faults["family"] = _NEEDED["family"]
    wanted = ["who_leads", "what_to_do"]
    wanted += ["withheld_reason"] if values["is_withheld"] else ["reason"]
    wanted += [] if values["family"] in ("", Reply.Family.NOTHING) else ["family_words"]
    faults |= {name: _NEEDED[name] for name in wanted if not values[name]}
    if faults:
        raise ReplyRefusedError(faults)
    if values["is_withheld"]:
        values["reason"] = ""
    else:
        values["withheld_reason"] = ""
    return values
