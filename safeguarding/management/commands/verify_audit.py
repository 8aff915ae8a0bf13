"""`manage.py verify_audit`: is the record what was written, to its end?"""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit import append_only
from audit.anchors import Anchor, AnchorFileError, printed_anchor, read_file
from audit.chain import AuditKeyError
from audit.examining import Findings, examine
from audit.models import Event
from referrals.pack_anchors import anchors_in_packs

KEEP = "Keep this database as it is, tell the data protection lead, and compare with a backup made before the change."
MOST_NAMED = 5


class Command(BaseCommand):
    """Walk the record; with anchors also see whether its end, or the whole of it, was exchanged."""

    help = (
        "Walk the audit record from its first event and say whether every event is as it was written. With --anchors, "
        "hold it also against what was published outside it: an end that was cut off is seen by that alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --anchors [FILE] and any number of --printed."""
        parser.add_argument(
            "--anchors",
            nargs="?",
            const="",
            default=None,
            metavar="FILE",
            help="compare with the anchors of this file (of the portal's own without one) and of every stored pack",
        )
        parser.add_argument(
            "--printed",
            action="append",
            default=[],
            metavar="ANCHOR",
            help="compare with what a printed pack or a daily message says: “event 12, chain head 0123456789abcdef”",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print that all is well, or raise CommandError with everything that is not."""
        try:
            anchors = list(_anchors(options["anchors"], options["printed"]))
            found = examine(Event.objects.order_by("sequence").iterator(chunk_size=2000), anchors)
        except (AnchorFileError, AuditKeyError) as error:
            raise CommandError(str(error)) from error
        trouble = list(_trouble(found))
        unguarded = append_only.missing(connection)
        if trouble:
            raise CommandError("\n".join([*trouble, KEEP]))
        if unguarded:
            raise CommandError(
                f"Every event is as written, but the table's guard is not in place: {', '.join(unguarded)} missing. "
                "Put it back with audit.append_only.install and find out who removed it."
            )
        self.stdout.write(_all_well(found, anchors, was_asked=options["anchors"] is not None))


def _anchors(file: str | None, printed: Iterable[str]) -> Iterable[Anchor]:
    if file is not None:
        path = file or settings.AUDIT_ANCHOR_FILE
        anchors = read_file(path)
        if not anchors and Event.objects.exists():
            raise CommandError(
                f"The anchor file {path} holds no anchor, though events are recorded: it was removed, or beat never "
                "ran. Put its copy back, or compare with the daily messages (--printed)."
            )
        yield from anchors
        yield from anchors_in_packs()
    for words in printed:
        anchor = printed_anchor(words)
        if anchor is None:
            raise CommandError(f"{words!r} is no anchor. Write it as printed: “event 12, chain head 0123456789abcdef”.")
        yield anchor


def _trouble(found: Findings) -> Iterable[str]:
    if found.broken:
        yield f"The record is broken at event {found.broken.sequence}: {found.broken.reason}."
    if found.beyond:
        plural = "s are" if found.missing_at_end != 1 else " is"
        yield (
            f"At least {found.missing_at_end} event{plural} missing at the end: the newest present is {found.last}, "
            f"and {_named(found.beyond)} was published."
        )
    if found.unfitting:
        yield (
            f"The record was exchanged or rewritten: {_named(found.unfitting)} does not carry the hash that was "
            f"published. The last event that can be trusted stands before {found.unfitting[0].sequence}."
        )


def _named(anchors: tuple[Anchor, ...]) -> str:
    words = [f"event {each.sequence} ({each.found_in})" for each in anchors[:MOST_NAMED]]
    more = len(anchors) - len(words)
    return "; ".join(words) + (f"; and {more} more" if more else "")


def _all_well(found: Findings, anchors: list[Anchor], *, was_asked: bool) -> str:
    if not found.last:
        return "The record is empty and guarded."
    words = f"{found.last} events, each as written; the last carries {found.mac}."
    if anchors:
        newest = max(anchor.sequence for anchor in anchors)
        return f"{words} {len(anchors)} anchors fit; the newest is of event {newest}."
    return words if was_asked else f"{words} Whether the end was cut off, --anchors says."
