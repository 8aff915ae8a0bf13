"""One page of the form: its questions shown, checked and saved."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from procedures.engine import journey
from procedures.engine.answers import Answer, AnswerSheet
from procedures.engine.edition import Edition
from referrals import facts, summary
from referrals.actions import danger, drafts
from referrals.actions.holding import DraftChangedError
from referrals.models import Referral
from referrals.web import addresses
from referrals.web.around import around_page, progress_words
from referrals.web.calls import numbers_for
from referrals.web.forms import FormErrors, PageForm, layout_of
from referrals.web.forms.page_form import ADD_ROW
from referrals.web.loading import on_draft, takes_text

LATER, SKIP = "later", "skip"


@dataclass(frozen=True)
class Opened:
    """One page of one draft, ready to be shown or saved."""

    referral: Referral
    edition: Edition
    sheet: AnswerSheet
    steps: tuple[journey.Step, ...]
    step: journey.Step

    @property
    def stored(self) -> dict[str, Answer]:
        """The answers of this page as they are stored."""
        return {question.id: self.sheet.get(question, self.step.key) for question in self.step.questions}


def open_step(referral: Referral, page: str, key: str | None) -> Opened | None:
    """Return a page of a draft; None where it is not asked (any more). Raises Http404 where no edition has it."""
    edition = facts.form_edition(referral)
    if page not in edition.pages:
        raise Http404
    sheet = facts.sheet_of(referral)
    steps = journey.steps(edition, sheet)
    step = journey.find(steps, page, key)
    return Opened(referral, edition, sheet, steps, step) if step else None


@takes_text
@require_http_methods(["GET", "HEAD", "POST"])
def _page(request: HttpRequest, referral: Referral, *, at: datetime, page: str, key: str | None = None) -> HttpResponse:
    """Show a page, or save it and go on to the next."""
    back = addresses.TO_CHECK if request.GET.get("back") == addresses.TO_CHECK else ""
    opened = open_step(referral, page, key)
    if opened is None:
        return redirect("referrals:task_list", pk=referral.pk)
    if request.method != "POST":
        if page in addresses.CALL_PAGES:
            return redirect(addresses.danger_address(referral, page, None, back=back))
        if page == addresses.FIND_OUT_PAGE:
            shown = numbers_for(opened.edition, opened.sheet, referral, at=at).for_record
            danger.record_shown(referral=referral, page="find_out", numbers=shown, by=request.user, at=at)
        form = PageForm(opened.step.questions, opened.stored, today=facts.local_date(at))
        return show(request, opened, form, at=at, back=back)
    form = posted_form(request, opened, at=at)
    if request.POST.get(ADD_ROW):
        return show(request, opened, form, at=at, back=back, with_errors=False)
    if not form.is_valid():
        return show(request, opened, form, at=at, back=back)
    result = save(request, opened, form, at=at)
    if isinstance(result, Conflict):
        return show(request, result.opened, form, at=at, back=back, conflict=result)
    if request.POST.get("then") == LATER:
        return redirect("referrals:task_list", pk=referral.pk)
    return redirect(address_on(result, opened, back=back))


page = on_draft(_page)


def posted_form(request: HttpRequest, opened: Opened, *, at: datetime) -> PageForm:
    """Return the form as it was posted. Saved for later or skipped, nothing is insisted upon."""
    refused: frozenset[str] = getattr(request, "image_refused_fields", frozenset())
    insist = request.POST.get("then") not in (LATER, SKIP)
    return PageForm(
        opened.step.questions,
        opened.stored,
        today=facts.local_date(at),
        data=request.POST,
        refused=refused,
        insist=insist,
        row_added=request.POST.get(ADD_ROW),
    )


@dataclass(frozen=True)
class Conflict:
    """The page was saved elsewhere meanwhile: what is stored now, beside what was typed here."""

    opened: Opened

    @property
    def stored_rows(self) -> list[dict[str, Any]]:
        """What is stored now, in words."""
        step, stored = self.opened.step, self.opened.stored
        return [
            {"key": question.short, "value": "\n".join(_words(question, stored[question.id]))}
            for question in step.questions
        ]


def _words(question: Any, answer: Answer) -> tuple[str, ...]:
    if answer.is_not_known:
        return ("I don’t know",)
    return summary.lines_of(question, answer) or ("Not answered",)


def save(request: HttpRequest, opened: Opened, form: PageForm, *, at: datetime) -> Referral | Conflict:
    """Save a valid form. A draft that another page changed meanwhile is no conflict; this page changed elsewhere is."""
    answers = form.answers()
    version = _whole_number(request.POST.get("version"), opened.referral.version)
    given: dict[str, Any] = {
        "page": opened.step.page.id, "key": opened.step.key, "answers": answers, "by": request.user, "at": at,
    }  # fmt: skip
    try:
        return drafts.save_answers(referral=opened.referral, version=version, **given)
    except DraftChangedError as error:
        now = open_step(error.current, opened.step.page.id, opened.step.key)
        if now is None:
            raise Http404 from error
        if seen_mark(now) != request.POST.get("seen") and not _is_the_same(now, answers):
            return Conflict(now)
        return drafts.save_answers(referral=error.current, version=error.current.version, **given)


def _is_the_same(now: Opened, answers: dict[str, dict[str, Any]]) -> bool:
    stored = {name: answer.as_data() for name, answer in now.stored.items() if name in answers}
    return stored == answers


def seen_mark(opened: Opened) -> str:
    """Return a mark of the answers that a page showed, to tell whether they were changed since."""
    data = {name: answer.as_data() for name, answer in opened.stored.items()}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _whole_number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def address_on(referral: Referral, opened: Opened, *, back: str) -> str:
    """Return where a saved page leads: danger first, whatever else comes next."""
    step = opened.step
    call = journey.interruption(step.questions, facts.sheet_of(referral), step.key)
    if call == "danger":
        return addresses.danger_address(referral, step.page.id, step.key, back=back)
    if call == "find_out" and step.page.id != addresses.FIND_OUT_PAGE:
        return addresses.page_address(referral, addresses.FIND_OUT_PAGE, None)
    return addresses.address_after(referral, step.page.id, step.key, back=back)


def show(
    request: HttpRequest,
    opened: Opened,
    form: PageForm,
    *,
    at: datetime,
    back: str = "",
    with_errors: bool = True,
    conflict: Conflict | None = None,
) -> HttpResponse:
    """Show a page of the form."""
    step = opened.step
    if not with_errors:
        form.full_clean()
        form.errors.clear()
    errors = list(FormErrors(form)) if form.is_bound and with_errors else []
    first = step.questions[0]
    is_heading = len(step.questions) == 1 and first.kind != "confirm" and step.page.lead is None
    context = around_page(opened.referral, opened.edition, opened.sheet, step.questions, at=at) | {
        "form": layout_of(form, is_heading=is_heading),
        "errors": errors,
        "conflict": conflict,
        "title": first.text if is_heading else step.page.title,
        "heading_in_form": is_heading,
        "lead": step.page.lead,
        "of": record_words(opened.sheet, step.page.scope, step.key),
        "progress": progress_words(opened.edition, opened.sheet, step.page.part),
        "back_href": reverse("referrals:check", kwargs={"pk": opened.referral.pk})
        if back
        else addresses.address_before(opened.referral, opened.steps, *step.place),
        "version": opened.referral.version,
        "seen": seen_mark(opened),
        "may_skip": not back and all(question.required != "always" for question in step.questions),
        "is_find_out": step.page.id == addresses.FIND_OUT_PAGE,
        "numbers": numbers_for(opened.edition, opened.sheet, opened.referral, at=at)
        if step.page.id in (addresses.CALLS_PAGE, addresses.FIND_OUT_PAGE)
        else None,
    }
    status = 409 if conflict else (400 if errors else 200)
    return render(request, "referrals/page.html", context, status=200 if status == 400 else status)


def record_words(sheet: AnswerSheet, scope: str, key: str | None) -> str:
    """Return "Child 1 of 2": what a heading and a title call a record, never by name."""
    if scope == "case" or key is None:
        return ""
    keys = [record.key for record in sheet.records(scope)]
    word = "Child" if scope == "child" else "Person"
    return f"{word} {keys.index(key) + 1} of {len(keys)}" if len(keys) > 1 else f"{word} 1"
