"""The way of a case as an inspector follows it: from the first awareness to each call, each decision and each reply."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.models import Event
from casework import decisions
from casework.models import Decision
from casework.queries.calls import all_calls
from procedures import editions
from referrals import facts, summary
from referrals.models import Clock, Referral
from referrals.models.phone_contacts import phone_contact_of

AWARE_QUESTION = "Q-REF-8"
CALL_QUESTIONS = ("Q-SAF-2", "Q-POL-1", "Q-HUB-1")
"""What the referrer said of calls before it was sent."""
NOT_RECORDED = "Not on record"
STATES = {summary.NOT_ASKED: "Not asked", summary.NOT_KNOWN: "Not known", summary.REFUSED: "Not said"}
_OWN_STEPS = {"K-04": "First looked at", "K-02": "Received, and the referrer told"}


@dataclass(frozen=True)
class Moment:
    """One step on the way: what, when (none: not on record), who, and why late or what else there is to say."""

    what: str
    at: datetime | None
    who: str = ""
    more: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Shown:
    """Advice that the referrer was shown. `numbers`: those that stood beside it, each one line."""

    text: str
    at: datetime | None
    who: str = ""
    numbers: tuple[str, ...] = ()


def told_before(case: Referral) -> list[tuple[str, str]]:
    """Return what the referrer said of when they found out, and of calls before it was sent: label and answer."""
    rows = {row.question: row for section in sections_of(case) for row in section.rows}
    aware = rows.get(AWARE_QUESTION)
    found = [("First known to the referrer", words_of(aware) if aware is not None else NOT_RECORDED)]
    calls = [row for question in CALL_QUESTIONS if (row := rows.get(question)) is not None]
    return found + [(f"Call before it was sent: {row.label}", words_of(row)) for row in calls]


def way_of(case: Referral, *, at: datetime) -> list[Moment]:
    """Return the way of a case from its beginning to each call, in the order of time; what is still owed comes last."""
    found = [
        *_begun(case),
        *_clocks(case, at=at),
        *_decisions(case),
        *(Moment(f"Reply {each.number} to the referrer", each.sent_at, each.sent_by.full_name)
          for each in case.replies.select_related("sent_by")),
        *(call_moment(each.row, each.unit) for each in all_calls(case)),
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.at is None, each.at or at, each.what))


def pages_shown(case: Referral) -> list[Shown]:
    """Return the pages of danger and the receipt that the referrer was shown, each once with its numbers."""
    events = Event.objects.about(case).filter(event__in=["danger.shown", "advice.shown"]).order_by("sequence")
    pages: dict[tuple[str, tuple[str, ...]], Shown] = {}
    for event in events:
        numbers = tuple(event.detail.get("numbers", []))
        words = _PAGES[event.detail.get("page", "receipt")]
        pages.setdefault((words, numbers), Shown(words, event.at, numbers=numbers))
    return list(pages.values())


def steps_shown(case: Referral) -> list[Shown]:
    """Return each step of the checklist in the words in which it was shown, with who ticked it off and when."""
    steps = case.checklist_steps.select_related("ticked_by")
    return [Shown(step.text, step.ticked_at, _ticked_by(step)) for step in steps]


_PAGES = {
    "danger": "The page that says to call 999",
    "find_out": "The page that says to find out where the child is",
    "receipt": "The receipt with whom to call",
}


def editions_of(case: Referral) -> list[str]:
    """Return the procedures by which the referrer was asked and advised, each with its version."""
    found = [(editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"]), pin) for pin in case.editions]
    return [f"{edition.content.edition.title}, {pin['version']}" for edition, pin in found]


def words_of(row: summary.Row) -> str:
    """Return an answer as one line, also where there is none."""
    return "; ".join(row.lines) or STATES.get(row.state, "")


def sections_of(case: Referral) -> tuple[summary.Section, ...]:
    """Return the answers as the case has them."""
    return summary.summarise(facts.form_edition(case), facts.sheet_of(case))


def call_moment(row: Any, unit: str) -> Moment:
    """Return a call as a moment: who, how it ended, how long it took, on which number, why it was late."""
    waited = f"waited {row.waited_minutes} minutes" if row.waited_minutes is not None else "wait not known"
    parts = [row.get_ended_display(), waited, f"number {row.number}" if row.number else "number not recorded"]
    parts += [f"late: {row.late_why or 'why is not on record'}"] if row.is_late else []
    who = row.own_caller or row.recorded_by.full_name
    what = f"Call: {row.get_other_kind_display()}, {row.get_direction_display().lower()}"
    return Moment(what, row.began_at, f"{who}, {unit or 'for the referrer'}", "; ".join(parts), row.is_late)


def _ticked_by(step: Any) -> str:
    return step.ticked_by.full_name if step.ticked_by is not None else ""


def _begun(case: Referral) -> Iterable[Moment]:
    call = phone_contact_of(case)
    if call is not None:
        confirmed = "confirmed in writing" if call.is_confirmed else "not confirmed in writing"
        yield Moment("Told to the hub by telephone", call.called_at, call.caller, confirmed)
    yield Moment("Referral begun", case.created_at, case.author.full_name)
    yield Moment("Referral sent", case.sent_at, case.author.full_name)


def _clocks(case: Referral, *, at: datetime) -> Iterable[Moment]:
    """The first look and the receipt, of every unit that has owned the case."""
    rows = Clock.objects.filter(referral=case, kind__in=_OWN_STEPS).select_related("ended_by", "agency")
    for clock in rows.order_by("due_at", "pk"):
        who = ", ".join(each for each in (
            clock.ended_by.full_name if clock.ended_by is not None else "",
            clock.agency.name if clock.agency is not None else "",
        ) if each)  # fmt: skip
        more = "" if clock.ended_at else "still owed"
        yield Moment(_OWN_STEPS[clock.kind], clock.ended_at, who, more, clock.is_overdue(at=at))


def _decisions(case: Referral) -> Iterable[Moment]:
    rows = Decision.objects.filter(child__referral=case).select_related("decided_by", "settled_by", "child")
    for row in rows:
        what = f"{child_words(row.child.number)}: {decisions.DECISIONS[row.code].label}"
        is_by_two = row.settled_by is not None and row.settled_by_id != row.decided_by_id
        yield Moment(f"{what}, {'proposed' if is_by_two else 'decided or proposed'}", row.decided_at,
                     row.decided_by.full_name)  # fmt: skip
        if is_by_two and row.settled_by is not None:
            more = row.get_standing_display().lower()
            yield Moment(what, row.settled_at, row.settled_by.full_name, more)


def child_words(number: int) -> str:
    """Return what a child is called without their name."""
    return f"Child {number}" if number else "No child known"
