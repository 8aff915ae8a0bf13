"""The pages on which a child's case is decided: choose, decide, agree or return, move on."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import decisions, permissions, states
from casework.actions import deciding as actions
from casework.actions import moving
from casework.actions.moving import ChildChangedError
from casework.models import ChildCase, Decision
from casework.web.children import child_label, child_or_404, decision_lines, level_labels, move_label
from casework.web.forms import ChooseDecisionForm, DecisionForm, ReasonForm, posted
from casework.web.words import clock_words
from referrals.models import Referral
from referrals.text import TextRefusedError
from referrals.web.loading import takes_text

_WORKERS = (Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD)


@requires(*_WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID) -> HttpResponse:
    """Choose which decision; nothing is chosen beforehand, and nothing is kept yet."""
    at = timezone.now()
    case, child = child_or_404(request, case_id, child_id, at=at)
    if not permissions.may_propose(request.user, child, at=at):
        deny(request, Permission.PROPOSE_LEVEL, subject=case)
    kinds = decisions.open_to(child.state)
    if not kinds:
        messages.warning(request, f"This child stands at “{child.state_label}”: there is nothing to decide now.")
        return redirect("casework:case", case_id=case.pk)
    form = ChooseDecisionForm(kinds, posted(request))
    if request.method == "POST":
        if form.is_valid() and form.cleaned_data["code"]:
            return redirect("casework:decide", case_id=case.pk, child_id=child.pk, code=form.cleaned_data["code"])
        form.refuse({"code": "Choose a decision"} if not form.errors else {})
    return _page(request, "choose.html", case, child, form=form)


@takes_text
@requires(*_WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID, code: str) -> HttpResponse:
    """Write a decision; whoever comes second is shown what changed and keeps what they typed."""
    at = timezone.now()
    case, child = child_or_404(request, case_id, child_id, at=at)
    if not permissions.may_propose(request.user, child, at=at):
        deny(request, Permission.PROPOSE_LEVEL, subject=case)
    kind = next((each for each in decisions.open_to(child.state) if each.code == code), None)
    if kind is None and request.method != "POST":
        messages.warning(request, "That cannot be decided from where this child stands now. Below is what can be.")
        return redirect("casework:case", case_id=case.pk)
    kind = kind or decisions.DECISIONS.get(code)
    if kind is None:
        deny(request, Permission.PROPOSE_LEVEL, subject=case)
    form = DecisionForm(kind, level_labels(case), posted(request))
    seen, changed = request.POST.get("version", str(child.version)), None
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            try:
                child.version = _number(seen)
                done = actions.decide(child=child, code=code, given=form.cleaned_data, by=request.user, at=at)
            except actions.DecisionRefusedError as refused:
                form.refuse(refused.faults)
            except states.MoveRefusedError as refused:
                form.refuse({"": str(refused)})
            except ChildChangedError as lost:
                changed, seen = _changed(lost.child, at), str(lost.child.version)
            else:
                messages.success(request, _done_words(done))
                return redirect("casework:case", case_id=case.pk)
    return _page(
        request, "decide.html", case, child, form=form, kind=kind, version=seen, changed=changed,
        needs_second=kind.needs_second_person or not permissions.may_decide(request.user, child, at=at),
    )  # fmt: skip


@takes_text
@requires(*_WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID) -> HttpResponse:
    """Read what was proposed, and agree or return it with what is missing."""
    at = timezone.now()
    case, child = child_or_404(request, case_id, child_id, at=at)
    proposed = child.decisions.filter(standing=Decision.Standing.PROPOSED).select_related("decided_by", "child").first()
    if proposed is None:
        messages.warning(request, "No decision waits here any more. Below is where the child stands.")
        return redirect("casework:case", case_id=case.pk)
    if not permissions.may_agree(request.user, proposed, child, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    form, changed = ReasonForm(posted(request)), None
    form.fields["reason"].label = "If you return it: what is missing?"
    seen = request.POST.get("version", str(child.version))
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("answer") == "agree":
                actions.agree(decision=proposed, version=_number(seen), by=request.user, at=at)
                messages.success(request, "You agreed. The decision counts; the reply to the referrer comes next.")
            else:
                actions.send_back(
                    decision=proposed, version=_number(seen), reason=form.cleaned_data["reason"], by=request.user, at=at
                )
                messages.success(request, f"Returned to {proposed.decided_by.full_name}.")
            return redirect("casework:case", case_id=case.pk)
        except TextRefusedError as refused:
            form.refuse({"reason": str(refused)})
        except ChildChangedError as lost:
            changed, seen = _changed(lost.child, at), str(lost.child.version)
    return _page(
        request, "agree.html", case, child, form=form, proposed=proposed, lines=decision_lines(case, proposed),
        decided_at=clock_words(proposed.decided_at, at), version=seen, changed=changed,
    )  # fmt: skip


@takes_text
@requires(*_WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID, verb: str) -> HttpResponse:
    """Move a child on, or take a step back, saying why where a reason is asked."""
    at = timezone.now()
    case, child = child_or_404(request, case_id, child_id, at=at)
    if verb == states.ASK or not permissions.may_move(request.user, child, verb, at=at):
        deny(request, Permission.PROPOSE_LEVEL, subject=case)
    form, changed = ReasonForm(posted(request)), None
    seen = request.POST.get("version", str(child.version))
    if request.method == "POST" and form.is_valid():
        try:
            child.version = _number(seen)
            moving.move(child=child, verb=verb, reason=form.cleaned_data["reason"], by=request.user, at=at)
            messages.success(request, "Done, and on record.")
            return redirect("casework:case", case_id=case.pk)
        except TextRefusedError as refused:
            form.refuse({"reason": str(refused)})
        except states.MoveRefusedError as refused:
            messages.warning(request, str(refused))
            return redirect("casework:case", case_id=case.pk)
        except ChildChangedError as lost:
            changed, seen = _changed(lost.child, at), str(lost.child.version)
    title = move_label(verb) if verb in {*(each.verb for each in states.MOVES), states.STEP_BACK} else ""
    if not title:
        deny(request, Permission.PROPOSE_LEVEL, subject=case)
    return _page(request, "move.html", case, child, form=form, title=title, version=seen, changed=changed,
                 needs_reason=states.needs_reason(verb))  # fmt: skip


def _page(request: HttpRequest, name: str, case: Referral, child: ChildCase, **more: Any) -> HttpResponse:
    context = {"case": case, "child": child, "label": child_label(case, child),
               "back": reverse("casework:case", args=[case.pk])} | more  # fmt: skip
    has_fault = bool(more["form"].errors) or bool(more.get("changed"))
    return render(request, f"casework/{name}", context, status=400 if has_fault else 200)


def _changed(child: ChildCase, at: Any) -> dict[str, Any]:
    """What somebody else did while this page was open."""
    newest = child.moves.select_related("made_by").order_by("-sequence").first()
    proposed = child.decisions.filter(standing=Decision.Standing.PROPOSED).select_related("decided_by").first()
    return {
        "state": child.state_label,
        "move": f"{newest.made_by.full_name}, {clock_words(newest.made_at, at)}" if newest else "",
        "proposed": f"{proposed.decided_by.full_name} proposed “{decisions.DECISIONS[proposed.code].label}”, "
        f"{clock_words(proposed.decided_at, at)}." if proposed else "",
    }  # fmt: skip


def _done_words(decision: Decision) -> str:
    if decision.standing == Decision.Standing.AGREED:
        return "Decided. The reply to the referrer comes next."
    return "Proposed. It counts once a second person has agreed."


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
