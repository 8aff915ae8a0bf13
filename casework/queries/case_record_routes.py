"""What the document of a case says of where it went and why, who had it, and by when each thing was due."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accounts.models import Agency
from casework.models import Assignment, Taking
from casework.queries.case_record_rows import Row, moment, row
from casework.queries.found_out import found_out
from casework.queries.route_words import MODES, ROUTE_STATES, flags
from casework.queries.strategy_audiences import PERSONAL
from referrals import queries
from referrals.actions.overrides import reasons_of
from referrals.clock_words import clock_title
from referrals.facts import form_edition
from referrals.models import Clock, ClockPause, Override, Pack, Referral, ReleasedPart, Route, Routing


def recipient_rows(case: Referral, routing: Routing) -> Iterator[Row]:
    """Return each destination, dropped ones too: how, why, its pack, what the hub said of it; then those left out."""
    packs = {
        pack.route_id: pack
        for pack in Pack.objects.system(reason="export one case, scoped by the caller")
        .filter(referral=case, is_current=True)
        .defer("snapshot")
    }
    said = list(case.overrides.select_related("made_by").order_by("sequence"))
    titles = _part_titles(case)
    for name, route in queries.live_routes(case, known=routing).items():
        lines = [f"{MODES[route.mode]}. {route.urgency.capitalize()}", ROUTE_STATES[Route.State(route.state)]]
        lines += [f"{each['because']} (rule {each['rule']})" for each in reasons_of(route)]
        own = [each for each in said if (each.code, each.unit) == name and each.kind != Override.Kind.DECLINED]
        lines += map(_said, own)
        if (pack := packs.get(route.pk)) is not None:
            got = f"acknowledged {moment(pack.acknowledged_at)}" if pack.acknowledged_at else "not acknowledged"
            lines.append(f"Pack, version {pack.number}: {got}")
        parts = ReleasedPart.objects.filter(route=route).select_related("released_by")
        for part in parts.order_by("released_at", "pk"):
            who = f"{part.released_by.full_name}, {moment(part.released_at)}"
            lines.append(f"Released to them: {titles.get(part.group, part.group)}. {who}. {part.reason}")
        yield row(_name(route.agency, route.code), "\n".join(filter(None, lines)))
    for override in said:
        if override.kind == Override.Kind.DECLINED:
            agency = Agency.objects.filter(unit=override.unit).first() if override.unit else None
            yield row(_name(agency, override.code), _said(override), override.made_by.full_name)


def _name(agency: Agency | None, code: str) -> str:
    return agency.name if agency is not None else f"{code.replace('_', ' ').capitalize()}: to be found"


def _said(override: Override) -> str:
    who = f"{override.made_by.full_name}, {moment(override.made_at)}"
    return f"{override.get_kind_display()}: {who}. {override.reason}"


def _part_titles(case: Referral) -> dict[str, str]:
    return {group.id: group.title for group in form_edition(case).content.pack_groups}


def flag_rows(routing: Routing) -> Iterator[Row]:
    """Return what the rules asked the hub to settle or to look at, and why."""
    for each in [flag for kind in flags(routing) for flag in kind]:
        yield row(each.label, "\n".join(filter(None, [each.text, *each.because])))


def holder_rows(case: Referral) -> Iterator[Row]:
    """Return who had the case and who was asked to take it, the oldest first, with what was written at each turn."""
    rows: list[tuple[datetime, Row]] = []
    takings = Taking.objects.filter(referral=case).select_related("taken_by", "agency", "given_by", "released_by")
    for each in takings.order_by("taken_at", "pk"):
        given = f"Handed over by {each.given_by.full_name}: {each.note or ''}".rstrip(": ") if each.given_by else ""
        by = f", given back by {each.released_by.full_name}" if each.released_by else ""
        until = f"Until {moment(each.released_at)}{by}. {each.release_reason}".rstrip() if each.released_at else ""
        lines = [f"{each.agency.name}, since {moment(each.taken_at)}", given, until]
        rows.append((each.taken_at, row("Had the case", "\n".join(filter(None, lines)), each.taken_by.full_name)))
    asked = Assignment.objects.filter(referral=case).select_related("to", "made_by", "agency")
    for given_to in asked.order_by("made_at", "pk"):
        words = f"{given_to.agency.name}, {moment(given_to.made_at)}: given to {given_to.to.full_name} to take"
        text = f"{words}\n{given_to.note}".rstrip("\n")
        rows.append((given_to.made_at, row("Asked to take it", text, given_to.made_by.full_name)))
    yield from (each for _, each in sorted(rows, key=lambda found: found[0]))


def clock_rows(case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return each clock with when it was due, how that was counted, its pauses, and when it ended."""
    for clock in Clock.objects.filter(referral=case).exclude(kind__in=PERSONAL).order_by("due_at", "pk"):
        ended = f"Ended {moment(clock.ended_at)}" if clock.ended_at else "Running"
        late = ". Late" if clock.is_overdue(at=at) else ""
        lines = [f"Due {moment(clock.due_at)}", f"{ended}{late}", f"Counted so: {clock.computation}"]
        pauses = ClockPause.objects.filter(clock=clock).select_related("paused_by", "resumed_by")
        lines += [_pause(each) for each in pauses.order_by("paused_at", "pk")]
        yield row(clock_title(case, clock.kind, clock.recipient), "\n".join(lines))


def _pause(pause: ClockPause) -> str:
    until = f"until {moment(pause.resumed_at)}" if pause.resumed_at else "and stands still"
    by = f", let go on by {pause.resumed_by.full_name}" if pause.resumed_by else ""
    before = f"It was due {moment(pause.due_before)}."
    return f"Paused {moment(pause.paused_at)} by {pause.paused_by.full_name}, {until}{by}. {before} {pause.reason}"


def finding_rows(user: Any, case: Referral, *, at: datetime) -> Iterator[Row]:
    """Return what the hub found out over the referrer's answers, the oldest first, and how it is known."""
    for each in reversed(found_out(user, case, at=at)):
        made = each.correction
        title = "A further child was found out about" if made.adds_child else "Found out"
        lines = [f"{change.label}: {change.now} (before: {change.before})" for change in each.changes]
        text = "\n".join([moment(made.made_at), *lines, f"How it is known: {made.how_known}"])
        yield row(title, text, made.made_by.full_name)
