"""What the document of a case says of others' part in it: what agencies wrote back, packs that came back, transfers,
and disagreements."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from casework import partner_words
from casework.queries import disagreements
from casework.queries.case_record_rows import Row, moment, row
from casework.queries.partners import reports_of, returns_of
from casework.queries.transfers import transfers_of
from referrals.models import Disagreement, DisagreementEntry, Referral


def report_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return what each agency told, its newest first: the earlier ones stand as they were."""
    for report in reports_of(user, case, at=at):
        lines = [f"{label}: {text}" for label, text in partner_words.in_words(report.kind, report.said)]
        title = f"{report.agency.name}, version {report.sequence}"
        yield row(title, "\n".join([moment(report.told_at), *lines]), report.told_by.full_name)


def return_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return the packs that came back as not theirs, the oldest first, and what became of each."""
    for each in reversed(returns_of(user, case, at=at)):
        name = each.route.agency.name if each.route.agency is not None else "An agency"
        whose = f"Whose it may be: {each.whose}" if each.whose else ""
        lines = [moment(each.returned_at), each.reason, whose]
        yield row(f"Returned by {name}", "\n".join(filter(None, lines)), each.returned_by.full_name)
        if each.settled_at is not None and each.settled_by is not None:
            words = f"{moment(each.settled_at)}: {each.get_settled_display()}\n{each.settled_words}"
            yield row("Settled", words, each.settled_by.full_name)
        else:
            yield row("Settled", "Not settled yet")


def transfer_rows(case: Referral) -> Iterator[Row]:
    """Return the transfers of a case, the oldest first, and how each was answered."""
    for each in reversed(transfers_of(case)):
        words = f"{moment(each.sent_at)}, from {each.from_unit.name}\n{each.reason}"
        yield row(f"Transfer to {each.to_name}", words, each.sent_by.full_name)
        standing = each.get_standing_display()
        if each.settled_at is not None and each.settled_by is not None:
            answer = f"{moment(each.settled_at)}: {standing}\n{each.answer}".rstrip("\n")
            yield row("Answered", answer, each.settled_by.full_name)
        else:
            yield row("Answered", standing)


def disagreement_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return the disagreements that this person reads on the case, the oldest first, with every stage and word."""
    for each in disagreements.of_case(user, case, at=at).order_by("raised_at", "pk"):
        lines = [f"{moment(each.raised_at)}, {raiser(each)}, with a decision of {each.agency.name}",
                 f"Disagrees with: {each.what}", f"Why: {each.why}", f"Asks for: {each.wanted}",
                 f"Stands: {each.get_standing_display()}"]  # fmt: skip
        yield row("Disagreement", "\n".join(lines), each.raised_by.full_name)
        entries = list(each.entries.select_related("made_by").order_by("sequence"))
        for stage in each.stages.order_by("number"):
            came = f"Answered {moment(stage.answered_at)}" if stage.answered_at else "Not answered"
            late = ". Late" if stage.is_late(at=at) else ""
            lines = [f"An answer was due {moment(stage.due_at)}", f"{came}{late}", f"Counted so: {stage.computation}"]
            yield row(f"Stage {stage.number}: {stage.title}", "\n".join(lines))
            yield from (_entry(each, entry) for entry in entries if entry.stage == stage.number)


def _entry(disagreement: Disagreement, entry: DisagreementEntry) -> Row:
    side = disagreement.agency.name if entry.is_hubs else "The side that disagrees"
    own = f"For the unit’s own record: {entry.hub_words}" if entry.hub_words else ""
    lines = [f"{side}, {moment(entry.made_at)}", entry.words, own]
    return row(entry_title(entry), "\n".join(filter(None, lines)), entry.made_by.full_name)


def entry_title(entry: DisagreementEntry) -> str:
    """Return what was done: "Answered: the decision stands"."""
    outcome = f": {entry.get_outcome_display().lower()}" if entry.outcome else ""
    return f"{entry.get_kind_display()}{outcome}"


def raiser(disagreement: Disagreement) -> str:
    """Return for which side a disagreement was raised."""
    return f"for {disagreement.raised_for.name}" if disagreement.raised_for is not None else "for the referrer"
