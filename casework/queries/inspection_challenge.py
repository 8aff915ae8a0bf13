"""How a case was supervised and challenged, and where it stood still or ran late: what an inspector reads first."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from casework import decisions
from casework.models import Decision, PackReturn, StrategyDiscussion
from casework.queries.inspection_way import Moment, child_words
from casework.queries.transfers import transfers_of
from referrals.clock_words import clock_title
from referrals.models import Clock, ClockPause, Disagreement, Override, Referral

_OF_NO_TASK = ("S-01", "S-04")
"""Clocks that only remind single people."""


def challenge_of(case: Referral, discussions: Iterable[StrategyDiscussion], *, at: datetime) -> list[Moment]:
    """Return every act of supervision and challenge, in the order of time: second opinions, returned proposals,
    disagreements, changes to where it went, returned packs, transfers, strategy discussions, pauses."""
    found = [
        *_decisions(case),
        *_disagreements(case, at=at),
        *_overrides(case),
        *_returns(case),
        *_transfers(case),
        *_pauses(case),
        *(moment for each in discussions for moment in _discussion(each)),
    ]
    return sorted(found, key=lambda each: (each.at is None, each.at or at, each.what))


def counts_of(case: Referral) -> dict[str, int]:
    """Return how often two people agreed, a proposal came back, and somebody disagreed."""
    made = Decision.objects.filter(child__referral=case)
    agreed = made.filter(standing=Decision.Standing.AGREED)
    raised = Disagreement.objects.filter(referral=case)
    return {
        "decisions that count": agreed.count(),
        "of these agreed to by a second person": agreed.exclude(settled_by=F("decided_by")).count(),
        "proposals returned": made.filter(standing=Decision.Standing.RETURNED).count(),
        "disagreements raised": raised.count(),
        "disagreements open": raised.filter(standing=Disagreement.Standing.OPEN).count(),
    }


def late_clocks(case: Referral, *, at: datetime) -> list[Moment]:
    """Return the clocks that ran out, whether they have ended since or not, by when they were due."""
    ran_out = Q(ended_at__gt=F("due_at")) | Q(ended_at__isnull=True, paused_at__isnull=True, due_at__lt=at)
    rows = Clock.objects.filter(ran_out, referral=case).exclude(kind__in=_OF_NO_TASK)
    return [
        Moment(
            clock_title(case, clock.kind, clock.recipient),
            clock.due_at,
            clock.agency.name if clock.agency is not None else "",
            "done since" if clock.ended_at is not None else "still owed",
            is_late=True,
        )
        for clock in rows.select_related("agency").order_by("due_at", "pk")
    ]


def _decisions(case: Referral) -> Iterable[Moment]:
    settled = Decision.objects.filter(child__referral=case, settled_by__isnull=False).exclude(
        settled_by=F("decided_by")
    )
    for row in settled.select_related("child", "decided_by", "settled_by"):
        assert row.settled_by is not None  # noqa: S101  asked for
        what = f"{child_words(row.child.number)}: {decisions.DECISIONS[row.code].label}"
        if row.standing == Decision.Standing.RETURNED:
            yield Moment(f"{what}, returned", row.settled_at, row.settled_by.full_name, row.return_reason)
        elif row.standing == Decision.Standing.AGREED:
            who = f"{row.settled_by.full_name}, to what {row.decided_by.full_name} decided"
            yield Moment(f"{what}, agreed by a second person", row.settled_at, who)


def _disagreements(case: Referral, *, at: datetime) -> Iterable[Moment]:
    rows = Disagreement.objects.filter(referral=case).select_related("raised_by", "raised_for", "ended_by")
    for row in rows.prefetch_related("stages", "entries__made_by"):
        side = row.raised_for.name if row.raised_for is not None else "the referrer’s side"
        yield Moment("Disagreed with a decision", row.raised_at, f"{row.raised_by.full_name}, for {side}", row.what)
        for stage in row.stages.all():
            if stage.is_late(at=at):
                state = "" if stage.answered_at else "still to come" if row.is_open else "never came"
                yield Moment(f"Answer due on {stage.title.lower()}", stage.due_at, "", state, is_late=True)
        for entry in row.entries.all():
            outcome = entry.get_outcome_display() if entry.outcome else ""
            yield Moment(f"Disagreement: {entry.get_kind_display().lower()}", entry.made_at,
                         entry.made_by.full_name, outcome)  # fmt: skip


def _overrides(case: Referral) -> Iterable[Moment]:
    rows = Override.objects.filter(referral=case).select_related("agency", "made_by")
    for row in rows:
        name = row.agency.name if row.agency is not None else row.code.replace("_", " ").capitalize()
        yield Moment(f"{name}: {row.get_kind_display().lower()}", row.made_at, row.made_by.full_name, row.reason)


def _returns(case: Referral) -> Iterable[Moment]:
    rows = PackReturn.objects.filter(referral=case).select_related("route__agency", "returned_by", "settled_by")
    for row in rows:
        name = row.route.agency.name if row.route.agency is not None else "An agency"
        yield Moment(f"{name} returned its pack", row.returned_at, row.returned_by.full_name, row.reason)
        if row.settled_by is not None:
            more = f"{row.get_settled_display()}. {row.settled_words}"
            yield Moment(f"Returned pack of {name} settled", row.settled_at, row.settled_by.full_name, more)


def _transfers(case: Referral) -> Iterable[Moment]:
    for row in transfers_of(case):
        what = f"Transfer from {row.from_unit.name} to {row.to_name}"
        yield Moment(f"{what}, sent", row.sent_at, row.sent_by.full_name, row.reason)
        if row.settled_by is not None:
            standing = row.get_standing_display().lower()
            yield Moment(f"{what}, {standing}", row.settled_at, row.settled_by.full_name, row.answer)


def _pauses(case: Referral) -> Iterable[Moment]:
    rows = ClockPause.objects.filter(clock__referral=case).select_related("clock", "paused_by", "resumed_by")
    for row in rows:
        title = clock_title(case, row.clock.kind, row.clock.recipient)
        yield Moment(f"Clock paused: {title}", row.paused_at, row.paused_by.full_name, row.reason)
        if row.resumed_at is not None:
            who = row.resumed_by.full_name if row.resumed_by is not None else ""
            yield Moment(f"Clock goes on: {title}", row.resumed_at, who)


def _discussion(row: StrategyDiscussion) -> Iterable[Moment]:
    what = f"Strategy discussion {row.number}"
    if row.status == StrategyDiscussion.Status.CANCELLED:
        who = row.cancelled_by.full_name if row.cancelled_by is not None else ""
        yield Moment(f"{what}, called off", row.cancelled_at, who, row.cancel_reason)
    if row.held_at is not None:
        more = f"{row.get_quoracy_display()}. {row.exception_reason}".strip()
        yield Moment(f"{what}, held", row.held_at, f"{row.chair.full_name} in the chair", more)
        for part in row.parts.filter(section="decision").order_by("place"):
            if part.content.get("dissent") == "yes":
                words = str(part.content.get("dissent_words") or "in what is not on record")
                yield Moment(f"{what}: dissent", row.held_at, "", words)
    if row.ratified_by is not None:
        yield Moment(f"{what}, ratified", row.ratified_at, row.ratified_by.full_name)
    if row.signed_by is not None:
        yield Moment(f"{what}, record signed", row.signed_at, row.signed_by.full_name)
