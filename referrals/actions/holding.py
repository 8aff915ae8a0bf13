"""Taking a draft in order to change it: compare and swap on its version, the same on both databases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from referrals.models import Referral


class DraftChangedError(Exception):
    """The draft was saved elsewhere since. `current` is it now; `yours` what was about to be saved, so that both can
    be shown."""

    def __init__(self, current: Referral, expected: int, yours: Mapping[str, Any]) -> None:
        self.current, self.expected, self.yours = current, expected, yours
        super().__init__(
            f"The draft is at version {current.version}, not {expected}: show both and ask which is right."
        )


class DraftClosedError(Exception):
    """The draft was sent, withdrawn or has expired; it cannot be changed any more. `referral` is it now."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        super().__init__(f"The referral is {referral.status} and no longer a draft.")


def take_draft(referral: Referral, *, version: int, at: datetime, yours: Mapping[str, Any] | None = None) -> Referral:
    """Return the draft fresh from the database, its version raised, held by this transaction.

    Raises DraftChangedError where `version` is not the one that was seen, DraftClosedError where it is no draft.
    """
    rows = Referral.objects.system(reason="compare and swap of one draft")
    mine = rows.filter(pk=referral.pk, version=version, status=Referral.Status.DRAFT)
    if mine.update(version=F("version") + 1, last_saved_at=at):
        return rows.select_related("author", "organisation").get(pk=referral.pk)
    current = rows.get(pk=referral.pk)
    if not current.is_draft:
        raise DraftClosedError(current)
    raise DraftChangedError(current, version, yours or {})
