"""Walking the portal and a model of it side by side: how long, and that every action was both done and refused."""

import uuid
from collections import Counter
from collections.abc import Callable, Hashable
from itertools import count
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

STEPS_A_WALK = 50
MOST = 4
"""What is drawn hangs on which modules are imported; a round more comes to what one left out."""


class Counted(RuleBasedStateMachine):
    """A walk that counts its steps, and how often each action was done (True) and refused (False)."""

    actions: ClassVar[tuple[str, ...]]
    """The name of every action that must have been both done and refused."""
    steps: ClassVar[int] = 0
    tally: ClassVar[Counter[tuple[str, bool]]] = Counter()
    worded: ClassVar[dict[Hashable, tuple[str, Any] | None]] = {}

    @classmethod
    def begin(cls) -> None:
        """Forget what an earlier test counted and asked."""
        cls.steps, cls.tally, cls.worded = 0, Counter(), {}

    def told(self, question: Callable[[], QuerySet[Any]], key: Hashable) -> set[uuid.UUID]:
        """Ask the portal's own question, put into words once for each key: the wording is the dear part.

        It is asked anew each time, of the rows as they are; the key must name all else that its words hang on (who
        asks, of what, when).
        """
        if key not in self.worded:
            try:
                self.worded[key] = question().order_by().query.sql_with_params()
            except EmptyResultSet:  # nothing, whatever the rows
                self.worded[key] = None
        words = self.worded[key]
        if words is None:
            return set()
        with connection.cursor() as cursor:
            cursor.execute(*words)
            return {uuid.UUID(str(row[0])) for row in cursor.fetchall()}


def walk_beside(walk: type[Counted], *, walks: int, at_least: int) -> None:
    """Take rounds of so many walks, until there were `at_least` so many steps and each action was done and refused.

    Each round draws from a seed of its own. An AssertionError says what was still missed after `MOST` times the steps.
    """
    for number in count():
        run_state_machine_as_test(
            seed(number)(walk),
            settings=settings(
                max_examples=walks,
                stateful_step_count=STEPS_A_WALK,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        if walk.steps >= at_least and not missed(walk):
            return
        assert walk.steps < MOST * at_least, f"{walk.steps} steps; not both done and refused: {missed(walk)}"


def missed(walk: type[Counted]) -> set[tuple[str, bool]]:
    """Return what no walk has come to yet."""
    return {each for name in walk.actions for each in ((name, True), (name, False)) if not walk.tally[each]}
