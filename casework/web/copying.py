"""The case as blocks of plain text, to paste into the council's own system (Z-22). Works without a script."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.permissions import Permission
from casework.actions import reading
from casework.models import ChildCase, Decision
from casework.queries import calls as calls_queries
from casework.queries.children import children_of
from casework.queries.inbox import concern_labels
from casework.web.answers import AnswerSection, answer_sections
from casework.web.children import child_label, decision_lines
from casework.web.loading import case_or_404
from casework.web.references import references_shown
from casework.web.words import LONDON, urgency_tag
from referrals import queries
from referrals.models import Referral
from referrals.web.calls_made import call_words, moment

ROWS_SHOWN = 14


@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_safe
def copy(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show the blocks. The reading is on record before anything is shown."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    reading.read_case(referral=case, by=request.user, at=at)
    blocks = [
        {"title": title, "name": f"block-{number}", "text": text, "rows": min(text.count("\n") + 2, ROWS_SHOWN)}
        for number, (title, text) in enumerate(blocks_of(request.user, case, at=at), start=1)
    ]
    return render(request, "casework/copy.html", {"case": case, "blocks": blocks})


def blocks_of(user: Any, case: Referral, *, at: datetime) -> list[tuple[str, str]]:
    """Return title and text of each block, as far as this person may read the case."""
    sections = answer_sections(queries.answers_for(user, case, at=at))
    children = children_of(user, case, at=at)
    found = [
        ("The referral", _lines(_referral(user, case, at))),
        *((_title(section), _lines(_answers(section))) for section in sections if section.rows),
        *((f"Decision: {child_label(case, child)}", _decision(case, child)) for child in children),
        ("Calls", "\n\n".join(_lines(_call(each, at)) for each in calls_queries.calls_of(user, case, at=at))),
    ]
    return [(title, text) for title, text in found if text]


def _lines(lines: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {text}" for label, text in lines if text)


def _referral(user: Any, case: Referral, at: datetime) -> list[tuple[str, str]]:
    routing = queries.current_routing(case)
    concerns: Sequence[str] = routing.facts.get("concerns", []) if routing is not None else []
    author = case.author
    setting = case.organisation.name if case.organisation else ""
    numbers = [(row["label"], row["value"]) for row in references_shown(user, case, at=at)["references"]]
    return [
        ("Reference in the portal", case.reference),
        ("Sent", moment((case.sent_at or at).astimezone(LONDON), at)),
        ("Urgency", urgency_tag(case.urgency).text),
        ("Concern", "; ".join(concern_labels(case, concerns))),
        ("Owned by", case.owner_unit.name if case.owner_unit else ""),
        ("Referred by", ", ".join(part for part in (author.full_name, author.job_title, setting) if part)),
        *numbers,
    ]


def _title(section: AnswerSection) -> str:
    return f"{section.title}, {section.of}" if section.of else section.title


def _answers(section: AnswerSection) -> Iterable[tuple[str, str]]:
    for row in section.rows:
        said = "; ".join(line.text for line in row.lines) or row.missing
        yield row.label, f"{said} ({row.telling})" if row.telling else said
    if section.not_asked:
        yield "Not asked", "; ".join(section.not_asked)


def _decision(case: Referral, child: ChildCase) -> str:
    agreed = child.decisions.filter(standing=Decision.Standing.AGREED).select_related("decided_by", "settled_by")
    decision = agreed.order_by("-sequence").first()
    if decision is None:
        return ""
    by = [decision.decided_by.full_name]
    if decision.settled_by is not None and decision.settled_by_id != decision.decided_by_id:
        by.append(decision.settled_by.full_name)
    said = [(line["label"], line["text"]) for line in decision_lines(case, decision)]
    return _lines([*said, ("Decided by", " and ".join(by)), ("Stands at", child.state_label)])


def _call(call: calls_queries.Call, at: datetime) -> list[tuple[str, str]]:
    words = call_words(call.row, at)
    return [
        (words["title"], words["at"]),
        *((line["label"], line["text"]) for line in words["lines"]),
        ("Recorded by", f"{words['by']}, {words['recorded']}"),
    ]
