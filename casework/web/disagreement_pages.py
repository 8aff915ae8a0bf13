"""The three pages of a disagreement, the same for every side: raise it, read it, do something about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import deny
from accounts.directory import number_open_now
from accounts.models import Agency
from accounts.permissions import Permission
from casework import permissions
from casework.actions import disagreeing as actions
from casework.queries import disagreements as queries
from casework.web.disagreement_forms import ACTS, Act, RaiseForm
from casework.web.disagreement_words import change_links, row, thread
from casework.web.forms import posted
from referrals.actions.disagreeing import (
    NEEDED,
    AlreadyOpenError,
    DisagreementChangedError,
    DisagreementRefusedError,
)
from referrals.models import Disagreement, Pack, Referral

Given = Mapping[str, Any]

QUICKER = (
    "Somebody else was quicker: open the disagreement to see what changed. What you typed is still here and was not "
    "sent; to send it all the same, send it once more"
)

_DO: Mapping[str, Callable[..., Any]] = {
    "answer": lambda given, **more: actions.answer(given=given, **more),
    "further": lambda given, **more: actions.take_further(words=given["words"], **more),
    "settle": lambda given, **more: actions.settle(words=given["words"], **more),
    "withdraw": lambda given, **more: actions.withdraw(words=given["words"], **more),
}


@dataclass(frozen=True)
class Place:
    """From where somebody reads a disagreement. `names` are the addresses of its pages, `key` what they lead by."""

    referral: Referral
    key: Any
    names: tuple[str, str]
    back: str
    back_text: str
    is_case: bool = False

    def show(self, disagreement: Disagreement) -> str:
        """Return the address of the disagreement's page."""
        return reverse(self.names[0], args=[self.key, disagreement.pk])

    def act(self, disagreement: Disagreement, code: str) -> str:
        """Return the address of the page on which something is done."""
        return reverse(self.names[1], args=[self.key, disagreement.pk, code])


def of_referrer(referral: Referral) -> Place:
    """The referrer's side comes from the page of what they sent."""
    names = ("casework:own_disagreement", "casework:act_on_own_disagreement")
    return Place(referral, referral.pk, names, reverse("referrals:sent", args=[referral.pk]), "Back to the referral")


def of_case(case: Referral) -> Place:
    """Those who read the case come from its page; the answering unit's names and record are shown to them."""
    names = ("casework:disagreement", "casework:act_on_disagreement")
    return Place(case, case.pk, names, reverse("casework:case", args=[case.pk]), "Back to the case", is_case=True)


def of_pack(pack: Pack) -> Place:
    """An agency comes from the page of its pack."""
    names = ("casework:pack_disagreement", "casework:act_on_pack_disagreement")
    return Place(pack.referral, pack.pk, names, reverse("casework:pack", args=[pack.pk]), "Back to the pack")


def raise_page(
    request: HttpRequest,
    place: Place,
    units: list[Agency],
    *,
    at: datetime,
    act: Callable[[Agency, Given], Disagreement],
) -> HttpResponse:
    """Ask what, why and what for; nothing is chosen beforehand, and typed text is kept after an error."""
    form = RaiseForm(units, posted(request))
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            try:
                done = act(_chosen(form, units), form.cleaned_data)
            except DisagreementRefusedError as refused:
                form.refuse(refused.faults)
            except AlreadyOpenError as already:
                messages.warning(request, str(already))
                return redirect(place.show(already.found) if already.found is not None else place.back)
            except permissions.NotPermittedError:
                deny(request, Permission.RAISE_DISAGREEMENT, subject=place.referral)
            else:
                messages.success(request, f"{done.agency.name} is told that you disagree. Keep acting meanwhile.")
                return redirect(place.show(done))
    context = _around(place, at=at) | {"form": form, "units": units}
    return render(request, "casework/disagree.html", context, status=400 if form.errors else 200)


