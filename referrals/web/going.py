"""Where a referral goes, in words: one destination with its reasons, whom to call, and reports to make oneself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.directory import UnknownUnitError, get_agency
from procedures import editions
from procedures.engine.edition import Edition
from procedures.engine.routing import in_words
from procedures.engine.vocabulary import CHILD_FACTS, FACTS
from referrals.web.around import source_link
from referrals.web.calls import Callee, callee_of

URGENCY = {
    "emergency": ("Emergency", "red", "Call now. It is looked at within 30 minutes in staffed hours"),
    "urgent": (
        "Urgent",
        "orange",
        "Looked at within the hour in staffed hours, and by the out-of-hours team otherwise",
    ),
    "standard": ("Standard", "blue", "Looked at by the end of the next working day"),
}
MODE = {
    "call_999": "Call 999 first. The pack follows the call and does not replace it.",
    "call_101": "Call 101 first. The pack follows the call and does not replace it.",
    "call_hub": "Telephone first. The pack follows the call and does not replace it.",
    "pack": "A pack is sent to them.",
    "advice": "They see the case for advice. No pack is sent.",
}
_TO_BE_FOUND = {
    "hub": "Another council’s children’s social care, to be found by the hub",
    "police": "The police force of the child’s area, to be found",
    "lado": "The LADO where the person works or volunteers, to be found",
    "prevent_spoc": "The Prevent contact of the area, to be found",
}
_STATUS = {
    "procedure": "The procedure says so",
    "statutory": "The law says so",
    "guidance": "National guidance says so",
    "law_switch": "The law says so where it is in force",
    "design": "How this portal works",
}


@dataclass(frozen=True)
class Going:
    """One destination as its page shows it."""

    name: str
    unit: str | None
    code: str
    mode: str
    mode_words: str
    urgency_words: str
    urgency_colour: str
    urgency_meaning: str
    marking: str | None
    reasons: tuple[dict[str, Any], ...]
    call: "CallFirst | None"


@dataclass(frozen=True)
class CallFirst:
    """Whom to call before or after sending: `who` is the button's code, `number` what is dialled now."""

    who: str
    title: str
    callee: Callee | None
    number: str
    dial: str


def goings(result: Mapping[str, Any], *, at: datetime) -> list[Going]:
    """Return the destinations of a routing in its contract shape, in words."""
    used = {
        pin["id"]: editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"]) for pin in result["editions"]
    }
    return [_going(each, used, at=at) for each in result["destinations"]]


def _going(destination: Mapping[str, Any], used: Mapping[str, Edition], *, at: datetime) -> Going:
    words, colour, meaning = URGENCY[destination["urgency"]]
    unit = destination["unit"]
    name = _name(unit, destination["code"])
    return Going(
        name=name,
        unit=unit,
        code=destination["code"],
        mode=destination["mode"],
        mode_words=MODE[destination["mode"]],
        urgency_words=words,
        urgency_colour=colour,
        urgency_meaning=meaning,
        marking=destination["marking"],
        reasons=tuple(_reason(each, used) for each in destination["reasons"]),
        call=_call(destination["mode"], unit, name, at=at),
    )


def _name(unit: str | None, code: str) -> str:
    if unit is None:
        return _TO_BE_FOUND[code]
    try:
        return get_agency(unit).name
    except UnknownUnitError:
        return unit.replace("_", " ").capitalize()


def _reason(reason: Mapping[str, Any], used: Mapping[str, Edition]) -> dict[str, Any]:
    edition = used[reason["edition"]]
    status = reason["status"]
    return {
        "because": reason["because"],
        "rule": reason["rule"],
        "status": _STATUS.get(status, f"A local decision, {status}"),
        "edition": f"{edition.content.edition.title}, {edition.version}",
        "sources": [source_link(edition, source) for source in reason["sources"]],
    }


def _call(mode: str, unit: str | None, name: str, *, at: datetime) -> CallFirst | None:
    if mode == "call_999":
        return CallFirst("999", "Call 999 now", None, "999", "999")
    if mode == "call_101":
        return CallFirst("101", f"Call 101 and ask for {name}", None, "101", "101")
    if mode != "call_hub":
        return None
    callee = callee_of(unit, at=at) if unit else None
    number = callee.number if callee else ""
    return CallFirst("hub", f"Call {name}", callee, number, callee.dial if callee else "")


def own_reports(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the reports that the practitioner makes, in words, and when."""
    used = [editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"]) for pin in result["editions"]]
    kinds = {kind.code: kind for edition in reversed(used) for kind in edition.content.do_yourself}
    found = []
    for each in result["do_yourself"]:
        kind = kinds.get(each["code"])
        found.append(
            {
                "label": kind.label if kind else each["code"].replace("_", " ").capitalize(),
                "how": kind.how if kind else "",
                "address": kind.address if kind else "",
                "when": "Now" if each["when"] == "now" else "Only once the police have agreed",
                "is_now": each["when"] == "now",
                "reasons": [reason["because"] for reason in each["reasons"]],
            }
        )
    return found


def to_find_out(result: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each thing that is not known and could change where the referral goes."""
    codes = dict.fromkeys(flag["fact"] for flag in result["flags"] if flag["code"] == "find_out")
    return list(dict.fromkeys(in_words([code]) for code in codes if _is_fact(code)))


def _is_fact(code: str) -> bool:
    return code in FACTS or code.removeprefix("children.") in CHILD_FACTS


def calls_first(found: Sequence[Going]) -> list[CallFirst]:
    """Return the calls to make, each once, the most pressing first."""
    by_who: dict[tuple[str, str], CallFirst] = {}
    for going in found:
        if going.call is not None:
            by_who.setdefault((going.call.who, going.call.number or going.name), going.call)
    order = ["999", "101", "hub"]
    return sorted(by_who.values(), key=lambda call: order.index(call.who))


def numbers_shown(calls: Sequence[CallFirst]) -> list[str]:
    """Return the calls with their numbers as the record keeps that they were shown."""
    return [f"{call.title}: {call.number or 'none known'}" for call in calls]
