"""Print how the hub's queue keeps its speed as it grows, and how the database finds each page of it.

python scripts/time_queue.py [FEW] [MANY] [ROUNDS]

The same pages (each tab, each filter, one deep in the list, one that fits nothing) are read when there are FEW cases
and when there are MANY, invented, of two hubs and many settings, two in three closed. Compared are the quickest of
ROUNDS readings; the budget is a ratio of 3 for whatever a hub works from day by day. What looks for something rare is
shown, not judged. Then every statement behind each page is explained: none may read a large table whole, nor sort what
an index holds in order (with TIME_QUEUE=plans all are printed). With DATABASE_URL set, the server named there is used,
else SQLite.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from casework.models import QueueEntry  # noqa: E402
from casework.models.queue import TABS  # noqa: E402
from casework.queries.queue import ME, NOBODY, Wanted, page_of, settings_in_queue  # noqa: E402
from scripts.invented_queue import RARE, Invented  # noqa: E402
from tests.referrals.lasting import SMALL  # noqa: E402
from tests.referrals.people import NOW, World  # noqa: E402

BUDGET = 3.0
FLOOR = 1.0
"""Milliseconds that are added to both sides: what is that quick is quick enough."""
FEW, MANY, ROUNDS = 1_000, 100_000, 9
LARGE = ("casework_queueentry", "referrals_referral", "referrals_route", "referrals_routing", "referrals_clock")
Page = Callable[[], Any]


def pages_of(world: World, invented: Invented) -> dict[str, Page]:
    """Return how each page is read, by its name; those that begin with a bracket are not judged."""
    mine = QueueEntry.objects.exclude(tab="closed").filter(agency=invented.hub).order_by("sort_key")
    deep = mine.values_list("sort_key", flat=True)[mine.count() // 2]

    def page(wanted: Wanted, *, after: str = "", by: Any = world.hana) -> Page:
        return lambda: page_of(by, wanted, after=after, at=invented.now)

    narrow = Wanted(concern=RARE, urgency="emergency", area="outside_england", is_looked_after=True)
    open_tabs = {f"tab {tab}": page(Wanted(tab=tab)) for tab in TABS}
    return open_tabs | {
        "all open": page(Wanted()),
        "deep": page(Wanted(), after=deep),
        "night, several units": page(Wanted(), by=world.nora),
        "concern": page(Wanted(concern="grooming")),
        "urgency": page(Wanted(urgency="emergency")),
        "level": page(Wanted(level="level_3")),
        "area": page(Wanted(area="cumberland")),
        "setting": page(Wanted(setting=invented.settings[0].pk)),
        "mine": page(Wanted(assignee=ME)),
        "nobody's": page(Wanted(assignee=NOBODY)),
        "overdue": page(Wanted(is_overdue=True)),
        "looked after": page(Wanted(is_looked_after=True)),
        "settings to choose": lambda: settings_in_queue(world.hana, at=invented.now),
        "[closed, setting": page(Wanted(tab="closed", setting=invented.settings[0].pk)),
        "[closed, rare concern": page(Wanted(tab="closed", concern=RARE)),
        "[closed, fits nothing": page(replace(narrow, tab="closed")),
        "[open, rare concern": page(Wanted(concern=RARE)),
        "[open, fits nothing": page(narrow),
    }


def timed(pages: dict[str, Page], rounds: int) -> dict[str, float]:
    """Return the milliseconds of each page's quickest reading."""
    found = dict.fromkeys(pages, float("inf"))
    for _ in range(rounds):
        for name, page in pages.items():
            started = perf_counter()
            page()
            found[name] = min(found[name], (perf_counter() - started) * 1000)
    return found


def plans_of(page: Page) -> list[str]:
    """Return the lines of the database's plan for every statement behind a page."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        page()
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF)"
    lines: list[str] = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.startswith("SELECT"):
                cursor.execute(f"{explain} {sql}", params)
                lines += [str(row[-1]).strip() for row in cursor.fetchall()]
    return lines


def faults_in(lines: list[str]) -> list[str]:
    """Return the lines of a plan that read a large table whole, or sort what should be found in order."""
    faults = []
    for line in lines:
        whole = (line.startswith("SCAN ") and "USING" not in line) or "Seq Scan on" in line
        if (whole and any(table in line for table in LARGE)) or ("casework_queue" in line and "TEMP B-TREE" in line):
            faults.append(line)
    return faults


def main() -> int:
    """Grow the queue, read its pages before and after; return 1 where one got slower beyond the budget."""
    few, many, rounds = (int(each) for each in (*sys.argv[1:], *map(str, (FEW, MANY, ROUNDS)[len(sys.argv) - 1 :])))
    settings.EDITIONS_DIR = SMALL
    setup_test_environment()
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        with transaction.atomic():
            world = World()
            invented = Invented(world, now=NOW)
            invented.grow_to(few)
        _analyze()
        before = timed(pages_of(world, invented), rounds)
        started = timezone.now()
        with transaction.atomic():
            invented.grow_to(many)
        _analyze()
        print(f"{many} cases were invented in {(timezone.now() - started).seconds} s on {connection.vendor}.")
        pages = pages_of(world, invented)
        after = timed(pages, rounds)
        ratios = {name: (after[name] + FLOOR) / (before[name] + FLOOR) for name in pages}
        for name, ratio in ratios.items():
            print(f"{name:24} {before[name]:7.1f} ms of {few}, {after[name]:7.1f} ms of {many}: {ratio:5.2f}")
        faults = _explain(pages)
        worst = max((ratio, name) for name, ratio in ratios.items() if not name.startswith("["))
        print(f"The worst ratio is {worst[0]:.2f} ({worst[1]}); the budget is {BUDGET}. Plans at fault: {faults}.")
    finally:
        teardown_databases(kept, verbosity=0)
    return int(worst[0] > BUDGET or faults > 0)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _explain(pages: dict[str, Page]) -> int:
    found = 0
    for name, page in pages.items():
        lines = plans_of(page)
        faults = faults_in(lines)
        found += len(faults)
        if faults or os.environ.get("TIME_QUEUE") == "plans":
            print(f"{name}:", *(f"{'! ' if line in faults else '  '}{line}" for line in lines), sep="\n    ")
    return found


if __name__ == "__main__":
    sys.exit(main())
