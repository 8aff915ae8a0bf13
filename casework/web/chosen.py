"""What is done with several cases at once: listed and confirmed first, then case by case, each told how it went."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import deny, requires
from accounts.models import User
from accounts.permissions import Permission
from casework import permissions
from casework.actions import assigning, reading
from casework.actions.taking import AlreadyTakenError
from casework.permissions import NotPermittedError
from casework.queries import inbox as cases
from casework.queries import queue
from casework.queries.cases import cases_of
from casework.queries.packs import own_packs
from casework.web import queue_filters as filters
from casework.web.giving import GIVERS, GiveForm
from casework.web.inbox import row
from referrals.actions import packs
from referrals.models import Referral
from referrals.permissions import may_acknowledge
from referrals.text import TextRefusedError
from referrals.web.loading import takes_text

ACKNOWLEDGE, ASSIGN = "acknowledge", "assign"


@takes_text
@requires(*GIVERS)
@require_POST
def chosen(request: HttpRequest) -> HttpResponse:
    """List the chosen cases and what will be done; once that is confirmed, do it and say how it went with each."""
    at = timezone.now()
    query = filters.query_of(filters.wanted_in(QueryDict(request.POST.get("query", "")[:1000]).dict()))
    back = f"{reverse('casework:inbox')}?{query}"
    ids = _chosen_ids(request)
    found = _rows(request.user, ids, at=at)
    verb = request.POST.get("do", "")
    if not found or verb not in (ACKNOWLEDGE, ASSIGN):
        messages.warning(request, "Choose at least one case of the list." if verb else "Choose what to do.")
        return redirect(back)
    units = [
        unit
        for unit in permissions.reading_units(request.user, at=at)
        if permissions.may_assign(request.user, unit, at=at)
    ]
    if verb == ASSIGN and not units:
        deny(request, Permission.DECIDE_THRESHOLD)
    reading.read_list(event="inbox.read", ids=[str(each.referral.pk) for each in found], by=request.user, at=at)
    is_confirmed = request.POST.get("confirmed") == "1"
    people = queue.colleagues(units, may=queue.HAVING, at=at)
    form = GiveForm(people, request.POST if is_confirmed else None) if verb == ASSIGN else None
    outcomes: list[str] = []
    if is_confirmed and (form is None or form.is_valid()):
        do = _acknowledger(request.user, at=at) if form is None else _assigner(form, request.user, at=at)
        outcomes = [do(each.referral) for each in found] if do is not None else []
    context = {
        "rows": [row(each, at) for each in found],
        "lines": [{"row": row(each, at), "outcome": told} for each, told in zip(found, outcomes, strict=False)],
        "missing": len(ids) - len(found),
        "verb": verb,
        "form": form,
        "query": query,
        "back": back,
    }
    return render(request, "casework/chosen.html", context, status=400 if form is not None and form.errors else 200)


def _chosen_ids(request: HttpRequest) -> list[uuid.UUID]:
    found = []
    for text in dict.fromkeys(request.POST.getlist("case")):
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found[: queue.PAGE_SIZE]


def _rows(user: Any, ids: list[uuid.UUID], *, at: datetime) -> list[cases.CaseEntry]:
    known = {each.pk: each for each in cases.with_what_rows_show(cases_of(user, at=at).filter(pk__in=ids))}
    return cases.entries(user, [known[pk] for pk in ids if pk in known], at=at, with_initials=False)


def _acknowledger(user: Any, *, at: datetime) -> Callable[[Referral], str]:
    def acknowledge(case: Referral) -> str:
        waiting = own_packs(user, at=at).filter(referral=case, is_current=True, acknowledged_at__isnull=True)
        mine = [pack for pack in waiting if may_acknowledge(user, pack, at=at)]
        for pack in mine:
            packs.acknowledge(pack=pack, by=user, at=at)
        return "Acknowledged." if mine else "There was nothing to acknowledge."

    return acknowledge


def _assigner(form: GiveForm, user: Any, *, at: datetime) -> Callable[[Referral], str] | None:
    person, note = form.chosen(), form.cleaned_data["note"]
    if person is None:
        return None

    def assign(case: Referral) -> str:
        return _assigned(case, person, note, by=user, at=at)

    return assign


def _assigned(case: Referral, person: User, note: str, *, by: Any, at: datetime) -> str:
    try:
        assigning.assign(referral=case, to=person, note=note, by=by, at=at)
    except (assigning.PersonRefusedError, TextRefusedError) as refused:
        return f"Not done. {refused}"
    except AlreadyTakenError:
        return "Not done. It changed hands just now; open it to see who has it."
    except NotPermittedError:
        return "Not done. Your role does not give this unit’s cases to people."
    return f"Given to {person.full_name}."
