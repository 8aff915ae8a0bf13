"""Inviting to a strategy discussion, and what those invited answer and bring."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.record import record_event
from casework import strategy_permissions
from casework.actions import case_clocks
from casework.actions.strategy_planning import StrategyRefusedError
from casework.models import StrategyDiscussion, StrategyInvitee
from casework.models.strategy import LONGEST_LINE
from casework.models.strategy_people import LONGEST_INFORMATION
from casework.permissions import check
from casework.quoracy import AGENCY_KINDS
from referrals.text import TextRefusedError, clean_text

Reply = StrategyInvitee.Reply
LONGEST_NAME = 200


class InvitationOverError(Exception):
    """The discussion was held or called off, or the invitation taken back: it cannot be answered any more."""


@transaction.atomic
def invite(*, discussion: StrategyDiscussion, given: Mapping[str, Any], by: Any, at: datetime) -> StrategyInvitee:
    """Invite one person, by the address of their account or by name and telephone.

    `given`: agency_kind, email or (name and contact), agency_name, role. Somebody with an account is reminded on
    booking, 24 hours and an hour before. While it is put on record, whoever came without an invitation is added so
    too. Raises StrategyRefusedError, NotPermittedError, InvitationOverError once it is signed or called off.
    """
    check(strategy_permissions.may_write(by, discussion, at=at))
    _check_open(discussion)
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for name in ("name", "contact", "agency_name", "role", "email"):
        try:
            values[name] = clean_text(str(given.get(name) or ""), limit=LONGEST_NAME, one_line=True)
        except TextRefusedError as refused:
            faults[name] = str(refused)
    kind = given.get("agency_kind") or ""
    if kind not in AGENCY_KINDS:
        faults["agency_kind"] = "Say for which agency they come"
    person = _person(values.get("email", ""), discussion, faults, at=at)
    if person is None and "email" not in faults:
        if not values.get("name"):
            faults["name"] = "Give the address of their account, or their name"
        if not values.get("contact"):
            faults["contact"] = "Write how they are reached, as they have no account here"
    if faults:
        raise StrategyRefusedError(faults)
    invitee = StrategyInvitee(
        discussion=discussion, person=person, name="" if person else values["name"],
        contact="" if person else values["contact"], agency_kind=kind, agency_name=values["agency_name"],
        role=values["role"], invited_at=at, invited_by=by,
    )  # fmt: skip
    invitee.save(force_insert=True)
    case_clocks.start_invitation(invitee, at=at)
    _record("strategy.invited", invitee, by=by, at=at)
    return invitee


@transaction.atomic
def take_back(*, invitee: StrategyInvitee, by: Any, at: datetime) -> None:
    """Take an invitation back before the discussion is held. Raises InvitationOverError, NotPermittedError."""
    check(strategy_permissions.may_write(by, invitee.discussion, at=at))
    if not invitee.discussion.is_planned:
        raise InvitationOverError("It was held: who was invited stays on record. Say who was there instead.")
    waiting = StrategyInvitee.objects.filter(pk=invitee.pk, withdrawn_at__isnull=True)
    if waiting.update(withdrawn_at=at, withdrawn_by=by):
        case_clocks.end_invitation(invitee, by=by, at=at)
        _record("strategy.uninvited", invitee, by=by, at=at)


@transaction.atomic
def answer(*, invitee: StrategyInvitee, given: Mapping[str, Any], by: Any, at: datetime) -> StrategyInvitee:
    """Answer an invitation: comes, cannot come, or has a conflict of interest; and what their agency knows.

    The person themselves; for somebody without an account whoever writes the record and spoke to them. `given`:
    reply, note, information. Whoever declares a conflict sees nothing of it from then on. Raises
    StrategyRefusedError, InvitationOverError, NotPermittedError.
    """
    discussion = invitee.discussion
    mine = invitee.person_id is not None and invitee.person_id == by.pk
    spoken_for = invitee.person_id is None and strategy_permissions.may_write(by, discussion, at=at)
    check((mine and strategy_permissions.may_see(by, discussion, at=at)) or spoken_for)
    _check_open(discussion)
    if invitee.withdrawn_at is not None:
        raise InvitationOverError("This invitation was taken back.")
    faults: dict[str, str] = {}
    reply = given.get("reply") or ""
    if reply not in (Reply.COMING, Reply.NOT_COMING, Reply.CONFLICT):
        faults["reply"] = "Choose an answer"
    texts: dict[str, str] = {}
    for name, limit in (("note", LONGEST_LINE), ("information", LONGEST_INFORMATION)):
        try:
            texts[name] = clean_text(str(given.get(name) or ""), limit=limit)
        except TextRefusedError as refused:
            faults[name] = str(refused)
    if reply in (Reply.NOT_COMING, Reply.CONFLICT) and not texts.get("note"):
        faults["note"] = "Write why, and who comes instead"
    if faults:
        raise StrategyRefusedError(faults)
    invitee.reply, invitee.replied_at, invitee.reply_note = reply, at, texts["note"]
    if texts["information"] and texts["information"] != invitee.information:
        invitee.information, invitee.information_at = texts["information"], at
    invitee.save(update_fields=["reply", "replied_at", "reply_note", "information", "information_at"])
    if reply != Reply.COMING:
        case_clocks.end_invitation(invitee, by=by, at=at)
    _record("strategy.answered", invitee, by=by, at=at, reply=reply)
    return invitee


@transaction.atomic
def took_appointment(*, invitee: StrategyInvitee, by: Any, at: datetime) -> None:
    """Record that somebody downloaded the appointment. Raises NotPermittedError."""
    check(strategy_permissions.may_see(by, invitee.discussion, at=at))
    _record("strategy.appointment_downloaded", invitee, by=by, at=at)


def _person(email: str, discussion: StrategyDiscussion, faults: dict[str, str], *, at: datetime) -> User | None:
    if not email:
        return None
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        faults["email"] = "Nobody has an account with this address. Give their name and telephone number instead"
    elif not strategy_permissions.may_be_invited(person, discussion.referral, at=at):
        faults["email"] = "This person cannot be invited to this case. Ask their agency for somebody else"
    elif strategy_permissions.invitee_of(person, discussion) is not None:
        faults["email"] = "This person is invited already"
    elif person.pk == discussion.chair_id:
        faults["email"] = "This person chairs it, and needs no invitation"
    return person if "email" not in faults else None


def _check_open(discussion: StrategyDiscussion) -> None:
    if discussion.status not in (StrategyDiscussion.Status.PLANNED, StrategyDiscussion.Status.HELD):
        raise InvitationOverError("The discussion is signed or called off. Add what is missing as an addendum.")


def _record(event: str, invitee: StrategyInvitee, *, by: Any, at: datetime, reply: str = "") -> None:
    discussion = invitee.discussion
    detail: dict[str, str | int | bool | list[str]] = {
        "discussion": str(discussion.pk), "number": discussion.number, "invitee": str(invitee.pk),
        "agency": invitee.agency_kind,
    }  # fmt: skip
    if reply:
        detail["reply"] = reply
    record_event(event=event, by=by, at=at, subject=discussion.referral, detail=detail)
