"""After sending: the receipt with what happens next, packs, the checklist, the record copy, adding detail."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import check_recent_proof
from audit.record import record_alone
from procedures.engine.facts import kept_facts
from referrals import facts, permissions, queries, summary
from referrals.actions import advice, follow_up
from referrals.actions.correspondence import STANDARD_HOW_TO_CHALLENGE
from referrals.actions.follow_up import StepRefusedError
from referrals.clock_words import clock_title
from referrals.documents import PackRenderError, break_addresses, record_copy_text, render_record_copy
from referrals.family_words import family_statement
from referrals.models import Referral, Route
from referrals.record_copies import record_copy_of
from referrals.text import TextRefusedError
from referrals.web.calls import call_sheet
from referrals.web.check import answer_row
from referrals.web.forms.fields import NO_PICTURE
from referrals.web.going import calls_first, goings, numbers_shown, own_reports, to_find_out
from referrals.web.loading import on_sent, takes_text
from referrals.web.questions import messages_of

RECEIVED = "K-02"
"""The clock that ends when the owning hub takes the case (Z-19c)."""

NOT_THE_REFERRERS = ("withheld_reason", "sent_by")
"""What of a reply is for the hub's record alone."""

_PACK_TAG = {"waiting": "grey", "rendering": "blue", "ready": "green", "failed": "orange"}
_ROUTE_WORDS = {
    Route.State.ADVICE: "Shown to them for advice, no pack",
    Route.State.TO_FIND: "The hub finds who receives it",
    Route.State.HELD: "Held for the conflict officer",
    Route.State.IN_PERSON: "You tell them in person",
}
_NOT_MADE = "The PDF could not be made just now. Use the plain text copy, or try again in a few minutes."


