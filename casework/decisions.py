"""What a hub may decide for one child, and what each decision must say (section 5.2). The one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework import states


@dataclass(frozen=True)
class DecisionKind:
    """One decision. `where` is the question that only this decision asks; blank: none.

    `levels` are those it may stand with; none: a level is no part of it. `needs_second_person`: somebody else agrees
    before it counts, also where a manager decided. `asks_agreement`: the family's agreement is practice here (7.3).
    """

    code: str
    label: str
    outcome: str
    levels: tuple[str, ...] = ()
    where: str = ""
    needs_review_date: bool = False
    asks_agreement: bool = False
    needs_risk_assessment: bool = False
    needs_second_person: bool = False
    only_from: tuple[str, ...] = ()
    """The states from which alone it may be taken; none: whichever leads to a decision."""
    tells: str = ""
    """The outcome as the referrer is told it."""


L1, L2, L3, L4 = "level_1", "level_2", "level_3", "level_4"

_ALL = (
    DecisionKind(
        "immediate_protection", "Immediate protection", states.IMMEDIATE, (L4,),
        where="Which power or placement, by whom, and since when?",
        tells="The child is being protected now.",
    ),
    DecisionKind(
        "strategy_discussion", "Strategy discussion", states.STRATEGY, (L4,),
        tells="Police, health and children’s social care will discuss what to do.",
    ),
    DecisionKind(
        "section_47", "Section 47 enquiries", states.S47, (L4,), needs_risk_assessment=True,
        only_from=(states.STRATEGY_HELD,),
        tells="Children’s social care is making enquiries.",
    ),
    DecisionKind(
        "assessment", "Child and family assessment (section 17)", states.ASSESSMENT, (L3, L4), asks_agreement=True,
        tells="A social worker will assess what help is needed.",
    ),
    DecisionKind(
        "early_help", "Early help", states.EARLY_HELP, (L2, L3), asks_agreement=True,
        where="Who is the lead professional?",
        tells="Early help will be offered.",
    ),
    DecisionKind(
        "setting_managed", "Managed by the setting", states.SET_MANAGED, (L2,), needs_review_date=True,
        where="Who at the setting leads, and what will they do?",
        tells="Your safeguarding lead manages this, with a date on which it is looked at again.",
    ),
    DecisionKind(
        "signposting", "Signposting or universal services", states.SIGNPOSTED, (L1,),
        where="Where to, and why there?",
        tells="Help is available from another service.",
    ),
    DecisionKind(
        "no_further_action", "No further action", states.NFA, (L1, L2), needs_second_person=True,
        tells="The hub takes no further action.",
    ),
    DecisionKind(
        "lado", "Referral to the LADO", states.LADO, where="To whom was it sent, and when?",
        tells="It was passed to those who deal with it. No more can be said.",
    ),
    DecisionKind(
        "prevent", "Referral to Prevent", states.PREVENT, where="To whom was it sent, and when?",
        tells="It was passed to those who deal with it. Little more can be said.",
    ),
    DecisionKind(
        "transfer", "Transfer to another area", states.TRANSFERRED, where="Which council, and who there received it?",
        tells="It was passed to the council of the child’s area.",
    ),
    DecisionKind(
        "linked", "Linked to an open case", states.LINKED, where="Which social worker was told, and when?",
        tells="Somebody who already works with the child was told.",
    ),
)  # fmt: skip
DECISIONS: dict[str, DecisionKind] = {kind.code: kind for kind in _ALL}
"""All decisions by code, the gravest first."""

DECISION_CODES: tuple[str, ...] = tuple(DECISIONS)


def open_to(state: str) -> list[DecisionKind]:
    """Return the decisions that may be taken for a child in this state, the gravest first."""
    if not any(move.verb == states.DECIDE and state in move.sources for move in states.MOVES):
        return []
    return [kind for kind in _ALL if not kind.only_from or state in kind.only_from]


YES, NO, UNKNOWN = "yes", "no", "unknown"
TOLD, WILL_BE_TOLD, NOT_TOLD = "told", "will_be_told", "not_told"
FAMILY_CHOICES = (
    (TOLD, "Told"),
    (WILL_BE_TOLD, "Will be told: it is settled who, and when"),
    (NOT_TOLD, "Not told: decided together with the other agencies"),
)
AGREEMENT_CHOICES = ((YES, "Yes"), (NO, "No"), (UNKNOWN, "Not known yet"))
SEEN_CHOICES = (
    ("alone", "Yes, alone"),
    ("with_others", "Yes, with others there"),
    ("not_yet", "Not yet"),
    ("unknown", "I don’t know"),
)

_NEEDED = {
    "evidence": "Write what is known, and how it is known",
    "analysis": "Write what it means for this child",
    "safety": "Write how the child is safe now, and until the next step",
    "family": "Say what the family has been told",
    "family_why": "Write who tells or told whom and when, or why it was decided not to",
    "child_seen": "Say whether the child was seen",
    "checks": "Write which agencies were asked and what they said, or that none was",
    "next_step": "Write what happens next, who does it, and by when",
}


def faults_of(kind: DecisionKind, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is missing or does not fit in a decision, by the name of its field; nothing where it is whole.

    `given` is `{field: text, code or date}` as the fields of `models.Decision` are named.
    """
    faults = {name: words for name, words in _NEEDED.items() if not given.get(name)}
    if kind.levels and given.get("level") not in kind.levels:
        faults["level"] = f"Choose a level that goes with “{kind.label}”"
    if kind.where and not given.get("where"):
        faults["where"] = f"Answer “{kind.where}”"
    if kind.asks_agreement and given.get("agreement") not in (YES, NO, UNKNOWN):
        faults["agreement"] = "Say whether the family agrees"
    if kind.needs_review_date and not given.get("review_on"):
        faults["review_on"] = "Give the day on which it is looked at again"
    if kind.needs_risk_assessment and not given.get("risk_assessment"):
        faults["risk_assessment"] = "Write the risk assessment of the person of concern"
    return faults
