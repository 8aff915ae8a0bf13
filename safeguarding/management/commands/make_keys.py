"""`manage.py make_keys`: make the secret files that are missing."""

from typing import Any

from django.core.management.base import BaseCommand

from safeguarding.keys import make_missing_keys


class Command(BaseCommand):
    """Make the portal's secret files; existing ones are never touched."""

    help = "Make the secret files that are missing: Django's secret, the field keys and the audit key."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the path of each file made."""
        made = make_missing_keys()
        for path in made:
            self.stdout.write(f"Made {path} (readable by its owner alone). Back it up apart from the database.")
        if not made:
            self.stdout.write("Every secret file is there already; nothing was changed.")
