"""Run every check that needs no running portal, or (with --fix) mend what can be mended.

All checks run even when one fails, so that one call shows everything; what failed is named at the end. Two run at a
time, those that take longest first.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]

CHECKS: dict[str, list[str]] = {
    "procedures": [*MANAGE, "check_procedures"],
    "types": [str(BIN / "mypy")],
    "generated pages": [sys.executable, "scripts/generated_docs.py", "--check"],
    "settings (embedded)": [*MANAGE, "check", "--fail-level", "WARNING"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "who imports whom": [str(BIN / "lint-imports")],
    "lint": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
}
FIXES: dict[str, list[str]] = {
    "lint": [str(BIN / "ruff"), "check", "--fix", "."],
    "format": [str(BIN / "ruff"), "format", "."],
    "generated pages": [sys.executable, "scripts/generated_docs.py"],
}


def run(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one command and print how it went; its own words are printed when it fails."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    took = f"({time.monotonic() - started:.1f} s)"
    if done.returncode == 0:
        print(f"  ok      {name} {took}\n", end="", flush=True)
        return True
    print(f"  FAILED  {name} {took}: {' '.join(command)}\n{done.stdout}{done.stderr}\n", end="", flush=True)
    return False


def check_production(environment: dict[str, str], folder: Path) -> bool:
    """Django's own deployment checks, under production settings with keys made for the purpose."""
    production = environment | {
        "PORTAL_DATA_DIR": str(folder / "production"),
        "PORTAL_MODE": "embedded",
        "PORTAL_ADDRESS": "https://referrals.example.org",
    }
    made = run("keys for the next check", [*MANAGE, "make_keys"], production)
    production["PORTAL_MODE"] = "production"
    return made and run("settings (production)", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], production)


def main() -> int:
    """Run all; return 0 when everything is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="mend what can be mended, then check nothing")
    wanted, at_once = (FIXES, 1) if parser.parse_args().fix else (CHECKS, 2)
    with tempfile.TemporaryDirectory(prefix="portal-checks-") as folder:
        ours = ("PORTAL_", "DATABASE_URL", "CELERY_BROKER_URL")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment["PORTAL_DATA_DIR"] = folder
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            going = {name: pool.submit(run, name, command, environment) for name, command in wanted.items()}
            if wanted is CHECKS:
                going["settings (production)"] = pool.submit(check_production, environment, Path(folder))
        failed = [name for name, one in going.items() if not one.result()]
    print("Everything is well." if not failed else f"Failed: {', '.join(failed)}.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
