"""The hub's own calls about a case. No referrer's page reads them."""

from typing import ClassVar

from django.db import models

from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models import Referral
from referrals.models.calls import CALL_DATA, CallRecord


class HubCall(CallRecord):
    """A call of a unit that works on the case."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = CALL_DATA | {
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
    }

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="hub_calls")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta(CallRecord.Meta):
        verbose_name = "call of the hub"
