"""Which answers of a referral a recipient's pack holds: by its edition's plan, and what was released to them later.

Minimised as section 6.2 says. Police do not get what is for the LADO or for Prevent alone, nor the reverse, unless it
was released with a reason (7.1, 7.2).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procedures.engine.answers import AnswerSheet
from procedures.engine.conditions import Outcome, View
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts, kept_facts
from procedures.engine.schema import PackGroup, PackPlan
from referrals import facts as answers
from referrals import summary
from referrals.models import Referral, ReleasedPart, Route, Routing

REFERRER_GROUP = "referrer"
AT_RISK_QUESTION = "Q-REF-13"
"""Would you be at risk if the family knew who referred? Yes hides the referrer in every pack but the hub's (Z-16)."""
ALL, SOME, NOTHING = "all", "some", "nothing"


@dataclass(frozen=True)
class Said:
    """What was said in a referral, and under which edition it is read. `child_keys`: as of its routing.

    `corrected`: `(key of the record or "", question)` of each answer that the hub found out itself.
    """

    referral: Referral
    edition: Edition
    sheet: AnswerSheet
    facts: Facts
    child_keys: Sequence[str]
    corrected: Collection[tuple[str, str]] = field(default=frozenset(), kw_only=True)


@dataclass(frozen=True)
class Part:
    """One group of answers of a case and how much of it one recipient has: ALL, SOME or NOTHING.

    `held` are the answers that they have, `further` those that they have not; `reason_left_out` is the edition's, for
    the page and the pack.
    """

    group: str
    title: str
    has: str
    held: tuple[summary.Row, ...]
    further: tuple[summary.Row, ...]
    reason_left_out: str


def said_in(referral: Referral, routing: Routing) -> Said:
    """Return what was said in a sent referral, from what was kept with its routing."""
    edition = answers.form_edition(referral)
    return Said(
        referral, edition, answers.sheet_now(referral), kept_facts(routing.facts), routing.child_keys,
        corrected=answers.corrected_in(referral),
    )  # fmt: skip


def plan_for(edition: Edition, code: str) -> PackPlan | None:
    """Return the edition's plan for one kind of recipient."""
    return next((plan for plan in edition.content.packs if plan.recipient == code), None)


def is_referrer_hidden(said: Said, route: Route, released: Collection[str] = ()) -> bool:
    """Whether this recipient is not told who referred: they would be at risk, and nobody chose to say it (Z-16)."""
    answer = said.sheet.case.get(AT_RISK_QUESTION)
    at_risk = route.code != "hub" and answer is not None and "yes" in answer.chosen
    return at_risk and REFERRER_GROUP not in released


def contents_for(said: Said, route: Route, released: Collection[str] = ()) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the sections this recipient gets, and in words what was left out. `released`: codes of groups."""
    is_hidden = is_referrer_hidden(said, route, released)
    groups = _groups(said.edition)
    amounts = _amounts(said, route, released)
    sections: list[dict[str, Any]] = []
    others = False
    for section, of_this in _with_amounts(said, route, released):
        others = others or _is_other_child(said, route, section)
        if rows := [row for row in section.rows if _is_in(row, of_this[row.group])]:
            sections.append(
                {"id": section.id, "title": section.title, "of": section.of, "rows": [_row(row) for row in rows]}
            )
    withheld = [
        f"{groups[group].title}: {groups[group].left_out_because}" if group in groups else group
        for group, amount in amounts.items()
        if amount == "none" and not (is_hidden and group == REFERRER_GROUP)
    ]
    if is_hidden:
        withheld.append("Who referred: they would be at risk if it were known. The hub knows and passes questions on.")
    if others:
        withheld.append("Further children are with another recipient: of them only a summary stands here.")
    return sections, withheld


def parts_for(said: Said, route: Route, released: Collection[str] = ()) -> list[Part]:
    """Return the parts of a case that hold an answer, and how much of each this recipient has.

    Of a child who is with another recipient only a summary can be had: a release adds nothing of them.
    """
    groups = _groups(said.edition)
    held: dict[str, list[summary.Row]] = {}
    further: dict[str, list[summary.Row]] = {}
    for section, of_this in _with_amounts(said, route, released):
        if _is_other_child(said, route, section):
            continue
        for row in section.rows:
            if row.state != summary.NOT_ASKED:
                (held if _is_in(row, of_this[row.group]) else further).setdefault(row.group, []).append(row)
    return [
        Part(
            group=code,
            title=groups[code].title if code in groups else code,
            has=ALL if code not in further else SOME if code in held else NOTHING,
            held=tuple(held.get(code, ())),
            further=tuple(further.get(code, ())),
            reason_left_out=groups[code].left_out_because if code in groups else "",
        )
        for code in dict.fromkeys([*groups, *held, *further])
        if code in held or code in further
    ]


def released_to(route: Route) -> frozenset[str]:
    """Return the codes of the groups that were released to a recipient."""
    return frozenset(ReleasedPart.objects.filter(route=route).values_list("group", flat=True))


def _groups(edition: Edition) -> Mapping[str, PackGroup]:
    return {group.id: group for group in edition.content.pack_groups}


def _amounts(said: Said, route: Route, released: Collection[str]) -> dict[str, str]:
    """Return how much of each group this recipient gets. What the plan does not name stays out, the hub's excepted."""
    view = View(said.facts.values, [child.values for child in said.facts.children])
    default = "full" if route.code == "hub" else "none"
    amounts = {question.pack_group: default for question in said.edition.questions.values()}
    plan = plan_for(said.edition, route.code)
    for content in plan.contents if plan else []:
        condition = said.edition.pack_conditions.get((route.code, content.group))
        is_due = condition is None or condition.test(view) is Outcome.HOLDS
        amounts[content.group] = content.amount if is_due else "none"
    if is_referrer_hidden(said, route, released):
        amounts[REFERRER_GROUP] = "none"
    return amounts | {group: "full" for group in released if group in amounts}


def _with_amounts(
    said: Said, route: Route, released: Collection[str]
) -> list[tuple[summary.Section, Mapping[str, str]]]:
    """Return each section of the answers with how much of each group is due in it: of another's child a summary."""
    amounts, as_planned, groups = (
        _amounts(said, route, released),
        _amounts(said, route, set(released) & {REFERRER_GROUP}),
        _groups(said.edition),
    )
    of_others = {
        group: "none" if amount == "none" or (group in groups and not groups[group].of_other_children) else "summary"
        for group, amount in as_planned.items()
    }
    return [(section, of_others if _is_other_child(said, route, section) else amounts) for section in _sections(said)]


def _sections(said: Said) -> list[summary.Section]:
    """Return the answers, those that the hub found out in its name."""
    return list(summary.in_hubs_name(summary.summarise(said.edition, said.sheet), said.corrected))


def _is_other_child(said: Said, route: Route, section: summary.Section) -> bool:
    mine = {said.child_keys[index] for index in route.children}
    return section.scope == "child" and section.key in said.child_keys and section.key not in mine


def _is_in(row: summary.Row, amount: str) -> bool:
    return amount == "full" or (amount == "summary" and row.in_summary)


def _row(row: summary.Row) -> dict[str, Any]:
    return {
        "label": row.label,
        "question": row.question,
        "state": row.state,
        "lines": list(row.lines),
        "telling": row.telling,
        "who": row.who,
        "mono": row.mono,
    }
