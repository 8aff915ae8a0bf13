"""Many children of one incident: pasted or typed as a list, then confirmed child by child (Z-25)."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from procedures.engine.answers import CHILD_AREA_QUESTION, years_in
from procedures.engine.schema import Question
from referrals import facts
from referrals.actions.drafts import MOST_RECORDS, RecordRefusedError
from referrals.actions.holding import DraftChangedError
from referrals.actions.many_children import add_children
from referrals.answer_checks import AnswerRefusedError
from referrals.models import Referral
from referrals.text import TextRefusedError, clean_text
from referrals.web.around import around_page
from referrals.web.forms.fields import NO_PICTURE, iso_date
from referrals.web.loading import on_draft, takes_text
from referrals.web.task_list import CHANGED, _version

NAME_QUESTION, AGE_QUESTION, PART_QUESTION = "Q-CHI-1", "Q-CHI-2", "Q-CHI-3"
_SPLIT = re.compile(r"\t|;|,")
OLDEST = 120


@dataclass
class Row:
    """One child of the table, as it was typed, with what is wrong beside each field."""

    number: int
    name: str
    age: str
    area: str = ""
    is_same: bool = False
    errors: dict[str, str] = field(default_factory=dict)


@takes_text
@require_http_methods(["GET", "HEAD", "POST"])
def _table(request: HttpRequest, referral: Referral, *, at: datetime) -> HttpResponse:
    """Take a pasted list, show it as a table to confirm, then add the children."""
    posted = request.POST
    refused: frozenset[str] = getattr(request, "image_refused_fields", frozenset())
    rows: list[Row] = []
    pasted, error = posted.get("pasted", ""), NO_PICTURE if "pasted" in refused else ""
    if request.method == "POST" and not error:
        rows, error = (_typed(posted), "") if posted.get("step") == "confirm" else _read(pasted)
        for row in rows:
            row.errors |= {part: NO_PICTURE for part in ("name", "age") if f"{part}-{row.number}" in refused}
        if rows and posted.get("step") == "confirm" and not _faults(rows, facts.local_date(at)):
            error = _add(request, referral, rows, posted.getlist("part"), at=at)
            if not error:
                return redirect("referrals:children", pk=referral.pk)
    return _show(request, referral, rows, pasted, error, at=at)


children_table = on_draft(_table)


def _read(pasted: str) -> tuple[list[Row], str]:
    """Return the rows of a pasted list: a child a line, its parts parted by tabs, commas or semicolons."""
    rows: list[Row] = []
    for line in (each.strip() for each in pasted.splitlines()):
        if line:
            name, *rest = [part.strip() for part in _SPLIT.split(line, maxsplit=2)]
            rows.append(Row(len(rows), name, rest[0] if rest else ""))
    if not rows:
        return [], "Enter at least one child, each on a line of their own"
    if len(rows) > MOST_RECORDS:
        return [], f"Enter at most {MOST_RECORDS} children. Send this referral, then start another for the rest"
    return rows, ""


def _typed(posted: QueryDict) -> list[Row]:
    count = int(posted.get("count", "0")) if posted.get("count", "").isdecimal() else 0
    return [
        Row(
            number,
            posted.get(f"name-{number}", ""),
            posted.get(f"age-{number}", ""),
            posted.get(f"area-{number}", ""),
            f"same-{number}" in posted,
        )
        for number in range(min(count, MOST_RECORDS))
        if f"leave-{number}" not in posted
    ]


def _faults(rows: list[Row], today: date) -> bool:
    for row in rows:
        for part in ("name", "age"):
            try:
                setattr(row, part, clean_text(getattr(row, part), limit=200, one_line=True))
            except TextRefusedError as error:
                row.errors.setdefault(part, str(error))
        if not row.name:
            row.errors.setdefault("name", "Enter a name, or leave this child out")
        years = years_in([iso_date(row.age)], today) if row.age else None
        if row.age and (years is None or not 0 <= years <= OLDEST):
            row.errors.setdefault("age", "Enter a date of birth in the past, or an age such as 13")
    return any(row.errors for row in rows)


def _add(request: HttpRequest, referral: Referral, rows: list[Row], part: list[str], *, at: datetime) -> str:
    """Add the children and return nothing, or return why it could not be done."""
    children = [_answers(row, part) for row in rows]
    given: dict[str, Any] = {"children": children, "by": request.user, "at": at}
    try:
        add_children(referral=referral, version=_version(request, referral), **given)
    except DraftChangedError:
        return CHANGED
    except (AnswerRefusedError, RecordRefusedError) as error:
        return getattr(error, "message", str(error))
    messages.success(request, f"{len(children)} children were added. Each has pages of their own for more.")
    return ""


def _answers(row: Row, part: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {NAME_QUESTION: {"chosen": ["known"], "details": {"name": row.name}}}
    if row.age:
        iso = iso_date(row.age)
        found[AGE_QUESTION] = {"details": {"date_of_birth" if iso.count("-") == 2 else "age": iso}}
    if row.area:
        found[CHILD_AREA_QUESTION] = {"chosen": [row.area]}
    if row.is_same and part:
        found[PART_QUESTION] = {"chosen": part}
    return found


def _show(
    request: HttpRequest, referral: Referral, rows: list[Row], pasted: str, error: str, *, at: datetime
) -> HttpResponse:
    edition, sheet = facts.form_edition(referral), facts.sheet_of(referral)
    part: Question | None = edition.questions.get(PART_QUESTION)
    area: Question | None = edition.questions.get(CHILD_AREA_QUESTION)
    errors = [{"text": error, "href": "#pasted" if not rows else "#part-1"}] if error else []
    errors += [
        {"text": f"Child {row.number + 1}: {text}", "href": f"#{name}-{row.number}"}
        for row in rows
        for name, text in row.errors.items()
    ]
    context = around_page(referral, edition, sheet, (), at=at) | {
        "rows": rows,
        "count": max((row.number for row in rows), default=-1) + 1,
        "pasted": pasted,
        "errors": errors,
        "pasted_error": error if not rows else "",
        "areas": area.options if area else [],
        "parts": [option for option in part.options if not option.exclusive] if part else [],
        "chosen_part": request.POST.getlist("part"),
        "version": referral.version,
        "back_href": reverse("referrals:children", kwargs={"pk": referral.pk}),
    }
    return render(request, "referrals/children_table.html", context)
