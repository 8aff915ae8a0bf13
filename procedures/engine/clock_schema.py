"""The shape of what an edition counts: its clocks, and the stages on which professionals who disagree settle it."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from procedures.engine import stages
from procedures.engine.blocks import Block, Code, Destination, SourceId, Text, Urgency
from procedures.engine.clock_errors import LimitError

LONGEST_STAGE = 20
"""Working days. A stage that took longer would leave a child waiting for a month."""


class ClockStage(Block):
    """When a clock reminds or escalates, and whom: `when` and `amount` as `stages.moment_of` counts them."""

    when: stages.When
    amount: int = Field(default=0, ge=0)
    to: list[stages.Audience] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_counted(self) -> Self:
        try:
            self.as_stage(is_escalation=False)
        except LimitError as error:
            raise ValueError(str(error)) from None
        return self

    def as_stage(self, *, is_escalation: bool) -> stages.Stage:
        """The stage as the engine counts it."""
        return stages.Stage(self.when, self.amount, tuple(self.to), is_escalation)


class ClockKind(Block):
    """A clock: what starts and ends it, how long it runs and in what it is counted.

    One kind may have several entries, such as one limit for an emergency and another for an urgent referral; where two
    entries of a kind start for one recipient, the later entry counts.
    """

    id: SourceId
    kind: Annotated[str, StringConstraints(pattern=r"^[KS]-[0-9]{2}$")]
    title: Text
    starts: Text
    ends: Text
    runs_for: list[Destination | Literal["owner"]] = []
    """Whose clock it is. Empty: described here, started by later work on the case and not at submission."""
    urgencies: list[Urgency] = ["standard", "urgent", "emergency"]
    limit: int = Field(ge=0)
    counted_in: Literal["working_days", "staffed_minutes", "minutes", "hours", "same_day", "now", "set_date"]
    """`set_date`: nothing is counted; whoever works on the case sets the moment."""
    needs_pack: bool = False
    """Only for destinations that are sent a pack."""
    source: Text
    reminders: list[ClockStage] = []
    escalation: list[ClockStage] = []
    facts: list[SourceId] = []

    @model_validator(mode="after")
    def _set_by_somebody(self) -> Self:
        if self.counted_in == "set_date" and (self.limit or self.runs_for):
            raise ValueError("a clock whose date is set by somebody has a limit of 0 and no `runs_for`")
        return self

    @property
    def all_stages(self) -> list[stages.Stage]:
        """All stages, the reminders first."""
        reminders = [each.as_stage(is_escalation=False) for each in self.reminders]
        return reminders + [each.as_stage(is_escalation=True) for each in self.escalation]


class DisagreementStage(Block):
    """One stage on which professionals who disagree about a decision settle it, in the order of the file.

    `raising` and `answering`: who speaks for each side. `limit`: working days until the answer. `to_confirm`: what the
    partnership has still to say about this stage; without it the stage stands as its source has it.
    """

    id: Code
    title: Text
    who: Text
    raising: list[stages.Audience] = Field(min_length=1)
    answering: list[stages.Audience] = Field(min_length=1)
    limit: int = Field(ge=1, le=LONGEST_STAGE)
    to_confirm: Text | None = None
    source: Text
    reminders: list[ClockStage] = []
    escalation: list[ClockStage] = []

    @property
    def all_stages(self) -> list[stages.Stage]:
        """Who hears when while the answer is awaited, the reminders first."""
        reminders = [each.as_stage(is_escalation=False) for each in self.reminders]
        return reminders + [each.as_stage(is_escalation=True) for each in self.escalation]
