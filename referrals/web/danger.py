"""The page that comes next the moment an answer means danger: call 999 now. Nothing is lost, and one can go on."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from procedures.engine import journey
from referrals import facts
from referrals.actions import danger as actions
from referrals.models import Referral
from referrals.web import addresses
from referrals.web.around import around_page
from referrals.web.calls import call_sheet, numbers_for
from referrals.web.forms import FormErrors, PageForm, layout_of
from referrals.web.loading import on_draft, takes_text
from referrals.web.pages import Conflict, Opened, open_step, posted_form, save, seen_mark

CALL_ITEM = "call_999_now"
"""The item of the checklist that this page itself is."""
MOST_WHILE_WAITING = 5


@takes_text
@require_http_methods(["GET", "HEAD", "POST"])
def _danger(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Show "call 999 now" with what to say; the POST keeps what was answered about the call and goes on."""
    edition = facts.form_edition(referral)
    after, key = request.GET.get("after", ""), request.GET.get("key") or None
    back = addresses.TO_CHECK if request.GET.get("back") == addresses.TO_CHECK else ""
    opened = _call_step(referral, after if after in edition.pages else "")
    form = None
    conflict = None
    if request.method == "POST":
        if opened is None:
            return redirect(addresses.address_after(referral, after, key, back=back))
        form = posted_form(request, opened, at=at)
        if form.is_valid():
            result = save(request, opened, form, at=at)
            if not isinstance(result, Conflict):
                return redirect(addresses.address_after(result, after, key, back=back))
            opened, conflict = result.opened, result
    else:
        shown = numbers_for(edition, facts.sheet_of(referral), referral, at=at).for_record
        actions.record_shown(referral=referral, page="danger", numbers=shown, by=request.user, at=at)
        if opened is not None:
            form = PageForm(opened.step.questions, opened.stored, today=facts.local_date(at))
    sheet = facts.sheet_of(referral)
    questions = opened.step.questions if opened else ()
    numbers = numbers_for(edition, sheet, referral, at=at)
    around = around_page(referral, edition, sheet, questions, at=at)
    context = around | {
        "waiting": [each for each in around["to_do"].now if each.code != CALL_ITEM][:MOST_WHILE_WAITING],
        "form": layout_of(form) if form else None,
        "errors": list(FormErrors(form)) if form is not None and form.is_bound else [],
        "conflict": conflict,
        "numbers": numbers,
        "call_sheet": call_sheet(edition, sheet, names_nobody=numbers.is_about_staff),
        "version": opened.referral.version if opened else referral.version,
        "seen": seen_mark(opened) if opened else "",
        "on_href": addresses.address_after(referral, after, key, back=back),
        "back_href": _back(referral, edition.pages, after, key),
    }
    return render(request, "referrals/danger.html", context, status=409 if conflict else 200)


danger = on_draft(_danger)


def _call_step(referral: Referral, after: str) -> Opened | None:
    """Return the page that asks about the 999 call: the next one after the page left, else one not answered yet."""
    edition = facts.form_edition(referral)
    asked = [
        opened for page in addresses.CALL_PAGES if page in edition.pages
        if (opened := open_step(referral, page, None)) is not None
    ]  # fmt: skip
    order = [page.id for page in edition.content.pages]
    start = order.index(after) if after else 0
    later = [each for each in asked if order.index(each.step.page.id) >= start]
    open_ones = [each for each in asked if each.step.state != journey.State.DONE]
    return next(iter([*later, *open_ones]), None)


def _back(referral: Referral, pages: object, after: str, key: str | None) -> str:
    if isinstance(pages, dict) and after in pages and after not in addresses.CALL_PAGES:
        return addresses.page_address(referral, after, key)
    return addresses.page_address(referral, "danger", None)