@require_safe
def _sent(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Show the receipt. That its advice was shown, and with which numbers, is on record before."""
    context = _context(referral, at=at) | {"add_token": uuid.uuid4()}
    advice.record_shown(referral=referral, numbers=numbers_shown(context["calls"]), by=request.user, at=at)
    context["may_disagree"] = permissions.may_disagree(request.user, referral, at=at)
    return render(request, "referrals/sent.html", context)


sent = on_sent(_sent)


@require_safe
def _printed(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Show everything on one page, for paper."""
    return render(request, "referrals/print.html", _context(referral, at=at) | {"sections": _answers(referral)})


printed = on_sent(_printed)


@require_safe
def _packs(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Show how far each pack is; a script asks for this page again while one waits."""
    context = {"referral": referral, "packs": pack_rows(referral), "at": at}
    template = "_packs.html" if request.headers.get("X-Requested-With") == "fetch" else "packs.html"
    return render(request, f"referrals/{template}", context)


packs = on_sent(_packs)


def _context(referral: Referral, *, at: datetime) -> dict[str, Any]:
    routing = queries.sent_routing(referral)
    assert routing is not None  # noqa: S101  a sent referral has one
    said = kept_facts(routing.facts)
    found = goings(routing.result, at=at)
    edition, sheet = facts.form_edition(referral), facts.sheet_of(referral)
    steps = list(referral.checklist_steps.all())
    return {
        "referral": referral,
        "goings": found,
        "calls": calls_first(found),
        "call_sheet": call_sheet(edition, sheet, names_nobody=referral.is_about_staff),
        "is_about_staff": referral.is_about_staff,
        "own_reports": own_reports(routing.result),
        "find_out": to_find_out(routing.result),
        "family": family_statement(said),
        "clocks": _clocks(referral),
        "steps": _steps(referral),
        "replies": list(referral.replies.select_related("agency").defer(*NOT_THE_REFERRERS)),
        "disagreements": _disagreements(referral, at=at),
        "letters": messages_of(referral, at=at),
        "challenge": STANDARD_HOW_TO_CHALLENGE,
        "packs": pack_rows(referral),
        "do_now": [step for step in steps if not step.is_never],
        "never": [step for step in steps if step.is_never],
        "additions": _additions(referral),
        "not_asked": _not_asked(referral) if referral.is_quick else [],
        "at": at,
    }


def _disagreements(referral: Referral, *, at: datetime) -> list[dict[str, Any]]:
    found = queries.own_disagreements(referral).prefetch_related("stages")
    with_stages = [(each, next(stage for stage in each.stages.all() if stage.number == each.stage)) for each in found]
    return [
        {"disagreement": each, "stage": stage, "is_late": each.is_open and stage.is_late(at=at)}
        for each, stage in with_stages
    ]


def _additions(referral: Referral) -> list[dict[str, Any]]:
    return [{"at": each.added_at, "text": break_addresses(each.in_full)} for each in referral.additions.all()]


def _steps(referral: Referral) -> list[dict[str, Any]]:
    """Return how far the referral is, in the words and with the times that a referrer may know."""
    # Of whichever hub owned it then: a case that was transferred was received before it was.
    received = referral.clocks.filter(kind=RECEIVED, ended_at__isnull=False, agency__isnull=False)
    first = received.select_related("agency").defer(*queries.HUBS_OF_A_CLOCK).order_by("ended_at").first()
    steps = [{"text": "Sent", "at": referral.sent_at}]
    if first is not None and first.agency is not None:
        steps.append({"text": f"Received by {first.agency.name}", "at": first.ended_at})
    steps += [{"text": each.get_kind_display(), "at": each.reached_at} for each in referral.milestones.all()]
    steps += [{"text": "Reply sent to you", "at": each.sent_at} for each in referral.replies.defer(*NOT_THE_REFERRERS)]
    return sorted(steps, key=lambda step: step["at"])


def _clocks(referral: Referral) -> list[dict[str, Any]]:
    """Return what happens next and by when, as the referrer may know it: the clocks of the owning hub (Z-24)."""
    clocks = queries.owners_clocks(referral)
    return [{"title": clock_title(referral, clock.kind, clock.recipient), "clock": clock} for clock in clocks]


def pack_rows(referral: Referral) -> list[dict[str, Any]]:
    """Return each destination with the state of its pack."""
    current = {pack.route_id: pack for pack in referral.packs.filter(is_current=True).defer("snapshot")}
    rows: list[dict[str, Any]] = []
    for route in referral.routes.filter(routing__sequence=1).select_related("agency"):
        pack = current.get(route.pk)
        name = route.agency.name if route.agency else "To be found"
        if pack is None:
            rows.append({"name": name, "state": _ROUTE_WORDS.get(Route.State(route.state), ""), "colour": ""})
            continue
        rows.append(
            {
                "name": name,
                "state": pack.get_state_display(),
                "colour": _PACK_TAG[pack.state],
                "is_waiting": not pack.is_ready,
                "acknowledged_at": pack.acknowledged_at,
            }
        )
    return rows


def _not_asked(referral: Referral) -> list[str]:
    """Return what was not asked when it was sent at once (Z-20)."""
    found = summary.summarise(facts.form_edition(referral), facts.sheet_of(referral))
    return list(dict.fromkeys(row.label for section in found for row in section.rows if row.state == summary.NOT_ASKED))


def _answers(referral: Referral) -> list[dict[str, Any]]:
    found = summary.summarise(facts.form_edition(referral), facts.sheet_of(referral))
    return [
        {"title": section.title, "of": section.of, "rows": [answer_row(row) for row in section.rows]}
        for section in found
    ]


@require_POST
def _tick(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Tick a step off, or take the tick back."""
    act = follow_up.untick if request.POST.get("tick") == "no" else follow_up.tick
    try:
        act(referral=referral, code=request.POST.get("code", ""), by=request.user, at=at)
    except StepRefusedError as error:
        messages.warning(request, str(error))
    return redirect(f"{reverse('referrals:sent', kwargs={'pk': referral.pk})}#checklist")


tick = on_sent(_tick)


@takes_text
@require_http_methods(["GET", "HEAD", "POST"])
def _add(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Add detail to what was sent; the same form twice adds once."""
    text, names, token, error = "", "", uuid.uuid4(), ""
    if request.method == "POST":
        text, names = request.POST.get("text", ""), request.POST.get("names", "")
        token = _token(request.POST.get("token", ""), token)
        error = NO_PICTURE if {"text", "names"} & set(getattr(request, "image_refused_fields", ())) else ""
        if not error:
            try:
                follow_up.add_detail(referral=referral, text=text, names=names, token=token, by=request.user, at=at)
                messages.success(request, "What you added was sent to the hub.")
                return redirect("referrals:sent", pk=referral.pk)
            except TextRefusedError as refused:
                error = str(refused)
    context = {
        "referral": referral,
        "text": text,
        "names": names,
        "token": token,
        "error": error,
        "additions": _additions(referral),
        "not_asked": _not_asked(referral) if referral.is_quick else [],
        "back_href": reverse("referrals:sent", kwargs={"pk": referral.pk}),
    }
    return render(request, "referrals/add_detail.html", context)


add_detail = on_sent(_add)


@require_safe
def _copy_text(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Give the record copy as plain text. The file's name says nothing of the case."""
    _check_takes_own(request, referral)
    body = record_copy_text(record_copy_of(referral, at=at))
    return _download(request, referral, body.encode(), "text/plain; charset=utf-8", "record-copy.txt", at=at)


copy_text = on_sent(_copy_text)


@require_safe
def _copy_pdf(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Give the record copy as a PDF, made in the limited child process as packs are."""
    _check_takes_own(request, referral)
    try:
        body = render_record_copy(record_copy_of(referral, at=at))
    except PackRenderError:
        messages.warning(request, _NOT_MADE)
        return redirect("referrals:sent", pk=referral.pk)
    return _download(request, referral, body, "application/pdf", "record-copy.pdf", at=at)


copy_pdf = on_sent(_copy_pdf)


def _check_takes_own(request: HttpRequest, referral: Referral) -> None:
    """What somebody wrote themselves they take along freely; to take along another's is an export (roles 7.2)."""
    if referral.author_id != request.user.pk:
        check_recent_proof(request, back=reverse("referrals:sent", kwargs={"pk": referral.pk}))


def _download(
    request: HttpRequest, referral: Referral, body: bytes, kind: str, name: str, *, at: datetime
) -> HttpResponse:
    permissions.check(permissions.may_follow_up(request.user, referral, at=at))
    record_alone(event="record_copy.downloaded", by=request.user, at=at, subject=referral, detail={"file": name})
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _token(text: str, otherwise: uuid.UUID) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return otherwise
