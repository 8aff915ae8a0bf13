"""The lines of a chronology that say what was written, answered and passed on in one case, as far as its reader may
know of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework import partner_words
from casework.models import ChildCase, Consultation, Taking, Transfer
from casework.queries import disagreements
from casework.queries.case_record_letters import letter_title, note_readers
from casework.queries.case_record_partners import entry_title, raiser
from casework.queries.consultations import consultation_behind
from casework.queries.found_out import found_out
from casework.queries.notes import messages_to_referrer, notes_of
from casework.queries.partners import reports_of, returns_of
from casework.queries.strategy import discussions_of
from casework.queries.transfers import transfers_of
from referrals.models import Referral

LONGEST_WORDS = 400
"""Of one line: the whole stands in its case."""


@dataclass(frozen=True)
class Entry:
    """One line. `case` is the case it stands in, none for a draft that was never sent and for advice that became no
    case, which is the `consultation`; `child` whom it is about, where it is about one; `words` more of it, as it was
    written."""

    at: datetime
    what: str
    words: str
    who: str
    case: Referral | None
    child: ChildCase | None
    consultation: Consultation | None = None


def beginning(text: str) -> str:
    """Return a text, or where it is long how it begins."""
    return text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS].rsplit(maxsplit=1)[0]} … (more in the case)"


def entries_of(user: Any, case: Referral, children: list[ChildCase], *, at: datetime) -> Iterator[Entry]:
    """Return the lines about a case and these of its children. What is said of no child in particular is of all."""
    for when, what, words, who in _lines(user, case, children, at=at):
        yield Entry(when, what, beginning(words), who, case, None)


Line = tuple[datetime, str, str, str]


def _lines(user: Any, case: Referral, children: list[ChildCase], *, at: datetime) -> Iterable[Line]:
    yield from _before(user, case, at=at)
    yield from _holders(case)
    yield from _written(user, case, {child.number for child in children}, at=at)
    yield from _findings(user, case, at=at)
    yield from _partners(user, case, at=at)
    for transfer in transfers_of(case):
        yield from _transfer(transfer)
    yield from _disagreements(user, case, at=at)
    yield from _discussions(user, case, {child.pk for child in children}, at=at)


def _before(user: Any, case: Referral, *, at: datetime) -> Iterable[Line]:
    """That it began as advice; what was said then is read where the reading of it is recorded."""
    found = consultation_behind(user, case, at=at)
    if found is not None:
        what = f"{found.agency.name} gave advice, consultation {found.reference}"
        yield found.asked_at, what, f"Advised: {found.get_advised_display()}", found.recorded_by.full_name


def _holders(case: Referral) -> Iterable[Line]:
    near = ("taken_by", "agency", "released_by")
    for each in Taking.objects.filter(referral=case).select_related(*near).order_by("taken_at", "pk"):
        yield each.taken_at, f"Received by {each.agency.name}", "", each.taken_by.full_name
        if each.released_at is not None:
            who = each.released_by.full_name if each.released_by is not None else ""
            yield each.released_at, f"Given back by {each.agency.name}", each.release_reason, who


def _written(user: Any, case: Referral, numbers: set[int], *, at: datetime) -> Iterable[Line]:
    for addition in case.additions.filter(question__isnull=True).select_related("added_by").order_by("added_at", "pk"):
        yield addition.added_at, "Detail added by the referrer", addition.in_full, addition.added_by.full_name
    for message in messages_to_referrer(user, case, at=at):
        if message.children and not numbers & set(message.children):
            continue
        yield message.sent_at, letter_title(message), message.text, message.sent_by.full_name
        for answer in message.answers.all():
            what = f"Question {message.number} answered by the referrer"
            yield answer.added_at, what, answer.in_full, answer.added_by.full_name
    for note in notes_of(user, case, at=at):
        what = f"{'Note corrected' if note.corrects is not None else 'Note'}, read by: {note_readers(note)}"
        yield note.written_at, what, note.text, note.written_by.full_name


def _findings(user: Any, case: Referral, *, at: datetime) -> Iterable[Line]:
    for each in found_out(user, case, at=at):
        made = each.correction
        what = "A further child was found out about" if made.adds_child else "Found out by the hub"
        changes = "; ".join(f"{change.label}: {change.now} (before: {change.before})" for change in each.changes)
        yield made.made_at, what, f"{changes}\n{made.how_known}", made.made_by.full_name


def _partners(user: Any, case: Referral, *, at: datetime) -> Iterable[Line]:
    for report in reports_of(user, case, at=at):
        said = "\n".join(f"{label}: {text}" for label, text in partner_words.in_words(report.kind, report.said))
        yield report.told_at, f"{report.agency.name} wrote back", said, report.told_by.full_name
    for back in returns_of(user, case, at=at):
        name = back.route.agency.name if back.route.agency is not None else "An agency"
        yield back.returned_at, f"{name} returned its pack as not theirs", back.reason, back.returned_by.full_name
        if back.settled_at is not None and back.settled_by is not None:
            what = f"Returned pack settled: {back.get_settled_display()}"
            yield back.settled_at, what, back.settled_words, back.settled_by.full_name


def _transfer(transfer: Transfer) -> Iterable[Line]:
    yield transfer.sent_at, f"Transfer to {transfer.to_name} sent", transfer.reason, transfer.sent_by.full_name
    if transfer.settled_at is not None and transfer.settled_by is not None:
        what = f"Transfer to {transfer.to_name}: {transfer.get_standing_display().lower()}"
        yield transfer.settled_at, what, transfer.answer, transfer.settled_by.full_name


def _disagreements(user: Any, case: Referral, *, at: datetime) -> Iterable[Line]:
    for each in disagreements.of_case(user, case, at=at).order_by("raised_at", "pk"):
        what = f"Disagreement with a decision of {each.agency.name}, {raiser(each)}"
        yield each.raised_at, what, each.what, each.raised_by.full_name
        for entry in each.entries.select_related("made_by").order_by("sequence"):
            what = f"Disagreement, stage {entry.stage}: {entry_title(entry).lower()}"
            yield entry.made_at, what, entry.words, entry.made_by.full_name


def _discussions(user: Any, case: Referral, children: set[Any], *, at: datetime) -> Iterable[Line]:
    """That a discussion was held or called off, and not a word of its record: that is read where it stands."""
    for each in discussions_of(user, case, at=at):
        if children.isdisjoint(each.children.values_list("child", flat=True)):
            continue
        if each.held_at is not None:
            what = f"Strategy discussion {each.number} held"
            yield each.held_at, what, each.get_quoracy_display(), each.chair.full_name
        if each.cancelled_at is not None and each.cancelled_by is not None:
            what = f"Strategy discussion {each.number} called off"
            yield each.cancelled_at, what, each.cancel_reason, each.cancelled_by.full_name
