"""The papers of a strategy discussion, for its chair and those who come: agenda, people, what each agency brings."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import strategy_permissions
from casework.actions import strategy_signing
from casework.models import StrategyDiscussion
from casework.queries.inbox import concern_labels
from casework.queries.strategy import answers_for_chair, discussions_of
from casework.web.answers import answer_sections
from casework.web.strategy_loading import discussion_or_404, exact, plan_context, row
from referrals import queries


@requires(Permission.USE_PORTAL)
@require_safe
def papers(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Show the papers, without controls, for paper. Reading them is on record."""
    at = timezone.now()
    found = discussion_or_404(request, discussion_id, at=at)
    if not strategy_permissions.may_read_papers(request.user, found, at=at):
        deny(request, Permission.CONTRIBUTE_TO_STRATEGY, subject=found.referral)
    strategy_signing.read_papers(discussion=found, by=request.user, at=at)
    context = plan_context(request.user, found, at=at) | papers_context(request.user, found, at=at)
    return render(request, "casework/strategy_papers.html", context | {"is_paper": True, "now": at})


def papers_context(user: Any, discussion: StrategyDiscussion, *, at: datetime) -> dict[str, Any]:
    """Return what the papers hold beyond the plan; the referral's own answers for those who run it alone."""
    case = discussion.referral
    routing = queries.current_routing(case)
    assert routing is not None  # noqa: S101  whatever was sent was routed
    invited = discussion.invitees.filter(withdrawn_at__isnull=True).select_related("person")
    earlier = [each for each in discussions_of(user, case, at=at) if each.is_held and each.pk != discussion.pk]
    return {
        "concerns": concern_labels(case, routing.facts.get("concerns", [])),
        "sent_at": exact(case.sent_at or at),
        "brought": [
            {"invitee": each, "since": exact(each.information_at)}
            for each in invited.exclude(information_at=None).order_by("information_at")
            if each.information_at is not None and not each.has_conflict
        ],
        "earlier": [row(each) for each in earlier],
        "sections": answer_sections(answers_for_chair(user, discussion, at=at)),
    }
