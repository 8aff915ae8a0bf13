"""What an inspector asks of each child: seen and heard, decided by whom, how it is three months on, and who the child
is by those answers by which decisions are compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casework import decisions
from casework.models import ChildCase, Decision, InspectionEntry, StrategyDiscussion
from casework.queries.inspection import entries_of
from casework.queries.inspection_way import sections_of, words_of
from procedures.engine.clock_hours import LONDON
from referrals import summary
from referrals.models import Referral

OF_CHILD = ("Q-CHI-11", "Q-CHI-20", "Q-CHI-8", "Q-CHI-6")
"""Sex, ethnicity, disability and care status, by which decisions are compared."""
OUTCOME_AFTER = timedelta(days=91)
"""Three months: thirteen weeks."""
SEEN = ("alone", "with_others")


@dataclass(frozen=True)
class Planned:
    """What a strategy discussion settled of seeing a child."""

    number: int
    held_at: datetime
    who: str
    when: str
    voice: str


@dataclass(frozen=True)
class OfChild:
    """What is on record of one child. `counts`: the decision that counts now; `outcome_due`: when it is asked how the
    child is, thirteen weeks after it; `before`: the earlier contacts and what was different, as entered."""

    child: ChildCase
    seen: tuple[InspectionEntry, ...]
    decided: tuple[Decision, ...]
    counts: Decision | None
    planned: tuple[Planned, ...]
    outcome_due: date | None
    outcomes: tuple[InspectionEntry, ...]
    before: tuple[InspectionEntry, ...]
    answers: tuple[tuple[str, str], ...]

    @property
    def was_seen(self) -> bool:
        """Whether anything on record says that the child was seen, alone or with others there."""
        return any(each.seen in SEEN for each in self.seen) or any(each.child_seen in SEEN for each in self.decided)

    @property
    def ended_with_nothing(self) -> bool:
        """Whether the decision that counts is to do nothing further."""
        return self.counts is not None and self.counts.code == "no_further_action"


def children_of(case: Referral, discussions: Iterable[StrategyDiscussion]) -> list[OfChild]:
    """Return what is asked of each child; `discussions` are those that the reader may know of."""
    entries = entries_of(case, "child_seen", "outcome", "before")
    held = [each for each in discussions if each.is_held]
    sections = sections_of(case)
    rows = ChildCase.objects.filter(referral=case).select_related("agency").order_by("number", "pk")
    return [_child(child, entries, held, sections) for child in rows]


def decision_words(decision: Decision) -> str:
    """Return what was decided."""
    return decisions.DECISIONS[decision.code].label


def _child(
    child: ChildCase,
    entries: list[InspectionEntry],
    held: list[StrategyDiscussion],
    sections: tuple[summary.Section, ...],
) -> OfChild:
    agreed = child.decisions.filter(standing=Decision.Standing.AGREED).select_related("decided_by", "settled_by")
    decided = tuple(agreed.order_by("-sequence"))
    counts = decided[0] if decided else None
    settled = counts.settled_at if counts is not None else None
    mine = [each for each in entries if each.child_id == child.pk]
    return OfChild(
        child=child,
        seen=tuple(each for each in mine if each.kind == "child_seen"),
        decided=decided,
        counts=counts,
        planned=tuple(_planned(child, held)),
        outcome_due=(settled + OUTCOME_AFTER).astimezone(LONDON).date() if settled is not None else None,
        outcomes=tuple(each for each in mine if each.kind == "outcome"),
        before=tuple(each for each in mine if each.kind == "before"),
        answers=tuple(_answers_of(sections, child.child_key)),
    )


def _planned(child: ChildCase, held: list[StrategyDiscussion]) -> Iterable[Planned]:
    for discussion in held:
        place = next((row.place for row in discussion.children.all() if row.child_id == child.pk), None)
        if place is None or discussion.held_at is None:
            continue
        part = discussion.parts.filter(section="child", place=place).first()
        said = part.content if part is not None else {}
        words = [str(said.get(name) or "") for name in ("who_sees", "seen_when", "voice")]
        if any(words):
            yield Planned(discussion.number, discussion.held_at, *words)


def _answers_of(sections: tuple[summary.Section, ...], key: str) -> Iterable[tuple[str, str]]:
    rows = {row.question: row for section in sections if section.key == key for row in section.rows}
    for question in OF_CHILD:
        if (row := rows.get(question)) is not None:
            yield row.label, words_of(row)
