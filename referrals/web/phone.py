"""A call to the hub: written down by whoever answers it, and confirmed in writing by whoever rang."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, requires
from accounts.permissions import Permission
from referrals import facts, permissions, queries
from referrals.actions import phone_contacts
from referrals.models.phone_contacts import LONGEST_PART
from referrals.text import LONGEST, TextRefusedError
from referrals.web.addresses import first_open_address
from referrals.web.forms.fields import NO_PICTURE
from referrals.web.loading import takes_text

_FIELDS = {
    "name": ("Who is calling?", "Their name, or “does not say”."),
    "role": ("What do they do, or how do they know the child?", "For example, class teacher, neighbour, grandmother."),
    "setting": ("Where do they work?", "Leave empty if they do not ring from work."),
    "number": ("On which number can they be rung back today and this evening?", "Or “does not give one”."),
    "email": (
        "Their work email",
        "With it they can sign in later and confirm in writing what they told you. Leave empty if they have none.",
    ),
}


@takes_text
@requires(Permission.TAKE_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask who is calling, then lead into the same questions that everybody is asked."""
    at = timezone.now()
    hubs = list(permissions.hubs_taking_calls(request.user, at=at).order_by("name"))
    if not hubs:
        deny(request, Permission.TAKE_CASE)
    given = {name: request.POST.get(name, "") for name in _FIELDS}
    faults: dict[str, str] = {}
    if request.method == "POST":
        chosen = request.POST.get("hub", "")
        hub = hubs[0] if len(hubs) == 1 else next((each for each in hubs if str(each.pk) == chosen), None)
        faults = {name: NO_PICTURE for name in getattr(request, "image_refused_fields", ()) if name in _FIELDS}
        if hub is None:
            faults["hub"] = "Choose the hub that was rung"
        if hub is not None and not faults:
            try:
                referral = phone_contacts.start(hub=hub, caller=given, by=request.user, at=at)
                return redirect(first_open_address(referral, facts.form_edition(referral)))
            except phone_contacts.CallerRefusedError as refused:
                faults = refused.faults
    context = {
        "hubs": hubs,
        "fields": [
            {"name": name, "label": label, "hint": hint, "value": given[name], "error": faults.get(name, "")}
            for name, (label, hint) in _FIELDS.items()
        ],
        "hub_error": faults.get("hub", ""),
        "errors": [{"text": words, "href": f"#{'hub-1' if name == 'hub' else name}"} for name, words in faults.items()],
        "longest": LONGEST_PART,
    }
    return render(request, "referrals/phone.html", context, status=400 if faults else 200)


@takes_text
@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let the caller write down, in their own words, what they told the hub. Nothing of the case is shown to them."""
    at = timezone.now()
    contact = queries.calls_to_confirm(request.user).filter(pk=pk).first()
    if contact is None:
        deny(request, Permission.USE_PORTAL)
    text = request.POST.get("text", "")
    error = NO_PICTURE if "text" in getattr(request, "image_refused_fields", ()) else ""
    if request.method == "POST" and not error:
        try:
            token = _token(request)
            phone_contacts.confirm(contact=contact, text=text, token=token, by=request.user, at=at)
        except TextRefusedError as refused:
            error = str(refused)
        else:
            messages.success(request, f"{contact.hub.name} has what you wrote. Thank you.")
            return redirect("casework:tasks")
    context = {"contact": contact, "text": text, "error": error, "token": uuid.uuid4(), "limit": LONGEST}
    return render(request, "referrals/confirm_call.html", context, status=400 if error else 200)


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid.uuid4()
