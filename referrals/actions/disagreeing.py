"""Disagreeing with a hub's decision: raised, answered, taken further, settled. It never closes by itself (section 5.5).

What the referrer's own side does is checked here; who may answer, and who of another agency may raise one, the
casework says before it calls.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Agency, User
from audit.record import record_event
from procedures import editions
from procedures.engine.clock_schema import DisagreementStage as StageKind
from procedures.engine.clocks import Limit
from procedures.engine.stages import Stage
from referrals import notifications, permissions
from referrals.actions.clocks import end_clocks, start_clock
from referrals.models import Disagreement, DisagreementEntry, DisagreementStage, Notice, Referral
from referrals.models.disagreements import LONGEST_WORDS
from referrals.text import TextRefusedError, clean_text

CLOCK = "D-01"
"""Section 5.5 counts the stages without a number of 5.4."""

NEEDED = {
    "what": "Write what you disagree with",
    "why": "Write why you disagree",
    "wanted": "Write what you ask for",
    "words": "Write what the other side is to read",
    "outcome": "Say whether the decision is changed",
}


class DisagreementRefusedError(ValueError):
    """What was written is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("This is not whole: " + "; ".join(self.faults.values()))


class AlreadyOpenError(Exception):
    """The same side has one open with the same unit; `found` is it, where it can still be read."""

    def __init__(self, found: Disagreement | None) -> None:
        self.found = found
        super().__init__("One is open already with this unit. Go on there: it can be taken further at any time.")


class DisagreementChangedError(Exception):
    """Somebody else acted meanwhile, or it is settled; open it again to see how it stands."""


@transaction.atomic
def raise_own(*, referral: Referral, agency: Agency, given: Mapping[str, Any], by: Any, at: datetime) -> Disagreement:
    """Raise a disagreement for the referrer's side: the author, or the safeguarding lead who may follow it up.

    Raises as `raise_for` does, and NotPermittedError.
    """
    permissions.check(permissions.may_disagree(by, referral, at=at))
    permissions.check(referral.replies.filter(agency=agency).exists())
    return raise_for(referral=referral, agency=agency, raised_for=None, given=given, by=by, at=at)


@transaction.atomic
def raise_for(
    *, referral: Referral, agency: Agency, raised_for: Agency | None, given: Mapping[str, Any], by: Any, at: datetime
) -> Disagreement:
    """Raise a disagreement with a unit's decision, for an agency or the referrer's side; its first stage starts.

    `given` holds `what`, `why` and `wanted`. The caller has checked who may. Raises DisagreementRefusedError,
    AlreadyOpenError.
    """
    values = _texts(given, ("what", "why", "wanted"))
    disagreement = Disagreement(
        referral=referral, agency=agency, raised_for=raised_for, plan=plan_of(referral), raised_at=at, raised_by=by,
        reply=referral.replies.filter(agency=agency).defer("withheld_reason").order_by("-number").first(), **values,
    )  # fmt: skip
    try:
        with transaction.atomic():
            disagreement.save(force_insert=True)
    except IntegrityError:
        open_ones = Disagreement.objects.filter(referral=referral, agency=agency, standing="open")
        raise AlreadyOpenError(open_ones.filter(raised_for=raised_for).first()) from None
    _start_stage(disagreement, at=at)
    _record("disagreement.raised", disagreement, by=by, at=at)
    return disagreement


@transaction.atomic
def answer(
    *, disagreement: Disagreement, outcome: str, words: str, hub_words: str, by: Any, at: datetime
) -> DisagreementEntry:
    """Answer for the unit, as the disagreement was read; the clock of its stage ends, the disagreement does not.

    `outcome` is a code of DisagreementEntry.Outcome, `hub_words` the unit's own record. The caller has checked who
    may. Raises DisagreementRefusedError, DisagreementChangedError.
    """
    also = {} if outcome in DisagreementEntry.Outcome.values else {"outcome": NEEDED["outcome"]}
    values = _texts({"words": words, "hub_words": hub_words}, ("words",), may_be_empty=("hub_words",), also=also)
    _swap(disagreement, at=at)
    _stages(disagreement).filter(answered_at__isnull=True).update(answered_at=at)
    _end_clock(disagreement, by=by, at=at)
    entry = _enter(disagreement, "answered", is_hubs=True, outcome=outcome, by=by, at=at, **values)
    _record("disagreement.answered", disagreement, by=by, at=at, outcome=outcome)
    _tell_raising_side(disagreement, but=by, at=at)
    return entry


