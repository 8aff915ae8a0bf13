"""`manage.py check_procedures`: shape, meaning, coverage and proof of editions. Touches no database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from procedures.checking import Finding, check_file
from procedures.engine.loading import shipped_files


class Command(BaseCommand):
    """Check editions and print what was found; exit 1 on any fault."""

    help = "Check editions: shape, meaning, coverage of the source document, worked examples and proof."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files; none means all that are shipped."""
        parser.add_argument(
            "files", nargs="*", type=Path, metavar="FILE", help="editions to check; all shipped ones by default"
        )
        parser.add_argument("--no-proof", action="store_true", help="leave out the proof, to try changes quickly")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each file and print its findings."""
        failed = 0
        for path in options["files"] or shipped_files():
            self.stdout.write(f"{path.name}")
            for finding in check_file(path, with_proof=not options["no_proof"]):
                failed += not finding.is_good
                self.print_finding(finding)
        if failed:
            self.stderr.write(f"{failed} checks failed. Mend what is named above and run this again.")
            sys.exit(1)
        if options["no_proof"]:
            self.stdout.write("All checks passed. The proof was left out: run this without --no-proof before using it.")
        else:
            self.stdout.write("All checks passed.")

    def print_finding(self, finding: Finding) -> None:
        """Print one finding with its details."""
        self.stdout.write(f"  {'ok  ' if finding.is_good else 'FAIL'} {finding.title}")
        for line in finding.details:
            self.stdout.write(f"       {line}")
