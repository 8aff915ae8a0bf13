"""The record: searched by whoever may read a part of it, and taken away. What is typed is posted, never an address."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import recently_authenticated, requires
from accounts.permissions import Permission
from accounts.standing import standing_of
from audit.anchors import head
from audit.event_words import WORDS, in_words
from audit.models import Event
from audit.record import SYSTEM
from casework.actions import auditing
from casework.queries import record
from casework.queries.event_cases import Key
from casework.queries.event_subjects import Subject, subjects
from casework.queries.history import GONE, acting, names
from casework.web.history import event_number
from casework.web.words import exact_words

COLUMNS = ("sequence", "at", "by_id", "by_role", "event", "in_words", "subject_kind", "subject_id", "detail", "mac")
FORMS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@requires(*auditing.RECORD_READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Show the newest events that this person may read, or those they look for. The search is recorded."""
    at = timezone.now()
    wanted, errors = _wanted(request)
    found = record.Found((), None)
    if not errors:
        found = record.search(request.user, wanted, before=event_number(request.POST.get("before", "")), at=at)
        auditing.searched(by_which=wanted.fields, count=len(found.events), by=request.user, at=at)
    about = subjects(found.events, viewer=request.user, at=at)
    standing = standing_of(request.user, at=at)
    return render(
        request,
        "casework/record.html",
        {
            "given": {name: request.POST.get(name, "") for name in _FIELDS},
            "errors": errors,
            "events": [(code, words[0].upper() + words[1:]) for code, words in sorted(WORDS.items(), key=_by_words)],
            "lines": _lines(found.events, about),
            "older": found.older,
            "is_first": not request.POST.get("before"),
            "is_auditor": standing.may(Permission.READ_AUDIT),
            "is_manager": standing.may(Permission.READ_AREA_AUDIT),
            "may_sample": standing.may(Permission.READ_SAMPLED_CASES),
            "may_see_unusual": standing.may(Permission.READ_AUDIT) or standing.may(Permission.OVERSEE_WORKLOAD),
        },
        status=400 if errors else 200,
    )


@requires(*auditing.RECORD_READERS)
@recently_authenticated
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Stream what was looked for, every page of it. The export is on record, committed, before its first byte.

    Opened with GET it leads to the search: whoever proved who they are, and throws away what was kept, lands there.
    """
    if request.method == "GET":
        return redirect("casework:record")
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


_PAGES = {
    "history": "casework:history",
    "sample": "casework:sample",
    "person": "people:person",
    "agency": "directory:agency",
    "organisation": "directory:organisation",
}
_TRIED = ("account.second_factor_refused", "single_sign_on.refused")
"""The portal writes these down; who did it is whoever tried to come in by that account."""
_OPAQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{32,}|[a-z]+:[0-9a-f-]{36}")


def _lines(events: Sequence[Event], about: Mapping[Key, Subject]) -> list[dict[str, Any]]:
    who = names(each.by_id for each in events)
    return [_line(each, who, about.get((each.subject_kind, each.subject_id))) for each in events]


def _line(event: Event, who: Mapping[str, str], about: Subject | None) -> dict[str, Any]:
    by = acting(who.get(event.by_id, GONE), event)
    if event.event in _TRIED and event.by_id == SYSTEM:
        by = f"Somebody who signed in as {about.words}" if about else "Somebody"
        about = None
    elif about is None and event.subject_kind:
        about = Subject("somebody whose account is gone" if event.subject_kind == "accounts.user" else "")
    elif event.subject_kind == "accounts.user" and event.subject_id == event.by_id:
        about = None
    return {
        "number": event.sequence,
        "at": exact_words(event.at),
        "who": by,
        "what": in_words(event.event),
        "about": about.words if about else "",
        "href": _address(about) if about else "",
        "detail": "; ".join(filter(None, (_detail(*each) for each in event.detail.items()))),
    }


def _address(about: Subject) -> str:
    if not about.leads_to:
        return ""
    if about.leads_to == "sample":
        return f"{reverse(_PAGES['sample'])}?case={about.key}"
    return reverse(_PAGES[about.leads_to], args=[about.key])


def _detail(name: str, value: Any) -> str:
    """Return a detail in words; identifiers and hashes are left to the export, where they can be compared."""
    if isinstance(value, bool):
        return f"{name.replace('_', ' ')}: {'yes' if value else 'no'}"
    values = [str(each) for each in (value if isinstance(value, list) else [value])]
    shown = [each for each in values if not _OPAQUE.fullmatch(each)]
    words = f"{len(shown)} of them" if len(shown) > 5 else ", ".join(each.replace("_", " ") for each in shown)
    return f"{name.replace('_', ' ')}: {words}" if words else ""


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
