"""The filer's own copy of what was sent, for the setting's record (Z-22)."""

from datetime import datetime
from typing import Any

from accounts.directory import number_open_now
from procedures import editions
from procedures.engine.facts import kept_facts
from referrals import facts, queries, summary
from referrals.clock_words import clock_title
from referrals.documents import RecordCopy
from referrals.family_words import family_statement
from referrals.models import Referral, Route
from referrals.models.phone_contacts import phone_contact_of
from referrals.source_words import source_words

TEMPLATE_VERSION = "record-1"
_CALLS = {"call_999": "999", "call_101": "101"}


def record_copy_of(referral: Referral, *, at: datetime) -> RecordCopy:
    """Return the record copy of a sent referral: where it went and why, the answers, the checklist with its ticks."""
    routing = queries.sent_routing(referral)
    if routing is None:
        raise ValueError("Only a sent referral has a record copy.")
    used = [editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"]) for pin in routing.editions]
    said = kept_facts(routing.facts)
    return RecordCopy.model_validate(
        {
            "template_version": TEMPLATE_VERSION,
            "reference": f"r-{referral.pk.hex[:12]}",
            "case_reference": referral.reference,
            "partnership": used[0].content.edition.partnership[:200],
            "filed_by": _filed_by(referral)[:200],
            "generated_at": at.isoformat(),
            "editions": [
                {"id": each.id, "version": each.version, "digest": each.digest, "title": each.content.edition.title}
                for each in used
            ],
            "destinations": [
                _sent_to(route, routing.result, used, at=at) for route in referral.routes.filter(routing=routing)
            ],
            "next_steps": _next_steps(referral),
            "family": family_statement(said),
            "times": [
                {"label": "Form started", "at": referral.created_at.isoformat()},
                {"label": "Sent", "at": (referral.sent_at or at).isoformat()},
                *({"label": "Detail added", "at": each.added_at.isoformat()} for each in referral.additions.all()),
            ],
            "sections": _sections(referral),
            "checklist_shown": [
                {"text": step.text, "ticked_at": step.ticked_at.isoformat() if step.ticked_at else None}
                for step in referral.checklist_steps.all()
            ],
        }
    )


def _next_steps(referral: Referral) -> list[str]:
    """Return what happens next and by when: the clocks of the hub that owns the referral."""
    clocks = queries.owners_clocks(referral)
    return [
        f"{clock_title(referral, clock.kind, clock.recipient)}: by "
        f"{clock.due_at.astimezone(facts.LONDON):%A %-d %B %Y, %H:%M} ({clock.computation})"
        for clock in clocks
    ]


def _filed_by(referral: Referral) -> str:
    setting = referral.organisation.name if referral.organisation else ""
    call = phone_contact_of(referral)
    if call is not None:
        return f"{referral.author.full_name}, {call.hub.name}, as told by telephone by {call.caller}"
    return ", ".join(part for part in (referral.author.full_name, setting) if part)


def _sent_to(route: Route, result: dict[str, Any], used: Any, *, at: datetime) -> dict[str, Any]:
    destination = result["destinations"][route.position]
    by_id = {edition.id: edition for edition in used}
    name = route.agency.name if route.agency else "To be found by the hub"
    return {
        "name": name,
        "mode": route.mode,
        "urgency": route.urgency,
        "marking": route.marking or None,
        "call": _call(route, at=at),
        "reasons": [
            {
                "rule": reason["rule"],
                "because": reason["because"],
                "status": reason["status"],
                "edition": f"{reason['edition']}@{by_id[reason['edition']].version}",
                "sources": [
                    {"id": source, "text": source_words(by_id[reason["edition"]], source)}
                    for source in reason["sources"]
                ],
            }
            for reason in destination["reasons"]
        ],
    }


def _call(route: Route, *, at: datetime) -> str | None:
    if route.mode in _CALLS:
        return f"Call {_CALLS[route.mode]}"
    if route.agency is None or route.mode == "pack":
        return None
    opened = number_open_now(route.agency, at=at)
    return f"{opened.label}: {opened.number}" if opened.number else opened.label


def _sections(referral: Referral) -> list[dict[str, Any]]:
    sections = summary.summarise(facts.form_edition(referral), facts.sheet_of(referral))
    found = [
        {
            "id": section.id,
            "title": section.title,
            "of": section.of,
            "rows": [
                {
                    "label": row.label,
                    "question": row.question,
                    "state": row.state,
                    "lines": list(row.lines),
                    "telling": row.telling,
                    "who": row.who,
                    "mono": row.mono,
                }
                for row in section.rows
            ],
        }
        for section in sections
    ]
    for number, addition in enumerate(referral.additions.all(), start=1):
        row = {"label": f"Detail added later ({number})", "question": "added", "state": "answered"}
        found.append(
            {"id": "added", "title": "Added after sending", "of": None, "rows": [row | {"lines": [addition.in_full]}]}
        )
    return found
