"""Recording the hub's calls about a case."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from casework import permissions
from casework.models import HubCall
from casework.queries.cases import recording_unit
from referrals.actions import calls
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
    return calls.keep(call, by=by, at=at)
