"""From a routed referral to the frozen snapshot of each recipient's pack, minimised as section 6.2 says.

Everything in a snapshot is printed, so what a recipient may not see is never put in; the groups left out are named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.directory import number_open_now
from accounts.models import Agency
from audit.models import Event
from procedures.engine.edition import Edition
from procedures.engine.routing import Destination, Flag, Routing, in_words
from referrals import summary
from referrals.author_words import unconfirmed_words
from referrals.documents.snapshot import PackSnapshot
from referrals.family_words import family_statement
from referrals.models import Pack, Route
from referrals.models.phone_contacts import phone_contact_of
from referrals.pack_contents import Said, contents_for, is_referrer_hidden, plan_for
from referrals.source_words import source_words

TEMPLATE_VERSION = "pack-1"
FIRST_KNOWN_QUESTION = "Q-REF-8"
PHONE_QUESTION = "Q-REF-4"
NAME_QUESTION, AGE_QUESTION = "Q-CHI-1", "Q-CHI-2"
WHEN_SENT = "the portal, when the referral was sent"
_SHORT = 200
TO_CONFIRM = "to be confirmed in writing by the caller"


@dataclass(frozen=True)
class Sending(Said):
    """One referral at the moment it is routed: what every one of its packs is made from."""

    editions: Sequence[Edition]
    routing: Routing
    checklist: Sequence[dict[str, Any]]
    """`{"text", "ticked_at"}` of each step shown."""
    recipients: Sequence[str]
    """The names of the agencies that are sent a pack."""
    owner: Agency
    at: datetime


def snapshot_for(
    sending: Sending,
    route: Route,
    destination: Destination,
    pack: Pack,
    *,
    note: str | None = None,
    made_by: str = WHEN_SENT,
) -> dict[str, Any]:
    """Return the snapshot of one route's pack, ready to be stored: checked against the document's own shape."""
    plan = plan_for(sending.edition, route.code)
    is_hidden = is_referrer_hidden(sending, route)
    sections, withheld = contents_for(sending, route)
    referral, recipient = sending.referral, route.agency
    assert recipient is not None  # noqa: S101  a route without a recipient gets no pack
    data = {
        "template_version": TEMPLATE_VERSION,
        "reference": pack.file_reference,
        "case_reference": referral.reference,
        "pack_version": pack.number,
        "change_note": note,
        "recipient": {"code": route.code, "unit": route.unit, "name": recipient.name},
        "purpose": plan.purpose[:_SHORT] if plan else "to act on what was reported",
        "marking": route.marking or None,
        "partnership": sending.edition.content.edition.partnership[:_SHORT],
        "editions": [
            {"id": each.id, "version": each.version, "digest": each.digest, "title": each.content.edition.title}
            for each in sending.editions
        ],
        "urgency": route.urgency,
        "mode": route.mode,
        "generated_at": sending.at.isoformat(),
        "generated_by": made_by,
        "at_a_glance": glance(sending, sections, owner=sending.owner, is_hidden=is_hidden),
        "do_now": list(plan.statements) if plan else [],
        "call_first": call_first(sending, route, owner=sending.owner, is_hidden=is_hidden, at=sending.at),
        "family": family_statement(sending.facts),
        "reasons": [_reason(sending, each) for each in destination.reasons],
        "times": _times(sending),
        "sections": [*_flags(sending, route), *sections],
        "checklist_shown": list(sending.checklist) if route.code == "hub" else [],
        "distribution": list(sending.recipients),
        "withheld": withheld,
        "audit_anchor": anchor(),
    }
    return PackSnapshot.model_validate(data).model_dump(mode="json")


def glance(said: Said, sections: Sequence[dict[str, Any]], *, owner: Agency, is_hidden: bool) -> list[dict[str, str]]:
    """Return the first lines: the children as far as this recipient may know them, and who refers."""
    lines = []
    for section in sections:
        if section["of"] and section["of"].startswith("child"):
            known = [row for row in section["rows"] if row["question"] in (NAME_QUESTION, AGE_QUESTION)]
            words = "; ".join(" ".join(row["lines"]) or "not known" for row in known)
            if words:
                lines.append({"label": section["of"].capitalize(), "text": words})
    if is_hidden:
        who = f"Not named here, for their safety. Ask {owner.name}."
    else:
        who = ", ".join(part for part in _referrer(said) if part)
    lines.append({"label": "Referred by", "text": who})
    unconfirmed = unconfirmed_words(said.referral)
    return [*lines, {"label": "Not confirmed when this was made", "text": unconfirmed}] if unconfirmed else lines


def _referrer(said: Said) -> list[str]:
    author = said.referral.author
    organisation = said.referral.organisation
    call = phone_contact_of(said.referral)
    if call is not None:
        return [call.caller, _phone(said), f"told by telephone to {author.full_name}, {call.hub.name}", TO_CONFIRM]
    return [author.full_name, author.job_title, organisation.name if organisation else "", _phone(said)]


def _phone(said: Said) -> str:
    answer = said.sheet.case.get(PHONE_QUESTION)
    call = phone_contact_of(said.referral)
    own = call.caller_number if call is not None else said.referral.author.phone
    return (answer.text if answer is not None else "") or own


def call_first(said: Said, route: Route, *, owner: Agency, is_hidden: bool, at: datetime) -> list[dict[str, str]]:
    """Return whom the recipient rings first: the referrer, or for their safety the hub."""
    if route.urgency == "standard" and not route.mode.startswith("call"):
        return []
    because = "The referrer knows what has happened since this was sent."
    if is_hidden:
        opened = number_open_now(owner, at=at)
        return [
            {"text": opened.label, "number": opened.number or "not known", "because": "The hub reaches the referrer."}
        ]
    number = _phone(said)
    call = phone_contact_of(said.referral)
    who = call.caller if call is not None else said.referral.author.full_name
    return [{"text": who, "number": number, "because": because}] if number else []


def _reason(sending: Sending, reason: Any) -> dict[str, Any]:
    edition = next((each for each in sending.editions if each.id == reason.edition), sending.edition)
    return {
        "rule": reason.rule,
        "because": reason.because,
        "status": reason.status,
        "edition": f"{edition.id}@{edition.version}",
        "sources": [{"id": source, "text": source_words(edition, source)} for source in reason.sources],
    }


def _times(sending: Sending) -> list[dict[str, str]]:
    referral = sending.referral
    question = sending.edition.questions.get(FIRST_KNOWN_QUESTION)
    answer = sending.sheet.case.get(FIRST_KNOWN_QUESTION)
    first = ", ".join(summary.lines_of(question, answer)) if question is not None and answer is not None else ""
    times = [
        {"label": "First known to the referrer", "at": first or "Not known"},
        {"label": "Form started", "at": referral.created_at.isoformat()},
    ]
    if referral.danger_since:
        times.append({"label": "Danger or self-harm first answered", "at": referral.danger_since.isoformat()})
    if referral.danger_seen_at:
        times.append({"label": "Told to call 999", "at": referral.danger_seen_at.isoformat()})
    return [*times, {"label": "Sent", "at": (referral.sent_at or sending.at).isoformat()}]


def _flags(sending: Sending, route: Route) -> list[dict[str, Any]]:
    """Return what the rules ask the hub to see or to find out, as a section of its pack."""
    if route.code != "hub" or not sending.routing.flags:
        return []
    rows = [_flag_row(sending.edition, flag) for flag in sending.routing.flags]
    return [{"id": "flags", "title": "What the hub must look at or find out", "of": None, "rows": rows}]


def _flag_row(edition: Edition, flag: Flag) -> dict[str, Any]:
    kind = next((each for each in edition.content.flags if each.code == flag.code), None)
    label = kind.label if kind else flag.code.replace("_", " ").capitalize()
    because = " ".join(dict.fromkeys(reason.because for reason in flag.reasons))
    lines = [in_words((flag.fact,))] if flag.fact else [kind.meaning if kind else because]
    return {
        "label": label,
        "question": flag.reasons[0].rule if flag.reasons else flag.code,
        "state": "answered",
        "lines": [*lines, because] if because not in lines else lines,
        "telling": "Recorded by",
        "who": "the portal, from the rules",
        "mono": False,
    }


def anchor() -> str | None:
    """Return where the audit record stands, as every pack prints it; None while it is empty."""
    last = Event.objects.order_by("-sequence").only("sequence", "mac").first()
    return f"event {last.sequence}, chain head {last.mac[:16]}" if last else None
