"""A concern told by telephone: written down by the hub in the guided form, confirmed in writing by the caller later."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.encryption import blind_token
from accounts.models import Agency
from audit.record import record_event
from referrals import permissions
from referrals.actions import drafts, follow_up
from referrals.models import Addition, PhoneContact, Referral
from referrals.models.phone_contacts import LONGEST_PART
from referrals.queries import CALLERS_ADDRESS, calls_to_confirm
from referrals.text import TextRefusedError, clean_text

PARTS = ("name", "role", "setting", "number")
_NEEDED = {
    "name": "Write who is calling, or that they do not say",
    "role": "Write what they do, or how they know the child",
    "number": "Write a number on which they can be rung back, or that they do not give one",
}


class CallerRefusedError(ValueError):
    """What was written of the caller is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The caller is not whole: " + "; ".join(self.faults.values()))


@transaction.atomic
def start(*, hub: Agency, caller: Mapping[str, str], by: Any, at: datetime) -> Referral:
    """Start a draft for somebody who is on the telephone; from here it is asked, routed and sent as any other.

    `caller` holds `name`, `role`, `setting`, `number` and `email`; the last is their work address, by which their own
    account may confirm. Raises CallerRefusedError, NotPermittedError, NoEditionError.
    """
    permissions.check(permissions.hubs_taking_calls(by, at=at).filter(pk=hub.pk).exists())
    given = _checked(caller)
    email = given["email"]
    referral = drafts.start(
        by=by,
        at=at,
        setting_area=hub.area or "unknown",
        referrer={
            "full_name": given["name"],
            "job_title": given["role"],
            "organisation": given["setting"],
            "email": email,
        },
    )
    contact = PhoneContact(
        referral=referral, hub=hub, caller_name=given["name"], caller_role=given["role"],
        caller_setting=given["setting"], caller_number=given["number"], called_at=at,
        email_token=blind_token(CALLERS_ADDRESS, email) if email else "",
    )  # fmt: skip
    contact.save(force_insert=True)
    record_event(event="phone_contact.started", by=by, at=at, subject=referral, detail={"hub": hub.unit})
    return referral


@transaction.atomic
def confirm(*, contact: PhoneContact, text: str, token: uuid.UUID, by: Any, at: datetime) -> Addition:
    """Keep what the caller writes of their call, as detail added to the case and to the packs that hold the worry.

    They are shown nothing of the case: they write it in their own words. Raises TextRefusedError, NotPermittedError
    (also for a call that was confirmed already, unless this is the same form twice).
    """
    earlier = Addition.objects.filter(added_by=by, token=token, referral=contact.referral_id).first()
    if earlier is not None:
        return earlier
    permissions.check(calls_to_confirm(by).filter(pk=contact.pk).exists())
    cleaned = clean_text(text)
    if not cleaned:
        raise TextRefusedError("Write what you told the hub.")
    PhoneContact.objects.filter(pk=contact.pk, confirmed_at__isnull=True).update(confirmed_at=at, confirmed_by=by)
    record_event(event="phone_contact.confirmed", by=by, at=at, subject=contact.referral)
    return follow_up.keep_addition(referral=contact.referral, text=cleaned, token=token, by=by, at=at)


def _checked(caller: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    faults: dict[str, str] = {}
    for part in PARTS:
        try:
            given[part] = clean_text(caller.get(part, ""), limit=LONGEST_PART, one_line=True)
        except TextRefusedError as refused:
            faults[part] = str(refused)
            continue
        if part in _NEEDED and not given[part]:
            faults[part] = _NEEDED[part]
    given["email"] = caller.get("email", "").strip().lower()
    if given["email"]:
        try:
            validate_email(given["email"])
        except ValidationError:
            faults["email"] = "Write an email address like name@example.org, or leave it empty"
    if faults:
        raise CallerRefusedError(faults)
    return given
