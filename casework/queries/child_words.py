"""A child and a decision in words, the same on every page and in every document."""

from casework import decisions
from casework.models import ChildCase, Decision
from casework.queries.inbox import child_name
from procedures import editions
from procedures.engine.answers import AnswerSheet
from referrals.facts import sheet_now
from referrals.models import Referral


def child_label(case: Referral, child: ChildCase, *, sheet: AnswerSheet | None = None) -> str:
    """Return "Child 1: Riley Example", or what is known instead. `sheet`: the answers as known now, if read already."""
    if not child.number:
        return "No child known"
    records = {record.key: record for record in (sheet or sheet_now(case)).children}
    record = records.get(child.child_key)
    name = child_name(record.answers) if record is not None else ""
    return f"Child {child.number}: {name or 'name not known'}"


def level_labels(case: Referral) -> dict[str, str]:
    """Return the local names of the levels of need, by code, from the editions that decided the case."""
    labels: dict[str, str] = {}
    for pin in case.editions:
        edition = editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"])
        labels |= {level.id: level.label for level in edition.content.levels}
    return labels


def decision_lines(case: Referral, decision: Decision) -> list[dict[str, str]]:
    """Return everything a decision says, as label and text; what was left empty says so."""
    kind = decisions.DECISIONS[decision.code]
    lines = [("Decision", kind.label)]
    if decision.level:
        lines.append(("Level of need", level_labels(case).get(decision.level, decision.level)))
    lines += [
        ("What is known, and how", decision.evidence),
        ("What it means for this child", decision.analysis),
        ("How the child is safe", decision.safety),
    ]
    if kind.needs_risk_assessment:
        lines.append(("Risk assessment of the person of concern", decision.risk_assessment))
    lines += [
        ("Child seen", decision.get_child_seen_display()),
        ("What the child says and wants", decision.child_view or "Not known"),
        ("What the parents or carers say", decision.parent_view or "Not spoken to"),
        ("Other children thought of", decision.other_children or "None known"),
        ("The family", f"{decision.get_family_display()}. {decision.family_why}"),
        ("Agencies asked", decision.checks),
    ]
    if kind.where:
        lines.append((kind.where, decision.where))
    if kind.asks_agreement:
        lines.append(("Does the family agree", decision.get_agreement_display()))
    if decision.review_on:
        lines.append(("Looked at again on", f"{decision.review_on.day} {decision.review_on:%B %Y}"))
    lines.append(("What happens next", decision.next_step))
    return [{"label": label, "text": text} for label, text in lines]
