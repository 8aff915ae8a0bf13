"""The forms of a strategy discussion: its plan, its people, its record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from crispy_forms_gds.layout import Layout
from django import forms

from casework import quoracy, strategy_record
from casework.models import StrategyDiscussion, StrategyInvitee
from casework.models.strategy import LONGEST_BRIEFING
from casework.models.strategy_people import LONGEST_INFORMATION
from casework.web.forms import CaseForm, clock_field, day_field, line_field, radio_field, text_field
from procedures.engine.clock_hours import LONDON, local_moment

Choices = Sequence[tuple[str, str]]
_KINDS = [(each.value, each.label) for each in (StrategyDiscussion.Kind.REVIEW, StrategyDiscussion.Kind.RECONVENED)]
_REPLIES = [(each.value, each.label) for each in StrategyInvitee.Reply if each != StrategyInvitee.Reply.WAITING]


class SteppedForm(CaseForm):
    """A form that leaves out the fields it has no use for."""

    def leave_out(self, *names: str) -> None:
        """Take fields out and lay out the rest."""
        for name in names:
            self.fields.pop(name, None)
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))

    def moment(self, day: str, clock: str) -> datetime | None:
        """Return the moment that a day and a time, as English clocks show it, were given for."""
        on, at = self.cleaned_data.get(day), self.cleaned_data.get(clock)
        return local_moment(on, at, zone=LONDON, fold=0) if on and at else None


class PlanForm(SteppedForm):
    """When, how, who chairs, what about. `earlier`: one was held before; `asks_why`: a child is called to it."""

    limits: ClassVar[Mapping[str, int]] = {"agenda": LONGEST_BRIEFING, "briefing": LONGEST_BRIEFING}

    children = forms.MultipleChoiceField(label="About which children?", widget=forms.CheckboxSelectMultiple)
    kind = radio_field("Which kind?", _KINDS)
    reason = text_field(
        "Why is it called?", "What gives reasonable cause to suspect significant harm. Kept with the child’s moves."
    )
    on = day_field("On which day?")
    begins = clock_field("At what time?")
    method = radio_field("How?", StrategyDiscussion.Method.choices)
    joining = text_field("Where, or how do people join?", "The room, the number, or the address of the meeting.")
    chair = radio_field("Who chairs?", ())
    agenda = text_field("Agenda")
    briefing = text_field(
        "What do those invited need to know beforehand?",
        "They read this and the children’s names, and nothing else of the case.",
    )
    is_restricted = forms.BooleanField(label="Restricted: only those who were there, and managers, read the record")

    def __init__(
        self, children: Choices, chairs: Choices, *args: Any, earlier: bool, asks_why: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["children"].choices = list(children)  # type: ignore[attr-defined]
        self.fields["chair"].choices = list(chairs)  # type: ignore[attr-defined]
        unused = {"children": len(children) > 1, "kind": earlier, "reason": asks_why}
        self.leave_out(*(name for name, is_used in unused.items() if not is_used))


class ChairForm(CaseForm):
    """Who chairs instead."""

    chair = radio_field("Who chairs instead?", ())

    def __init__(self, chairs: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].choices = list(chairs)  # type: ignore[attr-defined]


class InviteForm(CaseForm):
    """Whom to invite."""

    agency_kind = radio_field("For which agency?", quoracy.AGENCY_KINDS.items())
    email = line_field("The email address of their account here", "They are reminded, and answer here.")
    name = line_field("Or their name, if they have no account")
    contact = line_field("How are they reached?", "For example, a work telephone number. You tell them yourself.")
    agency_name = line_field("Name of their agency, force or setting")
    role = line_field("Their role")


class AnswerForm(SteppedForm):
    """Whether somebody comes, and what their agency knows."""

    limits: ClassVar[Mapping[str, int]] = {"information": LONGEST_INFORMATION}

    reply = radio_field(
        "Will you be there?", _REPLIES,
        "You have a conflict if you, your family or your team are involved. This page then closes to you.",
    )  # fmt: skip
    note = text_field("If not: why, and who comes instead?")
    information = text_field(
        "What does your agency know?",
        "Name the source, and since when it is known. Those who come read it beforehand; it stays on record.",
    )


class PartForm(CaseForm):
    """One group of the record."""

    def __init__(self, section: strategy_record.Section, *args: Any, **kwargs: Any) -> None:
        content = kwargs.pop("content", {})
        kwargs.setdefault("initial", {each.name: _initial(each, content.get(each.name)) for each in section.fields})
        super().__init__(*args, **kwargs)
        for each in section.fields:
            self.fields[each.name] = _drawn_as(each)
            self.fields[each.name].required = False
        self.limits = dict.fromkeys((each.name for each in section.fields), strategy_record.LONGEST_TEXT)  # type: ignore[misc]
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))


class PeopleForm(CaseForm):
    """Who was there, one block for each person."""

    def __init__(self, invitees: Sequence[StrategyInvitee], *args: Any, **kwargs: Any) -> None:
        initial: dict[str, str] = {}
        for each in invitees:
            senior = {True: "yes", False: "no", None: ""}[each.is_senior_enough]
            initial |= {f"attendance_{each.pk}": each.attendance, f"is_senior_enough_{each.pk}": senior,
                        f"obtained_{each.pk}": each.obtained}  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        for each in invitees:
            who = f"{each.full_name}, {each.get_agency_kind_display()}"
            self.fields[f"attendance_{each.pk}"] = radio_field(who, quoracy.ATTENDANCE.items())
            self.fields[f"is_senior_enough_{each.pk}"] = radio_field(
                f"{each.full_name}: may they commit their agency?", strategy_record.YES_NO
            )
            self.fields[f"obtained_{each.pk}"] = text_field(
                f"{each.full_name}: if not there, why, and how was what they know obtained?"
            )
        for field in self.fields.values():
            field.required = False
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))

    def given(self, invitees: Sequence[StrategyInvitee]) -> dict[str, dict[str, Any]]:
        """Return what was given, by invitee, as `actions.strategy_recording.attend` takes it."""
        names = ("attendance", "is_senior_enough", "obtained")
        return {str(each.pk): {name: self.cleaned_data.get(f"{name}_{each.pk}") for name in names} for each in invitees}


class HoldForm(SteppedForm):
    """When it began, and who was missing."""

    on = day_field("On which day was it held?")
    began = clock_field("At what time did it begin?")
    exception_reason = text_field(
        "If social care, police or health was not there: why, and how was what they know obtained?",
        "Needs a manager, or two agencies at night; and a day to meet again under Review.",
    )


class ActionForm(SteppedForm):
    """One action."""

    what = text_field("What is to be done?")
    owner = radio_field("Who does it?", ())
    owner_name = line_field("Or the name and agency of somebody else")
    due_on = day_field("By when?")

    def __init__(self, owners: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = list(owners)  # type: ignore[attr-defined]


class NoteForm(CaseForm):
    """A note alone."""

    limits: ClassVar[Mapping[str, int]] = {"text": LONGEST_BRIEFING}

    text = text_field("Note")

    def __init__(self, label: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class CirculateForm(CaseForm):
    """To whom the record goes."""

    to = forms.MultipleChoiceField(label="To whom?", widget=forms.CheckboxSelectMultiple)

    def __init__(self, readers: Sequence[StrategyInvitee], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(each.pk), each.full_name) for each in readers]  # type: ignore[attr-defined]
        for each in readers:
            if each.person_id is None:
                field = line_field(f"{each.full_name}: how do they get it?", "They have no account here.")
                field.required = False
                self.fields[f"how_{each.pk}"] = field
        self.helper.layout = Layout(*(self._drawn(name, field) for name, field in self.fields.items()))


def _drawn_as(field: strategy_record.Field) -> forms.Field:
    if field.choices:
        return radio_field(field.label, field.choices, field.hint)
    if field.is_date:
        return day_field(field.label, field.hint)
    return text_field(field.label, field.hint)


def _initial(field: strategy_record.Field, value: Any) -> Any:
    if field.is_date:
        return date.fromisoformat(value) if value else None
    return value or ""
