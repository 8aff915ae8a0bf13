"""The shape of an edition's content: every block and every key that a file may hold, and no other.

The models check shape only. Whether the ids they name exist, and whether the rules hold together, is checked by
`procedures.engine.meaning` and by the proof.
"""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from procedures.engine.blocks import Block, Code, Destination, SourceId, Text, Urgency
from procedures.engine.clock_schema import ClockKind, DisagreementStage

ConditionData = dict[str, Any]
Mode = Literal["advice", "pack", "call_hub", "call_101", "call_999"]
Concern = Literal["indecent_images", "grooming", "extremism", "nudes_sharing", "sextortion", "ai_imagery", "other"]


class About(Block):
    """What an edition is: whose procedure, which version, from when it is in force."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9/-]*$")]
    title: Text
    version: Text
    partnership: Text = "England"
    source_document: Text | None = None
    source_date: date | None = None
    in_force_from: date
    in_force_to: date | None = None
    areas: list[Code] = []
    """The areas whose children are decided under this edition; none for a national part."""
    fallback_owner: Code | None = None
    """The hub unit that owns a referral when neither the child's nor the setting's area is known."""
    facts: list[SourceId] = []
    notes: list[Text] = []


class Switch(Block):
    """A partnership's open decision, or a law that is or is not in force; rules read it by its id."""

    id: SourceId
    on: bool
    about: Text
    default: Text | None = None
    sources: list[SourceId] = []


class Guidance(Block):
    """A source outside the procedure that rules and questions may name."""

    id: SourceId
    title: Text
    publisher: Text
    checked_on: date | None = None
    note: Text | None = None


class Correction(Block):
    """What the law or the guidance says now where the procedure's own words are out of date."""

    id: SourceId
    text: Text
    checked_on: date


class Paragraph(Block):
    """One numbered paragraph of the procedure in our own words."""

    id: SourceId
    text: Text
    facts: list[SourceId] = []
    source: Text
    """Where in the source document it stands, such as "4.1" or "Protection and action"."""
    corrections: list[Correction] = []


class Section(Block):
    """A section of the procedure, in the partnership's own order."""

    id: Code
    title: Text
    paragraphs: list[Paragraph]


class Legislation(Block):
    """One provision of law with its present status."""

    id: Code
    name: Text
    provision: Text
    summary: Text
    applies_to: list[Concern]
    status: Literal["in_force", "part_repealed", "superseded", "not_commenced", "to_be_confirmed"]
    in_force_from: Text | None = None
    checked_on: date
    correction: Text | None = None
    facts: list[SourceId] = []


class Resource(Block):
    """A page, tool or document that the procedure points to."""

    id: Code
    name: Text
    about: Text
    address: Text | None = None
    for_whom: Text
    status: Literal["live", "withdrawn", "replaced", "to_be_confirmed"]
    replaced_by: Text | None = None
    checked_on: date
    facts: list[SourceId] = []


class ConcernKind(Block):
    """One kind of concern as the referrer chooses it."""

    id: Concern
    label: Text
    hint: Text
    examples: list[Text] = []
    facts: list[SourceId] = []


class Detail(Block):
    """A field that an option opens, or a column of a table of rows."""

    id: Code
    label: Text
    kind: Literal["text", "long_text", "date", "time", "phone", "email", "web_address", "username", "age", "choice"] = (
        "text"
    )
    hint: Text | None = None
    required: bool = False
    choices: list[Text] = []


class Option(Block):
    """One answer that can be chosen."""

    value: Code
    label: Text
    hint: Text | None = None
    exclusive: bool = False
    """Cannot be chosen beside another, such as "I don't know"."""
    details: list[Detail] = []
    then: Literal["danger", "find_out"] | None = None
    """The page that must come next: "call 999 now", or "find out now"."""


class Fill(Block):
    """How the answers of a question become a fact.

    `map` gives for each option the value, or the list of values, of the fact. `derive` names a fixed computation.
    `when_not_asked` is the value where the journey hides the question; a question shown but not answered is unknown.
    A fact of one child is written `child.age`.
    """

    fact: Annotated[str, StringConstraints(pattern=r"^(child\.)?[a-z0-9_]+$")]
    map: dict[Code, Text | list[Text]] = {}
    derive: Literal["age_band", "other_children", "adult_harmed"] | None = None
    when_not_asked: Text | list[Text] | None = None
    """None: says nothing, which leaves the fact to the other questions that fill it, or unknown."""


