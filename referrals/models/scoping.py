"""Rows that cannot be read without saying for whom, or why (the one place where scope is applied)."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q

Row = TypeVar("Row", bound=models.Model)


class UnscopedReadError(Exception):
    """Rows were asked for without saying on whose behalf."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"{model}.objects cannot be read as it is: use .visible_to(user, at=…) for what a person may see, or "
            '.system(reason="…") for what the portal does by itself.'
        )


class ScopedManager(models.Manager[Row], Generic[Row]):
    """`visible_to` for people, `system` for the portal's own work; anything else raises UnscopedReadError.

    Rows reached from a row already held (`referral.routes`) are open: whoever holds it was let in there.
    """

    def get_queryset(self) -> models.QuerySet[Row]:
        """Raise, unless this is the manager of one row's own related rows."""
        if hasattr(self, "core_filters"):
            return super().get_queryset()
        raise UnscopedReadError(self.model.__name__)

    def visible_to(self, user: Any, *, at: datetime) -> models.QuerySet[Row]:
        """Return what this person may know of at this moment; all else is as if it did not exist."""
        scope: Q = self.model.scope(user, at=at)  # type: ignore[attr-defined]
        return super().get_queryset().filter(scope)

    def system(self, *, reason: str) -> models.QuerySet[Row]:
        """Return every row, for work that no person asked for or that was permitted elsewhere; `reason` says which."""
        if not reason.strip():
            raise ValueError('Say why every row may be read, such as `reason="render the packs that wait"`.')
        return super().get_queryset()
