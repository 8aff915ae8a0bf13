"""The states of one child within a referral, and the moves between them (section 5.1; Z-29). The one table.

A state is a child's, never a referral's: the referral stands where its most urgent child stands. Every move is kept as
a row of its own, and `STEP_BACK` leads from any state but the first to the one it came from.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SENT, RECEIVED, SCREENING, INFO_REQUESTED = "sent", "received", "screening", "info_requested"
DECISION = "decision"
NFA, SIGNPOSTED, EARLY_HELP, SET_MANAGED = "nfa", "signposted", "early_help", "set_managed"
ASSESSMENT, IMMEDIATE = "assessment", "immediate"
STRATEGY, STRATEGY_HELD, S47, ICPC = "strategy", "strategy_held", "s47", "icpc"
LADO, PREVENT, TRANSFERRED, LINKED, CLOSED = "lado", "prevent", "transferred", "linked", "closed"


@dataclass(frozen=True)
class State:
    """One state. `is_triage`: the referrer has had no reply yet; `is_open`: somebody still owes something."""

    code: str
    label: str
    is_triage: bool = False
    is_open: bool = True


_BY_URGENCY = (
    State(IMMEDIATE, "Immediate protection"),
    State(SENT, "Sent, not received", is_triage=True),
    State(STRATEGY, "Strategy discussion planned"),
    State(STRATEGY_HELD, "Strategy discussion recorded"),
    State(S47, "Section 47 enquiries"),
    State(RECEIVED, "Received by the hub", is_triage=True),
    State(SCREENING, "Being looked at", is_triage=True),
    State(INFO_REQUESTED, "More information needed", is_triage=True),
    State(DECISION, "Decided, reply outstanding", is_triage=True),
    State(ICPC, "Conference due or held"),
    State(ASSESSMENT, "Child and family assessment"),
    State(LADO, "With the LADO"),
    State(PREVENT, "With Prevent"),
    State(SET_MANAGED, "Held by the setting"),
    State(EARLY_HELP, "Early help"),
    State(TRANSFERRED, "Sent to another area, receipt awaited"),
    State(SIGNPOSTED, "Signposted", is_open=False),
    State(LINKED, "Linked to an open case", is_open=False),
    State(NFA, "No further action", is_open=False),
    State(CLOSED, "Closed", is_open=False),
)
STATES: dict[str, State] = {state.code: state for state in _BY_URGENCY}
"""All states, the most urgent first."""

STATE_CODES: tuple[str, ...] = tuple(STATES)
TRIAGE: tuple[str, ...] = tuple(state.code for state in _BY_URGENCY if state.is_triage)
OPEN: tuple[str, ...] = tuple(state.code for state in _BY_URGENCY if state.is_open)
OUTCOMES: tuple[str, ...] = tuple(state.code for state in _BY_URGENCY if not state.is_triage and state.code != CLOSED)


@dataclass(frozen=True)
class Move:
    """One way on: what is done, from which states, to which. `needs_reason`: whoever does it says why."""

    verb: str
    label: str
    sources: tuple[str, ...]
    target: str
    needs_reason: bool = False


RECEIVE, START_CHECKS, ASK, ANSWERED, DECIDE = "receive", "start_checks", "ask", "answered", "decide"
CALL_STRATEGY, HOLD_STRATEGY, RECONVENE, CONFERENCE = "call_strategy", "hold_strategy", "reconvene", "conference"
HAND_OVER, CLOSE, REOPEN, REVIEW, STEP_BACK = "hand_over", "close", "reopen", "review", "step_back"
REPLY, MERGE = "reply", "merge"

_WORKING = (RECEIVED, SCREENING, INFO_REQUESTED)
_DECIDED_ON = (NFA, SIGNPOSTED, EARLY_HELP, SET_MANAGED, ASSESSMENT, LADO, PREVENT, TRANSFERRED, LINKED, IMMEDIATE)

MOVES: tuple[Move, ...] = (
    Move(RECEIVE, "Take", (SENT,), RECEIVED),
    Move(START_CHECKS, "Start the checks", (RECEIVED, INFO_REQUESTED), SCREENING),
    Move(ASK, "Ask for more information", (RECEIVED, SCREENING), INFO_REQUESTED),
    Move(ANSWERED, "The information came", (INFO_REQUESTED,), SCREENING),
    Move(DECIDE, "Decide", (*_WORKING, STRATEGY_HELD), DECISION),
    *(Move(REPLY, "Reply to the referrer", (DECISION,), outcome) for outcome in (*_DECIDED_ON, STRATEGY, S47)),
    Move(CALL_STRATEGY, "Call a strategy discussion", (*_WORKING, DECISION, IMMEDIATE, S47, ASSESSMENT, SET_MANAGED,
                                                       EARLY_HELP, LADO, PREVENT), STRATEGY, needs_reason=True),
    Move(HOLD_STRATEGY, "Record the strategy discussion", (STRATEGY,), STRATEGY_HELD),
    Move(RECONVENE, "Reconvene the strategy discussion", (STRATEGY_HELD, S47), STRATEGY, needs_reason=True),
    Move(CONFERENCE, "Call a child protection conference", (S47,), ICPC),
    Move(REVIEW, "Look again", (SET_MANAGED, EARLY_HELP, ASSESSMENT, LADO, PREVENT, S47), SCREENING, needs_reason=True),
    Move(HAND_OVER, "Hand over to the council’s system", (ASSESSMENT, S47, ICPC, EARLY_HELP), CLOSED),
    Move(CLOSE, "Close", (NFA, SIGNPOSTED, EARLY_HELP, SET_MANAGED, ASSESSMENT, S47, ICPC, LADO, PREVENT, TRANSFERRED,
                          LINKED), CLOSED, needs_reason=True),
    Move(MERGE, "Merge as a duplicate", (NFA, SIGNPOSTED, EARLY_HELP, SET_MANAGED, ASSESSMENT, LADO, PREVENT), LINKED,
         needs_reason=True),
    Move(REOPEN, "Open again", (CLOSED, NFA, SIGNPOSTED, LINKED, TRANSFERRED), RECEIVED, needs_reason=True),
)  # fmt: skip


class MoveRefusedError(Exception):
    """The table knows no such move from here; the message says what can be done instead."""


def target_of(verb: str, source: str, *, outcome: str = "") -> str:
    """Return the state that a move leads to; `outcome` says which where the verb leads to several.

    Raises MoveRefusedError where the table has no such move.
    """
    fits = [move.target for move in MOVES if move.verb == verb and source in move.sources]
    if outcome:
        fits = [target for target in fits if target == outcome]
    if len(fits) != 1:
        ways = ", ".join(dict.fromkeys(move.label.lower() for move in ways_on(source))) or "nothing"
        raise MoveRefusedError(f"From “{STATES[source].label}” this cannot be done. What can be done now: {ways}.")
    return fits[0]


def ways_on(source: str) -> list[Move]:
    """Return the moves that lead on from a state, as the table lists them."""
    return [move for move in MOVES if source in move.sources]


WITH_ANOTHER_ACT = (RECEIVE, DECIDE, REPLY, ANSWERED, HOLD_STRATEGY, HAND_OVER, MERGE)
"""Moves that nobody makes by themselves: they come with another act, such as taking or a reply."""


def needs_reason(verb: str) -> bool:
    """Whether whoever makes a move says why. A step back always does."""
    return verb == STEP_BACK or any(move.needs_reason for move in MOVES if move.verb == verb)


def most_urgent(codes: Iterable[str]) -> str:
    """Return the state in which a referral stands: its most urgent child's. A referral without children is sent."""
    found = set(codes)
    return next((code for code in STATE_CODES if code in found), SENT)
