"""Routing: from an edition and the facts of a case to destinations with reasons. Pure, and the only place for it.

Rules only add. A rule whose condition could hold, because something is not known, still adds its Police and hub
destinations, one step weaker; for the LADO and Prevent, which receive intrusive data about a named person, it adds the
flag that the hub must answer instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from procedures.engine.conditions import Condition, Outcome, View, open_terms
from procedures.engine.edition import CompiledCase, Edition
from procedures.engine.facts import Facts
from procedures.engine.schema import DestinationAdd, DoYourself
from procedures.engine.units import Unit, owner_of, units_for
from procedures.engine.vocabulary import CHILD_FACTS, FACTS, MODE_STRENGTH, URGENCIES, URGENCY_STRENGTH

WEAKER_URGENCY = {"emergency": "urgent", "urgent": "standard", "standard": "standard"}
WEAKER_MODE = {"call_999": "call_101", "call_101": "pack", "call_hub": "pack", "pack": "pack", "advice": "advice"}
FLAG_INSTEAD = {"lado": "establish_access_to_children", "prevent_spoc": "check_for_extremism"}
"""What an unknown adds in place of a destination that needs a specific basis."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule, a sentence fit to be read to an inspector, and what it rests on."""

    rule: str
    because: str
    sources: tuple[str, ...]
    status: str
    edition: str

    def as_data(self) -> dict[str, Any]:
        """Return the reason in the shape of the contract."""
        return {
            "rule": self.rule,
            "because": self.because,
            "sources": list(self.sources),
            "status": self.status,
            "edition": self.edition,
        }


