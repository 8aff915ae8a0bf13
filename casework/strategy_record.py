"""What the record of a strategy discussion holds, group by group (section 5.3). The one table of its fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

YES, NO, UNKNOWN = "yes", "no", "unknown"
YES_NO = ((YES, "Yes"), (NO, "No"))
YES_NO_UNKNOWN = (*YES_NO, (UNKNOWN, "Not known yet"))
HOLD, SIGN = "hold", "sign"

LONGEST_TEXT = 10_000


@dataclass(frozen=True)
class Field:
    """One field. `choices`: a code instead of text; `is_date`: an ISO day. `needed_to`: hold, sign, or nothing.

    `only_with`: the field and code that make it needed; else it may stay empty.
    """

    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_date: bool = False
    needed_to: str = ""
    only_with: tuple[str, str] = ("", "")

    def shown(self, value: Any) -> str:
        """Return a value as it is read; blank where nothing was written."""
        if self.choices:
            return dict(self.choices).get(str(value or ""), "")
        return str(value or "")


@dataclass(frozen=True)
class Section:
    """One group of fields, saved as one; with `is_per_child` once for each child."""

    code: str
    title: str
    fields: tuple[Field, ...]
    is_per_child: bool = False


_ALL = (
    Section("reason", "Reason", (
        Field("concerns", "Which kinds of concern?"),
        Field("summary", "What happened, in short?", needed_to=HOLD),
    )),
    Section("information", "Information shared", (
        Field("by_agency", "What did each agency say? Name the agency, its source, and when it was known",
              needed_to=SIGN),
        Field("police_checks", "Police checks"),
        Field("health_checks", "Health checks"),
        Field("other_children", "Which other children were thought of?"),
        Field("access", "Which children does the person of concern reach?",
              "In the family, at work, as a volunteer, in a position of trust."),
    )),
    Section("risk", "Risk", (
        Field("harm_seen", "Harm that was seen"),
        Field("likely_harm", "Harm that is likely"),
        Field("safety", "How is each child safe now, and until the next step?", needed_to=SIGN),
        Field("abuser_risk", "Risk assessment of the person of concern",
              "Needed before section 47 enquiries are recorded."),
        Field("suicide_risk", "Risk of suicide: of the child, the person of concern, anybody"),
        Field("evidence_risk", "Risk to evidence"),
    )),
    Section("child", "The child", (
        Field("voice", "What the child says and wants", "In the child’s words, as they were heard."),
        Field("needs", "What the child needs"),
        Field("communication", "How the child communicates: language, interpreter, aids"),
        Field("disability", "Disability"),
        Field("who_sees", "Who will see the child, and alone?"),
        Field("seen_when", "When?"),
    ), is_per_child=True),
    Section("criminal", "Criminal enquiry", (
        Field("offence", "Is an offence suspected?", choices=YES_NO_UNKNOWN, needed_to=SIGN),
        Field("enquiry", "Who enquires?", choices=(
            ("joint", "Police and social care together"), ("police", "Police alone"),
            ("social_care", "Social care alone"), ("none", "Nobody yet"))),
        Field("timing", "In which order, and when?"),
        Field("interviews", "Interviews (Achieving Best Evidence)"),
        Field("devices", "Devices"),
        Field("bail", "Bail and its conditions"),
        Field("charging", "Note for the examining officer and the prosecutor"),
    )),
    Section("medical", "Medical examination", (
        Field("needed", "Is one needed?", choices=YES_NO_UNKNOWN, needed_to=SIGN),
        Field("where", "Where, and by whom?"),
        Field("consent", "Who consents?"),
    )),
    Section("family", "The family", (
        Field("informed", "What was decided together?", choices=(
            ("told", "They have been told"), ("will_be_told", "They will be told"),
            ("not_told", "They are not told for now")), needed_to=SIGN),
        Field("who_when", "Who tells whom and when? If nobody: why not, and until when?", needed_to=SIGN),
        Field("what_is_said", "What is said to them?"),
        Field("agreement", "Safeguarding agreement with the family"),
    )),
    Section("decision", "Decision for the child", (
        Field("section_47", "Section 47 enquiries?", choices=YES_NO, needed_to=HOLD),
        Field("section_47_reason", "Why, or why not?", needed_to=HOLD),
        Field("protection", "Immediate protection?", choices=YES_NO, needed_to=SIGN),
        Field("protection_words", "Which power or placement, by whom, since when?", only_with=("protection", YES)),
        Field("section_17", "Assessment under section 17?", choices=YES_NO),
        Field("other", "Anything else decided"),
        Field("dissent", "Did anybody disagree?", choices=YES_NO, needed_to=SIGN),
        Field("dissent_words", "Who disagreed, with what, and why?", only_with=("dissent", YES)),
    ), is_per_child=True),
    Section("linked", "What it is linked to", (
        Field("lado", "LADO: somebody who works with children"),
        Field("prevent", "Prevent"),
        Field("exploitation", "Exploitation: flag or pathway"),
        Field("out_of_area", "Another area: which council, who was told"),
        Field("nspcc", "Joint assessment with the NSPCC"),
    )),
    Section("review", "Review", (
        Field("reconvene_on", "When does it meet again?", "For example, 27 3 2027. Leave empty if not.", is_date=True),
        Field("further_evidence", "Which further evidence would bring it together sooner?"),
    )),
    Section("sharing", "Sharing", (
        Field("who_may_see", "Who may see this record, and who may not?"),
    )),
)  # fmt: skip
SECTIONS: dict[str, Section] = {section.code: section for section in _ALL}
"""Every group of the record, in the order in which it is read."""

Contents = Mapping[tuple[str, int], Mapping[str, Any]]
"""What a record holds: `{(section, child's place, nought where it is not per child): {field: value}}`."""


def faults_of(contents: Contents, stage: str) -> list[str]:
    """Return what is missing before a record may be held (HOLD) or signed (SIGN), each as one line; none if whole."""
    stages = (HOLD,) if stage == HOLD else (HOLD, SIGN)
    faults = []
    for (code, place), given in sorted(
        contents.items(), key=lambda each: (list(SECTIONS).index(each[0][0]), each[0][1])
    ):
        section = SECTIONS[code]
        where = f"{section.title}, child {place}" if section.is_per_child else section.title
        for field in section.fields:
            name, code_wanted = field.only_with
            is_needed = field.needed_to in stages or bool(name and given.get(name) == code_wanted and SIGN in stages)
            if is_needed and not given.get(field.name):
                faults.append(f"{where}: answer “{field.label}”")
    if has_section_47(contents) and not contents.get(("risk", 0), {}).get("abuser_risk"):
        faults.append("Risk: write the risk assessment of the person of concern, as section 47 enquiries begin")
    return faults


def has_section_47(contents: Contents) -> bool:
    """Whether section 47 enquiries were decided on for any child."""
    return any(code == "decision" and given.get("section_47") == YES for (code, _), given in contents.items())
