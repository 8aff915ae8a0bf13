"""How a page's form is drawn. The one module that knows the form library (crispy-forms with its GOV.UK templates), so
that it could be replaced; where that library stops, at options that open fields, templates of our own go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Layout, Size
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from procedures.engine.schema import Detail, Question
from referrals.web.forms.fields import DateParts
from referrals.web.forms.page_form import Asked, PageForm

LONG_ROWS, SHORT_ROWS = 8, 4
COUNT_FROM = 75
"""The share of a limit, in percent, from which the characters left are shown."""


@dataclass(frozen=True)
class FormErrors:
    """The errors of a form as the summary at the top of the page lists them."""

    form: PageForm

    def __iter__(self) -> Any:
        for asked in self.form.asked:
            for name in asked.names():
                for error in self.form.errors.get(name, []):
                    yield {"text": error, "href": f"#{first_input(self.form, name)}"}


def first_input(form: PageForm, name: str) -> str:
    """Return the id of the control that an error about a field leads to."""
    bound = form[name]
    if isinstance(bound.field, DateParts):
        return f"{bound.auto_id}_day"
    return f"{bound.auto_id}_1" if hasattr(bound.field, "values") else bound.auto_id


def layout_of(form: PageForm, *, is_heading: bool = False) -> PageForm:
    """Give a form its layout and return it. `is_heading`: its one question is the heading of the page."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    objects: list[Any] = []
    for asked in form.asked:
        objects += _objects(asked, is_heading=is_heading)
    helper.layout = Layout(*objects)
    form.helper = helper
    return form


def _objects(asked: Asked, *, is_heading: bool) -> list[Any]:
    """Return what is drawn of one question, in order."""
    question = asked.question
    size, tag = (Size.LARGE, "h1") if is_heading else (Size.MEDIUM, None)
    if question.kind in ("choice", "choices", "confirm"):
        main: list[Any] = [_Options(asked, size=size, tag=tag)]
        return main + [_detail(name, column) for name, column in _columns(asked)]
    if asked.typed:
        main = [_typed(asked.typed, question, size, tag)]
        main += [_detail(name, column) for name, column in _columns(asked)]
        return [*main, _Options(asked, size=size, tag=None, is_alone=False)] if asked.chosen else main
    return [_Group(asked, size=size, tag=tag)]


def _columns(asked: Asked) -> list[tuple[str, Detail]]:
    by_id = {column.id: column for column in asked.question.columns}
    return [(name, by_id[part]) for part, name in asked.own.items() if part in by_id]


def _typed(name: str, question: Question, size: str, tag: str | None) -> Field:
    if question.kind == "long_text":
        rows = LONG_ROWS if question.limit > 2_000 else SHORT_ROWS
        return _textarea(name, size, tag, rows, question.limit)
    width = Fixed.TWENTY if question.kind == "phone" else None
    return Field.text(name, label_size=size, label_tag=tag, field_width=width)


def _textarea(name: str, size: str | None, tag: str | None, rows: int, limit: int) -> Field:
    return Field.textarea(name, label_size=size, label_tag=tag, rows=rows, max_characters=limit, threshold=COUNT_FROM)


def _detail(name: str, detail: Detail) -> Any:
    """Return how one detail is drawn."""
    match detail.kind:
        case "long_text":
            return _textarea(name, None, None, SHORT_ROWS, 10_000)
        case "date":
            return _Date(name)
        case "choice":
            return _Choice(name, list(detail.choices))
        case "phone" | "time" | "age":
            return Field.text(name, field_width=Fixed.TWENTY)
        case _:
            return Field.text(name)


def _drawn(objects: Sequence[Any], form: Any, context: Any, pack: str) -> SafeString:
    # Each piece comes escaped from its template.
    return mark_safe("".join(render_field(each, form, context, template_pack=pack) for each in objects))  # noqa: S308


class _Drawn(LayoutObject):  # type: ignore[misc]
    """Something drawn by a template of our own."""

    template = ""

    def __init__(self) -> None:
        self.fields: list[Any] = []

    def context(self, form: Any, context: Any, pack: str) -> dict[str, Any]:
        """Return what the template needs."""
        raise NotImplementedError

    def render(self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **_: Any) -> SafeString:
        """Return the HTML."""
        return render_to_string(self.template, self.context(form, context, template_pack))


