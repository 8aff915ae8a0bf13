"""What stands on every page of a case: which it is, how urgent and whose, and the ways to its other pages."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.permissions import Permission, has_permission
from casework.actions import reading
from casework.queries.inbox import concern_labels
from casework.web.loading import case_or_404
from casework.web.words import ago, clock_words, urgency_tag
from referrals import queries
from referrals.models import Referral, Routing
from referrals.models.phone_contacts import phone_contact_of

NOW, WHERE, SINCE, ANSWERS, TIMELINE = "case", "case_where", "case_since", "case_answers", "case_timeline"
PAGES = (
    (NOW, "What is happening"),
    (WHERE, "Where it went and why"),
    (SINCE, "Since it was sent"),
    (ANSWERS, "Answers"),
    (TIMELINE, "Timeline"),
)
"""The pages of a case by the names of their addresses, in the order in which they are needed."""

_FROM_INBOX = (Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES)
"""Who comes from the hub's inbox, and goes back there; others come from their tasks."""


def opened(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> Referral:
    """Return a case of this person's units, the reading on record before anything is shown.

    Raises Http404, the denial recorded.
    """
    found = case_or_404(request, case_id, at=at)
    reading.read_case(referral=found, by=request.user, at=at)
    return found


def routing_of(case: Referral) -> Routing:
    """Return the routing that stands for a sent case."""
    routing = queries.current_routing(case)
    assert routing is not None  # noqa: S101  whatever was sent was routed
    return routing


def frame(user: Any, case: Referral, routing: Routing, *, page: str, at: datetime) -> dict[str, Any]:
    """Return what the head of a page of a case shows; `page` is one of the names in PAGES."""
    return {
        "case": case,
        "page_name": dict(PAGES)[page],
        "is_first": page == NOW,
        "pages": [
            {"href": reverse(f"casework:{name}", args=[case.pk]), "text": text, "is_here": name == page}
            for name, text in PAGES
        ],
        "concerns": concern_labels(case, routing.facts.get("concerns", [])),
        "urgency": urgency_tag(case.urgency),
        "sent": ago(case.sent_at or at, at),
        "sent_at": clock_words(case.sent_at or at, at),
        "call": phone_contact_of(case),
        "has_inbox": any(has_permission(user, each, at=at) for each in _FROM_INBOX),
        "opened_by_glass": queries.is_open_by_glass(user, case, at=at),
    }
