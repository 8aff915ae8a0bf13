"""Which unit stands behind a destination's code: the directory's answer to code, area and conflict (Z-09, Z-13)."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from procedures.engine.facts import Facts
from procedures.engine.schema import DestinationAdd
from procedures.engine.vocabulary import MODE_STRENGTH, NONE, UNKNOWN, URGENCIES

if TYPE_CHECKING:
    from procedures.engine.edition import Edition
    from procedures.engine.routing import Destination

STAFF = frozenset(("police", "hub", "council"))
"""Employers whose staff must not see a case about one of their own (Z-13)."""


class NoOwner(LookupError):
    """An edition's directory has nobody to own a referral; the text says what to add."""


class Unit(NamedTuple):
    """A recipient: the code asked for and the unit's name, None where it must be found."""

    code: str
    name: str | None


def conflict_in(facts: Facts) -> bool:
    """Return whether it is about staff of the police, hub or council, or the referrer is connected (M-13)."""
    return is_about_staff(facts) or facts.has("referrer_connected", "yes")


def is_about_staff(facts: Facts) -> bool:
    """Return whether the person of concern is known to work for the police, the hub or the council (Z-13)."""
    return bool(facts.values["about_staff_of"].known & STAFF)


def units_for(add: DestinationAdd, child: int | None, facts: Facts, edition: "Edition") -> Iterable[Unit]:
    """Return the units that a destination of a rule means for one child; `child` None where no child is known."""
    if add.by == "school":
        return [Unit(add.to, "school_spoc")]
    if add.by == "workplace":
        known = sorted(facts.values["workplace_areas"].known)
        return list(dict.fromkeys(_unit(add.to, area, facts, edition) for area in known)) or [Unit(add.to, None)]
    if add.by == "placing_area":
        area = NONE if child is None else facts.children[child].one("placing_area")
        # Which council placed a child is for the hub of where the child lives to find out; a nameless recipient beside
        # it, on every referral that does not say, would teach people to overlook the ones that matter.
        return [] if area in (NONE, UNKNOWN) else [_unit(add.to, area, facts, edition)]
    return [_unit(add.to, _area_of(add.to, child, facts), facts, edition)]


def _area_of(code: str, child: int | None, facts: Facts) -> str:
    """Return where to look: the child's area; the setting's where there is no child, or for a force or Prevent
    contact when the child's area is not known, since somebody must receive it (Z-09)."""
    if child is None:
        return facts.one("setting_area")
    area = facts.children[child].one("area")
    return facts.one("setting_area") if area == UNKNOWN and code != "hub" else area


def _unit(code: str, area: str, facts: Facts, edition: "Edition") -> Unit:
    sealed = (code == "hub" and conflict_in(facts)) or (code == "police" and is_about_staff(facts))
    return Unit(code, lookup(edition, code, area, sealed=sealed))


def lookup(edition: "Edition", code: str, area: str, *, sealed: bool) -> str | None:
    """Return the directory's unit for a code and an area; `sealed` asks for the one that handles conflicts."""
    for entry in edition.content.destinations:
        if entry.code == code and area in entry.areas and entry.handles_conflicts is sealed:
            return entry.unit
    return None


def owner_of(destinations: Sequence["Destination"], edition: "Edition", facts: Facts, mine: Sequence[int]) -> str:
    """Return the hub unit that owns the referral: never None (Z-19).

    The hub asked most strongly, then that of the first child; where it must be found, the setting's; else the
    edition's own. With a conflict these are conflict officers. Raises NoOwner for an edition that lacks them, which
    the proof refuses.
    """
    hubs = [each for each in destinations if each.code == "hub" and each.unit is not None]
    if hubs:
        best = max(
            hubs,
            key=lambda each: (URGENCIES.index(each.urgency), MODE_STRENGTH[each.mode], -min(each.children, default=0)),
        )
        return str(best.unit)
    sealed = conflict_in(facts)
    fallback = edition.content.edition.fallback_owner
    own_areas = [area for entry in edition.content.destinations if entry.unit == fallback for area in entry.areas]
    areas = [facts.one("setting_area"), *(facts.children[index].one("area") for index in mine), *own_areas]
    found = (lookup(edition, "hub", area, sealed=sealed) for area in areas)
    unit = next((each for each in found if each is not None), fallback if not sealed else None)
    if unit is None:
        raise NoOwner(
            f"{edition.id} has no hub that may own this. Name a `fallback_owner` with an area, and for each of its "
            "areas a hub that `handles_conflicts`."
        )
    return unit
