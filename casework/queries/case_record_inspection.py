"""What the document of a case says of what was entered for an inspector alone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from casework.inspection import KINDS
from casework.queries.case_record_rows import Row, moment, row
from casework.queries.inspection import entries_of, may_see
from casework.queries.inspection_way import child_words
from referrals.models import Referral


def inspection_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return every entry, the oldest first, for whoever may see them."""
    if not may_see(user, case, at=at):
        return
    for entry in reversed(entries_of(case, *KINDS)):
        on = entry.happened_on
        seen = entry.get_seen_display() if entry.seen else ""
        lines = [f"{on.day} {on:%B %Y}, entered {moment(entry.recorded_at)}", seen, entry.who, entry.words]
        of = f", {child_words(entry.child.number).lower()}" if entry.child is not None else ""
        yield row(f"{KINDS[entry.kind].label}{of}", "\n".join(filter(None, lines)), entry.recorded_by.full_name)
