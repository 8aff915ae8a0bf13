"""(f) Every unit that a routing can name has a directory entry, and every area has someone to receive (Z-11, Z-13)."""

from collections.abc import Iterator

from procedures.engine.edition import Edition
from procedures.engine.proof.against import Against
from procedures.engine.units import lookup
from procedures.engine.vocabulary import AREAS, DESTINATION_CODES

SEALED = {"police", "hub"}
"""Destinations that need a unit of their own for conflicts."""


def every_unit_is_known(edition: Edition) -> Iterator[Against]:
    """Yield each area of the edition for which a code has no unit, and a fallback owner without an entry."""
    for words in _faults(edition):
        yield Against(words)


def _faults(edition: Edition) -> Iterator[str]:
    about = edition.content.edition
    units = {entry.unit: entry for entry in edition.content.destinations}
    for area in about.areas:
        for code in DESTINATION_CODES:
            if lookup(edition, code, area, sealed=False) is None:
                yield f"{area} has no {code} in the directory. Add an entry with this area."
            if code in SEALED and lookup(edition, code, area, sealed=True) is None:
                yield f"{area} has no {code} for conflicts in the directory. Add one that `handles_conflicts`."
    by_school = any(add.by == "school" for case in edition.cases for add in case.adds.destinations)
    if by_school and "school_spoc" not in units:
        yield "school_spoc has no entry in the directory. Add one."
    owner = units.get(about.fallback_owner or "")
    if owner is None or owner.code != "hub" or not owner.areas:
        yield f"The fallback owner {about.fallback_owner} is not a hub with an area in the directory. Name one that is."
    elif not any(lookup(edition, "hub", area, sealed=True) for area in owner.areas):
        yield f"The fallback owner {owner.unit} has no hub for conflicts. Add one that `handles_conflicts`."
    for area in AREAS:
        for code in DESTINATION_CODES:
            for sealed in (False, True):
                names = [
                    entry.unit
                    for entry in edition.content.destinations
                    if entry.code == code and area in entry.areas and entry.handles_conflicts is sealed
                ]
                if len(names) > 1:
                    yield f"{area} has {' and '.join(names)} for {code}. Keep one of them for this area."
