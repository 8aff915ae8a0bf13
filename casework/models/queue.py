"""One line of a unit's queue: all that the list sorts and filters by, so that one index finds a page of it."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agency, Organisation
from audit.personal_data import PersonalData
from casework import states
from casework.states import STATE_CODES
from referrals.models import Referral

NEW, IN_TRIAGE, WAITING, STRATEGY, WITH_OTHERS, CLOSED = "new", "triage", "waiting", "strategy", "others", "closed"
TABS: dict[str, str] = {
    NEW: "New",
    IN_TRIAGE: "In triage",
    WAITING: "Waiting for information",
    STRATEGY: "Strategy and protection",
    WITH_OTHERS: "With others",
    CLOSED: "Closed",
}
_STRATEGY = (states.IMMEDIATE, states.STRATEGY, states.STRATEGY_HELD, states.S47, states.ICPC)
URGENCY_ORDER = {"emergency": 0, "urgent": 1, "standard": 2}
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_ENDLESS = 10**14
_BETWEEN = "|"


def tab_of(state: str, *, is_taken: bool) -> str:
    """Return the tab under which a case stands. In triage it is new for as long as nobody of the unit has it."""
    if not states.STATES[state].is_open:
        return CLOSED
    if states.STATES[state].is_triage:
        if not is_taken:
            return NEW
        return WAITING if state == states.INFO_REQUESTED else IN_TRIAGE
    return STRATEGY if state in _STRATEGY else WITH_OTHERS


def sort_key(*, tab: str, urgency: str, due_at: datetime | None, sent_at: datetime, referral_id: uuid.UUID) -> str:
    """Return the place in the queue as one text of figures: urgency, what is due next, when it was sent, which it is.

    Closed cases stand by when they were sent, the newest first. One text, so that a page starts at one place of one
    index, on either database.
    """
    sent = f"{sent_at.astimezone(UTC):%Y%m%d%H%M%S}"
    if tab == CLOSED:
        return f"9{_ENDLESS - int(sent):014d}{referral_id.hex}"
    return f"{URGENCY_ORDER[urgency]}{(due_at or NEVER).astimezone(UTC):%Y%m%d%H%M%S}{sent}{referral_id.hex}"


def packed(codes: Iterable[str]) -> str:
    """Return codes as one text in which each is found between bars."""
    found = sorted(set(codes))
    return f"{_BETWEEN}{_BETWEEN.join(found)}{_BETWEEN}" if found else ""


def between_bars(code: str) -> str:
    """Return what a packed text holds if it holds this code."""
    return f"{_BETWEEN}{code}{_BETWEEN}"


class QueueEntry(models.Model):
    """A referral as it stands in the queue of one unit. Codes and moments alone; it can be made anew at any time.

    It says where a case stands, not who may see it: a page of it is read through `queries.cases` before it is shown.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "is_owner": PersonalData.NONE,
        "tab": PersonalData.NONE,
        "state": PersonalData.NONE,
        "sort_key": PersonalData.LINK,
        "urgency": PersonalData.NONE,
        "due_at": PersonalData.NONE,
        "assignee": PersonalData.LINK,
        "level": PersonalData.NONE,
        "organisation": PersonalData.STAFF,
        "areas": PersonalData.NONE,
        "concerns": PersonalData.NONE,
        "is_looked_after": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="queue_entries")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_owner = models.BooleanField()
    tab = models.CharField(max_length=10)
    state = models.CharField(max_length=20, blank=True)
    """The most urgent child's for whom this unit decides; blank where it decides for none."""
    sort_key = models.CharField(max_length=80)
    urgency = models.CharField(max_length=10)
    due_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """When the next clock of the unit runs out; none where none runs."""
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    """Who has it, or is to take it."""
    level = models.CharField(max_length=20, blank=True)
    """The highest that was decided for a child of this unit."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    areas = models.CharField(max_length=300, blank=True)
    concerns = models.CharField(max_length=400, blank=True)
    is_looked_after = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "queue entries"
        ordering: ClassVar[list[str]] = ["sort_key"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency", "tab", "sort_key"], name="casework_queue_tab"),
            models.Index(fields=["agency", "sort_key"], condition=~Q(tab="closed"), name="casework_queue_open"),
            models.Index(fields=["agency", "assignee", "sort_key"], name="casework_queue_assignee"),
            models.Index(fields=["organisation", "agency", "sort_key"], name="casework_queue_setting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "agency"], name="casework_queue_once_per_unit"),
            models.CheckConstraint(condition=Q(tab__in=sorted(TABS)), name="casework_queue_valid_tab"),
            models.CheckConstraint(
                condition=Q(state__in=["", *sorted(STATE_CODES)]), name="casework_queue_valid_state"
            ),
        ]

    def __str__(self) -> str:
        return f"queue entry {self.pk}"

    @property
    def state_label(self) -> str:
        """The state in words; blank where the unit decides for nobody."""
        return states.STATES[self.state].label if self.state else ""
