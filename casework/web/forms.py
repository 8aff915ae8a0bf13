"""The forms of the casework: drawn by the form library, their values checked by the action that takes them.

A field is never required here: what is missing is the action's to say, so that page and command say the same.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import HttpRequest, QueryDict

from casework import decisions
from casework.models.decisions import LONGEST_LINE, LONGEST_TEXT
from referrals.models import Reply
from referrals.models.correspondence import LONGEST_REPLY
from referrals.web.forms.fields import NO_PICTURE

COUNT_FROM = 75
LONG_ROWS, SHORT_ROWS = 6, 3


class CaseForm(forms.Form):
    """A form about a case. `limits`: the longest text by field; a field without is no text."""

    limits: ClassVar[Mapping[str, int]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))

    def _drawn(self, name: str, field: forms.Field) -> Any:
        if isinstance(field.widget, forms.RadioSelect):
            return Field.radios(name, legend_size=Size.SMALL)
        if isinstance(field.widget, forms.CheckboxInput):
            return Field.checkbox(name)
        if isinstance(field.widget, forms.CheckboxSelectMultiple):
            return Field.checkboxes(name, legend_size=Size.SMALL)
        if isinstance(field, DateInputField):
            return Field(name, context={"legend_size": "govuk-fieldset__legend--s"})
        if isinstance(field.widget, forms.TextInput):
            return Field.text(name, label_size=Size.SMALL)
        limit = self.limits.get(name, LONGEST_LINE)
        rows = LONG_ROWS if limit > LONGEST_LINE else SHORT_ROWS
        return Field.textarea(name, label_size=Size.SMALL, rows=rows, max_characters=limit, threshold=COUNT_FROM)

    def refuse(self, faults: Mapping[str, str]) -> None:
        """Put what an action refused beside its fields; what belongs to no field stands above them."""
        for name, words in faults.items():
            self.add_error(name if name in self.fields else None, words)

    def refuse_pictures(self, names: Any) -> None:
        """Say beside each field into which a picture was pasted that none is taken."""
        for name in names:
            if name in self.fields:
                self.add_error(name, NO_PICTURE)

    @property
    def listed_errors(self) -> list[dict[str, str]]:
        """Every error with the control that it leads to, for the summary at the top."""
        found = [{"text": str(error), "href": ""} for error in self.non_field_errors()]
        for bound in (self[name] for name in self.fields):
            found += [{"text": str(error), "href": f"#{_first_control(bound)}"} for error in bound.errors]
        return found


def _first_control(bound: forms.BoundField) -> str:
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_1"
    return f"{bound.auto_id}_0" if isinstance(bound.field, DateInputField) else str(bound.auto_id)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with the form, an empty one too; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def text_field(label: str, help_text: str = "") -> forms.CharField:
    """A text of several lines; its length and characters are the action's to check."""
    # The form library reads this attribute of a counted text, and fails where a field without a hint has none.
    attrs = {"autocomplete": "off", "aria-describedby": ""}
    return forms.CharField(label=label, help_text=help_text, strip=False, widget=forms.Textarea(attrs=attrs))


def line_field(label: str, help_text: str = "") -> forms.CharField:
    """A text of one line."""
    return forms.CharField(label=label, help_text=help_text, widget=forms.TextInput(attrs={"autocomplete": "off"}))


def day_field(label: str, help_text: str = "For example, 27 3 2027") -> DateInputField:
    """A day, as three numbers."""
    return DateInputField(label=label, help_text=help_text, require_all_fields=False)


def clock_field(label: str) -> forms.TimeField:
    """A time of day."""
    return forms.TimeField(
        label=label, help_text="For example, 14:30", error_messages={"invalid": "Write a time like 14:30"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip


def radio_field(label: str, choices: Any, help_text: str = "") -> forms.ChoiceField:
    """A choice of one; nothing is chosen beforehand."""
    return forms.ChoiceField(label=label, help_text=help_text, choices=list(choices), widget=forms.RadioSelect)


class ChooseDecisionForm(CaseForm):
    """Which decision."""

    code = radio_field("What do you decide?", ())

    def __init__(self, kinds: list[decisions.DecisionKind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(kind.code, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class DecisionForm(CaseForm):
    """Everything that a decision says, as far as its kind asks for it."""

    limits: ClassVar[Mapping[str, int]] = dict.fromkeys(
        ("evidence", "analysis", "safety", "other_children", "child_view", "parent_view", "checks", "risk_assessment"),
        LONGEST_TEXT,
    )

    level = radio_field("Level of need", ())
    evidence = text_field("What is known, and how is it known?")
    analysis = text_field("What does it mean for this child?")
    safety = text_field("How is the child safe now, and until the next step?")
    risk_assessment = text_field("Risk assessment of the person of concern")
    child_seen = radio_field("Has the child been seen?", decisions.SEEN_CHOICES)
    child_view = text_field(
        "What does the child say and want?", "In the child’s words, as they were heard. Leave empty if not known."
    )
    parent_view = text_field("What do the parents or carers say?", "Leave empty if they have not been spoken to.")
    other_children = text_field(
        "Which other children were thought of?",
        "Brothers and sisters, friends, others online. Leave empty if none is known.",
    )
    family = radio_field("What has the family been told?", decisions.FAMILY_CHOICES)
    family_why = text_field("Who told or tells whom, and when? If nobody: who decided that, and why?")
    checks = text_field("Which agencies were asked, and what did they say?")
    where = text_field("Where")
    agreement = radio_field("Does the family agree to this help?", decisions.AGREEMENT_CHOICES)
    review_on = DateInputField(
        label="When is it looked at again?", help_text="For example, 27 3 2027", require_all_fields=False
    )
    next_step = text_field("What happens next, who does it, and by when?")

    def __init__(self, kind: decisions.DecisionKind, levels: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        shown = {"level": bool(kind.levels), "where": bool(kind.where), "agreement": kind.asks_agreement,
                 "review_on": kind.needs_review_date, "risk_assessment": kind.needs_risk_assessment}  # fmt: skip
        for name, is_shown in shown.items():
            if not is_shown:
                del self.fields[name]
        if kind.levels:
            self.fields["level"].choices = [(code, levels.get(code, code)) for code in kind.levels]  # type: ignore[attr-defined]
        if kind.where:
            self.fields["where"].label = kind.where
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))


class ReasonForm(CaseForm):
    """A reason alone."""

    reason = text_field("Why?", "The next person reads this, and an inspector may.")


class ReplyForm(CaseForm):
    """A reply to the referrer."""

    limits: ClassVar[Mapping[str, int]] = dict.fromkeys(
        ("reason", "who_leads", "what_to_do", "family_words", "withheld_reason"), LONGEST_REPLY
    )

    children = forms.MultipleChoiceField(label="About which children?", widget=forms.CheckboxSelectMultiple)
    reason = text_field("Why was it decided so?", "Leave empty only if detail is withheld below.")
    who_leads = text_field("Who leads from here, and how are they reached?")
    what_to_do = text_field("What does the referrer do now?")
    family = radio_field("What may the referrer tell the family?", Reply.Family.choices)
    family_words = text_field(
        "What may be said, or who tells the family and when?", "Leave empty if nothing is to be said yet."
    )
    is_withheld = forms.BooleanField(label="Detail is withheld. The referrer is told that it is.")
    withheld_reason = text_field("Why is detail withheld?", "For the hub’s record. The referrer does not read this.")

    def __init__(self, children: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(children) > 1:
            self.fields["children"].choices = children  # type: ignore[attr-defined]
        else:
            del self.fields["children"]
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))
