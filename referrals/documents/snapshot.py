"""What a pack and a record copy are made from: frozen values, complete in themselves, that go to JSON and back.

Whoever builds one has already decided what its recipient may see: everything in a snapshot is printed and embedded.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

RecipientCode = Literal["police", "hub", "prevent_spoc", "lado"]
Mode = Literal["call_999", "call_101", "call_hub", "pack", "advice"]
Urgency = Literal["emergency", "urgent", "standard"]
State = Literal["answered", "not_known", "not_asked", "refused"]
Telling = Literal["Told by", "Seen by", "Opinion of", "Recorded by"]

NO_IMAGE = (
    "This pack and the portal hold no image, video or file. "
    "If an image exists, nobody has been asked to look for it, copy it or send it."
)


def _with_offset(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("give the time with its offset, as in 2026-03-02T14:05:00+00:00")
    return text


Instant = Annotated[str, AfterValidator(_with_offset)]
"""A moment in ISO 8601 with its offset; printed in English time."""
Short = Annotated[str, Field(max_length=200)]
"""Stands in the head or foot of every page."""


class Part(BaseModel):
    # hide_input_in_errors and the short repr keep case text out of logs and tracebacks.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        return []


class Recipient(Part):
    code: RecipientCode
    unit: str | None
    name: Short


class Edition(Part):
    id: str
    version: str
    digest: str
    title: str


class Moment(Part):
    """One link in the chain of times. `at`: an instant, or words such as "Not known"."""

    label: str
    at: str


class CallFirst(Part):
    text: str
    number: str
    because: str


class Source(Part):
    id: str
    text: str


class Reason(Part):
    rule: str
    because: str
    status: str
    edition: str
    sources: tuple[Source, ...] = ()


class Row(Part):
    """One answer. `question`: its id in the edition; `mono`: a username or the like, shown character by character."""

    label: str
    question: str
    state: State
    lines: tuple[str, ...] = ()
    telling: Telling = "Told by"
    who: str | None = None
    mono: bool = False


class Section(Part):
    """A group of answers. `of`: "child 1 of 2" for a repeating section; `title` names nobody."""

    id: str
    title: str
    of: str | None = None
    rows: tuple[Row, ...] = ()


class Ticked(Part):
    """A checklist item that the referrer was shown, and when it was ticked off, if it was."""

    text: str
    ticked_at: Instant | None = None


class Glance(Part):
    """A line of the first page: who the child is, who refers and on which number."""

    label: str
    text: str


class PackSnapshot(Part):
    """One recipient's pack. `reference` is random and all that metadata show; `case_reference` is printed."""

    template_version: str
    reference: str
    case_reference: Short
    pack_version: int = 1
    change_note: str | None = None
    recipient: Recipient
    purpose: Short
    marking: Literal["CHANNEL"] | None = None
    partnership: Short
    editions: tuple[Edition, ...]
    urgency: Urgency
    mode: Mode
    generated_at: Instant
    generated_by: Short
    at_a_glance: tuple[Glance, ...] = ()
    do_now: tuple[str, ...] = ()
    call_first: tuple[CallFirst, ...] = ()
    family: str
    reasons: tuple[Reason, ...]
    times: tuple[Moment, ...]
    sections: tuple[Section, ...]
    checklist_shown: tuple[Ticked, ...] = ()
    distribution: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    no_image: str = NO_IMAGE
    data_note: str | None = None
    audit_anchor: str | None = None


class SentTo(Part):
    """One destination as the person who filed it may know it. `call`: whom to ring and the number, if anyone."""

    name: str
    mode: Mode
    urgency: Urgency
    marking: Literal["CHANNEL"] | None = None
    call: str | None = None
    reasons: tuple[Reason, ...] = ()


class RecordCopy(Part):
    """The filer's own copy, for the setting's safeguarding file."""

    template_version: str
    reference: str
    case_reference: Short
    partnership: Short
    filed_by: Short
    generated_at: Instant
    editions: tuple[Edition, ...]
    destinations: tuple[SentTo, ...]
    next_steps: tuple[str, ...] = ()
    family: str
    times: tuple[Moment, ...]
    sections: tuple[Section, ...]
    checklist_shown: tuple[Ticked, ...] = ()
    no_image: str = NO_IMAGE


class CaseRecord(Part):
    """A whole case as one person may see it, for whoever exported it. `filed_by`: whose copy it is."""

    template_version: str
    reference: str
    case_reference: Short
    partnership: Short
    filed_by: Short
    purpose: Short
    reason: str
    generated_at: Instant
    generated_by: Short
    sections: tuple[Section, ...]
    times: tuple[Moment, ...] = ()
    checklist_shown: tuple[Ticked, ...] = ()
    no_image: str = NO_IMAGE
    audit_anchor: str | None = None
