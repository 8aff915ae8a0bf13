"""Recording the hub's calls about a case."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency
from casework import permissions
from casework.actions import moving
from casework.actions.taking import FIRST_LOOK, RECEIVED
from casework.models import HubCall
from casework.queries.cases import recording_unit
from referrals.actions import calls
from referrals.actions.clocks import end_clocks
from referrals.models import Referral


@transaction.atomic
def record(
    *, referral: Referral, given: Mapping[str, Any], token: uuid.UUID, by: Any, at: datetime,
    corrects: HubCall | None = None,
) -> HubCall:  # fmt: skip
    """Record a call of this person's unit, or correct one of its records; the same form twice records once.

    `given` is as `referrals.actions.calls.checked` takes it. Raises CallRefusedError, CallCorrectedError,
    NotPermittedError.
    """
    unit = recording_unit(by, referral, at=at)
    permissions.check(unit is not None)
    assert unit is not None  # noqa: S101  checked in the line above
    permissions.check(corrects is None or (corrects.referral_id, corrects.agency_id) == (referral.pk, unit.pk))
    values = calls.checked(given, is_correction=corrects is not None, at=at)
    call = HubCall(
        referral=referral, agency=unit, corrects=corrects, recorded_by=by, recorded_at=at, token=token, **values
    )
    kept = calls.keep(call, by=by, at=at)
    if kept.was_answered and kept.other_kind == HubCall.With.REFERRER:
        _receive(referral, unit, by=by, at=at)
    return kept


def _receive(referral: Referral, unit: Agency, *, by: Any, at: datetime) -> None:
    """Whoever has spoken to the referrer has received what they sent, though nobody has taken the case yet (Z-11)."""
    if unit.pk == referral.owner_unit_id:
        end_clocks(referral=referral, kinds=[FIRST_LOOK, RECEIVED], agency=unit, by=by, at=at)
    moving.receive(referral=referral, agency=unit, by=by, at=at)
