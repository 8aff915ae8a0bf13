"""Advice given without a referral: the hub's list, one consultation, writing one down, making a referral of it."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import consultations as actions
from casework.actions import reading
from casework.models import Consultation
from casework.models.consultations import LONGEST_TEXT
from casework.queries import consultations as queries
from casework.queries import consultations_about as about
from casework.queries.cases import cases_of
from casework.web.forms import CaseForm, clock_field, day_field, line_field, posted, radio_field, text_field
from casework.web.words import LONDON, clock_words
from referrals import facts
from referrals.models import Referral
from referrals.permissions import NotPermittedError, hubs_taking_calls
from referrals.web.addresses import first_open_address
from referrals.web.calls_made import token_of
from referrals.web.loading import takes_text

PAGE_SIZE = 25
_NAMED = (("yes", "Yes, named"), ("no", "No, without names"))
_STATUS = {"draft": "being written", "sent": "sent", "withdrawn": "withdrawn before it was sent",
           "expired": "expired before it was sent"}  # fmt: skip


class ConsultationForm(CaseForm):
    """One consultation. `hubs`: for which it may be; only asked where there are several."""

    limits: ClassVar[Mapping[str, int]] = dict.fromkeys(("question", "advice", "next_step", "child"), LONGEST_TEXT)

    hub = radio_field("Which hub was asked?", ())
    asker_name = line_field("Who asked?", "Their name, or “did not say”.")
    asker_role = line_field("What do they do, or how do they know the child?")
    asker_setting = line_field("Where do they work?", "Leave empty if they do not ask from work.")
    asker_number = line_field("On which number can they be rung back?", "Leave empty if not known.")
    how = radio_field("How did they ask?", Consultation.How.choices)
    on = day_field("On which day?", "For example, 27 11 2026")
    clock = clock_field("At what time?")
    is_named = radio_field("Was the child or the family named?", _NAMED)
    child_name = line_field("What is the child’s name?", "As far as known. Leave empty if nobody was named.")
    child_birth = day_field(
        "When was the child born?", "For example, 31 5 2012. By name and date of birth the child is found again: leave "
        "empty if it is not known."
    )  # fmt: skip
    child = text_field("Who else was named, and where is the child at school?", "Leave empty if nothing was said.")
    question = text_field("What did they ask, and what are they worried about?", "Without names, if nobody was named.")
    advice = text_field("What were they told?")
    advised = radio_field("What were they advised?", Consultation.Advised.choices)
    next_step = text_field("What do they do now, by when, and what would change it?")
    correction_why = text_field("What was wrong in what was written?")

    def __init__(self, hubs: Any, *args: Any, is_correction: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(hubs) > 1 and not is_correction:
            self.fields["hub"].choices = [(str(hub.pk), hub.name) for hub in hubs]  # type: ignore[attr-defined]
        else:
            del self.fields["hub"]
        if not is_correction:
            del self.fields["correction_why"]
        self.draw()


@requires(Permission.RECORD_CONSULTATIONS)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show the consultations of this person's hubs, the newest first, naming no child. What was shown is recorded."""
    at = timezone.now()
    page = Paginator(queries.consultations_of(request.user, at=at), PAGE_SIZE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    reading.read_list(event="consultations.read", ids=[str(each.key) for each in found], by=request.user, at=at)
    became = queries.referrals_of([each.key for each in found])
    rows = [
        {"row": each, "at": clock_words(each.asked_at, at), "referral": became.get(each.key),
         "status": _STATUS[became[each.key].status] if each.key in became else ""}
        for each in found
    ]  # fmt: skip
    return render(request, "casework/consultations.html", {"rows": rows, "page": page})


@requires(Permission.RECORD_CONSULTATIONS)
@require_safe
def show(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show one consultation, and every earlier version of it."""
    at = timezone.now()
    found = _found(request, consultation_id, at=at)
    cases, others = about.cases_about(request.user, found, at=at), about.advice_like(request.user, found, at=at)
    shown = [*(str(each.case.pk) for each in cases), *(str(each.consultation.key) for each in others)]
    actions.read(consultation=found, shown=shown, by=request.user, at=at)
    referral = queries.referrals_of([found.key]).get(found.key)
    context = {
        "consultation": found,
        "said": said_words(found, at),
        "earlier": [said_words(row, at) for row in queries.rows_of(found)],
        "cases": [{"seen": each, "at": clock_words(each.case.sent_at or at, at)} for each in cases],
        "others": [{"seen": each, "at": clock_words(each.consultation.asked_at, at)} for each in others],
        "referral": referral,
        "status": _STATUS[referral.status] if referral else "",
        "href": _href(request.user, referral, at),
        "may_refer": not queries.is_referred(found.key)
        and hubs_taking_calls(request.user, at=at).filter(pk=found.agency_id).exists(),
    }
    return render(request, "casework/consultation.html", context)


def _href(user: Any, referral: Referral | None, at: datetime) -> str:
    """Return where this person may open what became of a consultation, or nothing."""
    if referral is None:
        return ""
    if cases_of(user, at=at).filter(pk=referral.pk).exists():
        return reverse("casework:case", args=[referral.pk])
    return reverse("referrals:task_list", args=[referral.pk]) if referral.author_id == user.pk else ""


@takes_text
@requires(Permission.RECORD_CONSULTATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Write a consultation down."""
    return _form(request, None, at=timezone.now())


@takes_text
@requires(Permission.RECORD_CONSULTATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Put a consultation right; what was written before stays."""
    at = timezone.now()
    return _form(request, _found(request, consultation_id, at=at), at=at)


@requires(Permission.RECORD_CONSULTATIONS)
@require_POST
def refer(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Start a referral with what is known, and lead into its questions."""
    at = timezone.now()
    found = _found(request, consultation_id, at=at)
    try:
        draft = actions.refer(consultation=found, by=request.user, at=at)
    except NotPermittedError:
        deny(request, Permission.RECORD_CONSULTATIONS, subject=found)
    except actions.ConsultationChangedError:
        messages.warning(request, "A referral of this was started already. Below is how far it is.")
        return redirect("casework:consultation", consultation_id=found.key)
    messages.success(request, "A referral is started with what is known. Go through its questions and send it.")
    return redirect(first_open_address(draft, facts.form_edition(draft)))


def _form(request: HttpRequest, corrects: Consultation | None, *, at: datetime) -> HttpResponse:
    hubs = [corrects.agency] if corrects else list(queries.units(request.user, at=at))
    if not hubs:
        deny(request, Permission.RECORD_CONSULTATIONS)
    initial = _initial(corrects) if corrects else {}
    form = ConsultationForm(hubs, posted(request), initial=initial, is_correction=corrects is not None)
    token, seen = token_of(request), request.POST.get("seen", str(corrects.sequence) if corrects else "")
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            chosen = form.cleaned_data.get("hub", "")
            hub = hubs[0] if len(hubs) == 1 else next((each for each in hubs if str(each.pk) == chosen), None)
            if corrects is not None and seen != str(corrects.sequence):
                return _quicker(request, corrects)
            if hub is None:
                form.refuse({"hub": "Choose the hub that was asked"})
            else:
                try:
                    row = actions.record(
                        agency=hub, given=form.cleaned_data, token=token, by=request.user, at=at, corrects=corrects
                    )
                except actions.ConsultationRefusedError as refused:
                    form.refuse(refused.faults)
                except actions.ConsultationChangedError:
                    return _quicker(request, corrects)
                else:
                    messages.success(request, "The consultation is on record.")
                    return redirect("casework:consultation", consultation_id=row.key)
    back = reverse("casework:consultation", args=[corrects.key]) if corrects else reverse("casework:consultations")
    takes_calls = hubs_taking_calls(request.user, at=at).exists()
    context = {
        "form": form,
        "token": token,
        "seen": seen,
        "corrects": corrects,
        "back": back,
        "takes_calls": takes_calls,
    }
    return render(request, "casework/consultation_form.html", context, status=400 if form.errors else 200)


def _quicker(request: HttpRequest, corrects: Consultation | None) -> HttpResponse:
    messages.warning(request, "Somebody else corrected this first. Nothing of yours was kept: below is how it stands.")
    if corrects is None:
        return redirect("casework:consultations")
    return redirect("casework:consultation", consultation_id=corrects.key)


def _initial(row: Consultation) -> dict[str, Any]:
    asked = row.asked_at.astimezone(LONDON)
    names = ("asker_name", "asker_role", "asker_setting", "asker_number", "how", "child_name", "child", "question",
             "advice", "advised", "next_step")  # fmt: skip
    said = {name: getattr(row, name) for name in names}
    born = date.fromisoformat(row.child_birth) if row.child_birth else None
    moment = {"on": asked.date(), "clock": f"{asked:%H:%M}", "child_birth": born}
    return said | moment | {"is_named": "yes" if row.is_named else "no"}


def said_words(row: Consultation, at: datetime) -> dict[str, Any]:
    """Return one version of a consultation as its page prints it."""
    asker = ", ".join(part for part in (row.asker_name, row.asker_role, row.asker_setting, row.asker_number) if part)
    lines = [
        ("Asked by", asker),
        ("When and how", f"{clock_words(row.asked_at, at)}, {row.get_how_display().lower()}"),
        ("About whom", queries.about_words(row) if row.is_named else "Nobody was named"),
        ("What they asked", row.question),
        ("What they were told", row.advice),
        ("Advised", row.get_advised_display()),
        ("What comes next", row.next_step),
        ("Corrected", row.correction_why),
    ]
    return {
        "lines": [{"label": label, "text": text} for label, text in lines if text],
        "by": row.recorded_by.full_name,
        "at": clock_words(row.recorded_at, at),
    }


def _found(request: HttpRequest, key: uuid.UUID, *, at: datetime) -> Consultation:
    found = queries.get_consultation(request.user, key, at=at)
    if found is None:
        known = Consultation.objects.filter(key=key).only("pk").first()
        deny(request, Permission.RECORD_CONSULTATIONS, subject=known)
    return found
