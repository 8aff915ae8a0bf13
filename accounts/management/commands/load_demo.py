from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import second_factor
from accounts.actions.demo import load_demo_partnership
from accounts.demo import DEMO_PASSWORD, demo_accounts, one_account_per_role
from accounts.roles import ROLES


class Command(BaseCommand):
    help = "Load an invented partnership (settings, people of every role) for demonstration. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="only print one account per role and the password")
        parser.add_argument("--list-all", action="store_true", help="only print every account and the password")

    def handle(self, *args: Any, list: bool, list_all: bool, verbosity: int, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "Demo accounts share a printed password, so they are loaded on an embedded portal only "
                "(PORTAL_MODE=embedded), never where real cases are kept."
            )
        if not (list or list_all):
            missing = load_demo_partnership(at=timezone.now())
            if missing:
                self.stderr.write(
                    f"Without an account yet, because the directory lacks them: {', '.join(missing)}. "
                    "Run `manage.py load_editions`, then this again."
                )
        if list or list_all or verbosity > 1:
            self.print_accounts(everyone=list_all)

    def print_accounts(self, *, everyone: bool) -> None:
        accounts = demo_accounts() if everyone else one_account_per_role()
        width = max(len(account.role_label) for account in accounts)
        self.stdout.write(f"Invented accounts, all with the password: {DEMO_PASSWORD}")
        for account in accounts:
            code = "  + code" if second_factor.is_needed_in(ROLES[account.role]) else ""
            self.stdout.write(f"  {account.role_label:<{width}}  {account.email}{code}")
        self.stdout.write("  + code: signing in also asks for a code. This prints it: make demo-code EMAIL")
        if not everyone:
            self.stdout.write("  All of them, both partnerships: python manage.py load_demo --list-all")
