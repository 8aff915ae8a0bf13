"""Facts and their values as clauses of a plain English sentence, for the pages that say when a rule applies."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Phrase:
    """How the values of one fact are said: "the other person is" + "an adult"; "the other person is not" + …"""

    lead: str
    not_lead: str
    values: Mapping[str, str] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)
    """Whole clauses for a value that stands by itself, such as "no meeting or journey is planned"."""


AREAS = {
    "cumberland": "in Cumberland",
    "westmorland_and_furness": "in Westmorland and Furness",
    "north_east_lincolnshire": "in North East Lincolnshire",
    "elsewhere_in_england": "elsewhere in England",
    "outside_england": "outside England",
    "unknown": "in an area that is not known",
}
_COUNCILS = {
    "cumberland": "Cumberland",
    "westmorland_and_furness": "Westmorland and Furness",
    "north_east_lincolnshire": "North East Lincolnshire",
    "elsewhere_in_england": "a council elsewhere in England",
    "outside_england": "a council outside England",
}
CONCERNS = {
    "indecent_images": "indecent images of children",
    "grooming": "grooming or inappropriate contact",
    "extremism": "extremism",
    "nudes_sharing": "nudes shared between under-18s",
    "sextortion": "blackmail over images",
    "ai_imagery": "AI-made images",
    "other": "another online harm",
}

PHRASES: dict[str, Phrase] = {
    "concerns": Phrase("the concern is", "the concern is not", CONCERNS),
    "setting_area": Phrase("the setting is", "the setting is not", AREAS),
    "workplace_areas": Phrase("the person works or volunteers", "the person does not work or volunteer", AREAS),
    "child_self_harm": Phrase(
        "a child",
        "it is not so that a child",
        {"acting_or_planning": "is harming themselves or plans suicide", "thoughts": "has thoughts of suicide or harm"},
        {"no": "no child is at risk of suicide or self-harm"},
    ),
    "meeting": Phrase(
        "a meeting or journey is",
        "no meeting or journey is",
        {"now_or_today": "happening now or today", "later": "planned for another day"},
        {"no": "no meeting or journey is planned"},
    ),
    "other_person": Phrase(
        "the other person is",
        "the other person is not",
        {
            "adult": "an adult",
            "under_18": "under 18",
            "both": "more than one, adult and under 18",
            "none": "there is none",
        },
        {"none": "there is no other person"},
    ),
    "access_to_children": Phrase(
        "the person has access to children",
        "the person has no access to children",
        {
            "family_or_household": "in the family or household",
            "work": "through work",
            "voluntary": "through volunteering",
            "other_trust_role": "through another role of trust",
        },
    ),
    "coercion": Phrase(
        "a child was",
        "no child was",
        {
            "pressure": "pressured",
            "threat": "threatened",
            "payment_or_gifts": "paid or given gifts",
            "blackmail": "blackmailed",
        },
    ),
    "imagery_known": Phrase(
        "the image is already known to show",
        "the image is not known to show",
        {"sexual_acts": "sexual acts", "violence": "violence", "unusual_for_age": "acts unusual for the child's age"},
    ),
    "extremism_signs": Phrase(
        "there are signs of",
        "there are no signs of",
        {
            "ideology": "an ideology",
            "mixed_or_unclear": "mixed or unclear ideas",
            "attack_planning_or_weapons": "attack planning or weapons",
            "travel": "travel",
            "gang_violence_no_ideology": "gang violence without an ideology",
        },
    ),
    "spread": Phrase(
        "the image has been shared",
        "the image has not been shared",
        {"not_shared": "with nobody", "few": "with a few people", "widely": "widely"},
    ),
    "ai_kind": Phrase(
        "in the AI case,",
        "it is not so that, in the AI case,",
        {
            "adult_made_or_holds": "an adult made or holds the image",
            "made_by_under_18": "someone under 18 made the image",
            "tool_held_or_supplied": "a tool is held or supplied",
            "adult_depicted": "an adult is shown",
        },
    ),
    "other_kind": Phrase(
        "the harm is",
        "the harm is not",
        {
            "pornography_accidental": "pornography seen by accident",
            "shown_by_adult": "sexual material shown by an adult",
            "bullying": "bullying",
            "severe_bullying": "severe bullying",
            "credible_threat": "a credible threat",
            "encouraging_self_harm": "encouragement to self-harm",
            "unwanted_genital_image": "an unwanted genital image",
            "flashing_images": "flashing images meant to harm",
            "gang_violence": "promotion of gang violence",
            "own_harmful_behaviour": "the child's own harmful behaviour",
            "none_of_these": "none of those listed",
        },
    ),
    "about_staff_of": Phrase(
        "the person works for",
        "the person does not work for",
        {"police": "the police", "hub": "the hub", "council": "the council", "own_setting": "the referrer's setting"},
    ),
}
"""Facts of a case with values of their own."""

CHILD_PHRASES: dict[str, Phrase] = {
    "area": Phrase("the child lives", "the child does not live", AREAS),
    "age": Phrase(
        "the child is",
        "the child is not",
        {"under_10": "under 10", "10_to_12": "10 to 12", "13_to_15": "13 to 15", "16_to_17": "16 or 17"},
    ),
    "part": Phrase(
        "the child",
        "it is not so that the child",
        {
            "may_have_been_harmed": "may have been harmed",
            "at_risk": "is at risk",
            "may_have_caused_harm": "may have caused harm",
            "saw_or_knows": "saw or knows of it",
            "in_contact_with_person": "is in contact with the person",
        },
    ),
    "status": Phrase(
        "the child",
        "it is not so that the child",
        {
            "looked_after": "is looked after",
            "child_protection_plan": "has a child protection plan",
            "child_in_need": "is a child in need",
            "allocated_social_worker": "has a social worker",
            "care_leaver": "is a care leaver",
        },
    ),
    "placing_area": Phrase(
        "the child was placed by", "the child was not placed by", _COUNCILS, {"none": "no council placed the child"}
    ),
}
"""Facts of one child."""

YES = {
    "identity_doubtful": "it is doubtful that the other person is who they say",
    "capacity_concern": "a child's needs affect their ability to agree",
}
"""Yes said otherwise than by the words that follow "whether"."""

NO = {
    "immediate_danger": "no child is in immediate danger",
    "missing_now": "no child is missing",
    "adult_suicide_risk": "the adult is not at risk of suicide",
    "live_contact_or_deadline": "there is neither live contact nor a deadline",
    "capacity_concern": "no child's needs affect their ability to agree",
    "offence_evidence": "there is no evidence of an offence",
    "identified_child": "no child in the images is known",
    "in_contact_with_child": "the person is in contact with no child",
    "someone_at_home_involved": "nobody at home, or trusted there, is involved",
    "public_web_address": "the material is not at a public web address",
    "local_link": "no person or child here is linked to it",
    "organisation_system": "it was not found on an organisation's system",
    "repeat_or_imbalance": "it has not happened before and there is no imbalance between the children",
    "without_agreement": "the image was taken and shared with agreement",
    "in_school": "the child is not in a school or college",
    "terrorist_web_address": "no web address with terrorist content is known",
    "real_child_shown": "no real child is shown",
    "several_people": "neither several children, adults nor places are involved",
    "sexual_element": "there is no sexual element",
    "identity_doubtful": "there is no doubt who the other person is",
    "child_shown_under_13": "no child who is shown is under 13",
    "exploitation_signs": "there are no signs of exploitation",
    "in_person_abuse": "no child has been abused in person",
    "recent_contact_abuse": "there was no abuse in person within the last seven days",
    "prevent_spoc_known": "the school's Prevent lead is not known",
    "prevent_agreed_by_lead": "the safeguarding lead does not agree that it meets Prevent",
    "payment_made": "nothing has been paid",
    "person_harmed_is_adult": "the person harmed is under 18",
    "referrer_in_regulated_activity": "the referrer does not work in regulated activity",
    "referrer_connected": "the referrer is connected to nobody in this referral",
}
"""No, as a whole clause."""

DESTINATIONS = {"police": "Police", "hub": "Safeguarding Hub", "prevent_spoc": "Prevent contact", "lado": "LADO"}
MODES = {
    "advice": "For advice only",
    "pack": "Pack in the portal",
    "call_hub": "Ring the hub, then a pack",
    "call_101": "Ring 101, then a pack",
    "call_999": "Ring 999 now, then a pack",
}
URGENCIES = {"standard": "Standard", "urgent": "Urgent", "emergency": "Emergency"}
DECIDED_BY = {
    "child_area": "where each child lives",
    "placing_area": "the council that placed the child",
    "workplace": "where the adult works or volunteers",
    "school": "the child's school",
}
STATUSES = {
    "procedure": "In the procedure",
    "statutory": "Required by law or statutory guidance",
    "guidance": "National guidance",
    "awaiting_sign_off": "Awaiting sign-off",
    "law_switch": "Depends on a law coming into force",
    "design": "How the portal works",
}
