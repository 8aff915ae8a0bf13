"""The page on which the hub replies to the referrer."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import permissions, states
from casework.actions import replying as actions
from casework.actions.moving import ChildChangedError
from casework.models import ChildCase
from casework.queries import children as queries
from casework.web.children import child_label
from casework.web.forms import ReplyForm, posted
from casework.web.loading import case_or_404
from referrals.actions.correspondence import STANDARD_HOW_TO_CHALLENGE, ReplyRefusedError
from referrals.web.loading import takes_text


@takes_text
@requires(Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Write to the referrer about the children who are decided, beside what the referrer will read as the outcome."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    waiting = [
        child
        for child in queries.children_of(request.user, case, at=at)
        if child.state == states.DECISION and permissions.may_reply(request.user, child, at=at)
    ]
    if not waiting:
        if not permissions.may_reply_in(request.user, case, at=at):
            deny(request, Permission.PROPOSE_LEVEL, subject=case)
        messages.warning(request, "No child waits for a reply: decide first, or see below what was replied.")
        return redirect("casework:case", case_id=case.pk)
    form = ReplyForm([(str(child.pk), child_label(case, child)) for child in waiting], posted(request))
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            try:
                chosen = _chosen(form, waiting)
                actions.reply(children=chosen, given=form.cleaned_data, by=request.user, at=at)
            except ReplyRefusedError as refused:
                form.refuse(refused.faults)
            except actions.NothingDecidedError:
                form.refuse({"children": "Choose the children whom the reply is about"})
            except ChildChangedError:
                messages.warning(
                    request, "Somebody else replied or changed the case meanwhile. Below is how it stands."
                )
                return redirect("casework:case", case_id=case.pk)
            else:
                messages.success(request, "The reply is sent. The referrer is told that there is something to read.")
                return redirect("casework:case", case_id=case.pk)
    decided = {child.pk: actions.decision_of(child) for child in waiting}
    context: dict[str, Any] = {
        "case": case, "form": form, "outcome": actions.outcome_words(waiting, decided),
        "challenge": STANDARD_HOW_TO_CHALLENGE,
    }  # fmt: skip
    return render(request, "casework/reply.html", context, status=400 if form.errors else 200)


def _chosen(form: ReplyForm, waiting: list[ChildCase]) -> list[ChildCase]:
    if "children" not in form.fields:
        return waiting
    return [child for child in waiting if str(child.pk) in form.cleaned_data["children"]]
