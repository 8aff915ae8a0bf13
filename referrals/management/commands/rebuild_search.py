"""`manage.py rebuild_search`: make the search index anew from what was sent, and from what later apps keep."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.encryption import EncryptionError
from referrals.actions import search_index


class Command(BaseCommand):
    """Index every sent referral anew, and what later apps have to be found."""

    help = "Make the search index anew, after a new search key or an edition whose questions name more."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many referrals can be found now."""
        try:
            count = search_index.rebuild(by=None, at=timezone.now())
        except EncryptionError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} referrals can be found by name, date of birth, account name and reference.")
