from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Organisation
from audit.record import record_event


@transaction.atomic
def add_organisation(*, name: str, kind: str, area: str, by: Any, at: datetime, email_domain: str = "") -> Organisation:
    """Add a setting that refers. ``kind`` and ``area`` are codes of Organisation.Kind and Area.

    Raises ValidationError for an unknown code or a second setting of that name in the area.
    """
    organisation = Organisation(name=name.strip(), kind=kind, area=area, email_domain=email_domain.strip().lower())
    organisation.full_clean()
    organisation.save(force_insert=True)
    record_event(
        event="organisation.added", by=by, at=at, subject=organisation, detail={"kind": str(kind), "area": str(area)}
    )
    return organisation
