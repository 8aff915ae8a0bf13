"""The forms of the casework; what they share with the other pages is in referrals/web/forms/plain.py.

A field is never required here: what is missing is the action's to say, so that page and command say the same.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from crispy_forms_gds.layout import Layout
from django import forms

from casework import decisions
from casework.models.decisions import LONGEST_TEXT
from referrals.models import Reply
from referrals.models.correspondence import LONGEST_REPLY
from referrals.web.forms.plain import (
    CaseForm,
    clock_field,
    day_field,
    line_field,
    posted,
    radio_field,
    text_field,
)

__all__ = [
    "CaseForm",
    "ChooseDecisionForm",
    "DecisionForm",
    "ReasonForm",
    "ReplyForm",
    "clock_field",
    "day_field",
    "line_field",
    "posted",
    "radio_field",
    "text_field",
]


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
    review_on = day_field("When is it looked at again?")
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
