"""The routing rules and the checklists, in words."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import public
from procedures.condition_words import rule_words
from procedures.drawing import case_words
from procedures.engine.schema import Case, DestinationAdd, Rule, WhenUnknown
from procedures.value_words import CONCERNS, DECIDED_BY, DESTINATIONS, MODES, STATUSES, URGENCIES
from procedures.web.finding import Link, Room

KINDS = (("now", "Do now"), ("never", "Never do"))
UNKNOWN = {
    "weaker": "It still applies, one step weaker.",
    "same": "It applies all the same.",
    "nothing": "It adds nothing.",
}


@public
@require_safe
def rule_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every rule, by the concern it serves."""
    room = Room(edition)
    rules = room.content.rules
    groups = [("all", "Every concern", [rule for rule in rules if "all" in rule.serves])]
    for code, words in CONCERNS.items():
        groups.append((code, words[0].upper() + words[1:], [rule for rule in rules if code in rule.serves]))
    return room.page(request, "rules", "Routing rules", groups=groups, statuses=STATUSES)


@public
@require_safe
def rule_page(request: HttpRequest, edition: str, rule: str) -> HttpResponse:
    """One rule: when, what it adds, why, and resting on what."""
    room = Room(edition)
    found = room.reading.rule(rule)
    if found is None:
        raise Http404(f"There is no rule {rule}.")
    decision = next((each for each in room.content.decisions if each.id == found.awaiting), None)
    return room.page(
        request,
        "rule",
        found.title,
        rule=found,
        status=STATUSES[found.status],
        decision=decision,
        serves=[CONCERNS.get(each, "every concern") for each in found.serves],
        sources=room.links(found.sources),
        cases=[_case(room, found, case) for case in found.cases],
        also=[(each, room.links(each.sources)) for each in found.also],
    )


def _case(room: Room, rule: Rule, case: Case) -> dict[str, object]:
    flags = {flag.code: flag for flag in room.content.flags}
    items = {item.code: item for item in room.content.checklists}
    reports = {own.code: own for own in room.content.do_yourself}
    unknown = case.when_unknown or WhenUnknown(fires="weaker", why="This is so for every rule that says nothing else.")
    return {
        "when": case_words(rule, case, room.edition),
        "unless": rule_words(case.unless_known, room.edition) if case.unless_known else None,
        "because": case.because,
        "destinations": [destination_words(each) for each in case.adds.destinations],
        "flags": [flags[code] for code in case.adds.flags],
        "checklist": [Link(items[code].text, f"{room.url('checklists')}#{code}") for code in case.adds.checklist],
        "reports": [
            (
                Link(reports[own.code].label, f"{room.url('checklists')}#report-{own.code}"),
                own.when == "after_police_agree" or own.held_until_police_agree_when is not None,
            )
            for own in case.adds.do_yourself
        ],
        "unknown": UNKNOWN[unknown.fires],
        "unknown_why": unknown.why,
    }


def destination_words(add: DestinationAdd) -> dict[str, str]:
    """Return where a rule sends, how, how soon and what decides the unit, in words."""
    return {
        "where": DESTINATIONS[add.to],
        "how": MODES[add.mode],
        "urgency": add.urgency,
        "soon": URGENCIES[add.urgency],
        "marking": add.marking or "",
        "by": DECIDED_BY[add.by],
    }


@public
@require_safe
def checklists(request: HttpRequest, edition: str) -> HttpResponse:
    """What to do now and what never to do, by situation; and what is reported outside the portal."""
    room = Room(edition)
    adding: dict[str, list[Link]] = {}
    reporting: dict[str, list[Link]] = {}
    for rule in room.content.rules:
        link = Link(rule.id, room.url("rule", rule.id), rule.title)
        for case in rule.cases:
            unknown = case.when_unknown.checklist if case.when_unknown else []
            for code in (*case.adds.checklist, *unknown):
                adding.setdefault(code, []).append(link)
            for own in case.adds.do_yourself:
                reporting.setdefault(own.code, []).append(link)
    items = [
        {
            "item": each.item,
            "when": rule_words(each.item.when, room.edition) if each.item.when else None,
            "rules": list(dict.fromkeys(adding.get(each.item.code, []))),
            "sources": room.links(each.item.sources),
        }
        for each in room.edition.checklist
    ]
    reports = [
        (own, list(dict.fromkeys(reporting.get(own.code, []))), room.links(own.sources))
        for own in room.content.do_yourself
    ]
    return room.page(request, "checklists", "What to do now and never do", items=items, reports=reports, kinds=KINDS)
