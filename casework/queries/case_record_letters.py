"""What the document of a case says of what was written about it: advice before it began, notes, and letters."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from casework.models import Consultation, Note
from casework.queries.case_record_rows import Row, moment, row
from casework.queries.consultations import consultation_behind, rows_of
from casework.queries.notes import messages_to_referrer, notes_of
from referrals.models import Message, Referral


def advice_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return the advice with which a case began, where it did, and what was corrected in it."""
    found = consultation_behind(user, case, at=at)
    if found is None:
        return
    yield _advice(f"Consultation {found.reference}", found)
    for earlier in rows_of(found):
        yield _advice(f"Consultation {found.reference}, as it was written before", earlier)


def _advice(label: str, row_: Consultation) -> Row:
    asker = ", ".join(filter(None, (row_.asker_name, row_.asker_role, row_.asker_setting, row_.asker_number)))
    said = [
        ("Asked", f"{moment(row_.asked_at)}, {row_.get_how_display().lower()}, of {row_.agency.name}"),
        ("Asked by", asker),
        ("About whom", row_.child if row_.is_named else "Nobody was named"),
        ("What they asked", row_.question),
        ("What they were told", row_.advice),
        ("Advised", row_.get_advised_display()),
        ("What comes next", row_.next_step),
        ("Corrected", row_.correction_why),
        ("Written down", moment(row_.recorded_at)),
    ]
    return row(label, "\n".join(f"{name}: {text}" for name, text in said if text), row_.recorded_by.full_name)


def note_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return the notes that this person reads, the oldest first, each with who else reads it."""
    for note in reversed(notes_of(user, case, at=at)):
        lines = [moment(note.written_at), f"Read by: {note_readers(note)}"]
        lines += [f"Corrects the note of {moment(note.corrects.written_at)}"] if note.corrects is not None else []
        yield row(f"Note of {note.agency.name}", "\n".join([*lines, note.text]), note.written_by.full_name)


def note_readers(note: Note) -> str:
    """Return who reads a note: "The hub only", or the hub and the agencies that it names."""
    to = [each.agency.name for each in note.recipients.all()]
    return f"The hub and {', '.join(to)}" if to else "The hub only"


def letter_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return what was written to the referrer and asked of them, the oldest first, with what they answered."""
    for message in reversed(messages_to_referrer(user, case, at=at)):
        wanted = f"An answer is wanted by {_day(message.answer_by)}" if message.answer_by is not None else ""
        lines = [f"{message.agency.name}, {moment(message.sent_at)}", message.text, wanted]
        yield row(letter_title(message), "\n".join(filter(None, lines)), message.sent_by.full_name)
        for answer in message.answers.all():
            said = f"{moment(answer.added_at)}\n{answer.in_full}"
            yield row(f"Answer to question {message.number}", said, answer.added_by.full_name)
        if message.is_question and not message.answers.all():
            yield row(f"Answer to question {message.number}", "Not answered")


def letter_title(message: Message) -> str:
    """Return what a message is: "Question 2 to the referrer"."""
    return f"{'Question' if message.is_question else 'Note'} {message.number} to the referrer"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
