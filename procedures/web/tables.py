"""The tables of an edition: law, resources, decisions, clocks, packs and who receives."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import public
from procedures.engine.clock_schema import ClockKind
from procedures.engine.stages import AUDIENCE_WORDS, stage_words
from procedures.reading import rules_decided_by
from procedures.value_words import AREAS, CONCERNS, DESTINATIONS
from procedures.web.finding import Link, Room

LAW = {
    "in_force": ("In force", "green"),
    "part_repealed": ("Part repealed", "orange"),
    "superseded": ("Superseded", "red"),
    "not_commenced": ("Not in force yet", "grey"),
    "to_be_confirmed": ("To be confirmed", "yellow"),
}
RESOURCE = {
    "live": ("Live", "green"),
    "withdrawn": ("Withdrawn", "red"),
    "replaced": ("Replaced", "orange"),
    "to_be_confirmed": ("To be confirmed", "yellow"),
}
AMOUNTS = {"full": "In full", "summary": "In summary", "none": "Left out"}
DAYS = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}


@public
@require_safe
def legislation(request: HttpRequest, edition: str) -> HttpResponse:
    """Each provision with its status, what is wrong about it in the procedure, and the concerns it touches."""
    room = Room(edition)
    rows = [
        {
            "law": law,
            "status": LAW[law.status],
            "applies": "every concern"
            if len(law.applies_to) == len(CONCERNS)
            else ", ".join(CONCERNS[each] for each in law.applies_to),
            "sources": room.links(law.facts),
        }
        for law in room.content.legislation
    ]
    return room.page(request, "legislation", "Legislation", rows=rows)


@public
@require_safe
def resources(request: HttpRequest, edition: str) -> HttpResponse:
    """Each page, tool or document with its status. Addresses are text: nobody is sent away from here by a click."""
    room = Room(edition)
    rows = [(each, RESOURCE[each.status], room.links(each.facts)) for each in room.content.resources]
    return room.page(request, "resources", "Resources", rows=rows)


@public
@require_safe
def decisions(request: HttpRequest, edition: str) -> HttpResponse:
    """The partnership's open decisions and the law switches, each as it stands, with the rules that read it."""
    room = Room(edition)
    awaiting = [rule for rule in room.content.rules if rule.status == "awaiting_sign_off"]
    groups = [
        (heading, [(each, _decided(room, each.id), room.links(each.sources)) for each in switches])
        for heading, switches in (
            ("Decisions of the partnership", room.content.decisions),
            ("Law switches", room.content.law),
        )
    ]
    return room.page(request, "decisions", "Decisions and law switches", groups=groups, awaiting=awaiting)


def _decided(room: Room, switch: str) -> list[Link]:
    rules = rules_decided_by(room.edition, switch)
    return [Link(rule.id, room.url("rule", rule.id), rule.title) for rule in rules]


@public
@require_safe
def clocks(request: HttpRequest, edition: str) -> HttpResponse:
    """Each clock: what starts and ends it, how long it runs, who is reminded and who is told when it is late."""
    room = Room(edition)
    rows = [
        {
            "clock": clock,
            "stages": [{"words": stage_words(each), "is_escalation": each.is_escalation} for each in clock.all_stages],
            "limit": limit_words(clock),
            "whose": ", ".join("the owning hub" if each == "owner" else DESTINATIONS[each] for each in clock.runs_for),
            "sources": room.links([*clock.facts, clock.source]),
        }
        for clock in room.content.clocks
    ]
    disagreements = [
        {
            "stage": stage,
            "limit": "1 working day" if stage.limit == 1 else f"{stage.limit} working days",
            "answering": ", then ".join(AUDIENCE_WORDS[each] for each in stage.answering),
            "stages": [{"words": stage_words(each), "is_escalation": each.is_escalation} for each in stage.all_stages],
        }
        for stage in room.content.disagreements
    ]
    return room.page(request, "clocks", "Clocks", rows=rows, disagreements=disagreements)


def limit_words(clock: ClockKind) -> str:
    """Return how long a clock runs, such as "1 working day" or "60 staffed minutes"."""
    without_amount = {"same_day": "the same day", "now": "at once", "set_date": "until the day that is set"}
    if clock.counted_in in without_amount:
        return without_amount[clock.counted_in]
    unit = clock.counted_in.replace("_", " ")
    return f"{clock.limit} {unit.removesuffix('s') if clock.limit == 1 else unit}"


@public
@require_safe
def packs(request: HttpRequest, edition: str) -> HttpResponse:
    """What each recipient's pack holds and what it leaves out."""
    room = Room(edition)
    titles = {group.id: group for group in room.content.pack_groups}
    rows = [
        {
            "plan": plan,
            "recipient": DESTINATIONS[plan.recipient],
            "contents": [(titles[part.group], AMOUNTS[part.amount]) for part in plan.contents],
            "sources": room.links([*plan.facts, *(fact for part in plan.contents for fact in part.facts)]),
        }
        for plan in room.content.packs
    ]
    return room.page(request, "packs", "Packs", rows=rows)


@public
@require_safe
def directory(request: HttpRequest, edition: str) -> HttpResponse:
    """Who receives for this edition's areas, and the public numbers, as the edition gives them."""
    room = Room(edition)
    areas = set(room.about.areas)
    rows = [
        {
            "unit": unit,
            "receives_as": DESTINATIONS[unit.code],
            "areas": ", ".join(AREAS[area].removeprefix("in ") for area in unit.areas),
            "hours": [f"{DAYS[day]} {' to '.join(times)}" for day, times in unit.hours.items() if times],
        }
        for unit in room.content.destinations
        if not unit.areas or areas & set(unit.areas)
    ]
    return room.page(request, "directory", "Who receives", rows=rows)
