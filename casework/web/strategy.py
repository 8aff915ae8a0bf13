"""A strategy discussion as those concerned read it, on screen, on paper and in their calendar."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import strategy_permissions
from casework.actions import strategy_inviting, strategy_signing
from casework.web.appointment import appointment_file
from casework.web.strategy_loading import discussion_or_404, plan_context, record_context


@requires(Permission.USE_PORTAL)
@require_safe
def show(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Show a discussion: its plan to everybody invited, its record to those who may read it. Reading is on record."""
    return _page(request, discussion_id, "casework/strategy.html")


@requires(Permission.USE_PORTAL)
@require_safe
def paper(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Show the whole record without controls, for paper."""
    return _page(request, discussion_id, "casework/strategy_print.html", needs_record=True)


@requires(Permission.USE_PORTAL)
@require_safe
def appointment(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Give the appointment for a calendar: a time, and the portal's address. Nothing of the case."""
    at = timezone.now()
    discussion = discussion_or_404(request, discussion_id, at=at)
    invitee = strategy_permissions.invitee_of(request.user, discussion)
    if invitee is not None:
        strategy_inviting.took_appointment(invitee=invitee, by=request.user, at=at)
    data = appointment_file(discussion, portal=request.build_absolute_uri("/"), made_at=at)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="safeguarding-meeting.ics"'
    return response


def _page(request: HttpRequest, discussion_id: uuid.UUID, template: str, *, needs_record: bool = False) -> HttpResponse:
    at = timezone.now()
    discussion = discussion_or_404(request, discussion_id, at=at)
    strategy_signing.read(discussion=discussion, by=request.user, at=at)
    context = plan_context(request.user, discussion, at=at)
    if context["may_read_record"]:
        context |= record_context(discussion, at=at)
    elif needs_record:
        deny(request, Permission.CONTRIBUTE_TO_STRATEGY, subject=discussion.referral)
    return render(request, template, context | {"now": at})