def thread_page(request: HttpRequest, place: Place, disagreement: Disagreement, *, at: datetime) -> HttpResponse:
    """Show every stage with what both sides said, and what this person can do."""
    user = request.user
    context = _around(place, at=at) | {
        "disagreement": disagreement,
        "row": row(disagreement, at=at),
        "stages": thread(disagreement, names_hub=place.is_case, at=at),
        "acts": [
            {"act": act, "href": place.act(disagreement, act.code), "title": _title(act, disagreement)}
            for act in ACTS.values() if _may(user, disagreement, act.code, at=at)
        ],
        "changes": change_links(user, disagreement, at=at) if place.is_case else [],
    }  # fmt: skip
    return render(request, "casework/disagreement.html", context)


def act_page(
    request: HttpRequest, place: Place, disagreement: Disagreement, code: str, *, at: datetime
) -> HttpResponse:
    """Ask for the words that go with an act, and do it; whoever comes second is shown how it stands."""
    act, here = ACTS.get(code), place.show(disagreement)
    if act is None:
        deny(request, Permission.READ_OWN_REFERRALS, subject=place.referral)
    if not _may(request.user, disagreement, code, at=at):
        if code != "answer" or place.is_case:
            messages.warning(request, "That cannot be done now. Below is how it stands, and what can be done.")
            return redirect(here)
        deny(request, Permission.ANSWER_DISAGREEMENT, subject=place.referral)
    form = act.form(posted(request))
    if act.label:
        form.fields["words"].label = act.label
    seen = request.POST.get("version", str(disagreement.version))
    pictures = getattr(request, "image_refused_fields", ())
    if request.method == "POST":
        form.refuse_pictures(pictures)
        if form.is_valid() and not pictures:
            try:
                disagreement.version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
                _DO[code](form.cleaned_data, disagreement=disagreement, by=request.user, at=at)
            except DisagreementRefusedError as refused:
                form.refuse(refused.faults)
            except DisagreementChangedError:
                disagreement.refresh_from_db()
                seen = str(disagreement.version)
                form.refuse({"": QUICKER})
            else:
                messages.success(request, act.done)
                return redirect(here)
    context = _around(place, at=at) | {
        "form": form, "act": act, "title": _title(act, disagreement), "disagreement": disagreement, "here": here,
        "row": row(disagreement, at=at), "version": seen,
        "withheld": code == "answer" and _withheld(disagreement),
        "changes": change_links(request.user, disagreement, at=at) if code == "answer" else [],
    }  # fmt: skip
    return render(request, "casework/disagreement_act.html", context, status=400 if form.errors else 200)


def _chosen(form: RaiseForm, units: list[Agency]) -> Agency:
    if "unit" not in form.fields:
        return units[0]
    found = next((unit for unit in units if str(unit.pk) == form.cleaned_data["unit"]), None)
    if found is not None:
        return found
    faults = {name: words for name, words in NEEDED.items() if name in form.fields and not form.cleaned_data[name]}
    raise DisagreementRefusedError({"unit": "Choose with whose decision you disagree"} | faults)


def _may(user: Any, disagreement: Disagreement, code: str, *, at: datetime) -> bool:
    match code:
        case "answer":
            return queries.may_answer(user, disagreement, at=at)
        case "further":
            return bool(queries.side_taking_further(user, disagreement, at=at))
        case "settle":
            return queries.may_settle(user, disagreement, at=at)
        case _:
            return queries.may_withdraw(user, disagreement, at=at)


def _title(act: Act, disagreement: Disagreement) -> str:
    if act.code == "further" and disagreement.has_next_stage:
        return f"Take it to stage {disagreement.stage + 1}: {disagreement.plan[disagreement.stage]['title']}"
    return act.title


def _withheld(disagreement: Disagreement) -> bool:
    """Whether the reply that the referrer questions withheld detail; the answer must not give it away."""
    reply = disagreement.reply
    return disagreement.raised_for_id is None and reply is not None and reply.is_withheld


def _around(place: Place, *, at: datetime) -> dict[str, Any]:
    owner = place.referral.owner_unit
    return {
        "place": place,
        "referral": place.referral,
        "owner": owner,
        "number": number_open_now(owner, at=at) if owner is not None else None,
    }
