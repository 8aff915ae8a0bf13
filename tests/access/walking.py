"""Walking the portal and a model of it side by side: how long, and that every action was both done and refused."""

from collections import Counter
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

STEPS_A_WALK = 50


class Counted(RuleBasedStateMachine):
    """A walk that counts its steps, and how often each action was done (True) and refused (False)."""

    steps: ClassVar[int] = 0
    tally: ClassVar[Counter[tuple[str, bool]]] = Counter()


def walk_beside(walk: type[Counted], *, walks: int, at_least: int) -> None:
    """Take so many walks, the same every time; `at_least` so many steps, and each action both done and refused."""
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=walks,
            stateful_step_count=STEPS_A_WALK,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert walk.steps >= at_least
    actions = {name for name, _ in walk.tally}
    assert {each for name in actions for each in ((name, True), (name, False)) if not walk.tally[each]} == set()
