"""The pages on which a strategy discussion is planned, changed and called off."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.models import User
from accounts.permissions import Permission
from casework import permissions, states, strategy_permissions
from casework.actions import strategy_planning as planning
from casework.actions.moving import ChildChangedError
from casework.actions.strategy_planning import StrategyChangedError, StrategyRefusedError
from casework.models import ChildCase, StrategyDiscussion
from casework.queries import children as children_queries
from casework.queries import strategy as queries
from casework.web.children import child_label
from casework.web.forms import ReasonForm, posted
from casework.web.loading import case_or_404
from casework.web.strategy_forms import ChairForm, PlanForm
from casework.web.strategy_loading import discussion_or_404, writing_or_404
from casework.web.strategy_pages import QUICKER, discussion_page, is_whole, number, page, refuse
from procedures.engine.clock_hours import LONDON
from referrals.text import TextRefusedError
from referrals.web.loading import takes_text

_WORKERS = (Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD)


@takes_text
@requires(*_WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Plan a discussion about children of a case."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    children = [
        each for each in children_queries.children_of(request.user, case, at=at) if _may_be_called(request, each, at)
    ]
    if not children:
        if not permissions.may_reply_in(request.user, case, at=at):
            deny(request, Permission.PROPOSE_LEVEL, subject=case)
        messages.warning(request, "No child of this case can be called to a strategy discussion by you now.")
        return redirect("casework:case", case_id=case.pk)
    unit = children[0].agency
    children = [each for each in children if each.agency_id == unit.pk]
    chairs = [(str(each.pk), each.full_name) for each in strategy_permissions.chairs_for(unit, case, at=at)]
    form = PlanForm(
        [(str(each.pk), child_label(case, each)) for each in children], chairs, posted(request),
        earlier=any(queries.last_held_for(each) is not None for each in children),
        asks_why=any(each.state != states.STRATEGY for each in children),
    )  # fmt: skip
    back = reverse("casework:case", args=[case.pk])
    versions = request.POST.get("versions", _versions(children))
    if request.method == "POST" and is_whole(request, form):
        wanted = form.cleaned_data.get("children") or [str(children[0].pk)] * (len(children) == 1)
        chosen = [each for each in children if str(each.pk) in wanted]
        if not chosen:
            form.refuse({"children": "Choose the children"})
        else:
            _as_seen(chosen, versions)
            try:
                made = planning.plan(children=chosen, given=_plan_given(form), by=request.user, at=at)
            except StrategyRefusedError as refused:
                refuse(form, refused.faults)
            except TextRefusedError as refused:
                form.refuse({"reason": str(refused)})
            except ChildChangedError:
                versions = _versions(list(ChildCase.objects.filter(pk__in=[each.pk for each in children])))
                form.refuse({"": QUICKER})
            except (states.MoveRefusedError, permissions.NotPermittedError) as refused:
                form.refuse({"": str(refused)})
            else:
                messages.success(request, "Planned. Now invite people.")
                return redirect("casework:strategy", discussion_id=made.pk)
    return page(request, form, title="Plan a strategy discussion", button="Plan it", back=back, case=case,
                hidden={"versions": versions})  # fmt: skip


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Change the plan of a discussion that is still to be held."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    if not found.is_planned:
        messages.warning(request, "It is not planned any more, so the plan stands as it was.")
        return redirect("casework:strategy", discussion_id=found.pk)
    chairs = [(str(each.pk), each.full_name) for each in
              strategy_permissions.chairs_for(found.agency, found.referral, at=at)]  # fmt: skip
    form = PlanForm([], chairs, posted(request), earlier=False, asks_why=False, initial=_initial(found))
    seen = request.POST.get("version", str(found.version))
    if request.method == "POST" and is_whole(request, form):
        try:
            planning.change(discussion=found, version=number(seen), given=_plan_given(form), by=request.user, at=at)
        except StrategyRefusedError as refused:
            refuse(form, refused.faults)
        except StrategyChangedError:
            seen = str(found.version)
            form.refuse({"": QUICKER})
        else:
            messages.success(request, "Changed. Tell those who have no account yourself.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(request, found, form, title="Change the plan", button="Keep the change", version=seen)


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Call a planned discussion off."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    form = ReasonForm(posted(request))
    seen = request.POST.get("version", str(found.version))
    if request.method == "POST" and is_whole(request, form):
        try:
            planning.cancel(
                discussion=found, version=number(seen), reason=form.cleaned_data["reason"], by=request.user, at=at
            )
        except TextRefusedError as refused:
            form.refuse({"reason": str(refused)})
        except StrategyChangedError:
            seen = str(found.version)
            form.refuse({"": QUICKER})
        else:
            messages.success(request, "Called off. Tell those who have no account yourself.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(request, found, form, title="Call it off", button="Call it off", version=seen)


@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def chair(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Let somebody else chair what was held, because its chair cannot sign."""
    at = timezone.now()
    found = discussion_or_404(request, discussion_id, at=at)
    if not strategy_permissions.may_answer_for(request.user, found, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=found.referral)
    people = {str(each.pk): each for each in strategy_permissions.chairs_for(found.agency, found.referral, at=at)}
    form = ChairForm([(pk, each.full_name) for pk, each in people.items()], posted(request))
    seen = request.POST.get("version", str(found.version))
    if request.method == "POST" and form.is_valid():
        try:
            planning.hand_chair(discussion=found, version=number(seen), by=request.user, at=at,
                                chair=people.get(form.cleaned_data["chair"]))  # fmt: skip
        except StrategyRefusedError as refused:
            refuse(form, refused.faults)
        except StrategyChangedError:
            seen = str(found.version)
            form.refuse({"": QUICKER})
        else:
            messages.success(request, "Done. They can sign now.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(
        request, found, form, title="Let somebody else chair", button="Change the chair", version=seen
    )


def _may_be_called(request: HttpRequest, child: ChildCase, at: Any) -> bool:
    if queries.planned_for(child) is not None:
        return False
    if child.state == states.STRATEGY:
        return permissions.may_propose(request.user, child, at=at)
    verb = states.RECONVENE if child.state in (states.STRATEGY_HELD, states.S47) else states.CALL_STRATEGY
    can = any(move.verb == verb for move in states.ways_on(child.state))
    return can and permissions.may_move(request.user, child, verb, at=at)


def _plan_given(form: PlanForm) -> dict[str, Any]:
    chair = form.cleaned_data.get("chair")
    return form.cleaned_data | {
        "planned_for": form.moment("on", "begins"),
        "chair": User.objects.filter(pk=chair).first() if chair else None,
    }


def _initial(found: StrategyDiscussion) -> dict[str, Any]:
    local = found.planned_for.astimezone(LONDON)
    return {"on": local.date(), "begins": f"{local:%H:%M}", "method": found.method, "joining": found.joining,
            "chair": str(found.chair_id), "agenda": found.agenda, "briefing": found.briefing,
            "is_restricted": found.is_restricted}  # fmt: skip


def _versions(children: list[ChildCase]) -> str:
    return " ".join(f"{each.number}:{each.version}" for each in children)


def _as_seen(children: list[ChildCase], versions: str) -> None:
    """Let each child be as its page was opened: whoever moved it meanwhile is noticed."""
    seen = dict(pair.split(":", 1) for pair in versions.split() if pair.count(":") == 1)
    for each in children:
        each.version = number(seen.get(str(each.number), ""))
