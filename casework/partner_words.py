"""What police, Prevent and the LADO tell the hub of a case, field by field (Z-22; "What an inspector will ask"). The
one table: form, check and both pages read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

LINE, TEXT, CHOICE, CHOICES, DAY = "line", "text", "choice", "choices", "day"
POLICE, PREVENT, LADO = "police", "prevent", "lado"

OF_AGENCY = {
    "police": POLICE,
    "professional_standards": POLICE,
    "prevent": PREVENT,
    "lado": LADO,
}
"""What an agency of each kind tells; a kind that stands not here tells nothing this way."""


@dataclass(frozen=True)
class Told:
    """One thing told. `kind`: LINE, TEXT, CHOICE (one code), CHOICES (several codes) or DAY (an ISO date).

    `needed_by`: it must be said once another field holds one of these codes: `(field, codes)`.
    """

    name: str
    label: str
    kind: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    needed_by: tuple[str, tuple[str, ...]] | None = None
    missing: str = ""


_POLICE = (
    Told("incident", "Incident or log number", LINE),
    Told("crime", "Crime reference", LINE, "Leave empty if no crime is recorded."),
    Told("officer", "Who deals with it, and how are they reached?", LINE),
    Told(
        "devices", "Devices: which were taken or looked at, when, and what is still awaited?", TEXT,
        "Say whose they are and where they are now. Leave empty if nothing has been done.",
    ),
    Told(
        "custody", "Where does the person of concern stand?", CHOICE,
        choices=(
            ("not_identified", "Not identified"), ("not_arrested", "Identified, not arrested"),
            ("bail", "Arrested, on bail"), ("under_investigation", "Released under investigation"),
            ("custody", "In custody"), ("no_person", "There is no such person"),
        ),
    ),
    Told(
        "bail_conditions", "Bail conditions", TEXT, "Above all those about the child and other children.",
        needed_by=("custody", ("bail",)), missing="Write the conditions of the bail, or that there are none",
    ),
    Told(
        "bail_ends", "Bail ends on", DAY, "For example, 27 3 2027",
        needed_by=("custody", ("bail",)), missing="Give the day on which the bail ends",
    ),
    Told(
        "outcome", "How did it end?", CHOICE,
        choices=(
            ("open", "It has not ended"), ("no_crime", "No crime was recorded"),
            ("no_further_action", "No further action"), ("out_of_court", "Dealt with out of court"),
            ("charged", "Charged"), ("convicted", "Convicted"), ("acquitted", "Acquitted"), ("other", "Otherwise"),
        ),
    ),
    Told(
        "outcome_words", "What should the hub know of how it ended?", TEXT,
        needed_by=("outcome", ("no_crime", "no_further_action", "out_of_court", "charged", "convicted", "acquitted",
                               "other")),
        missing="Write what was decided, by whom, and what it means for the child",
    ),
)  # fmt: skip

_PREVENT = (
    Told(
        "gateway", "Was it sent to the gateway assessment?", CHOICE,
        choices=(("sent", "Yes, sent"), ("not_yet", "Not yet"), ("not_sent", "No, and it will not be")),
    ),
    Told("gateway_on", "Sent on", DAY, "For example, 27 11 2026",
         needed_by=("gateway", ("sent",)), missing="Give the day on which it was sent"),
    Told("gateway_why", "Why is it not sent?", TEXT,
         needed_by=("gateway", ("not_yet", "not_sent")), missing="Write why it is not sent"),
    Told(
        "result", "What was the result?", CHOICE,
        choices=(
            ("awaited", "Still awaited"), ("panel", "Goes to the Channel panel"), ("adopted", "Adopted by Channel"),
            ("police_led", "Led by the police"), ("other_support", "Other support was offered"),
            ("no_further_action", "No further action"),
        ),
    ),
    Told("result_words", "What should the hub know of the result?", TEXT,
         needed_by=("result", ("panel", "adopted", "police_led", "other_support", "no_further_action")),
         missing="Write what was decided, and what it means for the child"),
    Told("agreement", "Does the family agree to the support?", CHOICE, "Channel support is voluntary.",
         choices=(("yes", "Yes"), ("no", "No"), ("not_asked", "Not asked yet"))),
    Told("officer", "Who deals with it, and how are they reached?", LINE),
)  # fmt: skip

_LADO = (
    Told(
        "threshold", "Is the harm threshold met?", CHOICE,
        choices=(("met", "Yes"), ("not_met", "No"), ("not_decided", "Not decided yet")),
    ),
    Told(
        "tests", "Which tests are met?", CHOICES, "The person, in their work or outside it:",
        choices=(
            ("harmed", "Behaved in a way that harmed a child, or may have"),
            ("offence", "May have committed an offence against a child, or connected with one"),
            ("risk", "Behaved in a way that suggests a risk of harm to children"),
            ("unsuitable", "Behaved in a way that suggests that they may not be suitable to work with children"),
        ),
        needed_by=("threshold", ("met",)), missing="Choose at least one test that is met",
    ),
    Told("threshold_why", "Why?", TEXT,
         needed_by=("threshold", ("met", "not_met")), missing="Write why the threshold is met, or is not"),
    Told(
        "category", "Outcome", CHOICE,
        choices=(
            ("open", "Not decided yet"), ("substantiated", "Substantiated"), ("malicious", "Malicious"),
            ("false", "False"), ("unsubstantiated", "Unsubstantiated"), ("unfounded", "Unfounded"),
        ),
    ),
    Told("category_why", "Why this outcome?", TEXT,
         needed_by=("category", ("substantiated", "malicious", "false", "unsubstantiated", "unfounded")),
         missing="Write why"),
    Told(
        "regulators", "Was the person referred to the barring service or a regulator?", CHOICE,
        choices=(("yes", "Yes"), ("no", "No"), ("not_yet", "Not decided yet")),
    ),
    Told("regulators_words", "To which, by whom and when?", TEXT,
         needed_by=("regulators", ("yes",)), missing="Write to which, by whom and when"),
    Told("employer", "What has the employer done?", TEXT, "Leave empty if not known."),
)  # fmt: skip

TOLD: dict[str, tuple[Told, ...]] = {POLICE: _POLICE, PREVENT: _PREVENT, LADO: _LADO}
"""Everything that each tells, in the order of its page."""


def faults_of(kind: str, said: Mapping[str, Any]) -> dict[str, str]:
    """Return what is missing or not one of the choices, by field. Nothing said at all is a fault of the whole: ""."""
    faults: dict[str, str] = {}
    if not any(said.get(each.name) for each in TOLD[kind]):
        return {"": "Write at least one thing that the hub should know"}
    for each in TOLD[kind]:
        value = said.get(each.name)
        if each.kind == CHOICE and value and value not in dict(each.choices):
            faults[each.name] = "Choose one of the answers"
        if each.kind == CHOICES and set(value or ()) - set(dict(each.choices)):
            faults[each.name] = "Choose from the answers"
        if each.needed_by is not None and not value:
            other, codes = each.needed_by
            if said.get(other) in codes:
                faults[each.name] = each.missing
    return faults


def in_words(kind: str, said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and text of everything that was said, in the order of the page."""
    return [(each.label, words) for each in TOLD[kind] if (words := _words(each, said.get(each.name)))]


def _words(told: Told, value: Any) -> str:
    if not value:
        return ""
    if told.kind == CHOICE:
        return dict(told.choices).get(value, value)
    if told.kind == CHOICES:
        return "; ".join(dict(told.choices).get(code, code) for code in value)
    if told.kind == DAY:
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    return str(value)
