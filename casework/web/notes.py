"""The notes of a case and what was written to its referrer: shown together, written on one page."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.models import Agency
from accounts.permissions import Permission
from casework.actions import notes as actions
from casework.actions import reading
from casework.models import Note
from casework.queries import notes as queries
from casework.web.forms import posted
from casework.web.loading import case_or_404
from casework.web.note_forms import REFERRER, NoteForm
from casework.web.words import clock_words
from referrals.actions.correspondence import MessageRefusedError
from referrals.documents import break_addresses
from referrals.documents.characters import printable
from referrals.facts import local_date
from referrals.models import Message, Pack, Referral
from referrals.web.loading import takes_text


@takes_text
@requires(Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show every note that this person reads; let those who work on the case write a further one."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    unit = queries.writing_unit(request.user, case, at=at)
    found = list(queries.notes_of(request.user, case, at=at))
    wanted = request.POST.get("corrects") or request.GET.get("corrects") or ""
    corrects = next((note for note in found if str(note.pk) == wanted), None)
    form = _form(request, case, unit, at=at) if unit is not None else None
    token = request.POST.get("token", "")
    if request.method == "POST":
        if form is None:
            deny(request, Permission.PROPOSE_LEVEL, subject=case)
        done = _written(request, case, form, form_token(token), corrects, at=at)
        if done:
            messages.success(request, done)
            return redirect("casework:notes", case_id=case.pk)
    else:
        reading.read_case(referral=case, by=request.user, at=at)
    context = {
        "case": case, "form": form, "corrects": note_row(corrects, at) if corrects is not None else None,
        "token": token or uuid.uuid4(), **said(request.user, case, at=at),
    }  # fmt: skip
    return render(request, "casework/notes.html", context, status=400 if form is not None and form.errors else 200)


def _form(request: HttpRequest, case: Referral, unit: Agency, *, at: datetime) -> NoteForm:
    is_outward = queries.writing_unit(request.user, case, at=at, outward=True) is not None
    partners = queries.partners_of(case, but=unit) if is_outward else []
    return NoteForm(partners, posted(request), is_outward=is_outward)


def _written(
    request: HttpRequest, case: Referral, form: NoteForm, token: uuid.UUID, corrects: Note | None, *, at: datetime
) -> str:
    """Write what was posted; return what to say of it, or nothing where the form says what to mend."""
    pictures = getattr(request, "image_refused_fields", ())
    form.refuse_pictures(pictures)
    if not form.is_valid() or pictures:
        return ""
    given = form.cleaned_data
    try:
        if given["audience"] == REFERRER:
            actions.write_to_referrer(case=case, text=given["text"], token=token, by=request.user, at=at)
            return "Sent to the referrer, who is told that there is something to read."
        actions.write(
            case=case, audience=given["audience"], text=given["text"], recipients=given.get("recipients", []),
            corrects=corrects, token=token, by=request.user, at=at,
        )  # fmt: skip
    except (actions.NoteRefusedError, MessageRefusedError) as refused:
        form.refuse(refused.faults)
        return ""
    return "The note is on the case."


def said(user: Any, case: Referral, *, at: datetime) -> dict[str, Any]:
    """Return the notes and messages of a case as its pages show them."""
    return {
        "notes": [note_row(note, at) for note in queries.notes_of(user, case, at=at)],
        "letters": [_letter(message, at) for message in queries.messages_to_referrer(user, case, at=at)],
        "may_write": queries.writing_unit(user, case, at=at) is not None,
        "may_ask": queries.writing_unit(user, case, at=at, outward=True) is not None,
    }


def notes_beside(pack: Pack, at: datetime) -> list[dict[str, Any]]:
    """Return the notes that the agency of a pack reads beside it."""
    return [note_row(note, at) | {"audience": ""} for note in queries.notes_beside(pack)]


def note_row(note: Note, at: datetime) -> dict[str, Any]:
    """Return one note as a page shows it."""
    to = [each.agency.name for each in note.recipients.all()]
    corrected = note.corrects
    return {
        "note": note,
        "text": break_addresses(printable(note.text)),
        "by": f"{note.written_by.full_name}, {note.agency.name}",
        "at": clock_words(note.written_at, at),
        "audience": f"The hub and {', '.join(to)}" if to else "The hub only",
        "corrects": f"Corrects the note of {clock_words(corrected.written_at, at)}" if corrected is not None else "",
    }


def _letter(message: Message, at: datetime) -> dict[str, Any]:
    answers = [
        {"text": break_addresses(printable(each.text)), "by": each.added_by.full_name,
         "at": clock_words(each.added_at, at)}
        for each in message.answers.all()
    ]  # fmt: skip
    is_open = message.is_question and not answers
    day = message.answer_by
    return {
        "message": message,
        "text": break_addresses(printable(message.text)),
        "by": f"{message.sent_by.full_name}, {message.agency.name}",
        "at": clock_words(message.sent_at, at),
        "answers": answers,
        "is_open": is_open,
        "is_late": is_open and day is not None and day < local_date(at),
        "answer_by": f"{day:%A} {day.day} {day:%B}" if day is not None else "",
    }


def form_token(text: str) -> uuid.UUID:
    """Return the token that a form was sent with; a new one where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
