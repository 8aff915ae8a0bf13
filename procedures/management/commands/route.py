"""`manage.py route`: the routing of one case, or of one case a line, as JSON. Touches no database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procedures import editions
from procedures.engine.facts import FactsRefused, parse_facts
from procedures.engine.joining import NoEdition, route_by_area
from procedures.engine.reading_yaml import ContentRefused
from procedures.engine.routing import Routing, route
from procedures.engine.units import NoOwner

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
        for where, text in self.texts(options["facts"], options["lines"]):
            try:
                routing = self.routing(self.parsed(text), options["edition"], today)
            except (FactsRefused, editions.UnknownEditionError) as error:
                self.refuse(f"{where}{error}")
            except (NoEdition, NoOwner, ContentRefused) as error:
                raise CommandError(f"{where}{error}") from error
            indent = None if options["lines"] else 2
            self.stdout.write(json.dumps(routing.as_data(), ensure_ascii=False, indent=indent))

    def parsed(self, text: str) -> object:
        """Return the JSON value of a text. Raises FactsRefused where it is none, or holds a key twice."""
        try:
            return json.loads(text, object_pairs_hook=_each_key_once)
        except FactsRefused:
            raise
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise FactsRefused(f"This is not JSON ({error.msg}, {where}). Check quotes and commas.") from error
        except (RecursionError, ValueError) as error:
            raise FactsRefused("This JSON is nested too deeply or holds a number too long to read.") from error

    def routing(self, data: object, edition: str | None, today: date) -> Routing:
        """Return the routing under a named edition, or under those in force today."""
        facts = parse_facts(data)
        if edition is not None:
            return route(editions.get_edition(edition), facts)
        return route_by_area(editions.editions_in_force(on=today), facts)

    def texts(self, name: str, lines: bool) -> Iterator[tuple[str, str]]:
        """Yield the JSON texts of the input, each with the words that say where it stands."""
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            text = raw.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.refuse(f"{name} cannot be read ({error}). Name a JSON file in UTF-8, or - for standard input.")
        if not lines:
            yield "", text
            return
        # Not splitlines: JSON may hold the other characters that Python takes for the end of a line.
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield f"line {number}: ", line

    def refuse(self, message: str) -> NoReturn:
        """Say why on standard error, and stop."""
        self.stderr.write(message)
        sys.exit(REFUSED)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise FactsRefused(f'"{key}" is written twice. Keep one of them.')
        found[key] = value
    return found
