"""What the hub found out: choosing a page of the form, and answering it anew over what the referrer said."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import reading
from casework.queries import found_out as queries
from casework.web.loading import case_or_404
from casework.web.notes import form_token
from casework.web.words import clock_words
from procedures.engine import journey
from procedures.engine.answers import Answer
from referrals import facts
from referrals.actions import corrections as actions
from referrals.actions.rerouting import rerouting
from referrals.answer_checks import AnswerRefusedError
from referrals.documents import break_addresses
from referrals.documents.characters import printable
from referrals.models import Referral
from referrals.models.corrections import LONGEST_REASON
from referrals.permissions import may_reroute
from referrals.web.forms import FormErrors, PageForm, layout_of
from referrals.web.forms.fields import NO_PICTURE
from referrals.web.forms.page_form import ADD_ROW
from referrals.web.loading import takes_text

NEW_CHILD = "new"
"""Stands for the record's key in the address of a page about a child who is not in the case yet."""
_WORKERS = (Permission.PROPOSE_LEVEL, Permission.DECIDE_THRESHOLD)


@requires(*_WORKERS)
@require_safe
def choose(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show the pages whose answers decide where a case goes, and what was found out so far."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    reading.read_case(referral=case, by=request.user, at=at)
    edition, sheet = facts.form_edition(case), facts.sheet_now(case)
    of_new = [step for step in journey.steps(edition, actions.with_child(sheet, NEW_CHILD)) if step.key == NEW_CHILD]
    pages = [
        {"id": step.page.id, "key": step.key or "", "title": step.page.title, "of": _of(sheet, step)}
        for step in journey.steps(edition, sheet)
        if any(question.fills for question in step.questions)
    ]
    context = {
        "case": case, "pages": pages, "found": found_out(request.user, case, at=at),
        "first_page": of_new[0].page.id if of_new else "", "new": NEW_CHILD,
    }  # fmt: skip
    return render(request, "casework/facts.html", context)


@takes_text
@requires(*_WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, case_id: uuid.UUID, page: str, key: str = "") -> HttpResponse:
    """Answer one page anew, saying how it is known; then show where it leads."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    sheet = facts.sheet_now(case)
    if key == NEW_CHILD:
        sheet = actions.with_child(sheet, NEW_CHILD)
    step = journey.find(journey.steps(facts.form_edition(case), sheet), page, key or None)
    if step is None:
        messages.warning(request, "This page is not part of the case any more. Choose another.")
        return redirect("casework:facts", case_id=case.pk)
    if request.method != "POST":
        reading.read_case(referral=case, by=request.user, at=at)
    stored = {question.id: sheet.get(question, step.key) for question in step.questions}
    form, faults = _form(request, step, stored, at), {}
    how_known, token = request.POST.get("how_known", ""), request.POST.get("token", "")
    if request.method == "POST" and not request.POST.get(ADD_ROW):
        if "how_known" in getattr(request, "image_refused_fields", ()):
            faults["how_known"] = NO_PICTURE
        if form.is_valid() and not faults:
            try:
                given: dict[str, Any] = {"answers": form.answers(), "how_known": how_known, "token": form_token(token)}
                if key == NEW_CHILD:
                    actions.add_child(referral=case, page=page, **given, by=request.user, at=at)
                else:
                    actions.correct(referral=case, page=page, key=key, **given, by=request.user, at=at)
            except actions.CorrectionRefusedError as refused:
                faults = refused.faults
            except AnswerRefusedError as refused:
                faults = {"": refused.message}
            else:
                return _on_child(request, case) if key == NEW_CHILD else _on(request, case)
    elif request.method == "POST":
        form.full_clean()
        form.errors.clear()
    errors = list(FormErrors(form)) if form.is_bound else []
    errors += [{"text": words, "href": f"#{name}" if name else ""} for name, words in faults.items()]
    context = {
        "case": case, "form": layout_of(form), "errors": errors, "title": step.page.title, "of": _of(sheet, step),
        "how_known": how_known, "error": faults.get("how_known", ""), "token": token or uuid.uuid4(),
        "limit": LONGEST_REASON,
    }  # fmt: skip
    return render(request, "casework/fact_page.html", context, status=400 if errors else 200)


def found_out(user: Any, case: Referral, *, at: datetime) -> list[dict[str, Any]]:
    """Return what the hub found out as its pages show it, the newest first."""
    return [_row(each, at) for each in queries.found_out(user, case, at=at)]


def _row(found: queries.Finding, at: datetime) -> dict[str, Any]:
    correction = found.correction
    return {
        "lines": [{"label": each.label, "now": _shown(each.now), "before": _shown(each.before)}
                  for each in found.changes],
        "adds_child": correction.adds_child,
        "how_known": _shown(correction.how_known),
        "by": correction.made_by.full_name,
        "at": clock_words(correction.made_at, at),
    }  # fmt: skip


def _shown(text: str) -> str:
    return break_addresses(printable(text))


def _case(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> Referral:
    case = case_or_404(request, case_id, at=at)
    if not may_reroute(request.user, case, at=at):
        deny(request, Permission.PROPOSE_LEVEL, subject=case)
    return case


def _form(request: HttpRequest, step: journey.Step, stored: dict[str, Answer], at: datetime) -> PageForm:
    refused: frozenset[str] = frozenset(getattr(request, "image_refused_fields", ()))
    return PageForm(
        step.questions, stored, today=facts.local_date(at), data=request.POST if request.method == "POST" else None,
        refused=refused, insist=False, row_added=request.POST.get(ADD_ROW),
    )  # fmt: skip


def _of(sheet: Any, step: journey.Step) -> str:
    if step.key is None:
        return ""
    keys = [record.key for record in sheet.records(step.page.scope)]
    return f"{'Child' if step.page.scope == 'child' else 'Person'} {keys.index(step.key) + 1}"


def _on_child(request: HttpRequest, case: Referral) -> HttpResponse:
    messages.success(request, "The child is written down. Answer what is known of them, then settle where it goes.")
    return redirect("casework:facts", case_id=case.pk)


def _on(request: HttpRequest, case: Referral) -> HttpResponse:
    if rerouting(case).proposed:
        messages.success(request, "Written down. It changes where the case goes: settle that now.")
        return redirect("casework:proposed", case_id=case.pk)
    messages.success(request, "Written down. It changes nothing of where the case goes.")
    return redirect("casework:case_where", case_id=case.pk)
