from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit import append_only
from audit.chain import first_break
from audit.models import Event


class Command(BaseCommand):
    help = "Walk the audit record from its first event and say whether every event is as it was written."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = first_break(Event.objects.order_by("sequence").iterator(chunk_size=2000))
        unguarded = append_only.missing(connection)
        if broken:
            raise CommandError(
                f"The record is broken at event {broken.sequence}: {broken.reason}. Keep this database as it is, tell "
                "the data protection lead, and compare with a backup made before the change."
            )
        if unguarded:
            raise CommandError(
                f"Every event is as written, but the table's guard is not in place: {', '.join(unguarded)} missing. "
                "Put it back with audit.append_only.install and find out who removed it."
            )
        last = Event.objects.order_by("-sequence").first()
        if last is None:
            self.stdout.write("The record is empty and guarded.")
        else:
            self.stdout.write(f"{last.sequence} events, each as written; the last carries {last.mac}.")
