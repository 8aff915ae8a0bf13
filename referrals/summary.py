"""One description of the answers, for the check page, the case page, the record copy and the packs alike.

Only what was asked is in it: a hidden question is not shown and not sent (F-10). A question that was reached by no
answer is `not_asked`; "I don't know" is `not_known`; the two are never mixed (Z-20).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from procedures.engine import journey
from procedures.engine.answers import Answer, AnswerSheet
from procedures.engine.edition import Edition
from procedures.engine.schema import Detail, Question

ANSWERED, NOT_KNOWN, NOT_ASKED, REFUSED = "answered", "not_known", "not_asked", "refused"
PREFER_NOT_TO_SAY = "prefer_not_to_say"
_TELLING = {"told": "Told by", "seen": "Seen by", "opinion": "Opinion of", "recorded": "Recorded by"}
HOW_KNOWN_QUESTION = "Q-REF-7"
_TOLD_BY = {"child_told": "the child", "other_child_told": "another child", "adult_told": "an adult"}
"""Who told, by the answer to how the referrer knows; whoever is not named here left the telling to the referrer."""
_RECORDS = {"child": "child", "person": "person"}


@dataclass(frozen=True, slots=True)
class Row:
    """One answer. `lines` are what was answered, in words; none unless `state` is `answered` or a detail was given.

    `page` and `key` are where it is changed. `who` said it: None for the referrer.
    """

    label: str
    text: str
    question: str
    state: str
    lines: tuple[str, ...]
    telling: str
    who: str | None
    mono: bool
    page: str
    key: str | None
    group: str
    in_summary: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form, or one child's or person's share of it. `of` is "child 1 of 2"; no title names anybody."""

    id: str
    title: str
    scope: str
    key: str | None
    of: str | None
    rows: tuple[Row, ...]


def summarise(edition: Edition, sheet: AnswerSheet) -> tuple[Section, ...]:
    """Return the answers of a referral in the order of its form, each part once for each record it repeats for."""
    titles = {part.id: part.title for part in edition.content.parts}
    sections: list[Section] = []
    steps = journey.steps(edition, sheet)
    source = _source(sheet)
    for (part, key), group in groupby(steps, key=lambda step: (step.page.part, step.key)):
        mine = list(group)
        scope = mine[0].page.scope
        rows = tuple(
            _row(question, sheet.get(question, key), step.page.id, key, source)
            for step in mine
            for question in step.questions
        )
        sections.append(Section(part, titles.get(part, mine[0].page.title), scope, key, _of(sheet, scope, key), rows))
    return _joined(sections)


def _joined(sections: list[Section]) -> tuple[Section, ...]:
    """Put the shares of one part and record together where pages of another came between."""
    found: dict[tuple[str, str | None], Section] = {}
    for section in sections:
        old = found.get((section.id, section.key))
        found[section.id, section.key] = section if old is None else replace(old, rows=old.rows + section.rows)
    return tuple(found.values())


def _of(sheet: AnswerSheet, scope: str, key: str | None) -> str | None:
    if scope == "case":
        return None
    keys = [record.key for record in sheet.records(scope)]
    return f"{_RECORDS[scope]} {keys.index(str(key)) + 1} of {len(keys)}"


def _source(sheet: AnswerSheet) -> tuple[str, str | None]:
    """Return how what was told is known, and from whom; None is the referrer.

    One source alone can be named. With several, or none given, the referrer told it.
    """
    answer = sheet.case.get(HOW_KNOWN_QUESTION)
    chosen = answer.chosen if answer is not None else ()
    if chosen == ("saw_or_heard",):
        return "seen", None
    return "told", _TOLD_BY.get(chosen[0]) if len(chosen) == 1 else None


def _row(question: Question, answer: Answer, page: str, key: str | None, source: tuple[str, str | None]) -> Row:
    telling, who = source if question.telling == "told" else (question.telling, None)
    return Row(
        label=question.short,
        text=question.text,
        question=question.id,
        state=_state(answer),
        lines=lines_of(question, answer),
        telling=_TELLING[telling],
        who=who,
        mono=question.mono,
        page=page,
        key=key,
        group=question.pack_group,
        in_summary=question.in_summary,
    )


def _state(answer: Answer) -> str:
    if not answer.is_given:
        return NOT_ASKED
    if answer.is_not_known:
        return NOT_KNOWN
    return REFUSED if PREFER_NOT_TO_SAY in answer.chosen else ANSWERED


def lines_of(question: Question, answer: Answer) -> tuple[str, ...]:
    """Return an answer in words: options by their labels, details and table rows by theirs, then what was typed."""
    options = {option.value: option for option in question.options}
    lines: list[str] = []
    labels: dict[str, Detail] = {column.id: column for column in question.columns}
    for value in answer.chosen:
        option = options.get(value)
        if option is None or value in ("unknown", PREFER_NOT_TO_SAY):
            labels |= {detail.id: detail for detail in option.details} if option else {}
            continue
        lines.append(option.label)
        labels |= {detail.id: detail for detail in option.details}
    if answer.text:
        lines.append(answer.text)
    lines += [_labelled(labels, name, text) for name, text in answer.details.items() if text]
    lines += ["; ".join(_labelled(labels, name, text) for name, text in row.items() if text) for row in answer.rows]
    return tuple(lines)


_OWN_LABELS: Mapping[str, str] = {
    "date": "Date",
    "time": "Time",
    "about": "About when",
    "date_of_birth": "Date of birth",
    "age": "Age",
}


def _labelled(labels: Mapping[str, Detail], name: str, text: str) -> str:
    text = _in_words(text) if name in ("date", "date_of_birth") or _is_date(labels.get(name)) else text
    label = labels[name].label if name in labels else _OWN_LABELS.get(name, name.replace("_", " ").capitalize())
    return f"{label}{'' if label.endswith('?') else ':'} {text}"


def _is_date(detail: Detail | None) -> bool:
    return detail is not None and detail.kind == "date"


def _in_words(text: str) -> str:
    """Return a date as people write it; what is no whole date stays as it was typed."""
    try:
        return f"{date.fromisoformat(text):%-d %B %Y}"
    except ValueError:
        return text


def in_hubs_name(sections: Sequence[Section], corrected: Collection[tuple[str, str]]) -> tuple[Section, ...]:
    """Return the answers with those in the hub's name that it found out: `corrected` as `facts.corrected_in`."""
    return tuple(
        replace(section, rows=tuple(_in_whose_name(row, corrected) for row in section.rows)) for section in sections
    )


def _in_whose_name(row: Row, corrected: Collection[tuple[str, str]]) -> Row:
    is_hubs = (row.key or "", row.question) in corrected
    return replace(row, telling="Recorded by", who="the hub") if is_hubs else row


def only_in_full(sections: tuple[Section, ...], keys: frozenset[str]) -> tuple[Section, ...]:
    """Return the sections with the records of other children cut down to the rows of a summary."""
    return tuple(
        replace(section, rows=tuple(row for row in section.rows if row.in_summary))
        if section.scope == "child" and section.key not in keys
        else section
        for section in sections
    )
