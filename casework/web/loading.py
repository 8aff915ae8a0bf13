"""From an address to a row that this person may see; to everyone else the page does not exist."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import deny
from accounts.permissions import Permission
from casework.queries.cases import get_case
from casework.queries.packs import get_own_pack
from referrals.models import Pack, Referral

_WHOSE = "whose refused row the record names"


def case_or_404(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> Referral:
    """Return a case of this person's units. Raises Http404, the denial recorded."""
    found = get_case(request.user, case_id, at=at)
    if found is None:
        refused = Referral.objects.system(reason=_WHOSE).filter(pk=case_id).only("pk").first()
        deny(request, Permission.READ_HUB_CASES, subject=refused)
    return found


def back_to_case(request: HttpRequest, case_id: uuid.UUID, *, at: datetime) -> HttpResponse:
    """Lead back to a case that was just given away; who may not open it any more, to their tasks."""
    if get_case(request.user, case_id, at=at) is None:
        return redirect("casework:tasks")
    return redirect("casework:case", case_id=case_id)


def pack_or_404(request: HttpRequest, pack_id: uuid.UUID, *, at: datetime) -> Pack:
    """Return a pack of this person's own agencies. Raises Http404, the denial recorded."""
    found = get_own_pack(request.user, pack_id, at=at)
    if found is None:
        refused = Pack.objects.system(reason=_WHOSE).filter(pk=pack_id).only("pk").first()
        deny(request, Permission.READ_PACK, subject=refused)
    return found
