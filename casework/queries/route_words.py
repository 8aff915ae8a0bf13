"""Where a case went, and what the rules ask to be settled, in words: the same on every page and in every document."""

from dataclasses import dataclass

from procedures import editions
from procedures.engine.edition import Edition
from procedures.engine.vocabulary import CHILD_FACTS, FACTS
from referrals.models import Route, Routing

FIND_OUT = "find_out"
MODES = {
    "call_999": "Call 999 first; the pack follows",
    "call_101": "Call 101 first; the pack follows",
    "call_hub": "Call the hub first; the pack follows",
    "pack": "Pack",
    "advice": "For advice, without a pack",
}
ROUTE_STATES = {
    Route.State.PACK: "",
    Route.State.ADVICE: "Shown to them for advice, with the telephone number",
    Route.State.TO_FIND: "To be found by the owning hub",
    Route.State.HELD: "Held for the conflict officer: nothing was sent",
    Route.State.IN_PERSON: "Told in person by the referrer",
}
RULE_STATUS = {
    "procedure": "The procedure says so",
    "statutory": "Statute",
    "guidance": "National guidance",
    "awaiting_sign_off": "Awaits the partnership’s sign-off",
    "law_switch": "Law not yet in force, switched on",
    "design": "The portal’s own safeguard",
    "hub": "The hub’s own decision",
}


@dataclass(frozen=True)
class FlagWords:
    """What a rule asks the hub to see; a question where something must be found out."""

    label: str
    text: str
    because: tuple[str, ...]


def used_editions(routing: Routing) -> dict[str, Edition]:
    """Return the editions that decided, by id; one no longer at hand is replaced by the newest of its id."""
    return {pin["id"]: editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"]) for pin in routing.editions}


def flags(routing: Routing) -> tuple[list[FlagWords], list[FlagWords]]:
    """Return the questions to settle, and what else the rules ask the hub to look at."""
    kinds = {kind.code: kind for edition in used_editions(routing).values() for kind in edition.content.flags}
    questions: dict[str, FlagWords] = {}
    others: list[FlagWords] = []
    for flag in routing.result["flags"]:
        because = tuple(dict.fromkeys(reason["because"] for reason in flag["reasons"]))
        if flag["code"] == FIND_OUT:
            label = _question(flag["fact"])
            earlier = questions.get(label)
            questions[label] = FlagWords(label, "", (*(earlier.because if earlier else ()), *because))
            continue
        kind = kinds.get(flag["code"])
        label = kind.label if kind else flag["code"].replace("_", " ").capitalize()
        others.append(FlagWords(label, kind.meaning if kind else "", because))
    return list(questions.values()), others


def _question(fact: str) -> str:
    kind = CHILD_FACTS[fact.removeprefix("children.")] if fact.startswith("children.") else FACTS[fact]
    return f"Find out {kind.whether}"
