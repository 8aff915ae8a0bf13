"""The page on which a case is transferred, and on which the other side accepts or rejects it."""

import uuid
from datetime import datetime
from typing import Any

from crispy_forms_gds.layout import Layout
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.models import Agency
from accounts.permissions import Permission
from casework.actions import reading
from casework.actions import transferring as actions
from casework.models import Transfer
from casework.permissions import NotPermittedError
from casework.queries import transfers as queries
from casework.web.forms import CaseForm, posted, text_field
from casework.web.loading import case_or_404
from casework.web.words import clock_words
from referrals.models import Referral
from referrals.web.loading import takes_text

OUTSIDE = "outside"
ACCEPT, REJECT, WITHDRAW = "accept", "reject", "withdraw"
_DONE = {
    ACCEPT: "Accepted, and on record.",
    REJECT: "Rejected. The sender is told, and stays the owner.",
    WITHDRAW: "Withdrawn. The case stays where it is.",
}


class TransferForm(CaseForm):
    """To which hub or council, and why."""

    to_unit = forms.ChoiceField(label="Where does the case go?", widget=forms.RadioSelect)
    to_council = forms.CharField(
        label="If it is a council outside the portal: which one?", widget=forms.TextInput({"autocomplete": "off"})
    )
    reason = text_field("Why does it go there?", "They read this, and an inspector may.")

    def __init__(self, hubs: list[Agency], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.unit, each.name) for each in hubs]
        self.fields["to_unit"].choices = [*choices, (OUTSIDE, "A council outside the portal")]  # type: ignore[attr-defined]
        self.helper.layout = Layout(
            *(name if name == "to_council" else self._drawn(name, field) for name, field in self.fields.items())
        )


class AnswerForm(CaseForm):
    """What is said with an answer to a transfer."""

    answer = text_field("Why?")

    def __init__(self, label: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = label


@takes_text
@requires(Permission.TAKE_CASE, Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Send a case to another area; or answer or withdraw the transfer that waits."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    waiting = queries.waiting_transfer(case)
    may_send = queries.may_transfer(request.user, case, at=at)
    may_answer = waiting is not None and queries.may_answer(request.user, waiting, at=at)
    if not (may_send or may_answer):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    if request.method != "POST":
        reading.read_case(referral=case, by=request.user, at=at)
    is_outside = waiting is not None and waiting.to_unit is None
    form: CaseForm
    if waiting is None:
        form = TransferForm(queries.hubs_to_choose(case), posted(request))
    else:
        label = "Who there received it, and how do you know? Or why is it rejected or withdrawn?"
        form = AnswerForm(label if is_outside else "If you reject or withdraw it: why?", posted(request))
    if request.method == "POST" and _is_whole(request, form):
        done = _done(request, case, waiting, form, at=at)
        if done is not None:
            return done
    context = {
        "case": case, "form": form, "waiting": transfer_row(waiting, at) if waiting is not None else None,
        "may_answer": may_answer, "may_withdraw": may_send, "is_outside": is_outside,
    }  # fmt: skip
    return render(request, "casework/transfer.html", context, status=400 if form.errors else 200)


def _done(
    request: HttpRequest, case: Referral, waiting: Transfer | None, form: CaseForm, *, at: datetime
) -> HttpResponse | None:
    """Do what was posted; None where the form says what to mend."""
    given, act = form.cleaned_data, request.POST.get("act", "")
    try:
        if waiting is None:
            unit = given["to_unit"]
            actions.send(
                case=case, to_unit=unit, to_council=given["to_council"] if unit == OUTSIDE else "",
                reason=given["reason"], by=request.user, at=at,
            )  # fmt: skip
            messages.success(request, "Sent. Until it is accepted, the case stays yours and its clocks run on.")
        elif act == ACCEPT:
            actions.accept(transfer=waiting, received_by=given["answer"], by=request.user, at=at)
        elif act == REJECT:
            actions.reject(transfer=waiting, reason=given["answer"], by=request.user, at=at)
        elif act == WITHDRAW:
            actions.withdraw(transfer=waiting, reason=given["answer"], by=request.user, at=at)
        else:
            form.refuse({"answer": "Choose what to do with this transfer"})
            return None
    except actions.TransferRefusedError as refused:
        form.refuse(refused.faults)
        return None
    except actions.TransferSettledError as settled:
        messages.warning(request, str(settled))
    except NotPermittedError:
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    else:
        if waiting is not None:
            messages.success(request, _DONE[act])
    return redirect("casework:case", case_id=case.pk)


def transfers_shown(user: Any, case: Referral, *, at: datetime) -> dict[str, Any]:
    """Return what the case page shows of its transfers."""
    rows = list(queries.transfers_of(case))
    waiting = next((row for row in rows if row.is_waiting), None)
    return {
        "transfers": [transfer_row(row, at) for row in rows],
        "may_transfer": queries.may_transfer(user, case, at=at),
        "may_answer_transfer": waiting is not None and queries.may_answer(user, waiting, at=at),
    }


def transfer_row(row: Transfer, at: datetime) -> dict[str, Any]:
    """Return one transfer as a page shows it."""
    return {
        "transfer": row,
        "sent": f"{row.sent_by.full_name}, {row.from_unit.name}, {clock_words(row.sent_at, at)}",
        "settled": f"{row.settled_by.full_name}, {clock_words(row.settled_at, at)}"
        if row.settled_by is not None and row.settled_at is not None
        else "",
    }


def _is_whole(request: HttpRequest, form: CaseForm) -> bool:
    pictures = getattr(request, "image_refused_fields", ())
    form.refuse_pictures(pictures)
    return form.is_valid() and not pictures