@dataclass(frozen=True, slots=True)
class Destination:
    """One recipient: a code and the unit behind it, which is None where it must still be found."""

    code: str
    unit: str | None
    mode: str
    urgency: str
    marking: str | None
    children: tuple[int, ...]
    reasons: tuple[Reason, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the destination in the shape of the contract."""
        return {
            "code": self.code,
            "unit": self.unit,
            "mode": self.mode,
            "urgency": self.urgency,
            "marking": self.marking,
            "children": list(self.children),
            "reasons": [reason.as_data() for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Flag:
    """Something the hub must see; `fact` only with the code `find_out`."""

    code: str
    fact: str | None
    reasons: tuple[Reason, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the flag in the shape of the contract."""
        data: dict[str, Any] = {"code": self.code}
        if self.fact is not None:
            data["fact"] = self.fact
        return {**data, "reasons": [reason.as_data() for reason in self.reasons]}


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report that the practitioner makes outside the portal, and when."""

    code: str
    when: str
    reasons: tuple[Reason, ...]

    def as_data(self) -> dict[str, Any]:
        """Return it in the shape of the contract."""
        return {"code": self.code, "when": self.when, "reasons": [reason.as_data() for reason in self.reasons]}


@dataclass(frozen=True, slots=True)
class Step:
    """One item of the checklist."""

    code: str
    text: str
    sources: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """Return it in the shape of the contract."""
        return {"code": self.code, "text": self.text, "sources": list(self.sources)}


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that starts at submission, for one kind of recipient."""

    kind: str
    recipient: str
    limit: int
    counted_in: str
    source: str

    def as_data(self) -> dict[str, Any]:
        """Return it in the shape of the contract."""
        return {
            "kind": self.kind,
            "for": self.recipient,
            "limit": self.limit,
            "counted_in": self.counted_in,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class EditionUsed:
    """Which edition decided, pinned by its digest."""

    id: str
    version: str
    digest: str

    def as_data(self) -> dict[str, Any]:
        """Return it in the shape of the contract."""
        return {"id": self.id, "version": self.version, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Routing:
    """The answer: who owns the referral, how urgent it is, where it goes and why, and what else follows."""

    editions: tuple[EditionUsed, ...]
    owner: str
    urgency: str
    destinations: tuple[Destination, ...]
    do_yourself: tuple[OwnReport, ...]
    flags: tuple[Flag, ...]
    checklist: tuple[Step, ...]
    clocks: tuple[Clock, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the routing in the shape of the contract, ready for JSON."""
        return {
            "editions": [each.as_data() for each in self.editions],
            "owner": self.owner,
            "urgency": self.urgency,
            "destinations": [each.as_data() for each in self.destinations],
            "do_yourself": [each.as_data() for each in self.do_yourself],
            "flags": [each.as_data() for each in self.flags],
            "checklist": [each.as_data() for each in self.checklist],
            "clocks": [each.as_data() for each in self.clocks],
        }

    def has_flag(self, code: str) -> bool:
        """Return whether a flag of this code was raised."""
        return any(flag.code == code for flag in self.flags)


def route(edition: Edition, facts: Facts, *, children: Sequence[int] | None = None) -> Routing:
    """Return the routing of a case under one edition.

    `children` are the indexes of the children decided here; None is all of them. Facts of the case count for every
    edition that decides a part of it.
    """
    mine = range(len(facts.children)) if children is None else children
    view = View(facts.values, [facts.children[index].values for index in mine])
    gathering = _Gathering(edition, facts, tuple(mine))
    for case in edition.cases:
        outcome = _outcome(case, view)
        if outcome is not Outcome.CANNOT:
            gathering.fire(case, outcome, view)
    for case in edition.safety_nets:
        gathering.catch(case)
    return gathering.routing(view)


def strongest_urgency(values: Iterable[str]) -> str:
    """Return the strongest of some urgencies; `standard` of none."""
    return max(values, key=URGENCIES.index, default="standard")


def _outcome(case: CompiledCase, view: View) -> Outcome:
    outcome = case.when.test(view)
    if outcome is Outcome.CANNOT:
        return outcome
    if case.unless_known is not None and case.unless_known.test(view) is Outcome.HOLDS:
        return Outcome.CANNOT
    if case.each_child is not None:
        outcome = min(
            outcome, max((case.each_child.test(View(child)) for child in view.children), default=Outcome.CANNOT)
        )
    return outcome


@dataclass
class _Gathering:
    """What the rules have added so far. Lives for one call of `route`."""

    edition: Edition
    facts: Facts
    mine: tuple[int, ...]
    destinations: dict[Unit, "_Sum"] = field(default_factory=dict)
    reports: dict[str, OwnReport] = field(default_factory=dict)
    flags: dict[tuple[str, str | None], Flag] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)
    own_hubs: set[int | None] = field(default_factory=set)
    """The children, or None for no child, whom a rule sends to the hub of where they live."""

    def fire(self, case: CompiledCase, outcome: Outcome, view: View) -> None:
        """Add what a case adds: whole where it holds, as its `when_unknown` says where it only could hold.

        A case that holds for one child can still be open for another: then it is open for that child alone.
        """
        certain, uncertain = self._named(case)
        if outcome is Outcome.COULD:
            self._fire_open(case, [*certain, *uncertain], open_facts(case, view), view)
            return
        reasons = reasons_of(case, (), self.edition.id)
        self._add_all_but_destinations(case, view, reasons)
        for index in certain:
            for each in case.adds.destinations:
                self._send(each, index, reasons, weaker=False)
        if uncertain:
            children = [self.facts.children[index].values for index in uncertain if index is not None]
            self._fire_open(case, uncertain, open_facts(case, View(view.values, children)), view, is_settled=True)

    def _fire_open(
        self,
        case: CompiledCase,
        children: Sequence[int | None],
        not_known: tuple[str, ...],
        view: View,
        *,
        is_settled: bool = False,
    ) -> None:
        """Add what a case adds for children of whom it only could hold; `is_settled` where it holds of another."""
        unknown = case.when_unknown
        reasons = reasons_of(case, not_known, self.edition.id)
        if unknown is not None:
            self._flag_all(unknown.flags, reasons)
            self._list_all(unknown.checklist)
            if unknown.fires == "nothing":
                return
        weaker = unknown is None or unknown.fires == "weaker"
        for fact in not_known:
            self._flag("find_out", reasons, fact)
        if not weaker and not is_settled:
            self._add_all_but_destinations(case, view, reasons)
        for index in children:
            for each in case.adds.destinations:
                if each.to in FLAG_INSTEAD:
                    self._flag(FLAG_INSTEAD[each.to], reasons)
                else:
                    self._send(each, index, reasons, weaker=weaker)

    def _add_all_but_destinations(self, case: CompiledCase, view: View, reasons: tuple[Reason, ...]) -> None:
        self._flag_all(case.adds.flags, reasons)
        self._list_all(case.adds.checklist)
        for own, held in zip(case.adds.do_yourself, case.held, strict=True):
            self._report(own, held, view, reasons)

    def catch(self, case: CompiledCase) -> None:
        """Send each child whom no rule sends to a hub to that child's hub; a case without a child to the setting's."""
        everyone: tuple[int | None, ...] = self.mine or (None,)
        # The council that placed a child does not stand in for the hub of where the child lives.
        for index in [each for each in everyone if each not in self.own_hubs]:
            for each in case.adds.destinations:
                self._send(each, index, reasons_of(case, (), self.edition.id), weaker=False)

    def routing(self, view: View) -> Routing:
        """Return everything gathered."""
        edition = self.edition
        destinations = tuple(each.destination(unit) for unit, each in self.destinations.items())
        for compiled in edition.checklist:
            if compiled.item.only_by_rule:
                continue
            if compiled.when is None or compiled.when.test(view) is not Outcome.CANNOT:
                self.codes.setdefault(compiled.item.code)
        return Routing(
            editions=(EditionUsed(edition.id, edition.version, edition.digest),),
            owner=owner_of(destinations, edition, self.facts, self.mine),
            urgency=strongest_urgency(each.urgency for each in destinations),
            destinations=destinations,
            do_yourself=tuple(self.reports.values()),
            flags=tuple(self.flags.values()),
            checklist=tuple(
                Step(compiled.item.code, compiled.item.text, tuple(compiled.item.sources))
                for compiled in edition.checklist
                if compiled.item.code in self.codes
            ),
            clocks=clocks_of(edition, destinations),
        )

    def _named(self, case: CompiledCase) -> tuple[list[int | None], list[int | None]]:
        """Return the children a case sends, those of whom it holds apart from those of whom it could hold."""
        if case.each_child is None:
            return list(self.mine or (None,)), []
        outcomes = [(index, case.each_child.test(View(self.facts.children[index].values))) for index in self.mine]
        return (
            [index for index, outcome in outcomes if outcome is Outcome.HOLDS],
            [index for index, outcome in outcomes if outcome is Outcome.COULD],
        )

    def _send(self, add: DestinationAdd, child: int | None, reasons: tuple[Reason, ...], *, weaker: bool) -> None:
        mode = WEAKER_MODE[add.mode] if weaker else add.mode
        urgency = WEAKER_URGENCY[add.urgency] if weaker else add.urgency
        if add.to == "hub" and add.by == "child_area":
            self.own_hubs.add(child)
        for unit in units_for(add, child, self.facts, self.edition):
            sum_ = self.destinations.get(unit)
            if sum_ is None:
                sum_ = self.destinations[unit] = _Sum()
            sum_.add(mode, urgency, add.marking, child, reasons)

    def _report(self, own: DoYourself, held: Condition | None, view: View, reasons: tuple[Reason, ...]) -> None:
        when = own.when
        if held is not None and held.test(view) is not Outcome.CANNOT:
            when = "after_police_agree"
        new = OwnReport(own.code, when, reasons)
        old = self.reports.get(own.code)
        self.reports[own.code] = new if old is None else merged_report(old, new)

    def _flag_all(self, codes: Iterable[str], reasons: tuple[Reason, ...]) -> None:
        for code in codes:
            self._flag(code, reasons)

    def _flag(self, code: str, reasons: tuple[Reason, ...], fact: str | None = None) -> None:
        old = self.flags.get((code, fact))
        self.flags[code, fact] = Flag(code, fact, reasons if old is None else joined(old.reasons, reasons))

    def _list_all(self, codes: Iterable[str]) -> None:
        for code in codes:
            self.codes.setdefault(code)


class _Sum:
    """One destination while rules still add to it: the strongest of what they ask, with every reason once."""

    __slots__ = ("children", "marking", "mode", "reasons", "urgency")

    def __init__(self) -> None:
        self.mode = "advice"
        self.urgency = "standard"
        self.marking: Literal["CHANNEL"] | None = None
        self.children: set[int] = set()
        self.reasons: dict[int, tuple[Reason, ...]] = {}

    def add(
        self,
        mode: str,
        urgency: str,
        marking: Literal["CHANNEL"] | None,
        child: int | None,
        reasons: tuple[Reason, ...],
    ) -> None:
        """Take in what one rule asks for."""
        if MODE_STRENGTH[mode] > MODE_STRENGTH[self.mode]:
            self.mode = mode
        if URGENCY_STRENGTH[urgency] > URGENCY_STRENGTH[self.urgency]:
            self.urgency = urgency
        self.marking = self.marking or marking
        if child is not None:
            self.children.add(child)
        self.reasons[id(reasons)] = reasons

    def destination(self, unit: Unit) -> Destination:
        """Return the destination that all rules together ask for."""
        reasons = tuple(dict.fromkeys(reason for each in self.reasons.values() for reason in each))
        return Destination(
            unit.code, unit.name, self.mode, self.urgency, self.marking, tuple(sorted(self.children)), reasons
        )


def open_facts(case: CompiledCase, view: View) -> tuple[str, ...]:
    """Return the facts that keep a case from being settled, in the order the condition reads them, each once."""
    terms = dict.fromkeys(open_terms(case.when, view))
    if case.each_child is not None:
        for child in view.children:
            terms.update(dict.fromkeys(open_terms(case.each_child, View(child))))
    return tuple(terms)


@lru_cache(maxsize=8192)
def reasons_of(case: CompiledCase, not_known: tuple[str, ...], edition: str) -> tuple[Reason, ...]:
    """Return the reason of a case, with those that only restate it, saying what is not known."""
    rule = case.rule
    status = f"awaiting sign-off {rule.awaiting}" if rule.awaiting else rule.status
    lead = f"{in_words(not_known)} If so: " if not_known else ""
    first = Reason(rule.id, lead + case.because, tuple(rule.sources), status, edition)
    others = (Reason(also.id, lead + also.because, tuple(also.sources), status, edition) for also in rule.also)
    return (first, *others)


def in_words(facts: Sequence[str]) -> str:
    """Return the sentence that says these facts are not known."""
    words = [
        CHILD_FACTS[code.removeprefix("children.")].whether if code.startswith("children.") else FACTS[code].whether
        for code in facts
    ]
    return f"It is not known {', nor '.join(dict.fromkeys(words))}."


def merged(old: Destination, new: Destination) -> Destination:
    """Return one destination for a unit that two rules ask for: the strongest of both, with both reasons."""
    return replace(
        old,
        mode=max((old.mode, new.mode), key=MODE_STRENGTH.__getitem__),
        urgency=strongest_urgency((old.urgency, new.urgency)),
        marking=old.marking or new.marking,
        children=tuple(sorted({*old.children, *new.children})),
        reasons=joined(old.reasons, new.reasons),
    )


def merged_report(old: OwnReport, new: OwnReport) -> OwnReport:
    """Return one report that two rules ask for; it waits for the police if either says so."""
    when = "after_police_agree" if "after_police_agree" in (old.when, new.when) else "now"
    return OwnReport(old.code, when, joined(old.reasons, new.reasons))


def joined(old: tuple[Reason, ...], new: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Return the reasons of both, each once."""
    return old if new == old else (*old, *(reason for reason in new if reason not in old))


def clocks_of(edition: Edition, destinations: Sequence[Destination]) -> tuple[Clock, ...]:
    """Return the clocks that start at submission, each kind once for each recipient (Z-24)."""
    clocks: dict[tuple[str, str], Clock] = {}
    urgency = strongest_urgency(each.urgency for each in destinations)
    for kind in edition.content.clocks:
        for recipient in kind.runs_for:
            if recipient == "owner":
                starts = urgency in kind.urgencies
            else:
                starts = any(
                    each.code == recipient
                    and each.urgency in kind.urgencies
                    and not (kind.needs_pack and each.mode == "advice")
                    for each in destinations
                )
            if starts:
                code = "hub" if recipient == "owner" else recipient
                clocks[kind.kind, code] = Clock(kind.kind, code, kind.limit, kind.counted_in, kind.source)
    return tuple(clocks.values())
