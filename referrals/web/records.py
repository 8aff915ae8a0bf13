"""The children, and the persons, of a referral: the list of their records, adding one or many, taking one out."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from procedures.engine import journey
from referrals import facts
from referrals.actions import drafts
from referrals.actions.drafts import RecordRefusedError
from referrals.actions.holding import DraftChangedError
from referrals.models import Referral
from referrals.web import addresses
from referrals.web.around import around_page
from referrals.web.loading import on_draft
from referrals.web.task_list import CHANGED, _version

WORDS = {
    "child": {"one": "child", "many": "children", "One": "Child", "list": "referrals:children"},
    "person": {"one": "person", "many": "people", "One": "Person", "list": "referrals:persons"},
}
ADD = {"child": drafts.add_child, "person": drafts.add_person}
REMOVE = {"child": drafts.remove_child, "person": drafts.remove_person}


@require_http_methods(["GET", "HEAD", "POST"])
def _records(request: HttpRequest, referral: Referral, *, at: datetime, scope: str) -> HttpResponse:
    """List the records; the POST adds one more, or goes on."""
    words = WORDS[scope]
    if request.method == "POST":
        if request.POST.get("more") == "yes":
            return _add(request, referral, scope, at=at)
        if request.POST.get("more") == "no":
            return redirect(addresses.address_after_records(referral, scope))
        if request.POST.get("more") == "many" and scope == "child":
            return redirect("referrals:children_table", pk=referral.pk)
    edition, sheet = facts.form_edition(referral), facts.sheet_of(referral)
    steps = journey.steps(edition, sheet)
    context = around_page(referral, edition, sheet, (), at=at) | {
        "words": words,
        "scope": scope,
        "records": [_row(referral, scope, number, record.key, steps) for number, record in
                    enumerate(sheet.records(scope), start=1)],
        "error": f"Select whether to add another {words['one']}" if request.method == "POST" else "",
        "version": referral.version,
        "back_href": reverse("referrals:task_list", kwargs={"pk": referral.pk}),
    }  # fmt: skip
    return render(request, "referrals/records.html", context)


records = on_draft(_records)


def _add(request: HttpRequest, referral: Referral, scope: str, *, at: datetime) -> HttpResponse:
    try:
        key = ADD[scope](referral=referral, version=_version(request, referral), by=request.user, at=at)
    except DraftChangedError:
        messages.warning(request, CHANGED)
        return redirect(WORDS[scope]["list"], pk=referral.pk)
    except RecordRefusedError as error:
        messages.warning(request, str(error))
        return redirect(WORDS[scope]["list"], pk=referral.pk)
    page = next((each.id for each in facts.form_edition(referral).content.pages if each.scope == scope), None)
    if page is None:
        raise Http404
    return redirect(addresses.page_address(referral, page, key))


def _row(referral: Referral, scope: str, number: int, key: str, steps: tuple[journey.Step, ...]) -> dict[str, Any]:
    mine = [step for step in steps if step.page.scope == scope and step.key == key]
    done = sum(step.state == journey.State.DONE for step in mine)
    return {
        "title": f"{WORDS[scope]['One']} {number}",
        "status": f"{done} of {len(mine)} pages done" if mine else "Nothing to ask",
        "href": addresses.step_address(referral, mine[0]) if mine else "",
        "remove_href": reverse(f"referrals:remove_{scope}", kwargs={"pk": referral.pk, "key": key}),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def _remove(request: HttpRequest, referral: Referral, *, at: datetime, scope: str, key: str) -> HttpResponse:
    """Ask, then take the record out with its answers."""
    keys = [record.key for record in facts.sheet_of(referral).records(scope)]
    if key not in keys:
        raise Http404
    words = WORDS[scope]
    if request.method == "POST":
        try:
            REMOVE[scope](referral=referral, version=_version(request, referral), key=key, by=request.user, at=at)
            messages.success(request, f"{words['One']} {keys.index(key) + 1} was taken out.")
        except DraftChangedError:
            messages.warning(request, CHANGED)
        except RecordRefusedError as error:
            messages.warning(request, str(error))
        return redirect(words["list"], pk=referral.pk)
    context = {
        "referral": referral,
        "title": f"Take out {words['one']} {keys.index(key) + 1}?",
        "words": words,
        "version": referral.version,
        "back_href": reverse(words["list"], kwargs={"pk": referral.pk}),
    }
    return render(request, "referrals/remove.html", context)


remove = on_draft(_remove)
