"""A case as one document: everything that one person may see of it, in frozen values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from audit.models import Event
from casework import states
from casework.models import CaseExport, ChildCase, Decision, Link
from casework.queries.case_record_access import kept_away_rows, opening_rows
from casework.queries.case_record_calls import call_rows, reference_rows
from casework.queries.case_record_inspection import inspection_rows
from casework.queries.case_record_letters import advice_rows, letter_rows, note_rows
from casework.queries.case_record_partners import disagreement_rows, report_rows, return_rows, transfer_rows
from casework.queries.case_record_routes import clock_rows, finding_rows, flag_rows, holder_rows, recipient_rows
from casework.queries.case_record_rows import PORTAL, Row, Section, moment, row, said_together, section
from casework.queries.case_record_strategy import strategy_sections
from casework.queries.child_words import child_label, decision_lines
from casework.queries.children import children_of, moves_of
from casework.queries.chronology import Chronology, chronology
from casework.queries.contacts import before_no_further_action
from casework.queries.inbox import concern_labels
from casework.queries.links import Seen, seen_by
from casework.queries.merges import merges_ever
from casework.queries.timeline import timeline
from procedures import editions
from referrals import queries
from referrals.author_words import unconfirmed_words
from referrals.documents import CaseRecord
from referrals.models import Referral
from referrals.models.phone_contacts import phone_contact_of

TEMPLATE_VERSION = "case-1"
PURPOSE = "the whole case, exported with a reason that stands on its first page."
_LONGEST_NAME = 200


def case_record_of(export: CaseExport, *, at: datetime) -> tuple[CaseRecord, tuple[Referral, ...]]:
    """Return what the document of an export says, as whoever asked for it may see the case at this moment, and the
    cases that its chronology tells of."""
    case, user = export.referral, export.asked_by
    routing = queries.current_routing(case)
    assert routing is not None  # noqa: S101  whatever was sent was routed
    pin = routing.editions[0]
    edition = editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"])
    children, seen = children_of(user, case, at=at), seen_by(user, case, at=at)
    over_all = chronology(user, case, at=at)
    last = Event.objects.order_by("-sequence").only("sequence", "mac").first()
    sections = [
        section("case", "The case", _case(case, routing.facts)),
        section("advice", "Advice given before it began", advice_rows(user, case, at=at)),
        *(section("child", child_label(case, child), _child(case, child)) for child in children),
        *strategy_sections(user, case, at=at),
        section("replies", "Replies to the referrer", _replies(case)),
        section("letters", "Written to the referrer", letter_rows(user, case, at=at)),
        section("notes", "Notes", note_rows(user, case, at=at)),
        section("disagreements", "Disagreements", disagreement_rows(user, case, at=at)),
        section("recipients", "Where it went, and why", recipient_rows(case, routing)),
        section("flags", "What the rules asked to be settled", flag_rows(routing)),
        section("reports", "What agencies wrote back", report_rows(user, case, at=at)),
        section("returns", "Packs that came back", return_rows(user, case, at=at)),
        section("transfers", "Transfers", transfer_rows(case)),
        section("holders", "Who had it", holder_rows(case)),
        section("kept_away", "Who is kept away", kept_away_rows(user, case, at=at)),
        section("openings", "Opened from outside", opening_rows(user, case, at=at)),
        section("calls", "Calls", call_rows(user, case, at=at)),
        section("references", "Numbers under which others know it", reference_rows(user, case, at=at)),
        section("clocks", "Clocks", clock_rows(case, at=at)),
        section("found", "What the hub found out", finding_rows(user, case, at=at)),
        *_answers(user, case, at=at),
        section("added", "Added since it was sent", _additions(case)),
        section("checklist", "What the referrer was told to do", _checklist(case)),
        section("links", "Seen elsewhere", _links(seen)),
        section("before", "Before each decision to do nothing further", _before(user, case, children, seen, at=at)),
        section("inspection", "Entered for an inspector", inspection_rows(user, case, at=at)),
        section("merges", "Merged as a duplicate", _merges(user, case, children, at=at)),
        section("chronology", "Chronology over all cases", _chronology(case, over_all)),
        section("timeline", "What was done", _timeline(case)),
    ]
    record = CaseRecord.model_validate(
        {
            "template_version": TEMPLATE_VERSION,
            "reference": export.file_reference,
            "case_reference": case.reference,
            "partnership": edition.content.edition.partnership[:_LONGEST_NAME],
            "filed_by": user.full_name[:_LONGEST_NAME],
            "purpose": PURPOSE,
            "reason": export.reason,
            "generated_at": at.isoformat(),
            "generated_by": "the portal, when it was asked for",
            "sections": said_together(sections),
            "audit_anchor": f"event {last.sequence}, chain head {last.mac[:16]}" if last else None,
        }
    )
    return record, over_all.cases


def _case(case: Referral, facts: dict[str, Any]) -> Iterable[Row]:
    setting = f", {case.organisation.name}" if case.organisation is not None else ""
    assert case.owner_unit is not None  # noqa: S101  a sent referral has one
    assert case.sent_at is not None  # noqa: S101  and says when it was sent
    yield row("Kinds of concern", "\n".join(concern_labels(case, facts.get("concerns", []))))
    yield row("Urgency", case.urgency.capitalize())
    yield row("Sent", f"{moment(case.sent_at)} by {case.author.full_name}{setting}")
    if words := unconfirmed_words(case):
        yield row("Who sent it", words)
    if (call := phone_contact_of(case)) is not None:
        when = moment(call.confirmed_at) if call.confirmed_at is not None else "not yet"
        told = f"{moment(call.called_at)}, to {call.hub.name}\n{call.caller}, {call.caller_number}"
        yield row("Told by telephone", f"{told}\nConfirmed in writing: {when}", case.author.full_name)
    yield row("Owned by", case.owner_unit.name)
    if case.is_sealed:
        yield row("Sealed", "Only the author, the conflict officer and the conflict units may see this case.")


def _child(case: Referral, child: ChildCase) -> Iterable[Row]:
    yield row("Stands at", f"{child.state_label}, since {moment(child.changed_at)}. {child.agency.name} decides.")
    for decision in child.decisions.select_related("decided_by", "settled_by").order_by("sequence"):
        who = decision.decided_by.full_name
        standing = f"{decision.get_standing_display()}, {moment(decision.settled_at or decision.decided_at)}"
        if decision.settled_by is not None and decision.settled_by_id != decision.decided_by_id:
            standing += f", by {decision.settled_by.full_name}"
        yield row(f"Decision {decision.sequence}", standing, who)
        for line in decision_lines(case, decision):
            yield row(line["label"], line["text"], who)
        if decision.standing == Decision.Standing.RETURNED:
            yield row("Returned because", decision.return_reason)
    for move in moves_of(child).order_by("sequence"):
        words = f"{moment(move.made_at)}: {states.STATES[move.source].label} → {states.STATES[move.target].label}"
        yield row("Moved", f"{words}\n{move.reason}".rstrip("\n"), move.made_by.full_name)


def _replies(case: Referral) -> Iterable[Row]:
    for reply in case.replies.select_related("sent_by").order_by("number"):
        lines = [moment(reply.sent_at), reply.outcome, reply.reason or f"Detail withheld: {reply.withheld_reason}",
                 reply.who_leads, reply.what_to_do, reply.get_family_display(), reply.family_words]  # fmt: skip
        yield row(f"Reply {reply.number}", "\n".join(filter(None, lines)), reply.sent_by.full_name)


def _answers(user: Any, case: Referral, *, at: datetime) -> Iterable[Section]:
    for each in queries.answers_for(user, case, at=at):
        yield {
            "id": each.id,
            "title": each.title,
            "of": each.of,
            "rows": [
                {"label": row.label, "question": row.question, "state": row.state, "lines": list(row.lines),
                 "telling": row.telling, "who": row.who, "mono": row.mono}
                for row in each.rows
            ],
        }  # fmt: skip


def _additions(case: Referral) -> Iterable[Row]:
    for addition in case.additions.filter(question__isnull=True).select_related("added_by").order_by("added_at", "pk"):
        yield row(moment(addition.added_at), addition.in_full, addition.added_by.full_name)


def _checklist(case: Referral) -> Iterable[Row]:
    for number, step in enumerate(case.checklist_steps.all(), start=1):
        ticked = f"Ticked {moment(step.ticked_at)}" if step.ticked_at else "Not ticked"
        yield row(f"Step {number}", f"{step.text}\n{ticked}")


def _links(found: list[Seen]) -> Iterable[Row]:
    for seen in found:
        label = f"{Link.Kind(seen.likeness.kind).label} as in case {seen.other.reference}"
        words = [Link.Standing(seen.standing).label, *seen.values]
        acts = seen.link.acts.select_related("made_by") if seen.link is not None else []
        words += [f"{act.get_verb_display()} by {act.made_by.full_name}, {moment(act.made_at)}: {act.reason}"
                  for act in acts]  # fmt: skip
        yield row(label, "\n".join(words))


def _before(user: Any, case: Referral, children: list[ChildCase], seen: list[Seen], *, at: datetime) -> Iterable[Row]:
    for each in before_no_further_action(user, case, children, seen, at=at):
        lines = [f"“No further action”, {moment(each.decision.decided_at)}. The twelve months before:"]
        for contact in each.contacts:
            certain = "" if contact.is_certain else ". Alike in name and date of birth; not confirmed"
            assert contact.case.sent_at is not None  # noqa: S101  only sent referrals are cases
            sent = f"Case {contact.case.reference}, sent {moment(contact.case.sent_at)}"
            lines.append(f"{sent}: {'; '.join(contact.concerns)}{certain}")
            lines += contact.different or ["Nothing was different in what both cases know"]
        for one in each.advice:
            lines.append(f"Advice without a referral, consultation {one.reference}, {moment(one.asked_at)}")
        lines += [] if each.contacts or each.advice else ["No other contact that is open to whoever exported this"]
        yield row(child_label(case, each.child), "\n".join(lines))


def _merges(user: Any, case: Referral, children: list[ChildCase], *, at: datetime) -> Iterable[Row]:
    for merge in merges_ever(user, children, at=at):
        ours = merge.child.referral_id == case.pk
        other = merge.into if ours else merge.child
        what = (
            f"Went on in case {other.referral.reference}" if ours else f"Case {other.referral.reference} went on here"
        )
        lines = [what, f"{moment(merge.made_at)}: {merge.reason}"]
        if merge.undone_by is not None and merge.undone_at is not None:
            lines.append(f"Undone by {merge.undone_by.full_name}, {moment(merge.undone_at)}: {merge.undo_reason}")
        yield row(child_label(case, merge.child if ours else merge.into), "\n".join(lines), merge.made_by.full_name)


def _chronology(case: Referral, over_all: Chronology) -> Iterable[Row]:
    for entry in over_all.entries:
        about = f" (case {entry.case.reference})" if entry.case is not None and entry.case.pk != case.pk else ""
        text = f"{entry.what}{about}\n{entry.words}".rstrip("\n")
        yield row(moment(entry.at), text, entry.who or PORTAL)


def _timeline(case: Referral) -> Iterable[Row]:
    for line in reversed(timeline(case)):
        yield row(moment(line.at), f"{line.what}: {line.about}" if line.about else line.what, line.who or PORTAL)
