"""One chronology for a child, or for all children of a case: what was raised, decided, answered and dismissed, in every
case that is known to be of the same child and that the reader may open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.areas import Area
from casework import decisions, permissions, states
from casework.models import ChildCase, ChildMove, ConsultationReferral, Decision, Link, LinkAct
from casework.queries import children as children_queries
from casework.queries.calls import calls_of
from casework.queries.case_record_calls import call_title
from casework.queries.chronology_entries import Entry, beginning, entries_of
from casework.queries.consultations_about import Advice, advice_about
from casework.queries.inbox import concern_labels
from casework.queries.links import confirmed_with, judged_with
from casework.queries.merges import merges_ever
from referrals import queries
from referrals.link_terms import CHILD
from referrals.models import BlindToken, PhoneContact, Referral
from referrals.models.phone_contacts import phone_contact_of
from referrals.models.visibility import not_kept_away

MOST_CASES = 50
_TOLD = (states.CLOSE, states.REOPEN, states.HAND_OVER, states.STEP_BACK, states.CALL_STRATEGY, states.HOLD_STRATEGY,
         states.CONFERENCE, states.REVIEW, states.ASK, states.ANSWERED)  # fmt: skip
ENDED = {
    Referral.Status.WITHDRAWN: "A draft about this child was withdrawn before it was sent",
    Referral.Status.EXPIRED: "A draft about this child ran out before it was sent",
}


@dataclass(frozen=True)
class Chronology:
    """The entries, the oldest first, and the cases that they come from. `is_cut`: there are more cases than shown."""

    entries: tuple[Entry, ...]
    cases: tuple[Referral, ...]
    is_cut: bool


@dataclass(frozen=True)
class _Part:
    """One case of the chronology, with the keys of the children it is about; None: all."""

    case: Referral
    keys: frozenset[str] | None


def chronology(user: Any, case: Referral, child: ChildCase | None = None, *, at: datetime) -> Chronology:
    """Return what is known over all cases of one child, or of the whole household of a case, to this person."""
    parts, is_cut = _joined(user, case, child, at=at)
    told: set[Any] = set()  # what was said of a link stands once, although both its cases may be here
    entries = [entry for part in parts for entry in _entries(user, part, told, at=at)]
    entries += _drafts(user, parts, at=at)
    entries += _advice(user, parts, at=at)
    ordered = sorted(entries, key=lambda entry: entry.at)
    return Chronology(tuple(ordered), tuple(part.case for part in parts), is_cut)


def _joined(user: Any, case: Referral, child: ChildCase | None, *, at: datetime) -> tuple[list[_Part], bool]:
    """Follow the confirmed links of children from case to case, as far as this person may open both ends."""
    wanted: dict[Any, set[str] | None] = {case.pk: {child.child_key} if child is not None else None}
    cases, waiting = {case.pk: case}, [case]
    while waiting and len(cases) <= MOST_CASES:
        here = waiting.pop()
        for link, other in confirmed_with(user, here, at=at):
            mine, theirs = (link.a_child, link.b_child) if link.a_id == here.pk else (link.b_child, link.a_child)
            keys = wanted[here.pk]
            if link.kind != Link.Kind.CHILD or (keys is not None and mine not in keys):
                continue
            if other.pk not in cases:
                cases[other.pk] = other
                wanted[other.pk] = {theirs} if child is not None else None
                waiting.append(other)
            elif (known := wanted[other.pk]) is not None and theirs not in known:
                known.add(theirs)
                waiting.append(other)
    parts = [_Part(each, None if (keys := wanted[pk]) is None else frozenset(keys)) for pk, each in cases.items()]
    return parts[:MOST_CASES], len(parts) > MOST_CASES


def _entries(user: Any, part: _Part, told: set[Any], *, at: datetime) -> Iterable[Entry]:
    case = part.case
    children = [
        each
        for each in children_queries.children_of(user, case, at=at)
        if part.keys is None or each.child_key in part.keys or not each.child_key
    ]
    yield from _sent(case)
    yield from entries_of(user, case, children, at=at)
    for found in calls_of(user, case, at=at):
        call = found.row
        what = f"{call_title(call)}. {call.get_ended_display()}"
        yield Entry(call.began_at, what, beginning(call.agreed), call.recorded_by.full_name, case, None)
    for child in children:
        yield from _of_child(case, child)
    numbers = {child.number for child in children}
    for reply in case.replies.select_related("sent_by"):
        if not reply.children or numbers & set(reply.children):
            yield Entry(reply.sent_at, "Reply to the referrer", reply.outcome, reply.sent_by.full_name, case, None)
    yield from _link_acts(user, part, told, at=at)
    yield from _merges(user, case, children, told, at=at)


def _merges(user: Any, case: Referral, children: list[ChildCase], told: set[Any], *, at: datetime) -> Iterable[Entry]:
    """The merges of these children and their undoing, told once, although both cases may be here."""
    for merge in merges_ever(user, children, at=at):
        if merge.pk in told:
            continue
        told.add(merge.pk)
        what = f"Case {merge.child.referral.reference} goes on in case {merge.into.referral.reference}, as a duplicate"
        yield Entry(merge.made_at, what, merge.reason, merge.made_by.full_name, case, None)
        if merge.undone_at is not None and merge.undone_by is not None:
            yield Entry(merge.undone_at, "The merge undone", merge.undo_reason, merge.undone_by.full_name, case, None)


def _sent(case: Referral) -> Iterable[Entry]:
    routing = queries.current_routing(case)
    concerns = concern_labels(case, routing.facts.get("concerns", [])) if routing is not None else ()
    setting = case.organisation.name if case.organisation is not None else "no setting"
    assert case.sent_at is not None  # noqa: S101  only sent referrals are cases
    call = phone_contact_of(case)
    if call is not None:
        what = f"{call.hub.name} told by telephone, {_confirmed(call)}"
        yield Entry(call.called_at, what, "; ".join(concerns), call.caller, case, None)
    what = f"Referral sent from {setting}" if call is None else "The call written down as a referral"
    yield Entry(case.sent_at, what, "; ".join(concerns), case.author.full_name, case, None)


def _confirmed(call: PhoneContact) -> str:
    return "confirmed in writing" if call.is_confirmed else "not confirmed in writing yet"


def _of_child(case: Referral, child: ChildCase) -> Iterable[Entry]:
    agreed = child.decisions.filter(standing=Decision.Standing.AGREED).select_related("decided_by")
    for decision in agreed:
        label = decisions.DECISIONS[decision.code].label
        at = decision.settled_at or decision.decided_at
        yield Entry(at, f"Decided: {label}", beginning(decision.analysis), decision.decided_by.full_name, case, child)
    # An undone merge is told as such (`_merges`), and not once more as the step back that came with it.
    parted = child.merges.filter(undone_at__isnull=False).values("undone_at")
    moves = ChildMove.objects.filter(child=child, verb__in=_TOLD)
    for move in moves.exclude(verb=states.STEP_BACK, made_at__in=parted).select_related("made_by"):
        label = f"{states.STATES[move.source].label} → {states.STATES[move.target].label}"
        yield Entry(move.made_at, label, move.reason, move.made_by.full_name, case, child)


def _link_acts(user: Any, part: _Part, told: set[Any], *, at: datetime) -> Iterable[Entry]:
    """What was said of likenesses with other cases, dismissed ones too, as far as both cases are open to the reader."""
    links = {
        link.pk: (link, other)
        for link, other in judged_with(user, part.case, at=at)
        if part.keys is None or _own_key(link, part.case) in {"", *part.keys}
    }
    for act in LinkAct.objects.filter(link__in=links).exclude(pk__in=told).select_related("made_by"):
        link, other = links[act.link_id]
        told.add(act.pk)
        what = f"{link.get_kind_display()} as in case {other.reference}: {act.get_verb_display().lower()}"
        yield Entry(act.made_at, what, act.reason, act.made_by.full_name, part.case, None)


def _own_key(link: Link, case: Referral) -> str:
    return link.a_child if link.a_id == case.pk else link.b_child


def _drafts(user: Any, parts: list[_Part], *, at: datetime) -> Iterable[Entry]:
    """The drafts about these children that were never sent: that there was one, when, and from which setting.

    For those in whose areas the setting is; a draft about a conflict has left no trace to find it by.
    """
    tokens: set[str] = set()
    for part in parts:
        full = queries.children_in_full(user, part.case, at=at)
        own = BlindToken.objects.filter(referral=part.case, kind=CHILD)
        for keys in (part.keys, full):
            own = own if keys is None else own.filter(child_key__in=keys)
        tokens |= set(own.values_list("token", flat=True))
    areas = set(permissions.reading_units(user, at=at).values_list("area", flat=True))
    ended = BlindToken.objects.filter(kind=CHILD, token__in=tokens, referral__status__in=ENDED).values("referral")
    rows = Referral.objects.system(reason="drafts that ended about a child whose chronology is read")
    found = rows.filter(not_kept_away(user), pk__in=ended, is_sealed=False, setting_area__in=[*filter(None, areas)])
    for draft in found.select_related("organisation").defer("answers").order_by("ended_at", "pk"):
        assert draft.ended_at is not None  # noqa: S101  an ended draft says when
        setting = draft.organisation.name if draft.organisation is not None else Area(draft.setting_area).label
        yield Entry(draft.ended_at, ENDED[Referral.Status(draft.status)], f"{setting}.", "", None, None)


def _advice(user: Any, parts: list[_Part], *, at: datetime) -> Iterable[Entry]:
    """The advice that was asked for about these children without a referral (Z-32), each told once; what one of these
    cases began with is told with that case."""
    behind = set(ConsultationReferral.objects.filter(referral__in=[part.case for part in parts]).values_list("key"))
    found: dict[Any, Advice] = {}
    for part in parts:
        for each in advice_about(user, part.case, part.keys, at=at):
            known = found.get(each.consultation.key)
            if (each.consultation.key,) not in behind and (known is None or each.is_certain):
                found[each.consultation.key] = each
    for each in found.values():
        row = each.consultation
        alike = "" if each.is_certain else "Perhaps about this child: alike in name, not certain by date of birth. "
        what = f"{row.agency.name} gave advice without a referral, consultation {row.reference}"
        words = f"{alike}Advised: {row.get_advised_display()}"
        yield Entry(row.asked_at, what, words, row.recorded_by.full_name, None, None, row)
