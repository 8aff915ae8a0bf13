"""The page on which the hub asks the referrer for more information."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import permissions, states
from casework.actions import asking as actions
from casework.actions.moving import ChildChangedError
from casework.queries import children as queries
from casework.web.children import child_label
from casework.web.forms import posted
from casework.web.loading import case_or_404
from casework.web.note_forms import QuestionForm
from casework.web.notes import form_token
from referrals.actions.correspondence import MessageRefusedError
from referrals.web.loading import takes_text


@takes_text
@requires(Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask the referrer; the children it is about wait for the answer, and the decision clock runs on."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    children = [
        child
        for child in queries.children_of(request.user, case, at=at)
        if permissions.may_move(request.user, child, states.ASK, at=at)
    ]
    if not children:
        if not permissions.may_reply_in(request.user, case, at=at):
            deny(request, Permission.PROPOSE_LEVEL, subject=case)
        messages.warning(request, "Take the case first; then you can ask.")
        return redirect("casework:case", case_id=case.pk)
    form = QuestionForm([(str(child.pk), child_label(case, child)) for child in children], posted(request))
    token = request.POST.get("token", "")
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            chosen = form.cleaned_data.get("children")
            about = children if chosen is None else [child for child in children if str(child.pk) in chosen]
            try:
                actions.ask(
                    case=case, children=about, text=form.cleaned_data["text"],
                    answer_by=form.cleaned_data["answer_by"], token=form_token(token), by=request.user, at=at,
                )  # fmt: skip
            except MessageRefusedError as refused:
                form.refuse(refused.faults)
            except ChildChangedError:
                form.refuse({"": "Somebody else changed the case at this moment. Look at it, then send this again."})
            else:
                messages.success(request, "Asked. The referrer is told that there is something to answer.")
                return redirect("casework:case", case_id=case.pk)
    context = {"case": case, "form": form, "token": token or uuid.uuid4()}
    return render(request, "casework/ask.html", context, status=400 if form.errors else 200)