@transaction.atomic
def move_on(*, disagreement: Disagreement, words: str, is_hubs: bool, by: Any, at: datetime) -> DisagreementEntry:
    """Take a disagreement to its next stage, saying why. The caller has checked who may, and for which side.

    Raises DisagreementRefusedError (also on the last stage), DisagreementChangedError.
    """
    values = _texts({"words": words}, ("words",))
    if not disagreement.has_next_stage:
        raise DisagreementRefusedError({"": "This is the last stage. It stays open until both sides agree."})
    _swap(disagreement, at=at, stage=F("stage") + 1)
    _stages(disagreement).filter(left_at__isnull=True).update(left_at=at)
    _end_clock(disagreement, by=by, at=at)
    entry = _enter(disagreement, "moved_on", is_hubs=is_hubs, by=by, at=at, **values)
    disagreement.stage += 1
    _start_stage(disagreement, at=at)
    _record("disagreement.moved_on", disagreement, by=by, at=at)
    if is_hubs:
        _tell_raising_side(disagreement, but=by, at=at)
    return entry


@transaction.atomic
def settle(*, disagreement: Disagreement, words: str, by: Any, at: datetime) -> DisagreementEntry:
    """Agree, for the side that disagrees, that it is settled: the unit has answered and this is the second side.

    The caller has checked who may. Raises DisagreementRefusedError, DisagreementChangedError.
    """
    if not disagreement.entries.filter(kind="answered").exists():
        raise DisagreementRefusedError({"": "There is no answer yet to agree with. To take it back, withdraw it."})
    return _end(disagreement, "agreed", words, by=by, at=at)


@transaction.atomic
def withdraw(*, disagreement: Disagreement, words: str, by: Any, at: datetime) -> DisagreementEntry:
    """Withdraw a disagreement, saying why. The caller has checked that it is whoever raised it.

    Raises DisagreementRefusedError, DisagreementChangedError.
    """
    return _end(disagreement, "withdrawn", words, by=by, at=at)


def come_over(*, referral: Referral, sender: Agency, owner: Agency) -> list[str]:
    """Let the unit that has a case now answer what is open with the one that had it, in the caller's transaction.

    Return the identifiers of those that stay with the sender, as `Clock.about` has them: what the new unit raised
    itself, and what the same side has open with both. Whoever has a page of one open is told that it changed.
    """
    open_ones = Disagreement.objects.filter(referral=referral, standing="open")
    both = set(open_ones.filter(agency=owner).values_list("raised_for", flat=True))
    staying = []
    for found in open_ones.filter(agency=sender):
        if found.raised_for_id == owner.pk or found.raised_for_id in both:
            staying.append(str(found.pk))
        else:
            Disagreement.objects.filter(pk=found.pk).update(agency=owner, version=F("version") + 1)
    return staying


def plan_of(referral: Referral) -> list[dict[str, Any]]:
    """Return the stages of the edition that the referral is pinned to, as `Disagreement.plan` keeps them.

    An edition from before there were stages leaves it to the newest of the same partnership.
    """
    for pin in referral.editions:
        pinned = editions.by_digest(pin["digest"])
        found = pinned.content.disagreements if pinned is not None else []
        if found := found or editions.get_edition(pin["id"]).content.disagreements:
            return [_kept(kind) for kind in found]
    raise DisagreementRefusedError({"": "No stages are known for this procedure. Ring the hub, ask for the manager."})


def _kept(kind: StageKind) -> dict[str, Any]:
    return kind.model_dump(mode="json", exclude={"reminders", "escalation"}) | {
        "tells": [[each.when, each.amount, list(each.to), each.is_escalation] for each in kind.all_stages]
    }


