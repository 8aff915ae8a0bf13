"""The record for auditors: searched, and taken away as CSV or JSON lines. What is typed is posted, never an address."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.permissions import Permission
from audit.anchors import head
from audit.event_words import WORDS, in_words
from audit.models import Event
from casework.actions import auditing
from casework.queries import record
from casework.queries.history import GONE, names
from casework.web.history import event_number
from casework.web.words import exact_words

COLUMNS = ("sequence", "at", "by_id", "by_role", "event", "in_words", "subject_kind", "subject_id", "detail", "mac")
FORMS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@requires(Permission.READ_AUDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Show the newest events of the auditor's own partnership, or those they look for. The search is recorded."""
    at = timezone.now()
    wanted, errors = _wanted(request)
    found = record.Found((), None)
    if not errors:
        found = record.search(request.user, wanted, before=event_number(request.POST.get("before", "")), at=at)
        auditing.searched(by_which=wanted.fields, count=len(found.events), by=request.user, at=at)
    who = names(each.by_id for each in found.events)
    return render(
        request,
        "casework/record.html",
        {
            "given": {name: request.POST.get(name, "") for name in _FIELDS},
            "errors": errors,
            "events": [(code, words[0].upper() + words[1:]) for code, words in sorted(WORDS.items(), key=_by_words)],
            "lines": [_line(each, who.get(each.by_id, GONE)) for each in found.events],
            "older": found.older,
        },
        status=400 if errors else 200,
    )


@requires(Permission.READ_AUDIT)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Stream what was looked for, every page of it. The export is on record, committed, before its first byte."""
    at = timezone.now()
    form = request.POST.get("form", "")
    wanted, errors = _wanted(request)
    if errors or form not in FORMS:
        return search(request)
    newest = head()
    before = newest.sequence + 1 if newest else 1
    auditing.exported(form=form, by_which=wanted.fields, before=before, by=request.user, at=at)
    events = record.everything(request.user, wanted, before=before, at=at)
    body = _csv(events) if form == "csv" else _json_lines(events)
    answer = StreamingHttpResponse(body, content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="record-{at.astimezone(UTC):%Y%m%d-%H%M%S}.{form}"'
    return answer


_FIELDS = ("first_day", "last_day", "person", "event", "reference")


def _by_words(pair: tuple[str, str]) -> str:
    return pair[1]


def _wanted(request: HttpRequest) -> tuple[record.Wanted, dict[str, str]]:
    errors: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("first_day", "last_day"):
        days[name] = _day(request.POST.get(name, "").strip())
        if request.POST.get(name, "").strip() and days[name] is None:
            errors[name] = "Write the day as 31/5/2026."
    event = request.POST.get("event", "")
    if event and event not in WORDS:
        errors["event"] = "Select what was done from the list."
    wanted = record.Wanted(
        first_day=days["first_day"],
        last_day=days["last_day"],
        person=request.POST.get("person", "").strip()[:254],
        event=event,
        reference=request.POST.get("reference", "").strip()[:20],
    )
    return wanted, errors


def _day(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def _line(event: Event, who: str) -> dict[str, Any]:
    kind = event.subject_kind.rpartition(".")[2]
    return {
        "number": event.sequence,
        "at": exact_words(event.at),
        "who": who,
        "what": in_words(event.event),
        "about": f"{kind} {event.subject_id}".strip(),
        "detail": "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in event.detail.items()),
    }


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{len(value)} of them" if isinstance(value, list) and len(value) > 5 else _plain(value)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class _Echo:
    """A file that gives each line back: csv writes to it and the line is streamed."""

    def write(self, text: str) -> str:
        return text


def _csv(events: Iterable[Event]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)  # a spreadsheet takes it for UTF-8 by this mark alone
    for event in events:
        yield writer.writerow([safe_cell(value) for value in _values(event).values()])


def _json_lines(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        yield json.dumps(_values(event) | {"detail": event.detail}, ensure_ascii=False) + "\n"


def _values(event: Event) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(),
        "by_id": event.by_id,
        "by_role": event.by_role,
        "event": event.event,
        "in_words": in_words(event.event),
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "detail": json.dumps(event.detail, ensure_ascii=False, sort_keys=True),
        "mac": event.mac,
    }


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe before it."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int) else value
