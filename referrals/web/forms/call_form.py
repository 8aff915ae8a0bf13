"""The form in which a call is recorded, by the referrer or by the hub."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from referrals.models.calls import LONGEST_AGREED, CallRecord
from referrals.web.forms.plain import CaseForm, clock_field, day_field, line_field, radio_field, text_field

With = CallRecord.With
OF_REFERRERS = tuple(each for each in With if each != With.REFERRER)
OF_HUBS = tuple(With)
_LATE = (("no", "No"), ("yes", "Yes"))


class CallForm(CaseForm):
    """One call. `parties`: with whom it may have been; a correction asks what was wrong too."""

    limits: ClassVar[Mapping[str, int]] = {"agreed": LONGEST_AGREED}

    other_kind = radio_field("With whom was the call?", ())
    direction = radio_field("Who rang whom?", CallRecord.Direction.choices)
    on = day_field("On which day?", "For example, 27 11 2026")
    clock = clock_field("At what time did it begin?")
    number = line_field("Which number?", "As it was dialled, or as the telephone showed it. Leave empty if not known.")
    waited_minutes = forms.IntegerField(
        label="How many minutes until somebody answered, or it was given up?",
        help_text="Leave empty if not known.",
        error_messages={"invalid": "Give the minutes as a whole number, or leave it empty"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    ended = radio_field("How did it end?", CallRecord.Ended.choices)
    other = line_field("Who was spoken to?", "Their name, or their role and team. Leave empty if nobody answered.")
    agreed = text_field(
        "What was said, and what was agreed?", "Who does what, by when. Leave empty if nobody answered."
    )
    reference = line_field("Was an incident or log number given?", "Leave empty if not.")
    own_caller = line_field("Who spoke on your side?", "Leave empty if it was you.")
    is_late = radio_field("Was the call made later than it should have been?", _LATE)
    late_why = text_field("If it was late: why?", "Leave empty if it was not.")
    correction_why = text_field("What was wrong in the record?")

    def __init__(self, parties: Any, *args: Any, is_correction: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other_kind"].choices = [(each.value, each.label) for each in parties]  # type: ignore[attr-defined]
        if not is_correction:
            del self.fields["correction_why"]
        self.draw()


def said_in(call: CallRecord, zone: Any) -> dict[str, Any]:
    """Return what a call says, to begin a correction with."""
    began = call.began_at.astimezone(zone)
    texts = ("other_kind", "direction", "number", "waited_minutes", "ended", "other", "agreed", "reference")
    said = {name: getattr(call, name) for name in (*texts, "own_caller", "late_why")}
    late = "" if call.direction == CallRecord.Direction.RECEIVED and not call.is_late else "no"
    return said | {"on": began.date(), "clock": f"{began:%H:%M}", "is_late": "yes" if call.is_late else late}
