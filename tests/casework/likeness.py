"""Referrals that are alike in one thing, and saying of two that they are the same."""

import uuid
from datetime import timedelta
from typing import Any

from accounts.models import User
from casework.actions import linking
from casework.models import Link
from casework.queries.links import Seen, seen_by
from referrals.models import Referral
from tests.referrals.people import NOW, World, answer, filled, send, text

LATER = NOW + timedelta(minutes=7)


def raised(
    world: World, *, name: str = "Riley Number1", born: str = "14", by: User | None = None, handle: str = "",
    **more: Any,
) -> Referral:  # fmt: skip
    """Return a sent referral about one child, whose person of concern uses a handle of their own."""
    by = by or world.alice
    draft = filled(world, by=by, **more)
    child = draft.answers["children"][0]["key"]
    draft = answer(draft, "child", by, key=child, Q_CHI_1=text(name), Q_CHI_2=text(born), Q_CHI_9=text("None."))
    person = draft.answers["persons"][0]["key"]
    handles = [{"username": each, "site": ""} for each in (handle or f"user{uuid.uuid4().hex}").split("|")]
    draft = answer(draft, "person", by, key=person, Q_ADU_4=["no"], Q_EVI_5={"rows": handles})
    return send(draft, by)


def only(user: User, case: Referral) -> Seen:
    """Return the one likeness of a case that a person is shown."""
    [found] = seen_by(user, case, at=LATER)
    return found


def judge(case: Referral, verb: str, by: User, reason: str = "Both mothers say so.", version: int = -1) -> Link:
    """Judge the one likeness of a case, as somebody who saw it as it stands, or at `version`."""
    found = only(by, case)
    seen = found.version if version < 0 else version
    return linking.judge(referral=case, code=found.code, verb=verb, version=seen, reason=reason, by=by, at=LATER)
