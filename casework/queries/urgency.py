"""Why a case is as urgent as it is: the titles of the rules that made it so, in the words of their edition."""

from collections.abc import Mapping
from typing import Any

from casework.models.queue import URGENCY_ORDER
from procedures import editions
from procedures.engine.edition import Edition
from procedures.engine.schema import Rule
from referrals.models import Routing

NOT_URGENT = "standard"
MOST_REASONS = 2


def why_urgent(routing: Routing) -> tuple[str, ...]:
    """Return what made a routing urgent, what is certain before what could not be ruled out; nothing if it is not."""
    result: Mapping[str, Any] = routing.result
    wanted = result.get("urgency", NOT_URGENT)
    if wanted == NOT_URGENT:
        return ()
    rules = {pin["id"]: _rules(editions.by_digest(pin["digest"])) for pin in routing.editions}
    certain: list[str] = []
    open_ones: list[str] = []
    for destination in result["destinations"]:
        if destination["urgency"] != wanted:
            continue
        for reason in destination["reasons"]:
            rule = rules.get(reason["edition"], {}).get(reason["rule"])
            if rule is not None and _is_as_urgent(rule, wanted):
                is_certain = any(reason["because"] == case.because for case in rule.cases)
                (certain if is_certain else open_ones).append(rule.title)
    found = certain or [f"Not ruled out: {title[:1].lower()}{title[1:]}" for title in open_ones]
    return tuple(dict.fromkeys(found))[:MOST_REASONS]


def _rules(edition: Edition | None) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in edition.content.rules} if edition is not None else {}


def _is_as_urgent(rule: Rule, wanted: str) -> bool:
    """Whether a rule sends somewhere as urgently; what is only possible may count one step less than the rule says."""
    adds = [add.urgency for case in rule.cases for add in case.adds.destinations]
    return any(URGENCY_ORDER[urgency] <= URGENCY_ORDER[wanted] for urgency in adds)
