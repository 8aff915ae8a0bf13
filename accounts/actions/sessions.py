"""Beginning and ending the sessions in which somebody is signed in (security.md, "Sign-in")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import session_kind
from accounts.models import SignedInSession, User
from audit.record import record_event

AT_MOST = 3
# The list shows what is open; what is over is kept a while for whoever looks into something strange.
KEPT_FOR = timedelta(days=30)
Ending = SignedInSession.Ending


@dataclass(frozen=True)
class Begun:
    """A session that has begun, and those of the same person that had to end for it."""

    session: SignedInSession
    ended: tuple[SignedInSession, ...]


@transaction.atomic
def begin(*, user: User, browser: str, by: Any, at: datetime, replaces: SignedInSession | None = None) -> Begun:
    """Begin a session for somebody who has just signed in; of more than three, the oldest end.

    ``browser``: its kind in words. ``replaces``: the session that the same browser had before, if any.
    """
    # Two sign-ins at one time must not each count only the other's predecessors.
    User.objects.select_for_update().filter(pk=user.pk).first()
    own = SignedInSession.objects.filter(user=user)
    own.filter(active_at__lt=at - KEPT_FOR).delete()
    if replaces is not None:
        own.filter(pk=replaces.pk, ended_at__isnull=True).update(ended_at=at, ended_because=Ending.SIGNED_OUT)
    others = list(own.open(at=at).order_by("-started_at"))
    session = SignedInSession.objects.create(
        user=user,
        kind=session_kind.of(user, at=at),
        browser=browser,
        started_at=at,
        active_at=at,
        proved_at=at,
    )
    surplus = others[AT_MOST - 1 :]
    record_event(event="account.signed_in", by=by, at=at, subject=user)
    _end(own.filter(pk__in=[each.pk for each in surplus]), user=user, because=Ending.TOO_MANY, by=by, at=at)
    return Begun(session, tuple(surplus))


@transaction.atomic
def end(*, session: SignedInSession, because: Ending, by: Any, at: datetime) -> bool:
    """End one session: it is refused at its next request. Returns False, recording nothing, if it had ended before."""
    own = SignedInSession.objects.filter(pk=session.pk, ended_at__isnull=True)
    if not own.update(ended_at=at, ended_because=because):
        return False
    session.refresh_from_db()
    record_event(event="account.signed_out", by=by, at=at, subject=session.user, detail={"because": because.value})
    return True


@transaction.atomic
def end_all(*, user: User, because: Ending, by: Any, at: datetime, keep: SignedInSession | None = None) -> int:
    """End all sessions of a person, but for the one to ``keep``. Returns how many were open.

    Call it in the transaction of whatever is the reason, so that the one never holds without the other.
    """
    own = SignedInSession.objects.filter(user=user)
    return _end(own.exclude(pk=keep.pk) if keep else own, user=user, because=because, by=by, at=at)


def note_activity(*, session: SignedInSession, at: datetime) -> None:
    """Start the idle clock again. No event: the record would hold little else."""
    SignedInSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(active_at=at)
    session.active_at = at


def note_proof(*, session: SignedInSession, at: datetime) -> None:
    """Note that the person has just shown again who they are."""
    SignedInSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(proved_at=at)
    session.proved_at = at


def _end(rows: Any, *, user: User, because: Ending, by: Any, at: datetime) -> int:
    count = rows.filter(ended_at__isnull=True).update(ended_at=at, ended_because=because)
    if count:
        detail = {"because": because.value, "sessions": count}
        record_event(event="account.sessions_ended", by=by, at=at, subject=user, detail=detail)
    return count
