"""What is asked of whoever disagrees, answers, takes it further, agrees or withdraws."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from crispy_forms_gds.layout import Layout

from accounts.models import Agency
from casework.web.forms import CaseForm, radio_field, text_field
from referrals.models import DisagreementEntry
from referrals.models.disagreements import LONGEST_WORDS


class RaiseForm(CaseForm):
    """A disagreement. The unit is asked only where several have decided."""

    limits: ClassVar[Mapping[str, int]] = dict.fromkeys(("what", "why", "wanted"), LONGEST_WORDS)

    unit = radio_field("With whose decision?", ())
    what = text_field("What do you disagree with?", "The decision, or the part of it, in plain words.")
    why = text_field(
        "Why?", "What you know that points another way, and how you know it. Say if something is new since you wrote."
    )
    wanted = text_field("What do you ask for?", "What should be decided or done instead, and by when.")

    def __init__(self, units: list[Agency], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(units) > 1:
            self.fields["unit"].choices = [(str(unit.pk), unit.name) for unit in units]  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))


class AnswerForm(CaseForm):
    """The answer of the unit that decided."""

    limits: ClassVar[Mapping[str, int]] = dict.fromkeys(("words", "hub_words"), LONGEST_WORDS)

    outcome = radio_field("Having looked again, what is your answer?", DisagreementEntry.Outcome.choices)
    words = text_field("Your reasons, as the other side reads them", "They read every word of this.")
    hub_words = text_field(
        "For your own record", "The other side does not read this. Leave it empty if there is nothing to add."
    )


class WordsForm(CaseForm):
    """One text that both sides read."""

    limits: ClassVar[Mapping[str, int]] = {"words": LONGEST_WORDS}

    words = text_field("Why?", "Both sides read this.")


@dataclass(frozen=True)
class Act:
    """One thing that can be done with a disagreement. `label`: what is asked in words; blank leaves the form's own."""

    code: str
    title: str
    button: str
    label: str
    done: str
    form: type[CaseForm]


ACTS = {
    act.code: act
    for act in (
        Act("answer", "Answer a disagreement", "Send the answer", "",
            "The answer is sent. It stays open until both sides agree.", AnswerForm),
        Act("further", "Take it to the next stage", "Take it to the next stage",
            "Why does it go further, and what is still open?", "It is at its next stage now.", WordsForm),
        Act("settle", "Agree that it is settled", "Agree that it is settled", "What was agreed?",
            "Settled: both sides agree.", WordsForm),
        Act("withdraw", "Withdraw the disagreement", "Withdraw it", "Why do you withdraw it?",
            "Withdrawn. What was written stays on record.", WordsForm),
    )
}  # fmt: skip
