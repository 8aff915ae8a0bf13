"""The hub's questions to a referrer, and the page on which they are answered."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from referrals.actions import correspondence
from referrals.documents import break_addresses
from referrals.facts import local_date
from referrals.models import Message, Referral
from referrals.text import TextRefusedError
from referrals.web.forms.fields import NO_PICTURE
from referrals.web.loading import on_sent, takes_text

NOT_THE_REFERRERS = ("sent_by", "token")
"""What of a message is for the hub's record alone."""


@takes_text
@require_http_methods(["GET", "HEAD", "POST"])
def _answer(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Show what the hub asks, and keep an answer to one question; what was typed stays after a fault."""
    rows = messages_of(referral, at=at)
    open_rows = [row for row in rows if row["is_open"]]
    if request.method == "POST":
        row = next((each for each in open_rows if str(each["message"].pk) == request.POST.get("question")), None)
        if row is None:
            messages.warning(request, "This question was answered already. To say more, add detail.")
            return redirect("referrals:sent", pk=referral.pk)
        text = request.POST.get("text", "")
        error = NO_PICTURE if "text" in getattr(request, "image_refused_fields", ()) else ""
        if not error:
            try:
                correspondence.answer(question=row["message"], text=text, token=_token(request), by=request.user, at=at)
                messages.success(request, "Your answer was sent to the hub.")
                return redirect("referrals:sent", pk=referral.pk)
            except TextRefusedError as refused:
                error = str(refused)
        row |= {"text": text, "error": error}
    errors = [{"text": row["error"], "href": f"#answer-{row['message'].number}"} for row in open_rows if row["error"]]
    context = {"referral": referral, "questions": open_rows, "errors": errors, "token": uuid.uuid4()}
    return render(request, "referrals/questions.html", context)


answer = on_sent(_answer)


def messages_of(referral: Referral, *, at: datetime) -> list[dict[str, Any]]:
    """Return what the hub wrote to the referrer, in the order in which it came, with what was answered."""
    found = referral.messages.select_related("agency").defer(*NOT_THE_REFERRERS).prefetch_related("answers")
    return [_row(message, at) for message in found]


def _row(message: Message, at: datetime) -> dict[str, Any]:
    answers = [{"at": each.added_at, "text": break_addresses(each.text)} for each in message.answers.all()]
    is_open = message.is_question and not answers
    return {
        "message": message,
        "words": break_addresses(message.text),
        "answers": answers,
        "is_open": is_open,
        "is_late": is_open and message.answer_by is not None and message.answer_by < local_date(at),
        "text": "",
        "error": "",
    }


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid.uuid4()
