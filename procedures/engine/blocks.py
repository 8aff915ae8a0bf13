"""What the blocks of an edition are made of, and the stages that an edition counts: of clocks and of disagreements."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from procedures.engine import stages
from procedures.engine.clock_errors import LimitError

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")]
SourceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Urgency = Literal["standard", "urgent", "emergency"]
LONGEST_STAGE = 20
"""Working days. A stage that took longer would leave a child waiting for a month."""


class Block(BaseModel):
    """Everything in an edition: unknown keys are refused and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
