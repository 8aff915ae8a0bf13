"""From the answers of a form to the facts that rules read.

Answers are kept as they were given: the options chosen, what was typed, the details an option opened and the rows of
a table, each by question id; those about one child or one person stand in that child's or person's record.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from procedures.engine.conditions import Outcome, View
from procedures.engine.edition import Edition
from procedures.engine.facts import MAYBE, Child, Facts, FactValue, not_known
from procedures.engine.schema import Fill, Question
from procedures.engine.vocabulary import CHILD_FACTS, FACTS, NONE, UNKNOWN, FactKind, Shape

AREA_QUESTION = "Q-SAF-5"
"""Where the child lives, asked of the whole case: the default of each child's own area (Z-10)."""
NO_CHILD_KNOWN = "no_child_known"
"""The answer to the area question that says there is no child known (Z-10)."""
CHILD_AREA_QUESTION = "Q-CHI-0"
ADULT_AGE = 18
WEAK = {"no", NONE, "not_shared"}
"""Values that "don't know" beats when several questions fill one fact."""
STRONGER_FIRST = {"spread": ("widely", "few", "not_shared")}
"""The order of strength where it is not the order of the contract table."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Empty in every part means that the question was not answered."""

    chosen: tuple[str, ...] = ()
    text: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Mapping[str, str], ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether anything was answered."""
        return bool(self.chosen or self.text or self.rows or any(self.details.values()))

    @property
    def is_not_known(self) -> bool:
        """Whether the answer is "I don't know"."""
        return UNKNOWN in self.chosen

    def as_data(self) -> dict[str, Any]:
        """Return the answer in the form that is stored."""
        return {
            "chosen": list(self.chosen),
            "text": self.text,
            "details": dict(self.details),
            "rows": [dict(row) for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class Record:
    """The answers about one child or one person; `key` tells records apart and says nothing else."""

    key: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """All answers of one referral."""

    case: Mapping[str, Answer]
    children: tuple[Record, ...] = ()
    persons: tuple[Record, ...] = ()

    def records(self, scope: str) -> tuple[Record, ...]:
        """Return the records of a scope: `child` or `person`."""
        return self.children if scope == "child" else self.persons

    def get(self, question: Question, key: str | None) -> Answer:
        """Return the answer to a question, for one record where it is asked of each."""
        if question.scope == "case":
            return self.case.get(question.id, NOT_GIVEN)
        record = next((each for each in self.records(question.scope) if each.key == key), None)
        return record.answers.get(question.id, NOT_GIVEN) if record is not None else NOT_GIVEN


NOT_GIVEN = Answer()


def parse_sheet(data: Mapping[str, Any]) -> AnswerSheet:
    """Return the answers from their stored form `{"case": {…}, "children": [{"key", "answers"}], "persons": […]}`."""
    return AnswerSheet(
        _parse_answers(data.get("case", {})),
        tuple(Record(row["key"], _parse_answers(row["answers"])) for row in data.get("children", [])),
        tuple(Record(row["key"], _parse_answers(row["answers"])) for row in data.get("persons", [])),
    )


def _parse_answers(data: Mapping[str, Any]) -> dict[str, Answer]:
    return {
        question: Answer(
            tuple(row.get("chosen", ())),
            row.get("text", ""),
            dict(row.get("details", {})),
            tuple(dict(each) for each in row.get("rows", ())),
        )
        for question, row in data.items()
    }


def shown_questions(edition: Edition, sheet: AnswerSheet) -> dict[tuple[str, str | None], bool]:
    """Return for each question, of the case or of each record, whether it is asked.

    A question is asked where its condition holds or, an earlier question being unanswered, could hold. Where there is
    no record yet, the questions of a record stand under the key None: whether one would be asked them.
    """
    shown: dict[tuple[str, str | None], bool] = {}
    values: dict[str, FactValue] = {}
    of_record: dict[tuple[str, str], dict[str, FactValue]] = {}
    for page in edition.content.pages:
        for question_id in page.questions:
            question = edition.questions[question_id]
            condition = edition.shown_when[question_id]
            if question.scope == "case":
                is_shown = condition.test(View(values)) is not Outcome.CANNOT
                shown[question_id, None] = is_shown
                values[question_id] = _as_value(question, sheet.get(question, None), is_shown)
                continue
            records = sheet.records(question.scope)
            if not records:
                is_shown = condition.test(View(values)) is not Outcome.CANNOT
                shown[question_id, None] = is_shown
                values[question_id] = _as_value(question, NOT_GIVEN, is_shown)
                continue
            each_value = []
            for record in records:
                mine = of_record.setdefault((question.scope, record.key), {})
                is_shown = condition.test(View({**values, **mine})) is not Outcome.CANNOT
                shown[question_id, record.key] = is_shown
                mine[question_id] = _as_value(question, sheet.get(question, record.key), is_shown)
                each_value.append(mine[question_id])
            values[question_id] = _united(each_value)
    return shown


def _as_value(question: Question, answer: Answer, is_shown: bool) -> FactValue:
    if not is_shown:
        return FactValue(frozenset(), frozenset())
    if answer.chosen:
        return FactValue(frozenset(answer.chosen), frozenset(answer.chosen))
    return FactValue(frozenset(), frozenset(option.value for option in question.options))


def _united(values: Sequence[FactValue]) -> FactValue:
    return FactValue(
        frozenset().union(*(value.known for value in values)), frozenset().union(*(value.possible for value in values))
    )


def facts_of(edition: Edition, sheet: AnswerSheet, *, today: date) -> Facts:
    """Return the facts that answers come to, under the questions of an edition; `today` is the local date, for ages.

    A hidden question gives its *when not asked* value; one that was asked and not answered is unknown.
    """
    shown = shown_questions(edition, sheet)
    said: dict[str, list[str | tuple[str, ...]]] = {}
    for question in edition.questions.values():
        for fill in question.fills:
            if fill.derive is None and not fill.fact.startswith("child."):
                said.setdefault(fill.fact, []).extend(_said(question, fill, sheet, shown))
    children, all_harmed_are_adults = _children(edition, sheet, shown, today)
    if all_harmed_are_adults is not None and any(
        fill.derive == "adult_harmed" for question in edition.questions.values() for fill in question.fills
    ):
        said.setdefault("person_harmed_is_adult", []).append(all_harmed_are_adults)
    values = {code: _fact(kind, said.get(code, [])) for code, kind in FACTS.items()}
    return Facts(values, children)


def _said(
    question: Question, fill: Fill, sheet: AnswerSheet, shown: Mapping[tuple[str, str | None], bool]
) -> Iterable[str | tuple[str, ...]]:
    """Yield what a question says of a fact of the case, once for the case or for each record."""
    kind = FACTS[fill.fact]
    keys: list[str | None] = (
        [None] if question.scope == "case" else [each.key for each in sheet.records(question.scope)]
    )
    # No record yet: what would be asked of it is not known, unless the journey would not ask it at all.
    for key in keys or [None]:
        yield from _one_says(kind, fill, sheet.get(question, key), shown.get((question.id, key), False))


def _one_says(kind: FactKind, fill: Fill, answer: Answer, is_shown: bool) -> Iterable[str | tuple[str, ...]]:
    if not is_shown:
        if fill.when_not_asked is not None:
            yield from _tokens(kind, fill.when_not_asked)
        return
    if not answer.is_given:
        yield from _unanswered(kind, fill)
        return
    if kind.shape is Shape.MANY:
        tokens: list[str] = []
        for option in answer.chosen:
            mapped = fill.map.get(option, [])
            tokens += [mapped] if isinstance(mapped, str) else mapped
        yield tuple(tokens)
        return
    for option in answer.chosen:
        if option in fill.map:
            yield from _tokens(kind, fill.map[option])


def _unanswered(kind: FactKind, fill: Fill) -> Iterable[str | tuple[str, ...]]:
    yield from _tokens(kind, fill.map.get(UNKNOWN, UNKNOWN))


def _tokens(kind: FactKind, value: str | list[str]) -> Iterable[str | tuple[str, ...]]:
    words = (value,) if isinstance(value, str) else tuple(value)
    if kind.shape is Shape.MANY:
        yield words
    else:
        yield from words


def _fact(kind: FactKind, said: Sequence[str | tuple[str, ...]]) -> FactValue:
    if kind.shape is Shape.MANY:
        return _list_fact(kind, [each for each in said if isinstance(each, tuple)])
    words = [each for each in said if isinstance(each, str)]
    if not words:
        return not_known(kind)
    if kind.code == "other_person" and {"adult", "under_18"} <= set(words):
        words.append("both")
    best = min(words, key=lambda word: _rank(kind, word))
    return not_known(kind) if best == UNKNOWN else FactValue(frozenset((best,)), frozenset((best,)))


def _rank(kind: FactKind, word: str) -> int:
    """Return how weak a value is when several questions fill one fact: the least wins (yes, then unknown, then no)."""
    order = STRONGER_FIRST.get(kind.code, kind.values)
    if kind.code == "other_person":
        # "Don't know" beside a child may mean an adult as well: the age of the other person stays open (UKCIS).
        return ("both", "adult", UNKNOWN, "under_18", NONE).index(word)
    strong = [value for value in order if value not in WEAK]
    return [*strong, UNKNOWN, *(value for value in order if value in WEAK)].index(word)


def _list_fact(kind: FactKind, said: Sequence[tuple[str, ...]]) -> FactValue:
    if not said:
        return not_known(kind)
    known: set[str] = set()
    maybe: set[str] = set()
    for words in said:
        for word in words:
            if word == UNKNOWN:
                maybe.update(kind.values)
            elif word.endswith(MAYBE):
                maybe.add(word.removesuffix(MAYBE))
            elif word != NONE:
                known.add(word)
    return FactValue(frozenset(known), frozenset(known | maybe))


def _children(
    edition: Edition, sheet: AnswerSheet, shown: Mapping[tuple[str, str | None], bool], today: date
) -> tuple[tuple[Child, ...], str | None]:
    """Return the children's facts, and whether all who may have been harmed are 18 or over (None: not asked)."""
    area_answer = sheet.case.get(AREA_QUESTION, NOT_GIVEN)
    area = area_answer.chosen[0] if area_answer.chosen else UNKNOWN
    if not sheet.children and area == NO_CHILD_KNOWN:
        return (), None
    default = area if area != NO_CHILD_KNOWN else UNKNOWN
    children: list[Child] = []
    adults: list[bool | None] = []
    for record in sheet.children or (Record("", {}),):
        values = _child_values(edition, sheet, record, shown, today, default)
        years = _years_of(edition, record, today)
        part = values["part"]
        if "may_have_been_harmed" in part.possible:
            adults.append(None if years is None else years >= ADULT_AGE)
        if years is None or years < ADULT_AGE:
            children.append(Child(values))
    children += _other_children(edition, sheet, shown, today, default)
    if not adults:
        return tuple(children), None
    all_adults = "no" if False in adults else (UNKNOWN if None in adults else "yes")
    return tuple(children), all_adults


