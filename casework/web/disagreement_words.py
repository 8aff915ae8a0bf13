"""A disagreement as its readers see it: where it stands, what each side said on each stage, how long it took."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from casework import permissions, states
from casework.queries import children as children_queries
from casework.web.children import child_label
from casework.web.words import Tag, clock_words, length_words
from referrals.models import Disagreement, DisagreementEntry, DisagreementStage

_HUBS = ("hub_words", "made_by")
"""What of an entry only the answering unit reads."""


def row(disagreement: Disagreement, *, at: datetime) -> dict[str, Any]:
    """Return where a disagreement stands, as one line says it."""
    stage = disagreement.stages.get(number=disagreement.stage)
    return {
        "disagreement": disagreement,
        "tag": _tag(disagreement, stage, at=at),
        "stage": f"Stage {stage.number} of {len(disagreement.plan)}: {stage.title}",
        "raised": clock_words(disagreement.raised_at, at),
        "by": _raiser(disagreement),
        "state": _state(disagreement, stage, at=at),
        "is_late": disagreement.is_open and stage.is_late(at=at),
    }


def rows(disagreements: Iterable[Disagreement], *, at: datetime) -> list[dict[str, Any]]:
    """Return the lines of several, those that are open first."""
    return [row(each, at=at) for each in sorted(disagreements, key=lambda each: not each.is_open)]


def thread(disagreement: Disagreement, *, names_hub: bool, at: datetime) -> list[dict[str, Any]]:
    """Return each stage with its time limit and what was said; `names_hub`: with the answering unit's own record."""
    entries = disagreement.entries.order_by("sequence")
    entries = entries.select_related("made_by") if names_hub else entries.defer(*_HUBS)
    said = [_entry(disagreement, each, names_hub=names_hub, at=at) for each in entries]
    return [
        {
            "stage": stage,
            "who": disagreement.plan[stage.number - 1]["who"],
            "to_confirm": disagreement.plan[stage.number - 1]["to_confirm"],
            "due": clock_words(stage.due_at, at),
            "answered": clock_words(stage.answered_at, at) if stage.answered_at else "",
            "late": length_words((stage.answered_at or stage.left_at or at) - stage.due_at)
            if stage.is_late(at=at) else "",
            "entries": [each for each in said if each["entry"].stage == stage.number],
        }
        for stage in disagreement.stages.order_by("number")
    ]  # fmt: skip


def change_links(user: Any, disagreement: Disagreement, *, at: datetime) -> list[dict[str, str]]:
    """Return where the decision is changed: a step back for each decided child of the unit, then decided anew."""
    case = disagreement.referral
    return [
        {
            "label": child_label(case, child),
            "href": reverse("casework:move", args=[case.pk, child.pk, states.STEP_BACK]),
        }
        for child in children_queries.children_of(user, case, at=at)
        if child.agency_id == disagreement.agency_id
        and not child.is_in_triage
        and permissions.may_move(user, child, states.STEP_BACK, at=at)
    ]


def _tag(disagreement: Disagreement, stage: DisagreementStage, *, at: datetime) -> Tag:
    if not disagreement.is_open:
        return Tag(disagreement.get_standing_display().split(":")[0], "grey")
    if stage.answered_at is not None:
        return Tag("Answered, not settled", "yellow")
    return Tag("No answer in time", "red") if stage.is_late(at=at) else Tag("Waits for an answer", "blue")


def _state(disagreement: Disagreement, stage: DisagreementStage, *, at: datetime) -> str:
    due = clock_words(stage.due_at, at)
    if not disagreement.is_open:
        assert disagreement.ended_at is not None  # noqa: S101  the database pairs the two
        return f"{disagreement.get_standing_display()}, {clock_words(disagreement.ended_at, at)}."
    if stage.answered_at is not None:
        late = f", {length_words(stage.answered_at - stage.due_at)} late" if stage.is_late(at=at) else ""
        answered = f"{disagreement.agency.name} answered {clock_words(stage.answered_at, at)}{late}."
        return f"{answered} It is open until both sides agree."
    if stage.is_late(at=at):
        return f"{disagreement.agency.name} should have answered {due}: {length_words(at - stage.due_at)} late."
    return f"{disagreement.agency.name} answers by {due}."


def _raiser(disagreement: Disagreement) -> str:
    of = disagreement.raised_for.name if disagreement.raised_for_id and disagreement.raised_for else "for the referrer"
    return f"{disagreement.raised_by.full_name}, {of}"


def _entry(disagreement: Disagreement, entry: DisagreementEntry, *, names_hub: bool, at: datetime) -> dict[str, Any]:
    side = disagreement.agency.name if entry.is_hubs else "The side that disagrees"
    return {
        "entry": entry,
        "at": clock_words(entry.made_at, at),
        "by": f"{entry.made_by.full_name}, {side}" if names_hub else side,
        "what": entry.get_kind_display(),
        "outcome": entry.get_outcome_display() if entry.outcome else "",
        "hub_words": entry.hub_words if names_hub else "",
    }
