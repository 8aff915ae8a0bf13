"""Print what sealed fields and the audit record together cost on the hub's inbox, its search and the case page.

python scripts/time_record.py [CASES]

Both ways are measured in one run on one machine, turn about: as the portal is, and with values stored in clear and
nothing recorded. Counted is processor time, of which the best of each page; on a busy machine it says little. The
budget is a ratio of 1.25.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

import accounts.encryption  # noqa: E402
import audit.record  # noqa: E402
from tests.form_client import FormClient  # noqa: E402
from tests.referrals.lasting import SMALL  # noqa: E402
from tests.referrals.people import NOW, World, sent  # noqa: E402

TURNS, ROUNDS = 4, 12
BUDGET = 1.25


def nothing_recorded(*, event, by, at, subject=None, detail=None, by_role=""):  # type: ignore[no-untyped-def]
    """Stand in for the writer of the record."""


@contextmanager
def in_clear_and_unrecorded() -> Iterator[None]:
    """Store values as they are, and record nothing."""
    seal, open_, code = accounts.encryption.seal_text, accounts.encryption.open_text, audit.record.record_event.__code__
    accounts.encryption.seal_text = lambda text, context: text
    accounts.encryption.open_text = lambda text, context: text
    audit.record.record_event.__code__ = nothing_recorded.__code__
    try:
        yield
    finally:
        accounts.encryption.seal_text, accounts.encryption.open_text = seal, open_
        audit.record.record_event.__code__ = code


@contextmanager
def as_it_is() -> Iterator[None]:
    """Change nothing."""
    yield


def pages(cases: int) -> dict[str, Callable[[], object]]:
    """Make people and cases; return how each page is opened."""
    world = World()
    made = [sent(world, at=NOW) for _ in range(cases)]
    browser = FormClient()
    browser.force_login(world.hana)

    def opened(path: str, posted: dict[str, str] | None = None) -> Callable[[], object]:
        def door() -> object:
            answer = browser.post(path, posted) if posted else browser.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}.")
            return answer

        return door

    return {
        "hub inbox": opened("/hub/"),
        "search": opened("/hub/search", {"text": made[-1].reference}),
        "case page": opened(f"/cases/{made[-1].pk}/"),
    }


def measure(way: Callable[[], object], cases: int) -> dict[str, float]:
    """Return the best milliseconds of processor time of each page, one way, in a database that is then as it was."""
    with way(), transaction.atomic():  # type: ignore[attr-defined]
        doors = pages(cases)
        times: dict[str, list[float]] = {name: [] for name in doors}
        for name, door in doors.items():
            door()
            for _ in range(ROUNDS):
                started = process_time()
                door()
                times[name].append((process_time() - started) * 1000)
        transaction.set_rollback(True)
    return {name: min(each) for name, each in times.items()}


def main() -> int:
    """Print one line for each page; return 1 where one is over the budget."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    setup_test_environment()
    settings.EDITIONS_DIR = SMALL
    timezone.now = lambda: NOW
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        turns = [(measure(in_clear_and_unrecorded, cases), measure(as_it_is, cases)) for _ in range(TURNS)]
    finally:
        teardown_databases(databases, verbosity=0)
    without = {name: min(plain[name] for plain, _ in turns) for name in turns[0][0]}
    with_both = {name: min(full[name] for _, full in turns) for name in without}
    over = False
    for name, plain in without.items():
        ratio = with_both[name] / plain
        over = over or ratio > BUDGET
        print(f"{name}: {plain:.1f} ms in clear and unrecorded, {with_both[name]:.1f} ms as it is: ratio {ratio:.2f}")
    print(f"{cases} cases; the budget is {BUDGET}.")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
