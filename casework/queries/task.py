"""One thing that a person owes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Task:
    """One thing owed. `due_at` is none where it is owed as soon as possible; `reference` names the case."""

    what: str
    reference: str
    href: str
    due_at: datetime | None
    is_overdue: bool
