"""One posted answer against its question: what may be stored, whoever posts it."""

from collections.abc import Mapping, Sequence
from typing import Any

from procedures.engine.schema import Detail, Question
from referrals.text import LONGEST_LINE, TextRefusedError, clean_text

MOST_ROWS = 50
_EXACT_KINDS = ("username", "web_address")
_OWN_DETAILS: Mapping[str, tuple[str, ...]] = {"when": ("date", "time", "about"), "age": ("date_of_birth", "age")}
"""Fields that a kind of question brings with it."""


class AnswerRefusedError(ValueError):
    """An answer cannot be stored. `question` is its id, `part` the field: `chosen`, `text`, a detail or a column."""

    def __init__(self, question: str, part: str, message: str) -> None:
        self.question, self.part, self.message = question, part, message
        super().__init__(f"{question}: {message}")


def checked_answer(question: Question, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an answer in the form it is stored, or None where nothing was answered.

    `data` is `{"chosen": [values], "text": text, "details": {id: text}, "rows": [{column: text}]}`, each part optional.
    Raises AnswerRefusedError for a value that is no option, a choice that excludes others, an unknown field, or text
    that cannot be kept. Whether everything needed was given is the journey's business, not asked here.
    """
    chosen = _chosen(question, data.get("chosen") or [])
    details = _fields(question, _details_of(question, chosen), data.get("details") or {}, "details")
    rows = data.get("rows") or []
    if rows and question.kind != "rows":
        raise AnswerRefusedError(question.id, "rows", "This question has no table. Reload the page and try again.")
    if len(rows) > MOST_ROWS:
        raise AnswerRefusedError(question.id, "rows", f"Enter at most {MOST_ROWS} rows; put the rest in the text.")
    columns = {column.id: column for column in question.columns}
    kept_rows = [each for row in rows if (each := _fields(question, columns, row, "rows"))]
    text = _text(question, data.get("text") or "")
    if not (chosen or text or details or kept_rows):
        return None
    return {"chosen": chosen, "text": text, "details": details, "rows": kept_rows}


def _chosen(question: Question, chosen: Sequence[str]) -> list[str]:
    by_value = {option.value: option for option in question.options}
    kept = list(dict.fromkeys(chosen))
    if any(value not in by_value for value in kept):
        raise AnswerRefusedError(question.id, "chosen", "Choose from the options shown. Reload the page and try again.")
    many = question.kind == "choices"
    if len(kept) > 1 and (not many or any(by_value[value].exclusive for value in kept)):
        raise AnswerRefusedError(question.id, "chosen", question.error)
    return kept


def _details_of(question: Question, chosen: Sequence[str]) -> dict[str, Detail | None]:
    fields: dict[str, Detail | None] = dict.fromkeys(_OWN_DETAILS.get(question.kind, ()))
    if question.kind != "rows":
        fields |= {column.id: column for column in question.columns}
    for option in question.options:
        if option.value in chosen:
            fields |= {detail.id: detail for detail in option.details}
    return fields


def _fields(
    question: Question, known: Mapping[str, Detail | None], data: Mapping[str, str], part: str
) -> dict[str, str]:
    opened_by_any = {detail.id for option in question.options for detail in option.details}
    kept: dict[str, str] = {}
    for name, text in data.items():
        if name not in known:
            if name in opened_by_any or not text:
                continue  # a field of an option that was not chosen
            raise AnswerRefusedError(question.id, part, "This form is out of date. Reload the page and try again.")
        kind = detail.kind if (detail := known[name]) is not None else "text"
        cleaned = _cleaned(question, name, text, one_line=kind != "long_text", exactly=kind in _EXACT_KINDS)
        if cleaned:
            kept[name] = cleaned
    return kept


def _text(question: Question, text: str) -> str:
    return _cleaned(
        question, "text", text, one_line=question.kind != "long_text", exactly=question.mono, limit=question.limit
    )


def _cleaned(
    question: Question, part: str, text: object, *, one_line: bool, exactly: bool, limit: int | None = None
) -> str:
    if not isinstance(text, str):
        raise AnswerRefusedError(question.id, part, "This must be text. Reload the page and try again.")
    longest = min(limit or LONGEST_LINE, LONGEST_LINE) if one_line else (limit or 10_000)
    try:
        return clean_text(text, limit=longest, one_line=one_line, exactly=exactly)
    except TextRefusedError as error:
        raise AnswerRefusedError(question.id, part, str(error)) from error