def _child_values(
    edition: Edition,
    sheet: AnswerSheet,
    record: Record,
    shown: Mapping[tuple[str, str | None], bool],
    today: date,
    default_area: str,
) -> dict[str, FactValue]:
    said: dict[str, list[str | tuple[str, ...]]] = {code: [] for code in CHILD_FACTS}
    for question in edition.questions.values():
        for fill in question.fills:
            if not fill.fact.startswith("child.") or question.scope != "child" or fill.derive is not None:
                continue
            code = fill.fact.removeprefix("child.")
            answer = record.answers.get(question.id, NOT_GIVEN)
            if code == "area" and not answer.is_given:
                continue
            is_shown = shown.get((question.id, record.key or None), False)
            said[code] += _one_says(CHILD_FACTS[code], fill, answer, is_shown)
    if not said["area"]:
        said["area"].append(default_area)
    years = _years_of(edition, record, today)
    said["age"].append(UNKNOWN if years is None else age_band(years))
    return {code: _fact(kind, said[code]) for code, kind in CHILD_FACTS.items()}


def _other_children(
    edition: Edition,
    sheet: AnswerSheet,
    shown: Mapping[tuple[str, str | None], bool],
    today: date,
    default_area: str,
) -> Iterable[Child]:
    """Yield the children named in a table of others in the home or in contact (Q-CHI-13)."""
    for question in edition.questions.values():
        if not any(fill.derive == "other_children" for fill in question.fills):
            continue
        keys: list[str | None] = (
            [None] if question.scope == "case" else [each.key for each in sheet.records(question.scope)]
        )
        for key in keys:
            if not shown.get((question.id, key), False):
                continue
            for row in sheet.get(question, key).rows:
                # Only the column that asks for an age: a house number is none.
                years = years_in((row.get(each.id, "") for each in question.columns if each.kind == "age"), today)
                if years is not None and years >= ADULT_AGE:
                    continue
                area = row.get("area") or default_area
                words: dict[str, list[str | tuple[str, ...]]] = {
                    "area": [area if area in CHILD_FACTS["area"].values else UNKNOWN],
                    "age": [UNKNOWN if years is None else age_band(years)],
                    "part": [("in_contact_with_person",)],
                }
                yield Child({code: _fact(kind, words.get(code, [])) for code, kind in CHILD_FACTS.items()})