class Question(Block):
    """One question, described once for the page, the check page, the case page and the packs."""

    id: Annotated[str, StringConstraints(pattern=r"^Q-[A-Z]+-[0-9]+[a-z]?$")]
    text: Text
    short: Text
    """How the answer is labelled on check pages and in packs."""
    kind: Literal["choice", "choices", "text", "long_text", "age", "phone", "email", "when", "rows", "confirm"]
    scope: Literal["case", "child", "person"] = "case"
    required: Literal["always", "asked", "optional"] = "asked"
    needed_to_send_now: bool = False
    options: list[Option] = []
    columns: list[Detail] = []
    limit: int = Field(default=10_000, ge=1, le=10_000)
    shown_when: ConditionData | None = None
    fills: list[Fill] = []
    why: list[SourceId] = []
    help: Text | None = None
    error: Text
    pack_group: Code
    in_summary: bool = False
    """Whether a pack that takes this group as a summary prints it."""
    telling: Literal["told", "opinion", "recorded"] = "told"
    mono: bool = False
    prefill: Literal["full_name", "job_title", "organisation", "phone", "email"] | None = None


class Page(Block):
    """One page of the form: one question, or one tight group."""

    id: Code
    title: Text
    part: Code
    scope: Literal["case", "child", "person"] = "case"
    questions: list[Text]
    lead: Text | None = None


class Part(Block):
    """A part of the form as the task list shows it, in order."""

    id: Code
    title: Text


class DestinationAdd(Block):
    """A destination that a rule adds."""

    to: Destination
    mode: Mode
    urgency: Urgency
    marking: Literal["CHANNEL"] | None = None
    by: Literal["child_area", "placing_area", "workplace", "school"] = "child_area"
    """What decides the unit: the child's home, who placed the child, the adult's workplace, or the child's school."""


class DoYourself(Block):
    """Something the practitioner does outside the portal."""

    code: Code
    when: Literal["now", "after_police_agree"] = "now"
    held_until_police_agree_when: ConditionData | None = None


class Adds(Block):
    """What a rule adds. Rules never take anything away."""

    destinations: list[DestinationAdd] = []
    flags: list[Code] = []
    do_yourself: list[DoYourself] = []
    checklist: list[Code] = []


class WhenUnknown(Block):
    """What happens where the condition only could hold. Without it the rule fires one step weaker."""

    fires: Literal["weaker", "same", "nothing"] = "weaker"
    why: Text
    flags: list[Code] = []
    checklist: list[Code] = []


class Case(Block):
    """One condition of a rule, and what it adds."""

    when: ConditionData
    unless_known: ConditionData | None = None
    each_child: ConditionData | None = None
    """Only the children of whom this is true are named in the destinations; the case needs at least one."""
    adds: Adds
    because: Text
    when_unknown: WhenUnknown | None = None


class Also(Block):
    """A rule of the reference that only restates this one: a further reason on it."""

    id: SourceId
    because: Text
    sources: list[SourceId]


class Rule(Block):
    """One routing rule: when, what it adds, why, resting on what."""

    id: SourceId
    title: Text
    serves: list[Concern | Literal["all"]]
    status: Literal["procedure", "statutory", "guidance", "awaiting_sign_off", "law_switch", "design"]
    awaiting: SourceId | None = None
    sources: list[SourceId] = Field(min_length=1)
    cases: list[Case] = Field(min_length=1)
    also: list[Also] = []
    safety_net: bool = False
    """Fires for each child whom no other rule sends to a hub (Z-19)."""

    @model_validator(mode="before")
    @classmethod
    def one_case_may_be_written_flat(cls, data: Any) -> Any:
        """Let a rule with one case write its keys directly."""
        if isinstance(data, dict) and "cases" not in data:
            case = {key: data[key] for key in Case.model_fields if key in data}
            rest = {key: value for key, value in data.items() if key not in case}
            return {**rest, "cases": [case]}
        return data

    @model_validator(mode="after")
    def awaiting_names_its_decision(self) -> Self:
        """A rule awaiting sign-off names the decision; another does not."""
        if (self.status == "awaiting_sign_off") != (self.awaiting is not None):
            raise ValueError("`status: awaiting_sign_off` and `awaiting: DD-nn` go together; write both or neither")
        return self


