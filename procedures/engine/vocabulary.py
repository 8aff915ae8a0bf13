"""The facts that rules may read: their codes, their values and how each is said in words.

This is the contract table of the design. The engine, the loader, the proof and the pages all read it here,
so a fact is described once. Codes and values keep their spelling: other systems send them.
"""

from dataclasses import dataclass
from enum import StrEnum

UNKNOWN = "unknown"
NONE = "none"

AREAS = (
    "cumberland",
    "westmorland_and_furness",
    "north_east_lincolnshire",
    "elsewhere_in_england",
    "outside_england",
    UNKNOWN,
)
"""Where a child lives, a setting is or an adult works."""


class Shape(StrEnum):
    """How a fact is given: one value, or a list in which each value may be known or not."""

    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class FactKind:
    """One fact: its code, its possible values and the words for it.

    `whether` completes the sentence "It is not known …". `values` never holds `unknown`; for a list it never holds
    `none` either, since an empty known list says the same.
    """

    code: str
    shape: Shape
    values: tuple[str, ...]
    whether: str
    may_be_unknown: bool = True
    may_be_none: bool = True
    """A list may say `none`; a list of areas or of employers may not always."""


def _yes_no(code: str, whether: str) -> FactKind:
    return FactKind(code, Shape.ONE, ("yes", "no"), whether)


def _one(code: str, values: str, whether: str) -> FactKind:
    return FactKind(code, Shape.ONE, tuple(values.split()), whether)


def _many(code: str, values: str, whether: str, *, may_be_none: bool = True) -> FactKind:
    return FactKind(code, Shape.MANY, tuple(values.split()), whether, may_be_none=may_be_none)


CONCERNS = ("indecent_images", "grooming", "extremism", "nudes_sharing", "sextortion", "ai_imagery", "other")

