"""The pages on which a strategy discussion is put on record as held, ratified, signed, added to and sent out."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import deny, requires
from accounts.permissions import Permission
from casework import quoracy, states, strategy_permissions
from casework.actions import strategy_holding as holding
from casework.actions import strategy_signing as signing
from casework.actions.moving import ChildChangedError
from casework.actions.strategy_planning import StrategyChangedError, StrategyRefusedError
from casework.models import StrategyDiscussion
from casework.queries import strategy as queries
from casework.web.forms import CaseForm, posted
from casework.web.strategy_forms import CirculateForm, HoldForm, NoteForm
from casework.web.strategy_loading import discussion_or_404, writing_or_404
from casework.web.strategy_pages import QUICKER, discussion_page, is_whole, number, refuse
from referrals.text import TextRefusedError
from referrals.web.loading import takes_text


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Record that it was held."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    form = HoldForm(posted(request))
    seen = request.POST.get("version", str(found.version))
    if request.method == "POST" and is_whole(request, form):
        given = form.cleaned_data | {"held_at": form.moment("on", "began")}
        try:
            holding.hold(discussion=found, version=number(seen), given=given, by=request.user, at=at)
        except StrategyRefusedError as refused:
            refuse(form, refused.faults)
        except (StrategyChangedError, ChildChangedError):
            seen = str(found.version)
            form.refuse({"": QUICKER})
        except states.MoveRefusedError as refused:
            form.refuse({"": str(refused)})
        else:
            messages.success(request, "On record as held. The chair signs it next; then decide for each child.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(
        request, found, form, title="Record that it was held", button="It was held", version=seen, intro=_there(found)
    )


def _there(found: StrategyDiscussion) -> str:
    """What "Say who was there" comes to so far."""
    missing = quoracy.missing(queries.attendees(found))
    if not missing:
        return "Social care, police and health were there, as it stands on record."
    named = ", ".join(quoracy.CORE[code] for code in missing)
    how = "Social care counts with a social worker beside the chair."
    return f"As it stands on record, these were not there, or not senior enough: {named}. {how}"


@requires(Permission.USE_PORTAL)
@require_POST
def ratify(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Ratify what two agencies held at night."""
    at = timezone.now()
    found = discussion_or_404(request, discussion_id, at=at)
    if not strategy_permissions.may_ratify(request.user, found, at=at):
        deny(request, Permission.DECIDE_THRESHOLD, subject=found.referral)
    holding.ratify(discussion=found, by=request.user, at=at)
    messages.success(request, "Ratified.")
    return redirect("casework:strategy", discussion_id=found.pk)


@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Sign the record."""
    at = timezone.now()
    found = discussion_or_404(request, discussion_id, at=at)
    if not strategy_permissions.is_chair(request.user, found, at=at):
        deny(request, Permission.CHAIR_STRATEGY_DISCUSSION, subject=found.referral)
    form = CaseForm(posted(request))
    seen = request.POST.get("version", str(found.version))
    if request.method == "POST" and form.is_valid():
        try:
            signing.sign(discussion=found, version=number(seen), by=request.user, at=at)
        except StrategyRefusedError as refused:
            form.refuse(refused.faults)
        except StrategyChangedError:
            seen = str(found.version)
            form.refuse({"": QUICKER})
        else:
            messages.success(request, "Signed. Nothing of it can be changed any more; it can be added to.")
            return redirect("casework:strategy", discussion_id=found.pk)
    intro = "You have read the record and answer for it. Once signed it cannot be changed, only added to."
    return discussion_page(request, found, form, title="Sign the record", button="I sign it", version=seen, intro=intro)


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Add to a signed record."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    form = NoteForm("What is to be added?", posted(request))
    if request.method == "POST" and is_whole(request, form):
        try:
            signing.add(discussion=found, text=form.cleaned_data["text"], by=request.user, at=at)
        except TextRefusedError as refused:
            form.refuse({"text": str(refused)})
        except signing.NotSignedError as refused:
            form.refuse({"": str(refused)})
        else:
            messages.success(request, "Added. What was signed stands as it is.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(request, found, form, title="Add to the record", button="Add")


@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def circulate(request: HttpRequest, discussion_id: uuid.UUID) -> HttpResponse:
    """Send the signed record out."""
    at = timezone.now()
    found = writing_or_404(request, discussion_id, at=at)
    readers = [each for each in signing.readers(found) if not each.circulations.exists()]
    form = CirculateForm(readers, posted(request))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data.get("to") or []
        how = {pk: form.cleaned_data.get(f"how_{pk}") or "" for pk in chosen}
        try:
            count = signing.circulate(discussion=found, how=how, by=request.user, at=at)
        except StrategyRefusedError as refused:
            form.refuse({"to" if name == "" else name: words for name, words in refused.faults.items()})
        except TextRefusedError as refused:
            form.refuse({"": str(refused)})
        except signing.NotSignedError as refused:
            form.refuse({"": str(refused)})
        else:
            messages.success(request, f"Sent to {count}. Each receipt is shown with the record.")
            return redirect("casework:strategy", discussion_id=found.pk)
    return discussion_page(request, found, form, title="Send the record out", button="Send")


@requires(Permission.USE_PORTAL)
@require_POST
def receive(request: HttpRequest, discussion_id: uuid.UUID, circulation_id: uuid.UUID) -> HttpResponse:
    """Confirm to have the record."""
    at = timezone.now()
    found = discussion_or_404(request, discussion_id, at=at)
    rows = found.circulations.filter(pk=circulation_id)
    sent = rows.select_related("invitee__person", "discussion__referral", "discussion__agency").first()
    reader = sent.invitee.person_id if sent is not None else None
    may = reader == request.user.pk if reader else strategy_permissions.may_write(request.user, found, at=at)
    if sent is None or not may:
        deny(request, Permission.CONTRIBUTE_TO_STRATEGY, subject=found.referral)
    signing.receive(circulation=sent, by=request.user, at=at)
    messages.success(request, "The receipt is on record.")
    return redirect("casework:strategy", discussion_id=found.pk)
