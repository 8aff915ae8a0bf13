"""What a clock is counted with: its recipient's staffed hours, the partnership's closed days, its stages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.closed_days import closed_days
from accounts.models import Agency, DirectoryEntry
from procedures.engine.clock_hours import StaffedHours
from procedures.engine.stages import Stage, moment_of
from procedures.engine.working_days import Calendar


def hours_of(agency: Agency | None) -> StaffedHours:
    """Return an agency's staffed hours; office hours where none are known."""
    entry = DirectoryEntry.objects.filter(agency=agency).first() if agency is not None else None
    return StaffedHours.from_week(entry.hours) if entry is not None and entry.hours else StaffedHours()


def calendar_of(agency: Agency | None) -> Calendar:
    """Return the working days of an agency: England's, without the days that its partnership has closed."""
    return Calendar(closed_days(agency.partnership)) if agency is not None else Calendar()


def plan_of(
    stages: Sequence[Stage],
    *,
    starts_at: datetime,
    due_at: datetime,
    hours: StaffedHours,
    calendar: Calendar | None = None,
) -> list[dict[str, Any]]:
    """Return the stages of a clock with their moments, as `Clock.plan` keeps them."""
    days = calendar or Calendar()
    rows = [
        (moment_of(stage, starts_at=starts_at, due_at=due_at, calendar=days, hours=hours), stage) for stage in stages
    ]
    return [
        {"stage": stage.code, "at": at.isoformat(), "to": list(stage.to), "late": stage.is_escalation}
        for at, stage in sorted(rows, key=lambda row: row[0])
    ]


def next_stage(plan: Sequence[Mapping[str, Any]], *, after: datetime | None) -> datetime | None:
    """Return when the next stage of a plan is reached, of those later than `after`; None after the last."""
    moments = [datetime.fromisoformat(stage["at"]) for stage in plan]
    return min((each for each in moments if after is None or each > after), default=None)
