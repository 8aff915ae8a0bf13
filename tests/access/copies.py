"""Copies of filled and sent referrals, row by row: filing one anew costs the routing, the packs and the record."""

import uuid
from typing import Any

from django.db import models

from referrals.models import Clock, KeptAway, Pack, Referral, Route, Routing
from referrals.models.references import new_reference

BELOW = (Routing, Route, Pack, Clock, KeptAway)
"""What else stands where a referral was sent, each after what it points to."""


def copy_of(original: Referral, *also: type[models.Model]) -> uuid.UUID:
    """Write a copy of a referral and of what belongs to it, `also` these rows of it; return its identifier."""
    source = Referral.objects.system(reason="a referral like one that was filed").get(pk=original.pk)
    token = uuid.uuid4() if source.submission_token else None
    copies: dict[Any, models.Model] = {}
    copied = write(source, copies, reference=new_reference(), submission_token=token)
    below: tuple[type[models.Model], ...] = (*BELOW, *also)
    for model in below:
        for row in model._base_manager.filter(referral=source):
            more = {"file_reference": new_reference()} if model is Pack else {}
            write(row, copies, **more)
    return copied.pk  # type: ignore[no-any-return]


def write(row: models.Model, copies: dict[Any, models.Model], **changed: Any) -> models.Model:
    """Write a copy of one row that leads to the copies of the rows it leads to; sealed fields are sealed anew."""
    values = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for field in row._meta.concrete_fields:
        if field.is_relation:
            pk = values.pop(field.name)
            values[field.attname] = copies[pk].pk if pk in copies else pk
    del values["id"]
    copy = type(row)(**values | changed)
    copy.save(force_insert=True)
    copies[row.pk] = copy
    return copy
