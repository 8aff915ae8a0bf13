"""Giving one case to a colleague: assigned by a manager, or handed over by whoever has it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.models import Agency, User
from accounts.permissions import Permission
from casework import permissions
from casework.actions import assigning
from casework.actions.taking import AlreadyTakenError
from casework.models import Taking
from casework.models.taking import LONGEST_REASON
from casework.queries.cases import get_taking, unit_of
from casework.queries.queue import HAVING, colleagues
from casework.web.forms import CaseForm, posted, radio_field, text_field
from casework.web.loading import back_to_case, case_or_404
from referrals.models import Referral
from referrals.text import TextRefusedError
from referrals.web.loading import takes_text

GIVERS = (Permission.TAKE_CASE, Permission.WORK_OUT_OF_HOURS, Permission.DECIDE_THRESHOLD, Permission.OVERSEE_WORKLOAD)


class GiveForm(CaseForm):
    """To whom, and what they need to know."""

    limits: ClassVar[Mapping[str, int]] = {"note": LONGEST_REASON}

    to = radio_field("Who should have it?", ())
    note = text_field("What do they need to know?", "They read it on the case; an inspector may.")

    def __init__(self, people: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(each.pk), _words(each)) for each in people]  # type: ignore[attr-defined]
        self.people = {str(each.pk): each for each in people}

    def chosen(self) -> User | None:
        """Return the colleague who was chosen; where none was, say so beside the field."""
        person = self.people.get(self.cleaned_data.get("to") or "")
        if person is None:
            self.refuse({"to": "Choose a colleague"})
        return person


def _words(person: User) -> str:
    return f"{person.full_name}, {person.job_title}" if person.job_title else person.full_name


@takes_text
@requires(*GIVERS, Permission.READ_ASSIGNED_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Choose a colleague for a case, with a note for them."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    unit = unit_of(request.user, case, at=at)
    taking = get_taking(case, unit) if unit is not None else None
    if unit is None or not may_give(request.user, unit, taking, at=at):
        deny(request, Permission.TAKE_CASE, subject=case)
    has_it = taking.taken_by_id if taking is not None else None
    may = HAVING if taking is not None else (Permission.TAKE_CASE,)
    form = GiveForm([each for each in colleagues([unit], may=may, at=at) if each.pk != has_it], posted(request))
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        person = form.chosen() if form.is_valid() and not pictures else None
        if person is not None:
            try:
                _give(case, taking, person, form.cleaned_data["note"], by=request.user, at=at)
            except TextRefusedError as refused:
                form.refuse({"note": str(refused)})
            except assigning.PersonRefusedError as refused:
                form.refuse({"to": str(refused)})
            except AlreadyTakenError:
                messages.warning(request, "The case changed hands while you had it open. Below is who has it.")
                return back_to_case(request, case.pk, at=at)
            else:
                words = (
                    "has this case now" if taking is not None else "is to take this case; its clocks run on until then"
                )
                messages.success(request, f"{person.full_name} {words}.")
                return back_to_case(request, case.pk, at=at)
    context = {"case": case, "form": form, "taking": taking}
    return render(request, "casework/give.html", context, status=400 if form.errors else 200)


def may_give(user: Any, unit: Agency, taking: Taking | None, *, at: datetime) -> bool:
    """Whether this person gives a case of a unit to somebody: a manager, or whoever has it."""
    has_it = taking is not None and permissions.may_release(user, taking, at=at)
    return has_it or permissions.may_assign(user, unit, at=at)


def _give(case: Referral, taking: Taking | None, person: User, note: str, *, by: Any, at: datetime) -> None:
    if taking is not None and taking.taken_by_id == by.pk:
        assigning.hand_over(taking=taking, to=person, note=note, by=by, at=at)
    else:
        assigning.assign(referral=case, to=person, note=note, by=by, at=at)
