"""What the document of a case says of its strategy discussions, for one who may read their records."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from casework import strategy_permissions, strategy_record
from casework.models import StrategyDiscussion
from casework.queries import strategy
from casework.queries.case_record_rows import Row, Section, moment, row, section
from casework.queries.child_words import child_label
from casework.quoracy import ATTENDANCE, CORE
from referrals.models import Referral

RESTRICTED = "Restricted: for those who were there, its chair and whoever decides for the unit."


def strategy_sections(user: Any, case: Referral, *, at: datetime) -> Iterator[Section]:
    """Return one section for each discussion that exists for this person, the oldest first; its record where they may
    read that."""
    for discussion in reversed(strategy.discussions_of(user, case, at=at)):
        may_read_record = strategy_permissions.may_read_record(user, discussion, at=at)
        rows = [*_plan(case, discussion), *_people(discussion, in_full=may_read_record)]
        if may_read_record:
            rows += _record(case, discussion)
        yield section(f"strategy-{discussion.number}", f"Strategy discussion {discussion.number}", rows)


def _plan(case: Referral, discussion: StrategyDiscussion) -> Iterator[Row]:
    when = (
        f"Held {moment(discussion.held_at)}" if discussion.held_at else f"Planned for {moment(discussion.planned_for)}"
    )
    lines = [f"{discussion.get_kind_display()}, {discussion.get_status_display().lower()}", when,
             f"{discussion.get_method_display()}, for {discussion.agency.name}"]  # fmt: skip
    lines += [RESTRICTED] if discussion.is_restricted else []
    yield row("What it is", "\n".join(lines), discussion.chair.full_name)
    yield row("Planned", moment(discussion.planned_at), discussion.planned_by.full_name)
    children = discussion.children.select_related("child")
    yield row("About", "\n".join(child_label(case, each.child) for each in children))
    if discussion.cancelled_by is not None:
        yield row("Called off because", discussion.cancel_reason, discussion.cancelled_by.full_name)
    for label, text in (("Agenda", discussion.agenda), ("To know beforehand", discussion.briefing)):
        if text:
            yield row(label, text, discussion.planned_by.full_name)
    if discussion.quoracy:
        missing = ", ".join(CORE[code] for code in discussion.missing)
        missed = f"Missing: {missing}" if missing else ""
        lines = [discussion.get_quoracy_display(), missed, discussion.exception_reason]
        yield row("Quorum", "\n".join(filter(None, lines)))
    if discussion.ratified_by is not None and discussion.ratified_at is not None:
        yield row("Ratified", moment(discussion.ratified_at), discussion.ratified_by.full_name)


def _people(discussion: StrategyDiscussion, *, in_full: bool) -> Iterator[Row]:
    """Who was invited, and with `in_full` what they answered and brought."""
    rows = discussion.invitees.filter(withdrawn_at__isnull=True).select_related("person")
    for each in rows.order_by("invited_at", "pk"):
        agency = each.agency_name or each.get_agency_kind_display()
        there = ATTENDANCE.get(each.attendance, "") or each.get_reply_display()
        junior = "May not commit their agency" if each.is_senior_enough is False else ""
        said = [each.reply_note, f"Brought: {each.information}" if each.information else "", each.obtained]
        lines = [f"{agency}. {each.role}".strip(), there, junior, *(said if in_full else [])]
        yield row(each.full_name, "\n".join(filter(None, lines)))


def _record(case: Referral, discussion: StrategyDiscussion) -> Iterator[Row]:
    labels = {each.place: child_label(case, each.child) for each in discussion.children.select_related("child")}
    for part in strategy.parts_in_order(discussion):
        about = f" ({labels[part.place]})" if part.place in labels else ""
        who = part.saved_by.full_name if part.saved_by is not None else ""
        for field in strategy_record.SECTIONS[part.section].fields:
            if text := _shown(field, dict(part.content).get(field.name)):
                yield row(f"{field.label}{about}", text, who)
    for action in discussion.actions.select_related("owner"):
        owner = action.owner.full_name if action.owner is not None else action.owner_name
        done = f"Done {moment(action.done_at)}. {action.done_note}".strip() if action.done_at else "Not done"
        yield row(f"Action {action.number}", f"{action.what}\n{owner}, by {_day(action.due_on)}\n{done}")
    if discussion.signed_by is not None and discussion.signed_at is not None:
        yield row("Signed", moment(discussion.signed_at), discussion.signed_by.full_name)
    for addendum in discussion.addenda.select_related("added_by"):
        yield row(f"Added {moment(addendum.added_at)}", addendum.text, addendum.added_by.full_name)
    for sent in discussion.circulations.select_related("invitee__person", "sent_by").order_by("sent_at", "pk"):
        got = f"Received {moment(sent.received_at)}" if sent.received_at else "No receipt yet"
        text = "\n".join(filter(None, [moment(sent.sent_at), sent.how, got]))
        yield row(f"Sent to {sent.invitee.full_name}", text, sent.sent_by.full_name)


def _shown(field: strategy_record.Field, value: Any) -> str:
    return _day(date.fromisoformat(value)) if field.is_date and value else field.shown(value)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
