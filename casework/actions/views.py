"""How one person likes their queue: initials or none, and the lists they come back to. It changes no case."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from casework.models import QueueTaste, SavedView
from casework.models.views import LONGEST_NAME, LONGEST_QUERY
from casework.permissions import check
from referrals.text import TextRefusedError, clean_text

MOST_VIEWS = 20


class ViewRefusedError(ValueError):
    """The list cannot be saved so; the text says how to mend it."""


@transaction.atomic
def show_initials(*, shown: bool, by: Any, at: datetime) -> None:
    """Keep whether this person's queue shows the children's initials."""
    QueueTaste.objects.update_or_create(person=by, defaults={"shows_initials": shown})
    record_event(event="queue.initials_set", by=by, at=at, subject=by, detail={"shown": shown})


@transaction.atomic
def save_view(*, name: str, query: str, by: Any, at: datetime) -> SavedView:
    """Keep a list under a name; `query` is what the queue's address holds, codes alone. Raises ViewRefusedError."""
    try:
        words = clean_text(name, limit=LONGEST_NAME, one_line=True)
    except TextRefusedError as refused:
        raise ViewRefusedError(str(refused)) from refused
    if not words:
        raise ViewRefusedError("Give the list a name")
    if len(query) > LONGEST_QUERY:
        raise ViewRefusedError("These are too many filters to keep. Clear some of them")
    if SavedView.objects.filter(person=by).count() >= MOST_VIEWS:
        raise ViewRefusedError(f"You keep {MOST_VIEWS} lists already. Remove one of them first")
    view = SavedView(person=by, name=words, query=query, saved_at=at)
    view.save(force_insert=True)
    record_event(event="queue.view_saved", by=by, at=at, subject=view)
    return view


@transaction.atomic
def remove_view(*, view: SavedView, by: Any, at: datetime) -> None:
    """Take a saved list away. Raises NotPermittedError for another's."""
    check(view.person_id == by.pk)
    record_event(event="queue.view_removed", by=by, at=at, subject=view)
    view.delete()
