from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.second_factor import reset_second_factor
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Remove the second factors of somebody who lost theirs; they set one up anew when they next sign in. "
        "First make sure, in person or by a telephone number known before, that it is them who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has an account with that address. Check how it is written.")
        removed = reset_second_factor(user=user, by=None, at=timezone.now())
        self.stdout.write(f"Removed: {removed}. They set up a second step when they next sign in.")
