"""The six kinds of concern as practitioners tell them, each for a child of either partnership.

`facts` are what the answers come to where they differ from QUIET, written down apart from the form: what the engine
makes of them is what the receipt must show. `left_out` says for a recipient what its pack must not hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from procedures.engine.answers import Answer
from tests.browser.filling import Answers

QUIET: dict[str, Any] = {
    "immediate_danger": "no", "missing_now": "no", "adult_suicide_risk": "no", "live_contact_or_deadline": "no",
    "capacity_concern": "no", "offence_evidence": "no", "identified_child": "no", "in_contact_with_child": "no",
    "someone_at_home_involved": "no", "public_web_address": "no", "local_link": "unknown", "organisation_system": "no",
    "repeat_or_imbalance": "no", "without_agreement": "no", "in_school": "yes", "terrorist_web_address": "no",
    "real_child_shown": "no", "several_people": "no", "sexual_element": "no", "identity_doubtful": "no",
    "child_shown_under_13": "no", "exploitation_signs": "no", "in_person_abuse": "no", "recent_contact_abuse": "no",
    "prevent_spoc_known": "no", "prevent_agreed_by_lead": "no", "payment_made": "no", "person_harmed_is_adult": "no",
    "referrer_in_regulated_activity": "no", "child_self_harm": "no", "meeting": "no", "other_person": "adult",
    "access_to_children": ["none"], "coercion": ["none"], "imagery_known": ["none"], "extremism_signs": ["none"],
    "spread": "not_shared", "ai_kind": [], "other_kind": [], "about_staff_of": ["none"], "referrer_connected": "no",
}  # fmt: skip

WORRY = "INVENTED-WORRY The child told me on Monday about messages that frightened them."
CHILD = "Invented Child Appleby"
PARENT = "Invented Parent Appleby"
PERSON = "Invented Person Brough"
USERNAME = "invented_user_Il1_99"
CHILD_SAID = "INVENTED-WORDS he said he would come to my house"


@dataclass(frozen=True)
class Place:
    """One partnership as the journeys meet it."""

    edition: str
    area: str
    people: str
    """Which practitioner files."""
    units: Mapping[str, str]
    """Police, hub, Prevent and LADO of the area."""


@dataclass(frozen=True)
class Story:
    """One concern as it is told."""

    id: str
    answers: Answers
    facts: Mapping[str, Any]
    destinations: frozenset[str]
    """Which kinds of recipient get a pack, in either partnership, whatever else the rules add."""
    child: Answers = field(default_factory=dict)
    person: Answers = field(default_factory=dict)
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By recipient: words of this story that its pack must hold."""
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By recipient: words of this story that its pack must not hold."""


CUMBRIA = Place(
    "cumbria",
    "cumberland",
    "teacher@fellside.example.org",
    {
        "police": "cumbria_police",
        "hub": "cumberland_hub",
        "prevent_spoc": "cumbria_prevent",
        "lado": "cumberland_lado",
    },
)
NEL = Place(
    "north-east-lincolnshire",
    "north_east_lincolnshire",
    "teacher@havenquay.example.org",
    {
        "police": "humberside_police",
        "hub": "north_east_lincolnshire_hub",
        "prevent_spoc": "humberside_prevent",
        "lado": "north_east_lincolnshire_lado",
    },
)
PLACES = {"cumbria": CUMBRIA, "nel": NEL}


def everyday(place: Place) -> dict[str, Any]:
    """Return what is answered alike in every story of a place."""
    return {
        "Q-SAF-5": place.area,
        "Q-WOR-1": WORRY,
        "Q-REF-12": place.area,
        "Q-SAF-7": "adult",
        "Q-EVI-5": Answer(rows=({"account": USERNAME, "service": "An invented chat app", "whose": "The person"},)),
    }


def everyday_child(place: Place) -> dict[str, Any]:
    """Return what is answered alike about the child of every story."""
    return {
        "Q-CHI-1": Answer(chosen=("known",), details={"name": CHILD}),
        "Q-CHI-0": place.area,
        "Q-CHI-4": "1 Invented Street",
        "Q-CHI-2": Answer(details={"age": "14"}),
        "Q-CHI-3": ["may_have_been_harmed"],
        "Q-CHI-18": "With a grandparent tonight.",
        "Q-CHI-5": Answer(chosen=("school",), details={"name": "Invented High School"}),
        "Q-CHI-12": Answer(rows=({"name": PARENT},)),
        "Q-CHI-15": Answer(text=CHILD_SAID, details={"to_whom": "Me"}),
    }


KNOWN_PERSON = {
    "Q-ADU-1": Answer(chosen=("known",), details={"name": PERSON}),
    "Q-ADU-2": "online_only",
}

CHILD_FACTS: dict[str, Any] = {
    "age": "13_to_15", "part": ["may_have_been_harmed"], "status": ["none"], "placing_area": "none",
}  # fmt: skip

GROOMING = Story(
    "grooming",
    answers={
        "Q-SAF-6": ["grooming"],
        "Q-GR-1": ["messages"],
        "Q-GR-2": ["sexual_talk", "asked_images", "secret"],
        "Q-GR-9": "doubtful",
        "Q-POL-1": Answer(chosen=("yes_101",), details={"yes_101_at": "14:05", "yes_101_incident_number": "INV-123"}),
    },
    facts={
        "concerns": ["grooming"],
        "offence_evidence": "yes",
        "sexual_element": "yes",
        "coercion": ["pressure"],
        "identity_doubtful": "yes",
    },
    destinations=frozenset({"police", "hub"}),
    person=KNOWN_PERSON,
    holds={"police": (USERNAME, "Asked for images", "INV-123"), "hub": ("Asked for images", PARENT)},
)

INDECENT_IMAGES = Story(
    "indecent_images",
    answers={
        "Q-SAF-6": ["indecent_images"],
        "Q-II-1": ["found"],
        "Q-II-2": ["looking", "keeping"],
        "Q-II-4": "yes",
        "Q-II-7": "yes",
        "Q-SAF-11": "yes",
        "Q-EVI-2": ["laptop"],
        "Q-EVI-3": Answer(rows=({"device": "A grey laptop, invented make", "place": "At the home", "state": "Off"},)),
    },
    facts={
        "concerns": ["indecent_images"],
        "sexual_element": "yes",
        "in_contact_with_child": "yes",
        "local_link": "yes",
        "someone_at_home_involved": "yes",
        "access_to_children": ["family_or_household"],
    },
    destinations=frozenset({"police", "hub"}),
    person={
        "Q-ADU-1": Answer(chosen=("known",), details={"name": PERSON}),
        "Q-ADU-2": "household",
        "Q-ADU-3": Answer(chosen=("lives_with",), details={"whom": "This child"}),
    },
    holds={"police": ("A grey laptop, invented make", PERSON), "hub": (PARENT,)},
)

EXTREMISM = Story(
    "extremism",
    answers={
        "Q-SAF-6": ["extremism"],
        "Q-SAF-7": "unknown",
        "Q-EX-1": "INVENTED-SIGNS New symbols on school books since the spring.",
        "Q-EX-2": Answer(chosen=("ideology",), details={"which": "An invented movement"}),
        "Q-EX-5": "People met in an invented chat room.",
        "Q-EX-7": Answer(chosen=("not_told",), details={"lead_name": "Invented Lead"}),
        "Q-EX-12": "yes",
        "Q-EX-11": ["yes"],
    },
    facts={
        "concerns": ["extremism"],
        "other_person": "unknown",
        "extremism_signs": ["ideology"],
        "prevent_spoc_known": "yes",
        "prevent_agreed_by_lead": "yes",
    },
    destinations=frozenset({"prevent_spoc"}),
    person=KNOWN_PERSON,
    holds={"prevent_spoc": ("CHANNEL", "INVENTED-SIGNS", CHILD, "An invented movement", WORRY)},
    # Extremism is the only concern, so the worry is about it; with another concern it would stay out.
    left_out={"prevent_spoc": (USERNAME, PERSON)},
)

NUDES = Story(
    "nudes_sharing",
    answers={
        "Q-SAF-6": ["nudes_sharing"],
        "Q-SAF-7": "under_18",
        "Q-NU-2": ["pressure"],
        "Q-NU-13": "yes",
        "Q-NU-8": "child_shown",
        "Q-NU-7": ["group"],
        "Q-NU-12": Answer(chosen=("yes",), details={"what": "Three years between them."}),
    },
    facts={
        "concerns": ["nudes_sharing"],
        "other_person": "under_18",
        "sexual_element": "yes",
        "coercion": ["pressure"],
        "without_agreement": "yes",
        "spread": "widely",
        "repeat_or_imbalance": "yes",
    },
    destinations=frozenset({"police", "hub"}),
    holds={"hub": ("Pressured or asked again and again", PARENT), "police": (USERNAME,)},
)

SEXTORTION = Story(
    "sextortion",
    answers={
        "Q-SAF-6": ["sextortion"],
        "Q-SX-2": Answer(chosen=("yes",), details={"when": "Tonight at nine."}),
        "Q-SX-1": ["money"],
        "Q-SX-3": Answer(chosen=("money",), details={"amount": "40 pounds"}),
        "Q-SX-6": "no",
        "Q-SX-8": "invented_payee_77",
        "Q-SAF-3": "thoughts",
        "Q-NU-13": "yes",
    },
    facts={
        "concerns": ["sextortion"],
        "sexual_element": "yes",
        "live_contact_or_deadline": "yes",
        "payment_made": "yes",
        "coercion": ["blackmail"],
        "child_self_harm": "thoughts",
        "without_agreement": "yes",
    },
    destinations=frozenset({"police", "hub"}),
    person=KNOWN_PERSON,
    holds={"police": ("invented_payee_77", USERNAME), "hub": (CHILD_SAID,)},
    left_out={"hub": ("invented_payee_77",)},
)

AI_IMAGERY = Story(
    "ai_imagery",
    answers={
        "Q-SAF-6": ["ai_imagery"],
        "Q-AI-1": Answer(chosen=("child_known",), details={"whom": "The child in this referral"}),
        "Q-AI-3": "yes",
        "Q-AI-2": ["adult"],
        "Q-AI-7": "yes",
        "Q-AI-5": "An invented face-changing app",
        "Q-II-7": "yes",
        "Q-NU-13": "yes",
        "Q-NU-7": ["one_person"],
    },
    facts={
        "concerns": ["ai_imagery"],
        "sexual_element": "yes",
        "real_child_shown": "yes",
        "identified_child": "yes",
        "ai_kind": ["adult_made_or_holds"],
        "local_link": "yes",
        "without_agreement": "yes",
        "spread": "few",
    },
    destinations=frozenset({"police", "hub"}),
    person=KNOWN_PERSON,
    holds={"police": ("An invented face-changing app", USERNAME)},
)

STORIES = {story.id: story for story in (GROOMING, INDECENT_IMAGES, EXTREMISM, NUDES, SEXTORTION, AI_IMAGERY)}


def facts_of_story(story: Story, place: Place) -> dict[str, Any]:
    """Return the facts of a story in a place, as `manage.py route` reads them."""
    child = CHILD_FACTS | {"area": place.area}
    return {**QUIET, "setting_area": place.area, "workplace_areas": [], "children": [child], **story.facts}
