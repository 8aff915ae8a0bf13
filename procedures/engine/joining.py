"""Each child is decided under the edition of that child's own area, and the results are joined (Z-10)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from procedures.engine.edition import Edition
from procedures.engine.facts import Facts
from procedures.engine.routing import (
    Destination,
    Flag,
    OwnReport,
    Routing,
    clocks_of,
    joined,
    merged,
    merged_report,
    route,
    strongest_urgency,
)
from procedures.engine.units import Unit, owner_of


class NoEdition(LookupError):
    """There is no edition to decide under; the text says what to do."""


def route_by_area(editions: Mapping[str, Edition], facts: Facts) -> Routing:
    """Return the routing of a case over all its children.

    `editions` gives the edition in force by area. A child whose area has none, and a case without a known child, are
    decided under the setting's edition; where that is not known either, under every edition given. Raises
    NoEdition where none is given.
    """
    if not editions:
        raise NoEdition("No edition is in force today. Bring one into use, or name one.")
    parts = [(edition, route(edition, facts, children=children)) for edition, children in editions_for(editions, facts)]
    if len(parts) == 1:
        return parts[0][1]
    routings = [routing for _, routing in parts]
    destinations = _join_destinations(routings)
    steps = [step for routing in routings for step in routing.checklist]
    # Read again from the joined destinations: of two hubs, the more urgent one sets the limit.
    clocks = [clock for edition, _ in parts for clock in clocks_of(edition, destinations)]
    return Routing(
        editions=tuple(used for routing in routings for used in routing.editions),
        owner=owner_of(destinations, parts[0][0], facts, range(len(facts.children))),
        urgency=strongest_urgency(routing.urgency for routing in routings),
        destinations=destinations,
        do_yourself=tuple(_join_reports(routings).values()),
        flags=tuple(_join_flags(routings).values()),
        checklist=_first_of_each((step.code, step) for step in steps),
        clocks=_first_of_each(((clock.kind, clock.recipient), clock) for clock in clocks),
    )


T = TypeVar("T")


def _first_of_each(named: Iterable[tuple[object, T]]) -> tuple[T, ...]:
    found: dict[object, T] = {}
    for name, each in named:
        found.setdefault(name, each)
    return tuple(found.values())


def editions_for(editions: Mapping[str, Edition], facts: Facts) -> list[tuple[Edition, Sequence[int]]]:
    """Return which edition decides which children, in the order of the children."""
    every = list({edition.id: edition for edition in editions.values()}.values())
    setting = editions.get(facts.one("setting_area"))
    for_the_rest = [setting] if setting is not None else every
    if not facts.children:
        return [(edition, ()) for edition in for_the_rest]
    children: dict[str, list[int]] = {}
    by_id: dict[str, Edition] = {}
    for index, child in enumerate(facts.children):
        own = editions.get(child.one("area"))
        for edition in [own] if own is not None else for_the_rest:
            by_id[edition.id] = edition
            children.setdefault(edition.id, []).append(index)
    return [(by_id[name], indexes) for name, indexes in children.items()]


def _join_destinations(routings: Sequence[Routing]) -> tuple[Destination, ...]:
    found: dict[Unit, Destination] = {}
    for routing in routings:
        for each in routing.destinations:
            unit = Unit(each.code, each.unit)
            found[unit] = merged(found[unit], each) if unit in found else each
    return tuple(found.values())


def _join_reports(routings: Sequence[Routing]) -> dict[str, OwnReport]:
    found: dict[str, OwnReport] = {}
    for routing in routings:
        for each in routing.do_yourself:
            found[each.code] = merged_report(found[each.code], each) if each.code in found else each
    return found


def _join_flags(routings: Sequence[Routing]) -> dict[tuple[str, str | None], Flag]:
    found: dict[tuple[str, str | None], Flag] = {}
    for routing in routings:
        for each in routing.flags:
            old = found.get((each.code, each.fact))
            found[each.code, each.fact] = (
                Flag(each.code, each.fact, joined(old.reasons, each.reasons)) if old is not None else each
            )
    return found
