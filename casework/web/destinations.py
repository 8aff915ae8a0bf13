"""Where a case went and why, what the rules ask to be settled, and where its packs stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import Agency
from casework.models import PackReturn
from casework.queries.route_words import MODES, ROUTE_STATES, RULE_STATUS, used_editions
from casework.web.sources import Source, source
from casework.web.words import Tag, clock_words, due_words, pack_tag, urgency_tag
from procedures.engine.edition import Edition
from referrals import queries
from referrals.actions import overrides
from referrals.clock_words import clock_title
from referrals.models import Clock, ClockPause, Override, Pack, Referral, Route, Routing

RETURNED = "Returned: not theirs"
# How the engine begins the reason of a rule that fires because something is not known.
ONLY_IF = "It is not known "


@dataclass(frozen=True)
class ReasonWords:
    """One reason: the rule, its sentence, how firmly it stands, and what it rests on."""

    rule: str
    because: str
    status: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class DestinationWords:
    """One recipient with its mode, its state, its reasons and its pack. `href` opens the viewer's own pack alone.

    `first` are the reasons that are certain, `further` the count of those that hold only if something not known is so.
    """

    name: str
    mode: str
    state: str
    urgency: Tag
    marking: str
    children: str
    reasons: tuple[ReasonWords, ...]
    first: tuple[str, ...]
    further: int
    pack: Pack | None
    pack_tag: Tag | None
    acknowledged: str
    href: str
    said: str
    """The hub's own word on it: added or dropped, by whom, when and why; blank where the rules alone speak."""
    is_dropped: bool
    route: Any


def destinations(
    referral: Referral, routing: Routing, packs: Sequence[Pack], own_packs: Sequence[Any], *, at: datetime
) -> list[DestinationWords]:
    """Return every destination of a case, dropped ones too. `packs` are the case's, `own_packs` the keys of those the
    viewer opens."""
    used = used_editions(routing)
    unsettled = PackReturn.objects.filter(referral=referral, settled_at__isnull=True)
    returned = set(unsettled.values_list("route", flat=True))
    by_route = {pack.route_id: pack for pack in packs if pack.is_current}
    words = queries.overrides_now(referral)
    return [
        _destination(route, words.get(name), used, by_route.get(route.pk), own_packs, returned, at)
        for name, route in queries.live_routes(referral, known=routing).items()
    ]


def left_out(referral: Referral, *, at: datetime) -> list[dict[str, str]]:
    """Return the destinations that the rules proposed and the hub did not send, each with who, when and why."""
    return [
        {"name": _code_words(each.code, each.unit), "who": f"{each.made_by.full_name}, {clock_words(each.made_at, at)}",
         "reason": each.reason}
        for each in queries.overrides_now(referral).values()
        if each.kind == Override.Kind.DECLINED
    ]  # fmt: skip


def _code_words(code: str, unit: str) -> str:
    agency = Agency.objects.filter(unit=unit).first() if unit else None
    return agency.name if agency is not None else f"{code.replace('_', ' ').capitalize()}: to be found"


def _destination(
    route: Route,
    override: Override | None,
    used: Mapping[str, Edition],
    pack: Pack | None,
    own_packs: Sequence[Any],
    returned: Collection[Any],
    at: datetime,
) -> DestinationWords:
    acknowledged_at = pack.acknowledged_at if pack else None
    reasons = tuple(_reason(each, used) for each in overrides.reasons_of(route))
    if not reasons and override is not None:
        reasons = (ReasonWords(overrides.BY_HUB, override.reason, RULE_STATUS[overrides.BY_HUB], ()),)
    is_dropped = override is not None and override.kind == Override.Kind.DROPPED
    certain = tuple(each.because for each in reasons if not each.because.startswith(ONLY_IF))
    first = certain or tuple(each.because for each in reasons[:1])
    return DestinationWords(
        name=route.agency.name if route.agency else f"{route.code.replace('_', ' ').capitalize()}: to be found",
        mode=MODES[route.mode],
        state=RETURNED if route.pk in returned else ROUTE_STATES[Route.State(route.state)],
        said=_said(override, at),
        is_dropped=is_dropped,
        route=route.pk,
        urgency=urgency_tag(route.urgency),
        marking=route.marking,
        children=", ".join(str(index + 1) for index in route.children),
        reasons=reasons,
        first=first,
        further=len(reasons) - len(first),
        pack=pack,
        pack_tag=pack_tag(pack) if pack else None,
        acknowledged=clock_words(acknowledged_at, at) if acknowledged_at else "",
        href=reverse("casework:pack", args=[pack.pk]) if pack and pack.pk in own_packs else "",
    )


def _said(override: Override | None, at: datetime) -> str:
    if override is None or override.kind == Override.Kind.DECLINED:
        return ""
    what = override.get_kind_display()
    return f"{what}: {override.made_by.full_name}, {clock_words(override.made_at, at)}. {override.reason}"


def _reason(reason: Mapping[str, Any], used: Mapping[str, Edition]) -> ReasonWords:
    edition = used.get(reason["edition"]) or next(iter(used.values()))
    return ReasonWords(
        reason["rule"],
        reason["because"],
        RULE_STATUS.get(reason["status"], reason["status"]),
        tuple(source(edition, each) for each in reason["sources"]),
    )


def clock_rows(referral: Referral, clocks: Sequence[Clock], *, may_pause: bool, at: datetime) -> list[dict[str, Any]]:
    """Return the clocks: those that run first, by due time, then those that ended; each with its pauses."""
    pauses: dict[Any, list[dict[str, str]]] = {}
    for each in ClockPause.objects.filter(clock__in=clocks).select_related("paused_by", "resumed_by"):
        pauses.setdefault(each.clock_id, []).append(_pause(each, at))
    ordered = sorted(clocks, key=lambda clock: (clock.ended_at is not None, clock.due_at))
    return [
        {
            "id": clock.pk,
            "title": clock_title(referral, clock.kind, clock.recipient),
            "kind": clock.kind,
            "agency": clock.agency.name if clock.agency else "",
            "due": due_words(clock, at),
            "computation": clock.computation,
            "source": clock.source,
            "is_running": clock.ended_at is None,
            "pauses": pauses.get(clock.pk, []),
            "may_pause": may_pause and clock.can_be_paused(at=at),
            "may_resume": may_pause and clock.ended_at is None and clock.paused_at is not None,
        }
        for clock in ordered
    ]


def _pause(pause: ClockPause, at: datetime) -> dict[str, str]:
    until = f"until {clock_words(pause.resumed_at, at)}" if pause.resumed_at else "and stands still"
    by = f", let go on by {pause.resumed_by.full_name}" if pause.resumed_by else ""
    return {
        "when": f"Paused {clock_words(pause.paused_at, at)} by {pause.paused_by.full_name}, {until}{by}. "
        f"It was due {clock_words(pause.due_before, at)}.",
        "reason": pause.reason,
    }
