from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.demo_codes import NoDemoCodeError, code_now


class Command(BaseCommand):
    help = "Print the code with which an invented person signs in now. For demonstration data only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("Codes can be printed on an embedded portal only, never where real cases are kept.")
        try:
            found = code_now(email, at=timezone.now())
        except NoDemoCodeError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(found.code)
        self.stderr.write(f"For the next {found.seconds_left} seconds, and once.")
