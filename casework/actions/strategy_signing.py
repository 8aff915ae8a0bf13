"""Signing the record of a strategy discussion; afterwards only addenda, and sending it to those who were there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.record import record_event
from casework import quoracy, strategy_permissions, strategy_record
from casework.actions import case_clocks
from casework.actions.strategy_planning import StrategyChangedError, StrategyRefusedError, swap
from casework.actions.strategy_recording import locked
from casework.models import StrategyAddendum, StrategyCirculation, StrategyDiscussion
from casework.models.strategy import LONGEST_BRIEFING, LONGEST_LINE
from casework.permissions import check
from casework.queries import strategy as queries
from referrals.text import TextRefusedError, clean_text

Status = StrategyDiscussion.Status


class NotSignedError(Exception):
    """The record is not signed yet, so nothing can be added to it or sent."""

    def __init__(self) -> None:
        super().__init__("The chair has not signed this record yet.")


@transaction.atomic
def sign(*, discussion: StrategyDiscussion, version: int, by: Any, at: datetime) -> StrategyDiscussion:
    """Sign the record: its chair alone, once it is whole. Its digest is kept with it and in the audit.

    From here on the database refuses any change. Raises StrategyRefusedError with what is missing,
    StrategyChangedError, NotPermittedError.
    """
    check(strategy_permissions.is_chair(by, discussion, at=at))
    standing = locked(discussion)
    if standing.status != Status.HELD or standing.version != version:
        raise StrategyChangedError
    if lines := strategy_record.faults_of(queries.contents(standing), strategy_record.SIGN):
        raise StrategyRefusedError({"": ". ".join(lines) + "."})
    seal = queries.digest(standing)
    signed = swap(standing, version, Status.HELD, status=Status.SIGNED, signed_at=at, signed_by=by, seal=seal)
    case_clocks.end_about(signed, case_clocks.TO_SIGN, signed.pk, by=by, at=at)
    _record("strategy.signed", signed, by=by, at=at, seal=seal)
    return signed


@transaction.atomic
def add(*, discussion: StrategyDiscussion, text: str, by: Any, at: datetime) -> StrategyAddendum:
    """Add to a signed record. Raises NotSignedError, TextRefusedError, NotPermittedError."""
    check(strategy_permissions.may_write(by, discussion, at=at))
    standing = locked(discussion)
    if not standing.is_signed:
        raise NotSignedError
    words = clean_text(text, limit=LONGEST_BRIEFING)
    if not words:
        raise TextRefusedError("Write what is to be added.")
    number = (standing.addenda.aggregate(newest=Max("number"))["newest"] or 0) + 1
    addendum = StrategyAddendum(discussion=standing, number=number, text=words, added_at=at, added_by=by)
    addendum.save(force_insert=True)
    _record("strategy.added_to", discussion, by=by, at=at, addendum=number)
    return addendum


@transaction.atomic
def circulate(*, discussion: StrategyDiscussion, how: Mapping[str, str], by: Any, at: datetime) -> int:
    """Send a signed record to invitees, `{id of the invitee: how it is handed over}`; return to how many it is new.

    Somebody with an account reads it in the portal and is reminded until their receipt; for others `how` is needed. Of
    a restricted one, only who was there; never somebody with a conflict. Raises NotSignedError,
    StrategyRefusedError with faults by "how_<id>", NotPermittedError.
    """
    check(strategy_permissions.may_write(by, discussion, at=at))
    if not locked(discussion).is_signed:
        raise NotSignedError
    faults: dict[str, str] = {}
    rows = []
    for invitee in readers(discussion):
        if str(invitee.pk) not in how or invitee.circulations.exists():
            continue
        words = clean_text(how[str(invitee.pk)], limit=LONGEST_LINE)
        if invitee.person_id is None and not words:
            faults[f"how_{invitee.pk}"] = f"Write how {invitee.full_name} gets it"
        rows.append(StrategyCirculation(discussion=discussion, invitee=invitee, how=words, sent_at=at, sent_by=by))
    if faults:
        raise StrategyRefusedError(faults)
    if not rows:
        raise StrategyRefusedError({"": "Choose to whom it is sent."})
    for row in rows:
        row.save(force_insert=True)
        if row.invitee.person_id is not None:
            case_clocks.start_reading(row, at=at)
    _record("strategy.circulated", discussion, by=by, at=at, people=len(rows))
    return len(rows)


@transaction.atomic
def receive(*, circulation: StrategyCirculation, by: Any, at: datetime) -> None:
    """Record a receipt: the reader's own; for somebody without an account, of whoever handed it over. Safe twice.

    Raises NotPermittedError.
    """
    discussion, reader = circulation.discussion, circulation.invitee.person_id
    if reader is None:
        check(strategy_permissions.may_write(by, discussion, at=at))
    else:
        check(reader == by.pk and strategy_permissions.may_read_record(by, discussion, at=at))
    waiting = StrategyCirculation.objects.filter(pk=circulation.pk, received_at__isnull=True)
    if waiting.update(received_at=at, receipt_by=by):
        case_clocks.end_about(discussion, case_clocks.TO_READ, circulation.pk, by=by, at=at)
        _record("strategy.received", discussion, by=by, at=at)


@transaction.atomic
def read(*, discussion: StrategyDiscussion, by: Any, at: datetime) -> None:
    """Record that somebody reads a discussion. Raises NotPermittedError."""
    check(strategy_permissions.may_see(by, discussion, at=at))
    _record("strategy.read", discussion, by=by, at=at)


@transaction.atomic
def read_papers(*, discussion: StrategyDiscussion, by: Any, at: datetime) -> None:
    """Record that somebody reads the papers of a discussion. Raises NotPermittedError."""
    check(strategy_permissions.may_read_papers(by, discussion, at=at))
    _record("strategy.papers_read", discussion, by=by, at=at)


def readers(discussion: StrategyDiscussion) -> list[Any]:
    """Return the invitees to whom the record may be sent."""
    rows = discussion.invitees.filter(withdrawn_at__isnull=True).exclude(reply="conflict").select_related("person")
    if discussion.is_restricted:
        rows = rows.filter(attendance=quoracy.PRESENT)
    return list(rows)


def _record(event: str, discussion: StrategyDiscussion, *, by: Any, at: datetime, **more: str | int) -> None:
    detail: dict[str, str | int | bool | list[str]] = {
        "discussion": str(discussion.pk), "number": discussion.number, **more
    }  # fmt: skip
    record_event(event=event, by=by, at=at, subject=discussion.referral, detail=detail)
