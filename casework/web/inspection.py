"""What an inspector will ask: one page that shows it, and one on which what nothing else records is added."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework.actions import inspecting as actions
from casework.actions import reading
from casework.inspection import HOLD_OFF, HOLD_ON, INCIDENT, KINDS, SEEN_CHOICES, Kind
from casework.models import ChildCase
from casework.models.inspection import LONGEST_WORDS
from casework.queries import inspection as queries
from casework.queries.cases import recording_unit
from casework.web.children import child_label
from casework.web.forms import CaseForm, day_field, line_field, posted, radio_field, text_field
from casework.web.inspection_words import inspection_shown
from casework.web.loading import case_or_404
from referrals.models import Referral
from referrals.web.loading import takes_text

_READERS = (Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, Permission.READ_ASSIGNED_CASES)


class EntryForm(CaseForm):
    """One entry, with what its kind asks."""

    limits: ClassVar[Mapping[str, int]] = {"words": LONGEST_WORDS}

    child = radio_field("Which child?", ())
    seen = radio_field("Was the child seen?", SEEN_CHOICES)
    happened_on = day_field("On which day?")
    who = line_field("Who")
    words = text_field("What")

    def __init__(self, kind: Kind, children: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["child"].choices = children  # type: ignore[attr-defined]
        self.fields["who"].label, self.fields["words"].label = kind.who, kind.words
        self.fields["happened_on"].label = kind.day
        # Of one child alone nobody is asked which one.
        for name, is_asked in (
            ("child", kind.of_child and len(children) > 1),
            ("seen", kind.asks_seen),
            ("who", bool(kind.who)),
        ):
            if not is_asked:
                del self.fields[name]
        if not kind.words_needed:
            self.fields["words"].help_text = "Leave it empty if nothing is known."
        self.draw()


@requires(*_READERS)
@require_safe
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show what an inspector will ask of a case. The reading is on record before anything is shown."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    reading.read_case(referral=case, by=request.user, at=at)
    shown = inspection_shown(request.user, case, at=at)
    needless = HOLD_ON if shown["is_held"] else HOLD_OFF
    kinds = [kind for kind in KINDS.values() if queries.may_record(request.user, case, kind, at=at)]
    context = {
        "case": case,
        **shown,
        "kinds": [kind for kind in kinds if kind.code != needless],
        "mends": {kind.code for kind in kinds},
        "may_record_call": recording_unit(request.user, case, at=at) is not None,
    }
    return render(request, "casework/inspection.html", context)


@takes_text
@requires(*_READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, case_id: uuid.UUID, kind: str) -> HttpResponse:
    """Add an entry; what stands is never changed."""
    at = timezone.now()
    case = _case(request, case_id, at=at)
    what = KINDS.get(kind)
    if what is None or not queries.may_record(request.user, case, what, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    children = ChildCase.objects.filter(referral=case).order_by("number", "pk")
    rows = {str(child.pk): child for child in children}
    form = EntryForm(what, [(pk, child_label(case, child)) for pk, child in rows.items()], posted(request))
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            only = next(iter(rows)) if len(rows) == 1 else ""
            child = rows.get(form.cleaned_data.get("child") or only)
            try:
                actions.record(
                    case=case, kind=kind, child=child, given=form.cleaned_data,
                    with_hold=request.POST.get("hold") == "yes", by=request.user, at=at,
                )  # fmt: skip
            except actions.EntryRefusedError as refused:
                form.refuse(_by_field(refused.faults, form))
            else:
                messages.success(request, "Recorded. What stands is never changed; a further entry corrects it.")
                return redirect("casework:inspection", case_id=case.pk)
    may_hold = kind == INCIDENT and not queries.is_held(case)
    context = {"case": case, "kind": what, "form": form, "may_hold": may_hold}
    return render(request, "casework/inspection_entry.html", context, status=400 if form.errors else 200)


def _by_field(faults: Mapping[str, str], form: EntryForm) -> dict[str, str]:
    """Return the faults by the fields that were asked; that no child is known yet is a fault of the whole."""
    found = dict(faults)
    if "child" in found and "child" not in form.fields:
        found.pop("child")
        found[""] = "Nobody has taken this case yet. Take it first: then its children can be told apart."
    return found


def _case(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> Referral:
    case = case_or_404(request, case_id, at=at)
    if not queries.may_see(request.user, case, at=at):
        deny(request, Permission.READ_HUB_CASES, subject=case)
    return case
