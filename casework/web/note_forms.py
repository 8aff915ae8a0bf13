"""The forms with which a hub writes notes and asks the referrer."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms_gds.layout import Layout
from django import forms

from accounts.models import Agency
from casework.models import Note
from casework.models.notes import LONGEST_NOTE
from casework.web.forms import CaseForm, day_field, radio_field, text_field
from referrals.models.correspondence import LONGEST_REPLY

REFERRER = "referrer"


class NoteForm(CaseForm):
    """A note, and who reads it. Without partners who have a pack none is offered; `is_outward`: nor the referrer."""

    limits: ClassVar[Mapping[str, int]] = {"text": LONGEST_NOTE}

    text = text_field("What do you want to write down?", "Facts, who said them, and when. Never describe an image.")
    audience = radio_field("Who reads this?", ())
    recipients = forms.MultipleChoiceField(
        label="Which partners?", help_text="They read it beside their pack.", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, partners: Sequence[Agency], *args: Any, is_outward: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(Note.Audience.HUB.value, "The hub only")]
        if partners:
            choices.append((Note.Audience.PARTNERS.value, "The hub, and the partners you choose below"))
            self.fields["recipients"].choices = [(each.unit, each.name) for each in partners]  # type: ignore[attr-defined]
        else:
            del self.fields["recipients"]
        if is_outward:
            choices.append((REFERRER, "The referrer, and so perhaps others at their setting"))
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))


class QuestionForm(CaseForm):
    """A question to the referrer."""

    limits: ClassVar[Mapping[str, int]] = {"text": LONGEST_REPLY}

    children = forms.MultipleChoiceField(label="About which children?", widget=forms.CheckboxSelectMultiple)
    text = text_field(
        "What do you need to know?",
        "The referrer reads this as you write it. Ask nothing that would tell them what others reported.",
    )
    answer_by = day_field("By when do you need the answer?", "For example, 4 12 2026. If it cannot wait, ring them.")

    def __init__(self, children: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(children) > 1:
            self.fields["children"].choices = list(children)  # type: ignore[attr-defined]
        else:
            del self.fields["children"]
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))