class ChecklistItem(Block):
    """What to do now, or never do, in a situation."""

    code: Code
    do: Literal["now", "never"]
    text: Text
    when: ConditionData | None = None
    """Shown where this holds or could hold; none: always, unless `only_by_rule`."""
    only_by_rule: bool = False
    sources: list[SourceId] = Field(min_length=1)
    tick: bool = True
    """Whether the practitioner can tick it off, with the date."""


class Level(Block):
    """A level of need under its local name."""

    id: Code
    label: Text
    about: Text


class DirectoryUnit(Block):
    """A unit that receives, and its directory entry."""

    unit: Code
    code: Destination
    kind: Literal["hub", "police", "prevent", "lado", "conflict_officer", "professional_standards", "school_spoc"]
    name: Text
    areas: list[Code] = []
    handles_conflicts: bool = False
    partnership: Text
    day_number: Text | None = None
    night_number: Text | None = None
    hours: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], list[Text]] = {}
    intake: Text
    source: Text
    checked_on: date
    owner: Text
    confirm_before_go_live: bool = True
    notes: Text | None = None


class PackContent(Block):
    """How much of one group of answers a recipient's pack holds."""

    group: Code
    amount: Literal["full", "summary", "none"]
    only_when: ConditionData | None = None
    """A condition on the facts of the case: where it is not known to hold, the group is left out."""
    facts: list[SourceId] = []


class PackPlan(Block):
    """What goes into one recipient's pack, and what it says first."""

    recipient: Destination
    title: Text
    purpose: Text
    contents: list[PackContent]
    facts: list[SourceId] = []
    statements: list[Text] = []


class PackGroup(Block):
    """A group of answers that packs take whole, in summary or not at all.

    `of_other_children`: whether the summary of a child who is with another recipient may have it.
    """

    id: Code
    title: Text
    left_out_because: Text
    of_other_children: bool = True


class SearchWords(Block):
    """Words that people use for the same thing, for searching the procedure."""

    word: Text
    also: list[Text]
    facts: list[SourceId] = []


class EditionFile(Block):
    """One file of content: a partnership's edition, or a national part that editions extend."""

    edition: About
    extends: list[Text] = []
    decisions: list[Switch] = []
    law: list[Switch] = []
    guidance: list[Guidance] = []
    sections: list[Section] = []
    legislation: list[Legislation] = []
    resources: list[Resource] = []
    concerns: list[ConcernKind] = []
    parts: list[Part] = []
    pages: list[Page] = []
    questions: list[Question] = []
    rules: list[Rule] = []
    flags: list["FlagKind"] = []
    do_yourself: list["DoYourselfKind"] = []
    checklists: list[ChecklistItem] = []
    clocks: list[ClockKind] = []
    disagreements: list[DisagreementStage] = []
    levels: list[Level] = []
    destinations: list[DirectoryUnit] = []
    pack_groups: list[PackGroup] = []
    packs: list[PackPlan] = []
    search_words: list[SearchWords] = []


class FlagKind(Block):
    """A flag in words."""

    code: Code
    label: Text
    meaning: Text


class DoYourselfKind(Block):
    """Something the practitioner does outside the portal, in words."""

    code: Code
    label: Text
    how: Text
    address: Text | None = None
    sources: list[SourceId] = []


EditionFile.model_rebuild()

KEYS: dict[str, str] = {
    "decisions": "id", "law": "id", "guidance": "id", "sections": "id", "legislation": "id", "resources": "id",
    "concerns": "id", "parts": "id", "pages": "id", "questions": "id", "rules": "id", "flags": "code",
    "do_yourself": "code", "checklists": "code", "clocks": "id", "disagreements": "id", "levels": "id",
    "destinations": "unit",
    "pack_groups": "id", "packs": "recipient", "search_words": "word",
}  # fmt: skip
"""The blocks that are lists, and the key that tells their entries apart."""
