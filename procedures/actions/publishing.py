"""Bringing shipped editions into use: kept whole for replay, and their units put into the directory."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.directory import seed_agency
from audit.record import record_event
from procedures.engine.edition import Edition
from procedures.engine.loading import content_data
from procedures.engine.schema import DirectoryUnit
from procedures.models import PublishedEdition


@transaction.atomic
def publish(*, edition: Edition, by: Any, at: datetime) -> PublishedEdition:
    """Keep an edition, once, and bring the directory up to date with it."""
    kept, is_new = PublishedEdition.objects.get_or_create(
        digest=edition.digest,
        defaults={
            "edition_id": edition.id,
            "version": edition.version,
            "content": content_data(edition.content),
            "published_at": at,
        },
    )
    for unit in edition.content.destinations:
        _seed(unit, by=by, at=at)
    if is_new:
        record_event(
            event="edition.published",
            by=by,
            at=at,
            subject=kept,
            detail={"edition": edition.id, "version": edition.version, "digest": edition.digest},
        )
    return kept


def _seed(unit: DirectoryUnit, *, by: Any, at: datetime) -> None:
    seed_agency(
        unit=unit.unit,
        kind=unit.kind,
        name=unit.name,
        area=unit.areas[0] if len(unit.areas) == 1 else None,
        partnership=unit.partnership,
        day_number=unit.day_number or "",
        night_number=unit.night_number or "",
        hours={day: list(times) for day, times in unit.hours.items()},
        intake=unit.intake,
        source=unit.source,
        checked_on=unit.checked_on,
        owner=unit.owner,
        confirm_before_go_live=unit.confirm_before_go_live,
        notes=unit.notes or "",
        by=by,
        at=at,
    )
