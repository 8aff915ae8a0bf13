"""The task list of a draft, handing it to the safeguarding lead, and withdrawing it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership, User
from accounts.permissions import Permission, roles_with
from procedures.engine import journey
from procedures.engine.answers import AnswerSheet
from referrals import facts, permissions
from referrals.actions import draft_ends
from referrals.actions.draft_ends import REASONS, ShareRefusedError
from referrals.actions.holding import DraftChangedError
from referrals.models import Referral
from referrals.web import addresses
from referrals.web.around import around_page
from referrals.web.loading import on_draft
from referrals.web.pages import record_words

_STATES = {
    journey.State.DONE: ("Done", ""),
    journey.State.STARTED: ("Part done", "blue"),
    journey.State.NOT_STARTED: ("Not started", "grey"),
}
CHANGED = "This draft was saved somewhere else meanwhile. Look at it again, then try once more."


@require_safe
def _task_list(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Show every part of the form, how far each has come, and what can be done with the draft."""
    edition, sheet = facts.form_edition(referral), facts.sheet_of(referral)
    context = around_page(referral, edition, sheet, (), at=at) | {
        "parts": [
            {"id": part.id, "title": part.title, "items": _items(referral, sheet, part)}
            for part in journey.parts(edition, sheet)
        ],
        "on_href": addresses.first_open_address(referral, edition),
        "left": len(journey.missing(edition, sheet, quick=False)),
        "may_withdraw": permissions.may_withdraw(request.user, referral, at=at),
        "may_share": referral.author_id == request.user.pk
        and referral.organisation_id is not None
        and not referral.is_hidden_from_setting,
        "leads": leads_of(referral, at=at),
        "has_children": any(step.page.scope == "child" for step in journey.steps(edition, sheet)),
        "has_persons": any(step.page.scope == "person" for step in journey.steps(edition, sheet)),
    }
    return render(request, "referrals/task_list.html", context)


task_list = on_draft(_task_list)


def _items(referral: Referral, sheet: AnswerSheet, part: journey.PartProgress) -> list[dict[str, Any]]:
    items = []
    for step in part.steps:
        words, colour = _STATES[step.state]
        of = record_words(sheet, step.page.scope, step.key)
        items.append(
            {
                "title": f"{of}: {step.page.title}" if of else step.page.title,
                "href": addresses.step_address(referral, step),
                "status": words,
                "status_colour": colour,
            }
        )
    return items


def leads_of(referral: Referral, *, at: datetime) -> list[User]:
    """Return the safeguarding leads of the referral's setting, other than its author; nobody where it is hidden."""
    if referral.organisation_id is None or referral.is_hidden_from_setting:
        return []
    roles = roles_with(Permission.LEAD_SETTING_REFERRALS)
    held = Membership.objects.filter(organisation=referral.organisation_id, role__in=roles).current(at=at)
    people = {each.user.pk: each.user for each in held.select_related("user") if each.user.is_active}
    return [person for key, person in people.items() if key != referral.author_id]


@require_POST
def _share(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Hand the draft to the setting's safeguarding leads, and tell the one who was chosen."""
    lead = next((each for each in leads_of(referral, at=at) if str(each.pk) == request.POST.get("lead")), None)
    version = _version(request, referral)
    try:
        draft_ends.share(referral=referral, version=version, by=request.user, at=at, lead=lead)
        messages.success(request, "Your setting’s safeguarding leads can see this draft now.")
    except DraftChangedError:
        messages.warning(request, CHANGED)
    except ShareRefusedError as error:
        messages.warning(request, str(error))
    return redirect("referrals:task_list", pk=referral.pk)


share = on_draft(_share)


@require_http_methods(["GET", "HEAD", "POST"])
def _withdraw(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Ask why, then withdraw: the content goes; who, when and why stay."""
    permissions.check(permissions.may_withdraw(request.user, referral, at=at))
    error = ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        if reason in REASONS:
            try:
                draft_ends.withdraw(
                    referral=referral, version=_version(request, referral), reason=reason, by=request.user, at=at
                )
            except DraftChangedError:
                messages.warning(request, CHANGED)
                return redirect("referrals:withdraw", pk=referral.pk)
            messages.success(request, "The draft was withdrawn. Its content is gone.")
            return redirect("referrals:mine")
        error = "Select why you are withdrawing this draft"
    context = {
        "referral": referral,
        "reasons": REASONS.items(),
        "error": error,
        "version": referral.version,
        "back_href": reverse("referrals:task_list", kwargs={"pk": referral.pk}),
    }
    return render(request, "referrals/withdraw.html", context)


withdraw = on_draft(_withdraw)


def _version(request: HttpRequest, referral: Referral) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else referral.version
