"""The contacts before each decision to do nothing further, as a page shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from casework.queries.children import children_of
from casework.queries.contacts import before_no_further_action
from casework.queries.links import Seen
from casework.web.children import child_label
from casework.web.words import clock_words
from referrals.models import Referral


def contacts_before(user: Any, case: Referral, seen: Sequence[Seen], at: datetime) -> list[dict[str, Any]]:
    """Return each such decision with what was raised of the child before it, as far as this person may open it."""
    children = children_of(user, case, at=at)
    return [
        {
            "child": each.child.pk,
            "label": child_label(case, each.child),
            "at": clock_words(each.decision.decided_at, at),
            "advice": [{"row": one, "at": clock_words(one.asked_at, at)} for one in each.advice],
            "contacts": [{"contact": one, "sent": clock_words(one.case.sent_at or at, at)} for one in each.contacts],
        }
        for each in before_no_further_action(user, case, children, seen, at=at)
    ]
