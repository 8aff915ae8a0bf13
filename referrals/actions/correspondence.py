"""What the hub tells the referrer: how far the referral is, and its replies. The only way from the casework to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency, User
from audit.record import record_event, wait_for_turn
from referrals import notifications, permissions
from referrals.models import Milestone, Notice, Referral, Reply
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
    for person in _readers(referral, at=at):
        notifications.give_notice(to=person, kind=Notice.Kind.REPLY, referral=referral, at=at)
    return reply


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
