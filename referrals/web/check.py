"""Check your answers: where this will go and why, then every answer, then send. The one door to submission."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from procedures.engine import journey
from procedures.engine.answers import AnswerSheet
from referrals import facts, summary
from referrals.actions import submission
from referrals.actions.submission import AnswersMissingError, Preview, RoutingChangedError
from referrals.documents import break_addresses
from referrals.family_words import family_statement
from referrals.models import Referral
from referrals.web import addresses
from referrals.web.around import around_page
from referrals.web.calls import call_sheet
from referrals.web.going import calls_first, goings, own_reports, to_find_out
from referrals.web.loading import on_draft
from referrals.web.pages import record_words


@require_safe
def _check(request: HttpRequest, referral: Referral, *, at: datetime, quick: bool = False) -> HttpResponse:
    """Show where the referral will go and why, above the answers."""
    shown = submission.preview(referral=referral, at=at, quick=quick)
    return _show(request, referral, shown, at=at, quick=quick)


check = on_draft(_check)


@require_POST
def _send(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Send, once: the same form sent again, or gone back to, leads to the same receipt."""
    quick = request.POST.get("quick") == "yes"
    token = _token(request.POST.get("token", ""))
    expected = request.POST.get("fingerprint", "")
    try:
        receipt = submission.submit(
            referral=referral, token=token, expected=expected, by=request.user, at=at, quick=quick
        )
    except RoutingChangedError as error:
        return _show(request, referral, error.preview, at=at, quick=quick, has_changed=True)
    except AnswersMissingError as error:
        shown = submission.preview(referral=referral, at=at, quick=quick)
        return _show(request, referral, shown, at=at, quick=quick, missing=error.missing)
    return redirect("referrals:sent", pk=receipt.referral.pk)


send = on_draft(_send)


def _token(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _show(
    request: HttpRequest,
    referral: Referral,
    shown: Preview,
    *,
    at: datetime,
    quick: bool,
    has_changed: bool = False,
    missing: Sequence[journey.Missing] = (),
) -> HttpResponse:
    sheet = facts.sheet_of(referral)
    result = shown.routing.as_data()
    found = goings(result, at=at)
    context = around_page(referral, shown.edition, sheet, (), at=at) | {
        "quick": quick,
        "goings": found,
        "calls": calls_first(found),
        "call_sheet": call_sheet(shown.edition, sheet, names_nobody=facts.concerns_staff(shown.facts)),
        "is_about_staff": facts.concerns_staff(shown.facts),
        "is_sealed": facts.must_be_sealed(shown.facts),
        "own_reports": own_reports(result),
        "find_out": to_find_out(result),
        "family": family_statement(shown.facts),
        "sections": sections(referral, shown, sheet),
        "missing": _links(referral, sheet, shown.missing),
        "errors": _links(referral, sheet, missing),
        "has_changed": has_changed,
        "token": uuid.uuid4(),
        "fingerprint": shown.fingerprint,
        "back_href": reverse("referrals:task_list", kwargs={"pk": referral.pk}),
        "on_href": addresses.first_open_address(referral, shown.edition),
    }
    return render(request, "referrals/check.html", context)


def _links(referral: Referral, sheet: AnswerSheet, missing: Sequence[journey.Missing]) -> list[dict[str, str]]:
    found = []
    for each in missing:
        of = record_words(sheet, each.page.scope, each.key)
        href = addresses.page_address(referral, each.page.id, each.key, back=addresses.TO_CHECK)
        lead = f"{of}, {each.question.short}" if of else each.question.short
        found.append({"text": f"{lead}: {each.question.error}", "href": href})
    return found


def sections(referral: Referral, shown: Preview, sheet: AnswerSheet) -> list[dict[str, Any]]:
    """Return the answers with the links that change them, and apart from them what was not answered."""
    return [
        {
            "title": section.title,
            "of": section.of,
            "rows": [_linked(referral, row) for row in section.rows if row.state != summary.NOT_ASKED],
            "open": [_linked(referral, row) for row in section.rows if row.state == summary.NOT_ASKED],
        }
        for section in summary.summarise(shown.edition, sheet)
    ]


def _linked(referral: Referral, row: summary.Row) -> dict[str, Any]:
    href = addresses.page_address(referral, row.page, row.key, back=addresses.TO_CHECK)
    return answer_row(row) | {"change_href": href}


def answer_row(row: summary.Row) -> dict[str, Any]:
    """Return one answer in words, its web addresses broken."""
    words = {
        summary.NOT_KNOWN: ["I don’t know", *row.lines],
        summary.NOT_ASKED: ["Not answered"],
        summary.REFUSED: ["Prefer not to say"],
    }.get(row.state, list(row.lines))
    return {"key": row.label, "value": break_addresses("\n".join(words)), "is_exact": row.mono}
