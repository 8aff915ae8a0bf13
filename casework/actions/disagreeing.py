"""Who may raise, answer, take further and settle a disagreement; what then happens is `referrals.actions`'."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency
from casework import permissions
from casework.queries import disagreements as queries
from casework.queries.cases import unit_of
from referrals.actions import disagreeing as actions
from referrals.models import Disagreement, DisagreementEntry, Pack, Referral


@transaction.atomic
def raise_in_case(*, case: Referral, agency: Agency, given: Mapping[str, Any], by: Any, at: datetime) -> Disagreement:
    """Disagree with a unit's decision as one of those who read the case. Raises as `actions.raise_for` does, and
    NotPermittedError."""
    permissions.check(agency in queries.units_to_disagree_with(by, case, at=at))
    unit = unit_of(by, case, at=at)
    permissions.check(unit is not None)
    return actions.raise_for(referral=case, agency=agency, raised_for=unit, given=given, by=by, at=at)


@transaction.atomic
def raise_from_pack(*, pack: Pack, given: Mapping[str, Any], by: Any, at: datetime) -> Disagreement:
    """Disagree with the owning hub as an agency that was sent a pack. Raises as `actions.raise_for` does, and
    NotPermittedError."""
    owner, agency = pack.referral.owner_unit, pack.route.agency
    permissions.check(queries.may_raise_for_pack(by, pack, at=at) and owner is not None)
    assert owner is not None  # noqa: S101  checked in the line above
    return actions.raise_for(referral=pack.referral, agency=owner, raised_for=agency, given=given, by=by, at=at)


@transaction.atomic
def answer(*, disagreement: Disagreement, given: Mapping[str, Any], by: Any, at: datetime) -> DisagreementEntry:
    """Answer for the unit. `given` holds `outcome`, `words` and `hub_words`. Raises as `actions.answer` does, and
    NotPermittedError."""
    permissions.check(queries.may_answer(by, disagreement, at=at))
    values = {name: str(given.get(name) or "") for name in ("outcome", "words", "hub_words")}
    return actions.answer(disagreement=disagreement, by=by, at=at, **values)


@transaction.atomic
def take_further(*, disagreement: Disagreement, words: str, by: Any, at: datetime) -> DisagreementEntry:
    """Take it to the next stage, for the side this person speaks for. Raises as `actions.move_on` does, and
    NotPermittedError."""
    side = queries.side_taking_further(by, disagreement, at=at)
    permissions.check(bool(side))
    return actions.move_on(disagreement=disagreement, words=words, is_hubs=side == queries.ANSWERING, by=by, at=at)


@transaction.atomic
def settle(*, disagreement: Disagreement, words: str, by: Any, at: datetime) -> DisagreementEntry:
    """Agree that it is settled. Raises as `actions.settle` does, and NotPermittedError."""
    permissions.check(queries.may_settle(by, disagreement, at=at))
    return actions.settle(disagreement=disagreement, words=words, by=by, at=at)


@transaction.atomic
def withdraw(*, disagreement: Disagreement, words: str, by: Any, at: datetime) -> DisagreementEntry:
    """Withdraw it. Raises as `actions.withdraw` does, and NotPermittedError."""
    permissions.check(queries.may_withdraw(by, disagreement, at=at))
    return actions.withdraw(disagreement=disagreement, words=words, by=by, at=at)