def _years_of(edition: Edition, record: Record, today: date) -> int | None:
    for question in edition.questions.values():
        if any(fill.derive == "age_band" for fill in question.fills):
            answer = record.answers.get(question.id, NOT_GIVEN)
            return years_in([*answer.details.values(), answer.text], today)
    return None


def years_in(texts: Iterable[str], today: date) -> int | None:
    """Return an age in years from a date of birth, or from "13", "about 13" or "12 to 13" (the younger).

    A date is written 2012-05-31 or the British way, 31/5/2012. One in the future, or text without an age, is None.
    """
    numbers: list[int] = []
    for text in texts:
        born = _date_in(text)
        if born is not None:
            years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
            return years if years >= 0 else None
        if not _HAS_YEAR.search(text):
            numbers += _ages_in(text.lower())
    return min(numbers, default=None)


_ISO_DATE = re.compile(r"\s*([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\s*")
_BRITISH_DATE = re.compile(r"\s*([0-9]{1,2})[ ./-]+([0-9]{1,2})[ ./-]+([0-9]{4})\s*")
_HAS_YEAR = re.compile(r"[0-9]{4}")
"""What says a year is no age, whatever stands beside it."""
_AGE = re.compile(r"[0-9]{1,3}")
_NOT_YET = re.compile(r"\b(under|below|nearly|almost|not yet|less than|younger than)\b|<")
_NOT_YEARS = re.compile(r"\b(months?|weeks?|days?)\b")


def _ages_in(text: str) -> list[int]:
    """Return the ages in some words; nobody may be taken for an adult who is "18 months" or "under 18"."""
    ages = [int(number) for number in _AGE.findall(text)]
    if _NOT_YEARS.search(text):
        return [0] if ages else []
    return [max(0, age - 1) for age in ages] if _NOT_YET.search(text) else ages


def _date_in(text: str) -> date | None:
    found = _ISO_DATE.fullmatch(text)
    parts = found.groups() if found else None
    if parts is None and (found := _BRITISH_DATE.fullmatch(text)):
        parts = found.groups()[::-1]
    if parts is None:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def age_band(years: int) -> str:
    """Return the band of an age under 18."""
    if years < 10:
        return "under_10"
    if years < 13:
        return "10_to_12"
    return "13_to_15" if years < 16 else "16_to_17"
