"""`manage.py route`: the routing of one case, or of one case a line, as JSON. Touches no database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from procedures import editions
from procedures.engine.facts import FactsRefused, parse_facts
from procedures.engine.joining import route_by_area
from procedures.engine.routing import Routing, route

REFUSED = 2
"""The exit code for facts or an edition that cannot be used."""


class Command(BaseCommand):
    """Print the routing of a case with its reasons."""

    help = "Print where a case goes and why, as one JSON object. Facts come from a file, or from standard input with -."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --facts, --edition and --lines."""
        parser.add_argument(
            "--facts", required=True, metavar="FILE", help="a JSON file with the facts, or - for standard input"
        )
        parser.add_argument("--edition", help="decide everything under this edition, such as cumbria or cumbria@v27")
        parser.add_argument(
            "--lines", action="store_true", help="read one JSON object a line and print one answer a line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, route, print; exit 2 with the reason where the facts or the edition cannot be used."""
        today = timezone.localdate()
        for number, text in enumerate(self.texts(options["facts"], options["lines"]), 1):
            where = f"line {number}: " if options["lines"] else ""
            try:
                routing = self.routing(json.loads(text), options["edition"], today)
            except json.JSONDecodeError as error:
                self.refuse(f"{where}This is not JSON ({error.msg}, line {error.lineno}). Check quotes and commas.")
            except (FactsRefused, editions.UnknownEditionError) as error:
                self.refuse(f"{where}{error}")
            else:
                indent = None if options["lines"] else 2
                self.stdout.write(json.dumps(routing.as_data(), ensure_ascii=False, indent=indent))

    def routing(self, data: object, edition: str | None, today: date) -> Routing:
        """Return the routing under a named edition, or under those in force today."""
        facts = parse_facts(data)
        if edition is not None:
            return route(editions.get_edition(edition), facts)
        return route_by_area(editions.editions_in_force(on=today), facts)

    def texts(self, name: str, lines: bool) -> Iterator[str]:
        """Yield the JSON texts of the input."""
        if name == "-":
            text = sys.stdin.read()
        else:
            try:
                text = Path(name).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                self.refuse(f"{name} cannot be read ({error}). Name a JSON file, or - for standard input.")
        if not lines:
            yield text
            return
        yield from (line for line in text.splitlines() if line.strip())

    def refuse(self, message: str) -> None:
        """Say why on standard error, and stop."""
        self.stderr.write(message)
        sys.exit(REFUSED)
