"""The history of a case, for whoever decides on it, and for an auditor who samples it with a reason."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import auditing
from casework.permissions import NotPermittedError
from casework.queries import history, record
from casework.queries.event_cases import row_key
from casework.web.answers import answer_sections
from casework.web.inspection_words import inspection_shown
from casework.web.loading import case_or_404
from casework.web.words import exact_words
from referrals.models import Referral

MOST_AT_ONCE = 500


@requires(Permission.DECIDE_THRESHOLD)
@require_safe
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show who did and read what, the newest first. That this person looked is recorded too."""
    at = timezone.now()
    found = case_or_404(request, case_id, at=at)
    try:
        auditing.read_history(referral=found, by=request.user, at=at)
    except NotPermittedError:
        deny(request, Permission.DECIDE_THRESHOLD, subject=found)
    page = history.history(found, before=event_number(request.GET.get("before", "")))
    return render(
        request,
        "casework/history.html",
        {"case": found, "lines": lines(page), "older": page.older, "is_sample": False},
    )


@requires(Permission.READ_SAMPLED_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest) -> HttpResponse:
    """Ask an auditor which case and why, then show its history, with its answers or what an inspector asks of it."""
    at = timezone.now()
    reference, reason = request.POST.get("reference", "").strip().upper(), request.POST.get("reason", "")
    with_answers = request.POST.get("answers") == "yes"
    with_inspection = request.POST.get("inspection") == "yes"
    errors: dict[str, str] = {}
    if request.method == "POST":
        found = record.sampled_cases(request.user, at=at).filter(reference=reference).first()
        if found is None:
            errors["reference"] = "No case of your partnership that you may sample has this reference. Check it."
        if reason not in auditing.REASONS:
            errors["reason"] = "Select why you read this case."
        if found is not None and not errors:
            wider = {"with_answers": with_answers, "with_inspection": with_inspection}
            auditing.sample(referral=found, reason=reason, by=request.user, at=at, **wider)
            return _sampled(request, found, at=at, **wider)
    elif case_id := row_key(request.GET.get("case", "")):
        offered = record.sampled_cases(request.user, at=at).filter(pk=case_id).first()
        reference = offered.reference if offered is not None else ""
    return render(
        request,
        "casework/sample.html",
        {
            "reference": reference,
            "reason": reason,
            "reasons": auditing.REASONS,
            "with_answers": with_answers,
            "with_inspection": with_inspection,
            "errors": errors,
        },
        status=400 if errors else 200,
    )


def _sampled(
    request: HttpRequest, case: Referral, *, with_answers: bool, with_inspection: bool, at: datetime
) -> HttpResponse:
    page = history.history(case, size=MOST_AT_ONCE)
    sections = record.sampled_answers(request.user, case, at=at) if with_answers else ()
    return render(
        request,
        "casework/history.html",
        {
            "case": case,
            "lines": lines(page),
            "older": None,
            "is_sample": True,
            "is_cut": page.older,
            "sections": answer_sections(sections),
            "with_inspection": with_inspection,
            **(inspection_shown(request.user, case, at=at) if with_inspection else {}),
        },
    )


def lines(page: history.History) -> list[dict[str, str]]:
    """Return the entries as the page shows them."""
    return [
        {"at": exact_words(each.at), "who": each.who, "what": each.what, "about": each.about} for each in page.entries
    ]


def event_number(text: str) -> int | None:
    """Return the number of an event out of an address, or None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None