_KINDS = (
    FactKind("concerns", Shape.MANY, CONCERNS, "what the concern is", may_be_unknown=False, may_be_none=False),
    FactKind("setting_area", Shape.ONE, AREAS[:-1], "which area the setting is in"),
    FactKind(
        "workplace_areas",
        Shape.MANY,
        AREAS[:-1],
        "in which area the person works or volunteers",
        may_be_none=False,
    ),
    _yes_no("immediate_danger", "whether a child is in immediate danger"),
    _yes_no("missing_now", "whether a child is missing now"),
    _yes_no("adult_suicide_risk", "whether the adult of concern is at risk of suicide"),
    _yes_no("live_contact_or_deadline", "whether there is live contact or a deadline"),
    _yes_no("capacity_concern", "whether a child's needs affect their ability to agree"),
    _yes_no("offence_evidence", "whether there is evidence of an offence"),
    _yes_no("identified_child", "whether a child in the images is known"),
    _yes_no("in_contact_with_child", "whether the person is in contact with any child"),
    _yes_no("someone_at_home_involved", "whether someone at home, or trusted there, is involved"),
    _yes_no("public_web_address", "whether the material is at a public web address"),
    _yes_no("local_link", "whether a person or child here is linked to it"),
    _yes_no("organisation_system", "whether it was found on an organisation's system"),
    _yes_no("repeat_or_imbalance", "whether this has happened before or there is an imbalance between the children"),
    _yes_no("without_agreement", "whether the image was taken or shared without agreement"),
    _yes_no("in_school", "whether the child is in a school or college"),
    _yes_no("terrorist_web_address", "whether terrorist content is at a known web address"),
    _yes_no("real_child_shown", "whether a real child is shown"),
    _yes_no("several_people", "whether several children, adults or places are involved"),
    _yes_no("sexual_element", "whether there is a sexual element"),
    _yes_no("identity_doubtful", "whether the other person is who they say they are"),
    _yes_no("child_shown_under_13", "whether a child who is shown is under 13"),
    _yes_no("exploitation_signs", "whether there are signs of exploitation"),
    _yes_no("in_person_abuse", "whether a child has been abused in person"),
    _yes_no("recent_contact_abuse", "whether there was abuse in person within the last seven days"),
    _yes_no("prevent_spoc_known", "whether the school's Prevent lead is known"),
    _yes_no("prevent_agreed_by_lead", "whether the safeguarding lead agrees that it meets Prevent"),
    _yes_no("payment_made", "whether anything has been paid"),
    _yes_no("person_harmed_is_adult", "whether the person harmed is 18 or over"),
    _yes_no("referrer_in_regulated_activity", "whether the referrer works in regulated activity"),
    _one("child_self_harm", "acting_or_planning thoughts no", "whether a child is at risk of suicide or self-harm"),
    _one("meeting", "now_or_today later no", "whether a meeting or journey is planned"),
    _one("other_person", "adult under_18 both none", "whether the other person is an adult or under 18"),
    _many(
        "access_to_children",
        "family_or_household work voluntary other_trust_role",
        "what access the person has to children",
    ),
    _many(
        "coercion",
        "pressure threat payment_or_gifts blackmail",
        "whether a child was pressured, threatened, paid or blackmailed",
    ),
    _many("imagery_known", "sexual_acts violence unusual_for_age", "what the image shows"),
    _many(
        "extremism_signs",
        "ideology mixed_or_unclear attack_planning_or_weapons travel gang_violence_no_ideology",
        "which signs of extremism there are",
    ),
    _one("spread", "not_shared few widely", "how far the image has spread"),
    _many(
        "ai_kind",
        "adult_made_or_holds made_by_under_18 tool_held_or_supplied adult_depicted",
        "who made or holds the AI image and who it shows",
        may_be_none=False,
    ),
    _many(
        "other_kind",
        "pornography_accidental shown_by_adult bullying severe_bullying credible_threat encouraging_self_harm "
        "unwanted_genital_image flashing_images gang_violence own_harmful_behaviour none_of_these",
        "what kind of other online harm it is",
        may_be_none=False,
    ),
    FactKind(
        "about_staff_of",
        Shape.MANY,
        ("police", "hub", "council", "own_setting"),
        "whether the person works for the police, the hub, the council or the setting",
        may_be_unknown=False,
    ),
    FactKind(
        "referrer_connected",
        Shape.ONE,
        ("yes", "no"),
        "whether the referrer is connected to anyone in this referral",
        may_be_unknown=False,
    ),
)

FACTS: dict[str, FactKind] = {kind.code: kind for kind in _KINDS}
"""Every fact of a case, by code, without those of each child."""

_CHILD_KINDS = (
    FactKind("area", Shape.ONE, AREAS[:-1], "where the child lives"),
    _one("age", "under_10 10_to_12 13_to_15 16_to_17", "how old the child is"),
    _many(
        "part",
        "may_have_been_harmed at_risk may_have_caused_harm saw_or_knows in_contact_with_person",
        "what the child's part in the concern is",
        may_be_none=False,
    ),
    _many(
        "status",
        "looked_after child_protection_plan child_in_need allocated_social_worker care_leaver",
        "whether the child is in care, has a plan or has a social worker",
    ),
    FactKind("placing_area", Shape.ONE, (*AREAS[:-1], NONE), "which council placed the child"),
)

CHILD_FACTS: dict[str, FactKind] = {kind.code: kind for kind in _CHILD_KINDS}
"""What may be known of each child, by code."""

DESTINATION_CODES = ("police", "hub", "prevent_spoc", "lado")
URGENCIES = ("standard", "urgent", "emergency")
"""From the weakest to the strongest."""
URGENCY_STRENGTH = {"standard": 0, "urgent": 1, "emergency": 2}
MODES = ("advice", "pack", "call_hub", "call_101", "call_999")
"""From the weakest to the strongest; `call_101` and `call_hub` count as equally strong."""
MODE_STRENGTH = {"advice": 0, "pack": 1, "call_hub": 2, "call_101": 2, "call_999": 3}
