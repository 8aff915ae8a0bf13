"""One page's form: built from the questions of an edition, filled from what is stored, read back as answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from procedures.engine.answers import NOT_GIVEN, Answer, years_in
from procedures.engine.schema import Detail, Option, Question
from referrals.answer_checks import MOST_ROWS
from referrals.web.forms.fields import NO_PICTURE, AgeText, AnswerText, Chosen, DateParts, EmailText, PhoneText

ADD_ROW = "add_row"
_MANY = {"choices"}
_TYPED = {"text", "long_text", "phone", "email"}
_PHONE_WRONG = "Enter a phone number, like 01632 960 001"
_EMAIL_WRONG = "Enter an email address, like name@example.org"
OLDEST = 120


def field_name(question: str, *parts: str | int) -> str:
    """Return the name of a field: the question's id and what part of its answer it is."""
    return "-".join([question, *(str(part) for part in parts)])


@dataclass
class Asked:
    """One question on the page, and the names of its fields."""

    question: Question
    chosen: str | None = None
    typed: str | None = None
    own: dict[str, str] = field(default_factory=dict)
    """Detail or column id, or `date`, `time`, …, by field name."""
    opened: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each option, the names of the fields that it opens, by detail id."""
    rows: list[dict[str, str]] = field(default_factory=list)

    def names(self) -> list[str]:
        """Return every field, in the order of the page."""
        found = [self.typed, *self.own.values(), *(name for row in self.rows for name in row.values()), self.chosen]
        return [name for name in [*found, *(n for each in self.opened.values() for n in each.values())] if name]


class PageForm(forms.Form):
    """The questions of one page. `insist`: those that must be answered, or be answered "I don't know", are asked for.

    `refused` are the fields out of which a pasted picture was taken. `row_added`: the question to show one more row of.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        stored: Mapping[str, Answer],
        *,
        today: date,
        data: QueryDict | None = None,
        refused: frozenset[str] = frozenset(),
        insist: bool = True,
        row_added: str | None = None,
    ) -> None:
        super().__init__(data)
        self.helper: Any = None
        self.today, self.refused, self.insist = today, refused, insist
        self.asked = [self._ask(question, stored.get(question.id, NOT_GIVEN), row_added) for question in questions]

    # ---- Building ------------------------------------------------------------------------------------------------

    def _ask(self, question: Question, answer: Answer, row_added: str | None) -> Asked:
        asked = Asked(question)
        if question.kind in _TYPED:
            asked.typed = self._add(self._main(question), field_name(question.id), answer.text)
        if question.kind in ("age", "when"):
            self._ask_own(asked, answer)
        if question.kind == "rows":
            self._ask_rows(asked, answer, row_added)
        else:
            for column in question.columns:
                name = field_name(question.id, "own", column.id)
                asked.own[column.id] = self._add(self._detail(column), name, answer.details.get(column.id, ""))
        if question.options:
            self._ask_options(asked, answer)
        return asked

    def _add(self, made: forms.Field, name: str, initial: Any) -> str:
        made.initial = initial
        self.fields[name] = made
        return name

    def _main(self, question: Question) -> forms.Field:
        shown: dict[str, Any] = {"label": question.text, "help_text": question.help or ""}
        if question.kind == "phone":
            return PhoneText(wrong=question.error, **shown)
        if question.kind == "email":
            return EmailText(wrong=question.error, **shown)
        return AnswerText(limit=question.limit, one_line=question.kind != "long_text", exactly=question.mono, **shown)

    def _detail(self, detail: Detail) -> forms.Field:
        shown: dict[str, Any] = {"label": detail.label, "help_text": detail.hint or ""}
        if detail.kind == "phone":
            return PhoneText(wrong=_PHONE_WRONG, **shown)
        if detail.kind == "email":
            return EmailText(wrong=_EMAIL_WRONG, **shown)
        if detail.kind == "date":
            return DateParts(wrong="Enter a real date", not_after=date.max, **shown)
        if detail.kind == "choice":
            return Chosen(many=False, values=list(detail.choices), wrong="Choose from the options shown", **shown)
        if detail.kind == "time" and not detail.hint:
            shown["help_text"] = "For example 14:05, or yesterday at 14:05"
        if detail.kind == "age":
            shown["help_text"] = detail.hint or "For example 13, 12 to 13, or 27/3/2013"
            return AgeText(limit=100, one_line=True, **shown)
        exactly = detail.kind in ("username", "web_address")
        return AnswerText(limit=10_000, one_line=detail.kind != "long_text", exactly=exactly, **shown)

    def _ask_own(self, asked: Asked, answer: Answer) -> None:
        question = asked.question
        is_age = question.kind == "age"
        names = {"date_of_birth": "Date of birth", "age": "Or their age, if you do not know the date"} if is_age else {
            "date": "Date", "time": "Time", "about": "Or about when, in your own words"
        }  # fmt: skip
        hints = {
            "date_of_birth": "For example, 27 3 2013",
            "age": "A guess such as 12 to 13 is fine",
            "date": "For example, 27 3 2026",
            "time": "For example, 14:05",
            "about": "For example, last Tuesday evening",
        }
        for part, label in names.items():
            name = field_name(question.id, "own", part)
            made: forms.Field
            if part in ("date", "date_of_birth"):
                made = DateParts(wrong=question.error, not_after=self.today, label=label, help_text=hints[part])
            else:
                made = AnswerText(limit=200, one_line=True, label=label, help_text=hints[part])
            asked.own[part] = self._add(made, name, answer.details.get(part, ""))

    def _ask_rows(self, asked: Asked, answer: Answer, row_added: str | None) -> None:
        question = asked.question
        typed = self._rows_typed(question) if self.is_bound else len(answer.rows)
        count = min(max(1, typed) + (1 if row_added == question.id else 0), MOST_ROWS)
        for index in range(count):
            row = answer.rows[index] if index < len(answer.rows) else {}
            names = {}
            for column in question.columns:
                name = field_name(question.id, "row", index, column.id)
                names[column.id] = self._add(self._detail(column), name, row.get(column.id, ""))
            asked.rows.append(names)

    def _rows_typed(self, question: Question) -> int:
        """Return how many rows the posted form had."""
        start = field_name(question.id, "row", "")
        numbers = [name.removeprefix(start).partition("-")[0] for name in self.data if name.startswith(start)]
        return max((int(number) + 1 for number in numbers if number.isascii() and number.isdecimal()), default=0)

    def _ask_options(self, asked: Asked, answer: Answer) -> None:
        question = asked.question
        many = question.kind not in ("choice",)
        made = Chosen(
            many=many,
            values=[option.value for option in question.options],
            wrong="Choose from the options shown",
            label=question.text,
            help_text=question.help or "",
        )
        asked.chosen = self._add(made, field_name(question.id, "chosen"), list(answer.chosen))
        for option in question.options:
            names = {}
            for detail in option.details:
                name = field_name(question.id, "of", option.value, detail.id)
                names[detail.id] = self._add(self._detail(detail), name, _initial(answer, option, detail))
            if names:
                asked.opened[option.value] = names

    # ---- Reading -------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Check each question as a whole, and put the errors beside the fields they belong to."""
        for asked in self.asked:
            self._forget_unchosen(asked)
            for name in asked.names():
                if name in self.refused or any(each.startswith(f"{name}_") for each in self.refused):
                    self._say(name, NO_PICTURE)
            if not any(name in self.errors for name in asked.names()):
                self._check(asked)
        return self.cleaned_data

    def _say(self, name: str, message: str) -> None:
        self.errors.pop(name, None)
        self.add_error(name, message)

    def _forget_unchosen(self, asked: Asked) -> None:
        """Take out what stands under an option that was not chosen: it is neither checked nor kept."""
        chosen = self.cleaned_data.get(asked.chosen or "", [])
        for option, names in asked.opened.items():
            if option not in chosen:
                for name in names.values():
                    self.errors.pop(name, None)
                    self.cleaned_data.pop(name, None)

    def _check(self, asked: Asked) -> None:
        question = asked.question
        answer = self._answer(asked)
        is_given = bool(answer["chosen"] or answer["text"] or answer["rows"] or any(answer["details"].values()))
        first = asked.typed or (asked.chosen if question.kind in ("choice", "choices", "confirm") else None)
        first = first or next(iter(asked.names()))
        if question.kind in _TYPED and not answer["text"] and not answer["chosen"]:
            is_given = False
        if not is_given:
            if self.insist and question.required != "optional":
                self._say(first, question.error)
            return
        self._check_choice(asked, answer, first)
        self._check_details(asked, answer)
        if question.kind == "age" and answer["details"].get("age"):
            years = years_in([answer["details"]["age"]], self.today)
            if years is None or years > OLDEST:
                self._say(asked.own["age"], question.error)

    def _check_choice(self, asked: Asked, answer: Mapping[str, Any], first: str) -> None:
        question = asked.question
        chosen = answer["chosen"]
        exclusive = {option.value for option in question.options if option.exclusive}
        if len(chosen) > 1 and (question.kind not in _MANY or exclusive & set(chosen)):
            label = next((each.label for each in question.options if each.value in exclusive & set(chosen)), None)
            self._say(
                asked.chosen or first,
                f"Select “{label}” or the others, not both" if label else "Select only one of these",
            )
        elif question.kind not in ("choice", "choices", "confirm") and exclusive & set(chosen):
            own = {name: answer["details"].get(name) for name in asked.own}
            if answer["text"] or answer["rows"] or any(own.values()):
                label = next(each.label for each in question.options if each.value in chosen)
                self._say(asked.chosen or first, f"Fill this in or select “{label}”, not both")

    def _check_details(self, asked: Asked, answer: Mapping[str, Any]) -> None:
        if not self.insist:
            return
        for option in asked.question.options:
            if option.value not in answer["chosen"]:
                continue
            for detail in option.details:
                name = asked.opened[option.value][detail.id]
                if detail.required and not self.cleaned_data.get(name):
                    self._say(name, f"Enter {_in_a_sentence(detail.label)}")

    def _answer(self, asked: Asked) -> dict[str, Any]:
        chosen = self.cleaned_data.get(asked.chosen, []) if asked.chosen else []
        details = {part: self._value(name) for part, name in asked.own.items()}
        for option in asked.question.options:
            if option.value in chosen:
                for detail, name in asked.opened.get(option.value, {}).items():
                    details[detail] = _both(details.get(detail, ""), self._value(name))
        rows = [{column: self._value(name) for column, name in row.items()} for row in asked.rows]
        return {
            "chosen": chosen,
            "text": self._value(asked.typed) if asked.typed else "",
            "details": {name: text for name, text in details.items() if text},
            "rows": [row for row in rows if any(row.values())],
        }

    def _value(self, name: str) -> str:
        value = self.cleaned_data.get(name, "")
        return value if isinstance(value, str) else "".join(value[:1])

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the answers of a valid form; without `insist` those left empty are left out and stay as they were."""
        found = {asked.question.id: self._answer(asked) for asked in self.asked}
        return found if self.insist else {key: each for key, each in found.items() if any(each.values())}


def _initial(answer: Answer, option: Option, detail: Detail) -> str:
    return answer.details.get(detail.id, "") if option.value in answer.chosen else ""


def _both(first: str, second: str) -> str:
    """Return what two options that open the same field say, once where they say the same."""
    if not first or not second or first == second:
        return first or second
    return f"{first}; {second}"


def _in_a_sentence(label: str) -> str:
    is_word = len(label) > 1 and label[1].islower()
    return (label[0].lower() + label[1:] if is_word else label).rstrip("?")
