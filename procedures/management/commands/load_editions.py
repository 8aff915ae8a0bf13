"""`manage.py load_editions`: bring the shipped editions into use, and seed the directory from them."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from procedures.actions.publishing import publish
from procedures.editions import all_editions


class Command(BaseCommand):
    """Keep each shipped edition and put its units into the directory. Safe to run again."""

    help = "Bring the shipped editions into use and seed the directory from them. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish each shipped edition."""
        for edition in all_editions():
            publish(edition=edition, by=None, at=timezone.now())
            if options["verbosity"]:
                self.stdout.write(f"{edition.id} {edition.version} is in use ({edition.digest[:12]}).")
