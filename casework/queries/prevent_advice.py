"""What a school's own Prevent contact may know: that there is a concern, and whom to speak to (Z-17, H-11)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Agency
from accounts.permissions import Permission
from accounts.queries import organisations_where
from referrals.models import Referral, Route
from referrals.models.visibility import not_kept_away

PREVENT = "prevent_spoc"


@dataclass(frozen=True)
class Advice:
    """One referral as the school's contact sees it: no household, no abuse, no self-harm, no name of a child."""

    reference: str
    sent_at: datetime
    filed_by: str
    agencies: tuple[Agency, ...]
    """The partnership's Prevent contacts that were sent the referral."""


def advice_for(user: Any, *, at: datetime) -> list[Advice]:
    """Return the referrals of this person's schools that went to Prevent, unless hidden from the setting or sealed."""
    schools = organisations_where(user, Permission.READ_PREVENT_ADVICE, at=at)
    reason = "the advice page of a school's own Prevent contact"
    routes = list(
        Route.objects.system(reason=reason)
        .filter(
            not_kept_away(user, referral="referral"),
            code=PREVENT,
            agency__kind=Agency.Kind.PREVENT,
            referral__organisation__in=schools,
            referral__status=Referral.Status.SENT,
            referral__is_sealed=False,
            referral__is_hidden_from_setting=False,
        )
        .exclude(state=Route.State.HELD)
        .select_related("referral__author", "agency__directory_entry")
        .defer("referral__answers")
        .order_by("-referral__sent_at", "position")
    )
    found: dict[Any, Advice] = {}
    for route in routes:
        earlier = found.get(route.referral_id)
        agencies = (*(earlier.agencies if earlier else ()), *((route.agency,) if route.agency else ()))
        referral = route.referral
        found[route.referral_id] = Advice(
            referral.reference, referral.sent_at or at, referral.author.full_name, agencies
        )
    return list(found.values())
