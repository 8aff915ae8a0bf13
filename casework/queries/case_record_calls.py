"""What the document of a case says of calls, and of the numbers under which others know the case."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from casework.queries.calls import calls_of
from casework.queries.case_record_rows import Row, moment, row
from casework.queries.child_words import child_label
from casework.queries.references import references_of
from referrals.models import Referral
from referrals.models.calls import CallRecord


def call_title(call: CallRecord) -> str:
    """Return who rang whom: "Call to: 101"."""
    way = "Call to" if call.direction == call.Direction.MADE else "Call from"
    return f"{way}: {call.get_other_kind_display()}"


def call_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return each call that this person may know of as it stands, with what was corrected in it, the oldest first."""
    for found in reversed(calls_of(user, case, at=at)):
        lines = [*_lines(found.row), *(f"Before: {line}" for call in found.earlier for line in _lines(call))]
        yield row(call_title(found.row), "\n".join(lines), found.row.recorded_by.full_name)


def _lines(call: CallRecord) -> list[str]:
    waited = "" if call.waited_minutes is None else f"Waited {call.waited_minutes} minutes"
    said = [("", moment(call.began_at)), ("", call.get_ended_display()), ("", waited), ("Spoken to: ", call.other),
            ("Number: ", call.number), ("On this side: ", call.own_caller), ("", call.agreed),
            ("Incident or log number: ", call.reference), ("Late: ", call.late_why),
            ("Corrected: ", call.correction_why)]  # fmt: skip
    return [f"{label}{text}" for label, text in said if text]


def reference_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return each number that was given, in every version, as far as this person may know of it."""
    for each in references_of(user, case, at=at):
        about = f"{child_label(case, each.child)}: " if each.child is not None else ""
        value = each.value or "Taken back: none is known"
        label = f"{each.get_kind_display()}, given {moment(each.set_at)}"
        yield row(label, f"{about}{value}", each.set_by.full_name)
