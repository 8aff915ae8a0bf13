"""Searching the procedures by words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from procedures.editions import all_editions
from procedures.reading import Use
from procedures.searching import LONGEST, Entry, search, tidy
from procedures.web.finding import Room

KINDS = {
    "paragraph": "Procedure",
    "question": "Question",
    "rule": "Rule",
    "checklist": "Checklist",
    "report": "Report made outside the portal",
    "resource": "Resource",
    "legislation": "Legislation",
    "guidance": "Guidance",
}


@public
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Results for `q` in one edition (`in`), or in every one."""
    names = list(dict.fromkeys(edition.id for edition in all_editions()))
    chosen = request.GET.get("in", "")
    chosen = chosen if chosen in names else ""
    query = tidy(request.GET.get("q", ""))
    rooms = [Room(name) for name in names]
    found = [_found(room, query) for room in rooms if query and chosen in ("", room.name)]
    also = list(dict.fromkeys(word for each in found for word in each["found"].also))
    context = {
        "query": query,
        "chosen": chosen,
        "rooms": rooms,
        "found": [each for each in found if each["results"]],
        "also": also,
        "suggestions": list(dict.fromkeys(word for each in found for word in each["found"].suggestions)),
        "total": sum(each["found"].total for each in found),
        "longest": LONGEST,
    }
    return render(request, "procedures/search.html", context)


def _found(room: Room, query: str) -> dict:  # type: ignore[type-arg]
    found = search(room.reading, query)
    results = [
        {"kind": KINDS[each.entry.kind], "result": each, "href": _place(room, each.entry)} for each in found.results
    ]
    return {"room": room, "found": found, "results": results}


def _place(room: Room, entry: Entry) -> str:
    match entry.kind:
        case "paragraph":
            return room.paragraph_url(entry.id)
        case "guidance":
            return f"{room.url('guidance')}#{entry.id}"
        case kind:
            return room.use_link(Use(kind, entry.id, entry.title)).href
