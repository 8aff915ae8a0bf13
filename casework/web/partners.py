"""What agencies write back about a case: their own page, the pages of a return, and what the hub is shown."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import partner_words
from casework.actions import partners as actions
from casework.actions import reading
from casework.models import PackReturn, PartnerReport
from casework.models.partners import LONGEST_REASON
from casework.partner_words import CHOICE, CHOICES, DAY, LINE, TEXT, TOLD
from casework.queries import partners as queries
from casework.web.calls import RECORDERS
from casework.web.forms import CaseForm, day_field, line_field, posted, radio_field, text_field
from casework.web.loading import case_or_404, pack_or_404
from casework.web.words import clock_words
from referrals.models import Pack, Referral
from referrals.permissions import may_acknowledge
from referrals.web.loading import takes_text


class ReportForm(CaseForm):
    """Everything that an agency of one kind tells."""

    limits: ClassVar[Mapping[str, int]] = {
        each.name: LONGEST_REASON for told in TOLD.values() for each in told if each.kind == TEXT
    }

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in TOLD[kind]:
            self.fields[each.name] = _field(each)
            self.fields[each.name].required = False
        self.draw()


def _field(told: partner_words.Told) -> forms.Field:
    if told.kind == LINE:
        return line_field(told.label, told.hint)
    if told.kind == CHOICE:
        return radio_field(told.label, told.choices, told.hint)
    if told.kind == CHOICES:
        return forms.MultipleChoiceField(
            label=told.label, help_text=told.hint, choices=list(told.choices), widget=forms.CheckboxSelectMultiple
        )
    return day_field(told.label, told.hint) if told.kind == DAY else text_field(told.label, told.hint)


def _initial(report: PartnerReport | None) -> dict[str, Any]:
    if report is None:
        return {}
    days = {each.name for each in TOLD[report.kind] if each.kind == DAY}
    return {name: date.fromisoformat(value) if name in days else value for name, value in report.said.items()}


class ReturnForm(CaseForm):
    """Why a pack is not theirs."""

    limits: ClassVar[Mapping[str, int]] = {"reason": LONGEST_REASON}

    reason = text_field("Why is it not yours?", "The hub reads this, and an inspector may.")
    whose = text_field("Whose is it, as far as you know?", "Leave empty if you do not know.")


class SettleForm(CaseForm):
    """What became of a pack that came back."""

    limits: ClassVar[Mapping[str, int]] = {"words": LONGEST_REASON}

    how = radio_field("What became of it?", PackReturn.Settled.choices)
    words = text_field("Who has it now and since when, or why?", "Name the agency, or say why nobody needs it.")


def told_shown(user: Any, pack: Pack, *, at: datetime) -> dict[str, Any]:
    """Return what the page of an agency's own pack shows of what it told, and of a return."""
    agency = pack.route.agency
    report = queries.newest_report(pack.referral, agency) if agency is not None else None
    returned = queries.last_return(pack.route_id)
    is_own = pack.route.agency_id == pack.referral.owner_unit_id
    return {
        "may_report": queries.may_report(user, pack, at=at),
        "report": report_words(report, at) if report is not None else None,
        "returned": return_words(returned, at) if returned is not None else None,
        "may_return": not is_own
        and (returned is None or returned.settled_at is not None)
        and may_acknowledge(user, pack, at=at),
    }


def reports_shown(user: Any, case: Referral, *, at: datetime) -> dict[str, Any]:
    """Return what the case page shows of what the agencies told, and which packs came back."""
    by_agency: dict[Any, list[PartnerReport]] = {}
    for row in queries.reports_of(user, case, at=at):
        by_agency.setdefault(row.agency_id, []).append(row)
    returns = [return_words(row, at) for row in queries.returns_of(user, case, at=at)]
    return {
        "reports": [
            report_words(newest, at) | {"earlier": [report_words(row, at) for row in earlier]}
            for newest, *earlier in by_agency.values()
        ],
        "returns": returns,
        "open_returns": [each for each in returns if each["is_open"]],
        "may_settle": queries.may_settle(user, case, at=at),
    }


def report_words(row: PartnerReport, at: datetime) -> dict[str, Any]:
    """Return one report as pages print it."""
    return {
        "agency": row.agency.name,
        "by": row.told_by.full_name,
        "at": clock_words(row.told_at, at),
        "lines": [{"label": label, "text": text} for label, text in partner_words.in_words(row.kind, row.said)],
    }


