"""The table of states: whole, without a dead end, ranked."""

import pytest

from casework import states
from casework.decisions import DECISIONS


def test_every_state_can_be_reached_and_every_decision_leads_somewhere() -> None:
    assert {move.target for move in states.MOVES} | {states.SENT} == set(states.STATES)
    replied = {move.target for move in states.MOVES if move.verb == states.REPLY}
    assert {kind.outcome for kind in DECISIONS.values()} == replied


@pytest.mark.parametrize("code", sorted(states.STATES))
def test_no_state_is_a_dead_end(code: str) -> None:
    assert states.ways_on(code)


def test_nothing_leaves_triage_but_by_a_reply_or_to_a_strategy_discussion() -> None:
    out = {move.verb for move in states.MOVES for source in move.sources
           if states.STATES[source].is_triage and not states.STATES[move.target].is_triage}  # fmt: skip
    assert out == {states.REPLY, states.CALL_STRATEGY}


def test_a_refused_move_says_what_can_be_done() -> None:
    with pytest.raises(states.MoveRefusedError, match=r"Received by the hub.*decide"):
        states.target_of(states.CLOSE, states.RECEIVED)


def test_a_referral_stands_where_its_most_urgent_child_stands() -> None:
    assert states.most_urgent([states.NFA, states.STRATEGY, states.RECEIVED]) == states.STRATEGY
    assert states.most_urgent([]) == states.SENT
