"""Writing on a case: a note for the hub, for the partners whom it names, or for the referrer."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from casework import permissions
from casework.models import Note, NoteRecipient
from casework.models.notes import LONGEST_NOTE
from casework.queries import notes as queries
from referrals.actions import correspondence
from referrals.models import Message, Notice, Referral
from referrals.notifications import give_notice
from referrals.text import TextRefusedError, clean_text


class NoteRefusedError(ValueError):
    """The note is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The note is not whole: " + "; ".join(self.faults.values()))


@transaction.atomic
def write(
    *, case: Referral, audience: str, text: str, token: uuid.UUID, by: Any, at: datetime,
    recipients: Sequence[str] = (), corrects: Note | None = None
) -> Note:  # fmt: skip
    """Write a note for the hub, or for the hub and the partners whose unit codes are given, who are told of it.

    The same form twice writes once. `corrects` is an earlier note of the case that this person reads. Raises
    NoteRefusedError, NotPermittedError.
    """
    agency = queries.writing_unit(by, case, at=at, outward=audience == Note.Audience.PARTNERS)
    permissions.check(agency is not None)
    assert agency is not None  # noqa: S101  checked in the line above
    permissions.check(corrects is None or queries.notes_of(by, case, at=at).filter(pk=corrects.pk).exists())
    earlier = Note.objects.filter(written_by=by, token=token).first()
    if earlier is not None:
        return earlier
    faults: dict[str, str] = {}
    words = _words(text, faults)
    if audience not in Note.Audience.values:
        faults["audience"] = "Choose who reads this"
    may_be_named = {partner.unit: partner for partner in queries.partners_of(case, but=agency)}
    named = [may_be_named[unit] for unit in dict.fromkeys(recipients) if unit in may_be_named]
    if audience == Note.Audience.PARTNERS and (not named or len(named) != len(set(recipients))):
        faults["recipients"] = "Choose the partners who read this, of those who have a pack of this case"
    if faults:
        raise NoteRefusedError(faults)
    note = Note(
        referral=case, agency=agency, audience=audience, corrects=corrects, text=words, token=token, written_at=at,
        written_by=by,
    )  # fmt: skip
    note.save(force_insert=True)
    to = named if audience == Note.Audience.PARTNERS else []
    NoteRecipient.objects.bulk_create(NoteRecipient(note=note, agency=partner) for partner in to)
    for partner in to:
        for person in queries.readers_in(partner, case, at=at):
            give_notice(to=person, kind=Notice.Kind.PACK_NOTE, referral=case, at=at)
    record_event(
        event="note.written", by=by, at=at, subject=case,
        detail={"note": str(note.pk), "audience": audience, "to": [partner.unit for partner in to]},
    )  # fmt: skip
    return note


@transaction.atomic
def write_to_referrer(*, case: Referral, text: str, token: uuid.UUID, by: Any, at: datetime) -> Message:
    """Write a note that the referrer reads in the portal. Raises MessageRefusedError, NotPermittedError."""
    agency = queries.writing_unit(by, case, at=at, outward=True)
    permissions.check(agency is not None)
    assert agency is not None  # noqa: S101  checked in the line above
    return correspondence.send_note(referral=case, agency=agency, text=text, token=token, by=by, at=at)


def _words(text: str, faults: dict[str, str]) -> str:
    try:
        words = clean_text(text, limit=LONGEST_NOTE)
    except TextRefusedError as refused:
        faults["text"] = str(refused)
        return ""
    if not words:
        faults["text"] = "Write the note"
    return words
