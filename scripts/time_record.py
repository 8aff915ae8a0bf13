"""Print what sealed fields and the audit record together cost on the hub's inbox, its search and the case page.

python scripts/time_record.py [CASES] [ROUNDS]

The same rows stand in two databases: sealed and recorded as the portal does, and in clear with nothing recorded. Each
round opens every page once in each, turn about, in one process; what is compared are the two openings of one round, so
that a busy moment of the machine falls on both. Counted is processor time of this process: a database server's own
and waiting for the disk are in the wall's ratio, printed beside it. The budget is a median ratio of 1.25. With
DATABASE_URL set, the server named there is used, else SQLite.
"""

import os
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

import accounts.encryption  # noqa: E402
from accounts.resealing import sealed_models  # noqa: E402
from casework.actions import reading  # noqa: E402
from tests.form_client import FormClient  # noqa: E402
from tests.referrals.lasting import SMALL  # noqa: E402
from tests.referrals.people import NOW, World, sent  # noqa: E402

BUDGET = 1.25
CASES, ROUNDS, WARM_UP = 40, 60, 3
CLEAR = "clear"
Door = Callable[[], object]


@dataclass
class Times:
    """Milliseconds of one page by round, in the two databases: of the processor, and by the wall's clock."""

    sealed: list[float] = field(default_factory=list)
    clear: list[float] = field(default_factory=list)
    sealed_wall: list[float] = field(default_factory=list)
    clear_wall: list[float] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Return the page's line of the report."""
        low, _, high = statistics.quantiles(self._ratios(), n=4)
        wall = statistics.median(self.sealed_wall) / statistics.median(self.clear_wall)
        return (
            f"{name:10} {statistics.median(self.clear):6.1f} ms in clear and unrecorded, "
            f"{statistics.median(self.sealed):6.1f} ms as it is: ratio {self.ratio:.3f} "
            f"(middle half of rounds {low:.3f} to {high:.3f}; of the best {min(self.sealed) / min(self.clear):.3f}; "
            f"by the wall {wall:.3f})"
        )

    def _ratios(self) -> list[float]:
        return [sealed / clear for sealed, clear in zip(self.sealed, self.clear, strict=True)]

    @property
    def ratio(self) -> float:
        """The median over the rounds of sealed and recorded to clear and unrecorded."""
        return statistics.median(self._ratios())


def make_pages(cases: int) -> dict[str, Door]:
    """Make people and cases, committed; return how each page is opened."""
    world = World()
    made = [sent(world, at=NOW) for _ in range(cases)]
    browser = FormClient()
    browser.force_login(world.hana)

    def opened(path: str, posted: dict[str, str] | None = None) -> Door:
        def door() -> object:
            answer = browser.post(path, posted) if posted else browser.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}.")
            return answer

        return door

    return {
        "hub inbox": opened("/hub/"),
        "search": opened("/hub/search", {"text": "max_Il1"}),
        "case page": opened(f"/cases/{made[-1].pk}/"),
    }


def clear_copy() -> Any:
    """Copy the database, write what is sealed in it as it is, and return a connection to the copy."""
    connection.close()
    connection.creation.clone_test_db(CLEAR, verbosity=0)
    copy = connection.copy()
    copy.settings_dict = connection.creation.get_test_db_clone_settings(CLEAR)
    with using(copy), transaction.atomic():
        for model, fields in sealed_models():
            for row in list(model._base_manager.all()):
                for each in fields:
                    value = getattr(row, each.attname)
                    if value is not None:
                        write(model, row, each, each._to_text(value))
    return copy


def write(model: Any, row: Any, column: Any, text: str) -> None:
    """Put text into a row's column, past the field that would seal it."""
    quote, meta = connection.ops.quote_name, model._meta
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(meta.db_table)} SET {quote(column.column)} = %s "  # noqa: S608  names of ours
            f"WHERE {quote(meta.pk.column)} = %s",
            [text, meta.pk.get_db_prep_value(row.pk, connection)],
        )


@contextmanager
def using(other: Any) -> Iterator[None]:
    """Have everything go to another connection."""
    mine = connections["default"]
    connections["default"] = other
    try:
        yield
    finally:
        connections["default"] = mine


@contextmanager
def in_clear_and_unrecorded(copy: Any) -> Iterator[None]:
    """Read the copy, values as they stand, and let reading leave no record, nor open the transaction for it.

    Whether this person may read is asked all the same: without a record it would be, too.
    """
    names = ("read_list", "read_case", "search")
    seal, open_ = accounts.encryption.seal_text, accounts.encryption.open_text
    actions = {name: getattr(reading, name) for name in names}
    record_event = reading.record_event
    accounts.encryption.seal_text = accounts.encryption.open_text = lambda text, context: text
    reading.record_event = lambda **_: None
    for name, action in actions.items():
        setattr(reading, name, action.__wrapped__)  # what transaction.atomic was put around
    try:
        with using(copy):
            yield
    finally:
        accounts.encryption.seal_text, accounts.encryption.open_text = seal, open_
        reading.record_event = record_event
        for name, action in actions.items():
            setattr(reading, name, action)


def timed(door: Door) -> tuple[float, float]:
    """Return milliseconds of processor and wall that one opening takes."""
    wall, started = perf_counter(), process_time()
    door()
    return (process_time() - started) * 1000, (perf_counter() - wall) * 1000


def measure(doors: Mapping[str, Door], copy: Any, rounds: int) -> dict[str, Times]:
    """Open every page in both databases, as often as asked for; which comes first changes each round."""
    times = {name: Times() for name in doors}
    for turn in range(-WARM_UP, rounds):
        for name, door in doors.items():
            got: dict[bool, tuple[float, float]] = {}
            for is_clear in (False, True) if turn % 2 else (True, False):
                if is_clear:
                    with in_clear_and_unrecorded(copy):
                        got[is_clear] = timed(door)
                else:
                    got[is_clear] = timed(door)
            if turn >= 0:
                times[name].sealed.append(got[False][0])
                times[name].clear.append(got[True][0])
                times[name].sealed_wall.append(got[False][1])
                times[name].clear_wall.append(got[True][1])
    return times


def main() -> int:
    """Print one line for each page; return 1 where one is over the budget."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    setup_test_environment()
    settings.EDITIONS_DIR = SMALL
    timezone.now = lambda: NOW
    databases = setup_databases(verbosity=0, interactive=False)
    copy = None
    try:
        doors = make_pages(cases)
        copy = clear_copy()
        times = measure(doors, copy, rounds)
    finally:
        if copy is not None:
            copy.close()
            connection.creation.destroy_test_db(suffix=CLEAR, verbosity=0)
        teardown_databases(databases, verbosity=0)
    for name, each in times.items():
        print(each.line(name))
    print(f"{cases} cases, {rounds} rounds, {connection.vendor}; the budget is {BUDGET}.")
    return int(any(each.ratio > BUDGET for each in times.values()))


if __name__ == "__main__":
    sys.exit(main())