def return_words(row: PackReturn, at: datetime) -> dict[str, Any]:
    """Return one return as pages print it."""
    return {
        "row": row,
        "agency": row.route.agency.name if row.route.agency else "",
        "at": clock_words(row.returned_at, at),
        "by": row.returned_by.full_name,
        "is_open": row.settled_at is None,
        "is_asked_again": row.settled == PackReturn.Settled.ASKED_AGAIN,
        "settled": row.get_settled_display() if row.settled else "",
        "settled_at": clock_words(row.settled_at, at) if row.settled_at else "",
        "settled_by": row.settled_by.full_name if row.settled_by else "",
    }


@takes_text
@requires(Permission.ADD_AGENCY_INFORMATION, Permission.DECIDE_LADO_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Tell the hub what this agency knows and did; a colleague who was quicker is shown beside what was typed."""
    at = timezone.now()
    pack = pack_or_404(request, pack_id, at=at)
    agency = pack.route.agency
    if agency is None or not queries.may_report(request.user, pack, at=at):
        deny(request, Permission.ADD_AGENCY_INFORMATION, subject=pack)
    reading.read_pack(pack=pack, by=request.user, at=at)
    kind = partner_words.OF_AGENCY[agency.kind]
    current = queries.newest_report(pack.referral, agency)
    form = ReportForm(kind, posted(request), initial=_initial(current))
    seen, changed = str(current.sequence if current else 0), None
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            number = int(seen) if seen.isdecimal() else -1
            try:
                actions.report(pack=pack, given=form.cleaned_data, seen=number, by=request.user, at=at)
            except actions.NotWholeError as refused:
                form.refuse(refused.faults)
            except actions.ReportChangedError as lost:
                changed, seen = report_words(lost.current, at), str(lost.current.sequence)
            else:
                messages.success(request, "The hub can read this now, and is told that there is something to read.")
                return redirect("casework:pack", pack_id=pack.pk)
    context = {
        "pack": pack, "form": form, "seen": seen, "changed": changed, "agency": agency,
        "back": reverse("casework:pack", args=[pack.pk]),
    }  # fmt: skip
    return render(request, "casework/report.html", context, status=400 if form.errors or changed else 200)


@takes_text
@requires(Permission.ACKNOWLEDGE_PACK)
@require_http_methods(["GET", "HEAD", "POST"])
def return_pack(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Return a pack as not this agency's, saying why."""
    at = timezone.now()
    pack = pack_or_404(request, pack_id, at=at)
    is_own = pack.route.agency_id == pack.referral.owner_unit_id
    if is_own or not may_acknowledge(request.user, pack, at=at):
        deny(request, Permission.ACKNOWLEDGE_PACK, subject=pack)
    back = reverse("casework:pack", args=[pack.pk])
    if queries.open_return(pack.route_id) is not None:
        messages.warning(request, "This pack was returned already. The hub settles who takes it.")
        return redirect(back)
    form = ReturnForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.return_pack(pack=pack, by=request.user, at=at, **form.cleaned_data)
        except actions.NotWholeError as refused:
            form.refuse(refused.faults)
        except actions.ReturnedError:
            messages.warning(request, "A colleague returned this pack at the same moment.")
            return redirect(back)
        else:
            messages.success(request, "Returned. The hub is told, and settles who takes it.")
            return redirect(back)
    context = {"pack": pack, "form": form, "back": back}
    return render(request, "casework/return_pack.html", context, status=400 if form.errors else 200)


@takes_text
@requires(*RECORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, case_id: uuid.UUID, return_id: uuid.UUID) -> HttpResponse:
    """Say what became of a pack that came back."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    found = queries.returns_of(request.user, case, at=at).filter(pk=return_id).first()
    if found is None or not queries.may_settle(request.user, case, at=at):
        deny(request, Permission.TAKE_CASE, subject=case)
    back = reverse("casework:case_since", args=[case.pk])
    if found.settled_at is not None:
        messages.warning(request, "This return was settled already. Below is what became of it.")
        return redirect(f"{back}#returned")
    form = SettleForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.settle(returned=found, by=request.user, at=at, **form.cleaned_data)
        except actions.NotWholeError as refused:
            form.refuse(refused.faults)
        except actions.ReturnedError:
            messages.warning(request, "Somebody else settled this return first. Below is what became of it.")
            return redirect(f"{back}#returned")
        else:
            messages.success(request, "Settled, and on record.")
            return redirect(f"{back}#returned")
    context = {"case": case, "form": form, "each": return_words(found, at), "back": back}
    return render(request, "casework/settle_return.html", context, status=400 if form.errors else 200)