class _Options(_Drawn):
    """Radios or checkboxes, each with the fields that it opens."""

    template = "referrals/forms/options.html"

    def __init__(self, asked: Asked, *, size: str, tag: str | None, is_alone: bool = True) -> None:
        super().__init__()
        self.asked, self.size, self.tag, self.is_alone = asked, size, tag, is_alone

    def context(self, form: Any, context: Any, pack: str) -> dict[str, Any]:
        question, name = self.asked.question, self.asked.chosen
        bound = form[name]
        form.rendered_fields.add(name)
        value = bound.value()
        chosen = [value] if isinstance(value, str) else list(value or [])
        options = []
        for number, option in enumerate(question.options, start=1):
            names = self.asked.opened.get(option.value, {})
            inside = [_detail(names[detail.id], detail) for detail in option.details]
            options.append(
                {
                    "value": option.value,
                    "label": option.label,
                    "hint": option.hint,
                    "id": f"{bound.auto_id}_{number}",
                    "is_chosen": option.value in chosen,
                    "is_exclusive": option.exclusive,
                    "has_line_above": option.exclusive and number > 1 and not question.options[number - 2].exclusive,
                    "inside": _drawn(inside, form, context, pack),
                }
            )
        return {
            "name": name,
            "id": bound.auto_id,
            "many": question.kind != "choice",
            "options": options,
            "errors": bound.errors,
            "legend": question.text if self.is_alone and question.kind != "confirm" else "",
            "hidden_legend": "" if self.is_alone and question.kind != "confirm" else question.text,
            "statement": question.text if question.kind == "confirm" else "",
            "hint": question.help if self.is_alone else "",
            "legend_size": self.size,
            "legend_tag": self.tag,
            "is_exact": question.mono,
        }


class _Group(_Drawn):
    """A question of several fields: an age, a time, or the rows of a table; then its options."""

    template = "referrals/forms/group.html"

    def __init__(self, asked: Asked, *, size: str, tag: str | None) -> None:
        super().__init__()
        self.asked, self.size, self.tag = asked, size, tag

    def context(self, form: Any, context: Any, pack: str) -> dict[str, Any]:
        question = self.asked.question
        columns = {column.id: column for column in question.columns}
        own = [
            _Date(name) if isinstance(form.fields[name], DateParts) else _own(name, columns.get(part), part)
            for part, name in self.asked.own.items()
        ]
        rows = [
            _drawn([_detail(name, columns[column]) for column, name in row.items()], form, context, pack)
            for row in self.asked.rows
        ]
        options = [_Options(self.asked, size=self.size, tag=None, is_alone=False)] if self.asked.chosen else []
        return {
            "question": question,
            "id": f"id_{question.id}",
            "legend_size": self.size,
            "legend_tag": self.tag,
            "own": _drawn(own, form, context, pack),
            "rows": rows,
            "options": _drawn(options, form, context, pack),
            "row_word": "Row" if not rows else "",
        }


def _own(name: str, detail: Detail | None, part: str) -> Any:
    if detail is not None:
        return _detail(name, detail)
    return Field.text(name, field_width=Fixed.TEN if part in ("age", "time") else None)


class _Date(_Drawn):
    """Day, month and year."""

    template = "referrals/forms/date.html"

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def context(self, form: Any, context: Any, pack: str) -> dict[str, Any]:
        bound = form[self.name]
        form.rendered_fields.add(self.name)
        value = bound.value()
        typed = list(value) if isinstance(value, list) else bound.field.widget.decompress(value)
        parts = [
            {"part": part, "label": label, "value": text, "width": width}
            for (part, label, width), text in zip(
                (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4)), typed, strict=True
            )
        ]
        return {
            "name": self.name, "id": bound.auto_id, "label": bound.label, "hint": bound.help_text,
            "errors": bound.errors, "parts": parts,
        }  # fmt: skip


class _Choice(_Drawn):
    """A choice inside the details of an option, or in a row."""

    template = "referrals/forms/options.html"

    def __init__(self, name: str, choices: list[str]) -> None:
        super().__init__()
        self.name, self.choices = name, choices

    def context(self, form: Any, context: Any, pack: str) -> dict[str, Any]:
        bound = form[self.name]
        form.rendered_fields.add(self.name)
        value = bound.value()
        chosen = [value] if isinstance(value, str) else list(value or [])
        options = [
            {"value": text, "label": text, "id": f"{bound.auto_id}_{number}", "is_chosen": text in chosen}
            for number, text in enumerate(self.choices, start=1)
        ]
        return {
            "name": self.name, "id": bound.auto_id, "many": False, "options": options, "errors": bound.errors,
            "legend": bound.label, "hint": bound.help_text, "legend_size": "", "is_small": True,
        }  # fmt: skip
