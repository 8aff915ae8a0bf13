"""A case as one document: everything that one person may see of it, in frozen values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from audit.models import Event
from casework import states
from casework.models import CaseExport, ChildCase, Decision, Link
from casework.queries.case_record_calls import call_rows, reference_rows
from casework.queries.case_record_rows import PORTAL, Row, Section, moment, row, section
from casework.queries.case_record_strategy import strategy_sections
from casework.queries.child_words import child_label, decision_lines
from casework.queries.children import children_of, moves_of
from casework.queries.chronology import chronology
from casework.queries.inbox import concern_labels
from casework.queries.links import seen_by
from casework.queries.merges import merges_ever
from casework.queries.strategy_audiences import PERSONAL
from casework.queries.timeline import timeline
from procedures import editions
from referrals import queries
from referrals.clock_words import clock_title
from referrals.documents import CaseRecord
from referrals.models import Clock, Pack, Referral

TEMPLATE_VERSION = "case-1"
PURPOSE = "the whole case, exported with a reason that stands on its first page."
_LONGEST_NAME = 200


def case_record_of(export: CaseExport, *, at: datetime) -> CaseRecord:
    """Return what the document of an export says, as whoever asked for it may see the case at this moment."""
    case, user = export.referral, export.asked_by
    routing = queries.current_routing(case)
    assert routing is not None  # noqa: S101  whatever was sent was routed
    pin = routing.editions[0]
    edition = editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"])
    children = children_of(user, case, at=at)
    last = Event.objects.order_by("-sequence").only("sequence", "mac").first()
    sections = [
        section("case", "The case", _case(case, routing.facts)),
        *(section("child", child_label(case, child), _child(case, child)) for child in children),
        *strategy_sections(user, case, at=at),
        section("replies", "Replies to the referrer", _replies(case)),
        section("recipients", "Where it went", _recipients(case)),
        section("calls", "Calls", call_rows(user, case, at=at)),
        section("references", "Numbers under which others know it", reference_rows(user, case, at=at)),
        section("clocks", "Clocks", _clocks(case)),
        *_answers(user, case, at=at),
        section("added", "Added since it was sent", _additions(case)),
        section("checklist", "What the referrer was told to do", _checklist(case)),
        section("links", "Seen elsewhere", _links(user, case, at=at)),
        section("merges", "Merged as a duplicate", _merges(user, case, children, at=at)),
        section("chronology", "Chronology over all cases", _chronology(user, case, at=at)),
        section("timeline", "What was done", _timeline(case)),
    ]
    return CaseRecord.model_validate(
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
            "sections": sections,
            "audit_anchor": f"event {last.sequence}, chain head {last.mac[:16]}" if last else None,
        }
    )


def _case(case: Referral, facts: dict[str, Any]) -> Iterable[Row]:
    setting = f", {case.organisation.name}" if case.organisation is not None else ""
    assert case.owner_unit is not None  # noqa: S101  a sent referral has one
    assert case.sent_at is not None  # noqa: S101  and says when it was sent
    yield row("Kinds of concern", "\n".join(concern_labels(case, facts.get("concerns", []))))
    yield row("Urgency", case.urgency.capitalize())
    yield row("Sent", f"{moment(case.sent_at)} by {case.author.full_name}{setting}")
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


def _recipients(case: Referral) -> Iterable[Row]:
    packs = {
        pack.route_id: pack
        for pack in Pack.objects.system(reason="export one case, scoped by the caller")
        .filter(referral=case, is_current=True)
        .defer("snapshot")
    }
    for route in case.routes.select_related("agency"):
        name = route.agency.name if route.agency is not None else "To be found"
        pack = packs.get(route.pk)
        words = route.get_state_display()
        if pack is not None:
            got = f"acknowledged {moment(pack.acknowledged_at)}" if pack.acknowledged_at else "not acknowledged"
            words += f"\nPack, version {pack.number}: {got}"
        yield row(name, words)


def _clocks(case: Referral) -> Iterable[Row]:
    for clock in Clock.objects.filter(referral=case).exclude(kind__in=PERSONAL).order_by("due_at"):
        ended = f"Ended {moment(clock.ended_at)}" if clock.ended_at else "Running"
        title = clock_title(case, clock.kind, clock.recipient)
        yield row(title, f"Due {moment(clock.due_at)}\n{ended}\nCounted so: {clock.computation}")


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
    for addition in case.additions.select_related("added_by"):
        yield row(moment(addition.added_at), addition.text, addition.added_by.full_name)


def _checklist(case: Referral) -> Iterable[Row]:
    for number, step in enumerate(case.checklist_steps.all(), start=1):
        ticked = f"Ticked {moment(step.ticked_at)}" if step.ticked_at else "Not ticked"
        yield row(f"Step {number}", f"{step.text}\n{ticked}")


def _links(user: Any, case: Referral, *, at: datetime) -> Iterable[Row]:
    for seen in seen_by(user, case, at=at):
        label = f"{Link.Kind(seen.likeness.kind).label} as in case {seen.other.reference}"
        words = [Link.Standing(seen.standing).label, *seen.values]
        acts = seen.link.acts.select_related("made_by") if seen.link is not None else []
        words += [f"{act.get_verb_display()} by {act.made_by.full_name}, {moment(act.made_at)}: {act.reason}"
                  for act in acts]  # fmt: skip
        yield row(label, "\n".join(words))


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


def _chronology(user: Any, case: Referral, *, at: datetime) -> Iterable[Row]:
    for entry in chronology(user, case, at=at).entries:
        about = f" (case {entry.case.reference})" if entry.case is not None and entry.case.pk != case.pk else ""
        text = f"{entry.what}{about}\n{entry.words}".rstrip("\n")
        yield row(moment(entry.at), text, entry.who or PORTAL)


def _timeline(case: Referral) -> Iterable[Row]:
    for line in reversed(timeline(case)):
        yield row(moment(line.at), f"{line.what}: {line.about}" if line.about else line.what, line.who or PORTAL)
