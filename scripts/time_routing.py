"""Print how long one routing takes in process, over the worked examples and vignettes of the shipped editions.

python scripts/time_routing.py
"""

import statistics
import sys
from pathlib import Path
from time import perf_counter_ns

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from procedures.engine.edition import Edition
from procedures.engine.examples import facts_of, load_examples
from procedures.engine.facts import Facts
from procedures.engine.loading import load_edition, shipped_files
from procedures.engine.routing import route

ROUNDS = 15
BUDGET_MS = 1.0


def cases_beside(path: Path) -> list[Facts]:
    """Return the facts of every example and vignette that stands beside an edition's file."""
    found = []
    for kind in ("examples", "vignettes"):
        file = path.with_name(f"{path.stem}.{kind}.yaml")
        if file.is_file():
            loaded = load_examples(file)
            found += [facts_of(loaded, each) for each in (*loaded.examples, *loaded.vignettes)]
    return found


def best_times(edition: Edition, cases: list[Facts]) -> list[float]:
    """Return for each case its best time of several rounds in milliseconds; the best is least disturbed by others."""
    best = [float("inf")] * len(cases)
    for _ in range(ROUNDS):
        for index, case in enumerate(cases):
            started = perf_counter_ns()
            route(edition, case)
            best[index] = min(best[index], (perf_counter_ns() - started) / 1e6)
    return sorted(best)


def main() -> None:
    """Print one line for each shipped edition."""
    for path in shipped_files():
        times = best_times(load_edition(path), cases_beside(path))
        slow = times[int(len(times) * 0.95)]
        print(
            f"{path.stem}: {len(times)} cases, median {statistics.median(times):.2f} ms, 95 of 100 within {slow:.2f} "
            f"ms, slowest {times[-1]:.2f} ms (budget {BUDGET_MS:.0f} ms)"
        )


if __name__ == "__main__":
    main()
