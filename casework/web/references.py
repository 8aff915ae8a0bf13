"""The numbers under which others know a case, and handing a child over to the council's system."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import permissions, states
from casework.actions import handing_over
from casework.actions import references as actions
from casework.actions.moving import ChildChangedError
from casework.models import CaseReference, ChildCase
from casework.queries import references as queries
from casework.queries.cases import recording_unit
from casework.queries.children import children_of
from casework.web.calls import RECORDERS
from casework.web.children import child_label, child_or_404
from casework.web.forms import CaseForm, line_field, posted, text_field
from casework.web.loading import case_or_404
from casework.web.words import clock_words
from referrals.models import Referral
from referrals.text import TextRefusedError
from referrals.web.loading import takes_text

Kind = CaseReference.Kind
OF_THE_CASE = (Kind.POLICE_INCIDENT, Kind.POLICE_CRIME)


def references_shown(user: Any, case: Referral, *, at: datetime) -> dict[str, Any]:
    """Return the numbers as the case page shows them: what counts, and what stood there before."""
    children = {child.pk: child_label(case, child) for child in children_of(user, case, at=at)}
    found: dict[tuple[str, Any], list[CaseReference]] = {}
    for row in queries.references_of(user, case, at=at):
        found.setdefault((row.kind, row.child_id), []).append(row)
    rows = [
        {
            "label": _label(newest.kind, children[newest.child_id] if newest.child_id else ""),
            "value": newest.value,
            "said": _said(newest, at),
            "earlier": [{"value": row.value or "none", "said": _said(row, at)} for row in earlier],
        }
        for newest, *earlier in found.values()
    ]
    return {"references": rows}


def _label(kind: str, child: str) -> str:
    label = Kind(kind).label
    return f"{label}, {child}" if child else label


def _said(row: CaseReference, at: datetime) -> str:
    return f"{row.set_by.full_name}, {row.agency.name}, {clock_words(row.set_at, at)}"


class ReferencesForm(CaseForm):
    """One line for each number."""

    def __init__(self, lines: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in lines:
            self.fields[name] = line_field(label)
            self.fields[name].required = False
        self.draw()


@takes_text
@requires(*RECORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Write down or change the numbers; of two at once, the later is shown what the other wrote."""
    at = timezone.now()
    case = case_or_404(request, case_id, at=at)
    if recording_unit(request.user, case, at=at) is None:
        deny(request, Permission.TAKE_CASE, subject=case)
    own: list[tuple[str, ChildCase | None]] = [(kind.value, None) for kind in OF_THE_CASE]
    own += [
        (Kind.COUNCIL.value, child)
        for child in children_of(request.user, case, at=at)
        if permissions.may_propose(request.user, child, at=at)
    ]
    names = [f"{kind}_{child.number}" if child else kind for kind, child in own]
    labels = [_label(kind, child_label(case, child) if child else "") for kind, child in own]
    current = [queries.newest(case, kind, child) for kind, child in own]
    initial = {name: row.value if row else "" for name, row in zip(names, current, strict=True)}
    seen = {name: row.sequence if row else 0 for name, row in zip(names, current, strict=True)}
    form = ReferencesForm(list(zip(names, labels, strict=True)), posted(request), initial=initial)
    if request.method == "POST":
        seen = {name: _number(request.POST.get(f"seen_{name}", "")) for name in names}
        if form.is_valid():
            faults: dict[str, str] = {}
            for name, (kind, child) in zip(names, own, strict=True):
                try:
                    actions.keep(
                        referral=case, kind=kind, value=form.cleaned_data[name], seen=seen[name], child=child,
                        by=request.user, at=at,
                    )  # fmt: skip
                except TextRefusedError as refused:
                    faults[name] = str(refused)
                except actions.ReferenceChangedError as changed:
                    seen[name] = changed.current.sequence
                    faults[name] = _changed_words(changed.current)
            if not faults:
                messages.success(request, "The references are kept.")
                return redirect(f"{reverse('casework:case_since', args=[case.pk])}#references")
            form.refuse(faults)
    context = {
        "case": case, "form": form, "seen": [(f"seen_{name}", number) for name, number in seen.items()],
        "back": f"{reverse('casework:case_since', args=[case.pk])}#references",
    }  # fmt: skip
    return render(request, "casework/references.html", context, status=400 if form.errors else 200)


def _changed_words(row: CaseReference) -> str:
    stands = f"“{row.value}”" if row.value else "nothing"
    return f"{row.set_by.full_name} changed this meanwhile: it now says {stands}. To put yours there, send it once more"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


class HandOverForm(CaseForm):
    """The council's reference, and who has it there."""

    reference = line_field("Reference in the council’s system")
    receiver = text_field("Who there has it now, and how are they reached?")


@takes_text
@requires(Permission.DECIDE_THRESHOLD)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, case_id: uuid.UUID, child_id: uuid.UUID) -> HttpResponse:
    """Hand a child over to the council's system, which owns assessment and conference from there."""
    at = timezone.now()
    case, child = child_or_404(request, case_id, child_id, at=at)
    if not permissions.may_move(request.user, child, states.HAND_OVER, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=case)
    back = reverse("casework:case", args=[case.pk])
    kept = queries.newest(case, Kind.COUNCIL, child)
    form = HandOverForm(posted(request), initial={"reference": kept.value if kept else ""})
    seen, changed = request.POST.get("version", str(child.version)), None
    if request.method == "POST" and form.is_valid():
        child.version = _number(seen)
        try:
            handing_over.hand_over(child=child, by=request.user, at=at, **form.cleaned_data)
        except handing_over.HandOverRefusedError as refused:
            form.refuse(refused.faults)
        except states.MoveRefusedError as refused:
            messages.warning(request, str(refused))
            return redirect(back)
        except ChildChangedError as lost:
            seen = str(lost.child.version)
            changed = {"state": lost.child.state_label, "move": "", "proposed": ""}
        else:
            messages.success(request, "Handed over. The case of this child is closed here, and its clocks have ended.")
            return redirect(back)
    if request.method != "POST" and not any(move.verb == states.HAND_OVER for move in states.ways_on(child.state)):
        messages.warning(request, f"This child stands at “{child.state_label}” and cannot be handed over from there.")
        return redirect(back)
    context = {
        "case": case, "child": child, "label": child_label(case, child), "back": back, "form": form, "version": seen,
        "changed": changed,
    }  # fmt: skip
    return render(request, "casework/hand_over.html", context, status=400 if form.errors or changed else 200)
