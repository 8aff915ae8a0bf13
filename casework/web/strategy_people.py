"""The pages on which people are invited to a strategy discussion, and answer."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import strategy_permissions
from casework.actions import strategy_inviting as inviting
from casework.actions.strategy_planning import StrategyRefusedError
from casework.models import StrategyDiscussion, StrategyInvitee
from casework.web.forms import posted
from casework.web.strategy_forms import AnswerForm, InviteForm
from casework.web.strategy_loading import discussion_or_404, writing_or_404
from casework.web.strategy_pages import discussion_page, is_whole, refuse
from referrals.web.loading import takes_text


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Invite somebody."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    form = InviteForm(posted(request))
    if request.method == "POST" and is_whole(request, form):
        try:
            made = inviting.invite(discussion=found, given=form.cleaned_data, by=request.user, at=at)
        except StrategyRefusedError as refused:
            refuse(form, refused.faults)
        except inviting.InvitationOverError as over:
            form.refuse({"": str(over)})
        else:
            told = "They are told in the portal." if made.person_id else "Tell them yourself: they have no account."
            messages.success(request, f"{made.full_name} is invited. {told}")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(request, found, form, title="Invite somebody", button="Invite")


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, discussion_id: uuid.UUID, invitee_id: uuid.UUID) -> HttpResponse:
    """Answer one's own invitation, or put on record what somebody without an account answered."""
    at = timezone.now()
    found = discussion_or_404(request, discussion_id, at=at)
    invitee = _invitee(found, invitee_id)
    mine = invitee is not None and invitee.person_id == request.user.pk
    for_them = invitee is not None and invitee.person_id is None
    if invitee is None or not (mine or (for_them and strategy_permissions.may_write(request.user, found, at=at))):
        deny(request, Permission.CONTRIBUTE_TO_STRATEGY, subject=found.referral)
    kept = {"note": invitee.reply_note, "information": invitee.information,
            "reply": invitee.reply if invitee.replied_at else ""}  # fmt: skip
    form = AnswerForm(posted(request), initial=kept)
    if request.method == "POST" and is_whole(request, form):
        try:
            done = inviting.answer(invitee=invitee, given=form.cleaned_data, by=request.user, at=at)
        except StrategyRefusedError as refused:
            refuse(form, refused.faults)
        except inviting.InvitationOverError as over:
            form.refuse({"": str(over)})
        else:
            messages.success(request, "Answered, and on record.")
            if done.has_conflict and mine:
                return redirect("casework:tasks")
            return redirect("casework:strategy", discussion_id=found.pk)
    title = "Answer the invitation" if mine else f"What {invitee.full_name} answered"
    return discussion_page(request, found, form, title=title, button="Send the answer")


@requires(Permission.USE_PORTAL)
@require_POST
def take_back(request: HttpRequest, discussion_id: uuid.UUID, invitee_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    invitee = _invitee(found, invitee_id)
    if invitee is None:
        deny(request, Permission.CONTRIBUTE_TO_STRATEGY, subject=found.referral)
    try:
        inviting.take_back(invitee=invitee, by=request.user, at=at)
    except inviting.InvitationOverError as over:
        messages.warning(request, str(over))
    else:
        messages.success(request, "Taken back.")
    return redirect("casework:strategy", discussion_id=found.pk)


def _invitee(found: StrategyDiscussion, invitee_id: uuid.UUID) -> StrategyInvitee | None:
    rows = found.invitees.filter(pk=invitee_id, withdrawn_at__isnull=True)
    return rows.select_related("person", "discussion__referral", "discussion__agency").first()