def _start_stage(disagreement: Disagreement, *, at: datetime) -> None:
    step = disagreement.step
    stages = [Stage(when, amount, tuple(to), late) for when, amount, to, late in step["tells"]]
    clock = start_clock(
        referral=disagreement.referral, kind=CLOCK, agency=disagreement.agency, about=str(disagreement.pk), at=at,
        limit=Limit(step["limit"], "working_days"), stages=stages, source=step["source"],
    )  # fmt: skip
    assert clock is not None  # noqa: S101  a limit was given
    DisagreementStage.objects.create(
        disagreement=disagreement, number=disagreement.stage, code=step["id"], title=step["title"], started_at=at,
        due_at=clock.due_at, computation=clock.computation,
    )  # fmt: skip


def _end_clock(disagreement: Disagreement, *, by: Any, at: datetime) -> None:
    end_clocks(referral=disagreement.referral, kinds=[CLOCK], about=str(disagreement.pk), by=by, at=at)


def _stages(disagreement: Disagreement) -> Any:
    return DisagreementStage.objects.filter(disagreement=disagreement, number=disagreement.stage)


def _end(disagreement: Disagreement, standing: str, words: str, *, by: Any, at: datetime) -> DisagreementEntry:
    values = _texts({"words": words}, ("words",))
    _swap(disagreement, at=at, standing=standing, ended_at=at, ended_by=by)
    _stages(disagreement).filter(left_at__isnull=True).update(left_at=at)
    _end_clock(disagreement, by=by, at=at)
    entry = _enter(disagreement, standing, is_hubs=False, by=by, at=at, **values)
    _record(f"disagreement.{standing}", disagreement, by=by, at=at)
    return entry


def _swap(disagreement: Disagreement, *, at: datetime, **changes: Any) -> None:
    """Of two who act from one page, one is told of the other."""
    seen = Disagreement.objects.filter(pk=disagreement.pk, version=disagreement.version, standing="open")
    if not seen.update(version=F("version") + 1, **changes):
        raise DisagreementChangedError("Somebody else acted meanwhile. Open it again to see how it stands.")
    disagreement.version += 1


def _enter(disagreement: Disagreement, kind: str, **values: Any) -> DisagreementEntry:
    at, by = values.pop("at"), values.pop("by")
    entry = DisagreementEntry(
        disagreement=disagreement, sequence=disagreement.version, stage=disagreement.stage, kind=kind, made_at=at,
        made_by=by, **values,
    )  # fmt: skip
    entry.save(force_insert=True)
    return entry


def _record(event: str, disagreement: Disagreement, *, by: Any, at: datetime, outcome: str = "") -> None:
    detail: dict[str, str | int | bool | list[str]] = {
        "disagreement": str(disagreement.pk), "unit": disagreement.agency.unit, "stage": disagreement.step["id"],
        "side": disagreement.raised_for.unit if disagreement.raised_for is not None else "referrer",
    }  # fmt: skip
    if outcome:
        detail["outcome"] = outcome
    record_event(event=event, by=by, at=at, subject=disagreement.referral, detail=detail)


def _tell_raising_side(disagreement: Disagreement, *, but: Any, at: datetime) -> None:
    """Give a notice to whoever raised it and, on the referrer's side, to the author and the lead they chose."""
    referral = disagreement.referral
    people: list[User] = [disagreement.raised_by]
    if disagreement.raised_for is None:
        people += [referral.author, *([referral.lead] if referral.lead is not None else [])]
        people = [person for person in people if permissions.may_follow_up(person, referral, at=at)]
    else:
        known = Referral.objects.visible_to(disagreement.raised_by, at=at).filter(pk=referral.pk)
        people = people if known.exists() else []
    for person in {person.pk: person for person in people if person.pk != but.pk}.values():
        notifications.give_notice(to=person, kind=Notice.Kind.DISAGREEMENT, referral=referral, at=at)


def _texts(
    given: Mapping[str, Any],
    needed: tuple[str, ...],
    *,
    may_be_empty: tuple[str, ...] = (),
    also: Mapping[str, str] | None = None,
) -> dict[str, str]:
    values: dict[str, str] = {}
    faults: dict[str, str] = dict(also or {})
    for name in (*needed, *may_be_empty):
        try:
            values[name] = clean_text(str(given.get(name) or ""), limit=LONGEST_WORDS)
        except TextRefusedError as refused:
            faults[name] = str(refused)
            continue
        if name in needed and not values[name]:
            faults[name] = NEEDED[name]
    if faults:
        raise DisagreementRefusedError(faults)
    return values
