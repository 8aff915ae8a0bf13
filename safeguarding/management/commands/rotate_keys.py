"""`manage.py rotate_keys`: a new key, and everything sealed under it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.encryption import EncryptionError
from safeguarding.rotation import NotAllResealedError, rotate


class Command(BaseCommand):
    """Seal everything anew. The portal may run meanwhile."""

    help = "Add a key to the ring, make it the current one and seal every field, secret and pack anew under it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --resume."""
        parser.add_argument("--resume", action="store_true", help="go on under the current key; make no new one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was done; raise CommandError with the cure for what could not be."""
        try:
            tally = rotate(by=None, at=timezone.now(), say=self.stdout.write, new_key=not options["resume"])
        except (EncryptionError, NotAllResealedError, OSError) as error:
            raise CommandError(f"{error}\nWhat was done stays done: mend this, then run with --resume.") from error
        self.stdout.write(
            f"{tally.anew} values sealed anew, {tally.kept} were already; nothing is left under an older key. Keep the "
            "older keys in the ring as long as any backup made before today is kept."
        )
