"""Starting a referral, and the list of one's own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.permissions import Permission
from accounts.queries import organisations_where
from procedures.engine.edition import Edition
from referrals import facts, queries
from referrals.actions import drafts, follow_up
from referrals.models import DRAFT_LIFE, Referral
from referrals.notifications import unseen_notices
from referrals.web.addresses import first_open_address

CONCERN_QUESTION = "Q-SAF-6"
MOST_LISTED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.START_REFERRAL)
def start(request: HttpRequest) -> HttpResponse:
    """Before you start; the POST starts a draft in the setting chosen."""
    at = timezone.now()
    settings = list(organisations_where(request.user, Permission.START_REFERRAL, at=at).order_by("name"))
    error = ""
    if request.method == "POST":
        chosen = request.POST.get("setting", "")
        setting = next((each for each in settings if str(each.pk) == chosen), None)
        if len(settings) == 1:
            setting = settings[0]
        if setting is not None or not settings:
            referral = drafts.start(by=request.user, at=at, organisation=setting)
            return redirect(first_open_address(referral, facts.form_edition(referral)))
        error = "Select the setting that you refer for"
    waiting = queries.own_referrals(request.user, at=at).filter(status=Referral.Status.DRAFT).count()
    context = {"settings": settings, "error": error, "waiting": waiting, "draft_days": DRAFT_LIFE.days}
    return render(request, "referrals/start.html", context, status=400 if error else 200)


@require_safe
@requires(Permission.READ_OWN_REFERRALS)
def mine(request: HttpRequest) -> HttpResponse:
    """Own drafts and sent referrals, and those of the settings this person leads. No child's name stands here."""
    at = timezone.now()
    own = queries.own_referrals(request.user, at=at).defer(None)[:MOST_LISTED]
    led = queries.setting_referrals(request.user, at=at).defer(None)[:MOST_LISTED]
    context = {
        "drafts": [_row(each) for each in own if each.is_draft],
        "sent": [_row(each) for each in own if each.is_sent],
        "ended": [_row(each) for each in own if not each.is_draft and not each.is_sent],
        "led": [_row(each) for each in led if each.is_draft or each.is_sent],
        "notices": unseen_notices(request.user, at=at).select_related("referral"),
    }
    return render(request, "referrals/mine.html", context)


@require_POST
@requires(Permission.USE_PORTAL)
def notice_seen(request: HttpRequest, pk: Any) -> HttpResponse:
    """Put a notice away, and go back to the page that it was put away on."""
    at = timezone.now()
    notice = get_object_or_404(unseen_notices(request.user, at=at), pk=pk)
    follow_up.mark_seen(notice=notice, by=request.user, at=at)
    return redirect("casework:tasks" if request.POST.get("on") == "tasks" else "referrals:mine")


def _row(referral: Referral) -> dict[str, Any]:
    return {"referral": referral, "concern": concern_words(referral)}


def concern_words(referral: Referral) -> str:
    """Return what a referral is about in the words of the form, naming nobody."""
    if not referral.answers:
        return "Content removed"
    chosen = referral.answers.get("case", {}).get(CONCERN_QUESTION, {}).get("chosen", [])
    labels = _labels(facts.form_edition(referral))
    return ", ".join(labels.get(each, each) for each in chosen) or "Not said yet"


def _labels(edition: Edition) -> dict[str, str]:
    question = edition.questions.get(CONCERN_QUESTION)
    return {option.value: option.label for option in question.options} if question else {}
