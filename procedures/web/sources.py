"""From an id to what it stands for: paragraphs, facts, guidance."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from accounts.access import public
from procedures.web.finding import Room


@public
@require_safe
def paragraph(request: HttpRequest, edition: str, paragraph: str) -> HttpResponse:
    """To the paragraph of this number, in its section."""
    room = Room(edition)
    if paragraph not in room.reading.paragraphs:
        raise Http404(f"There is no paragraph {paragraph}.")
    return HttpResponseRedirect(room.paragraph_url(paragraph))


@public
@require_safe
def fact(request: HttpRequest, edition: str, fact: str) -> HttpResponse:
    """To the paragraph, resource or law that carries a fact of the source document, such as C-054."""
    return _to_place(Room(edition), fact)


@public
@require_safe
def source(request: HttpRequest, edition: str, source: str) -> HttpResponse:
    """To whatever a source id stands for: a fact, or guidance such as KCSIE."""
    return _to_place(Room(edition), source)


def _to_place(room: Room, source_id: str) -> HttpResponse:
    found = room.reading.sources.get(source_id)
    if found is None:
        raise Http404(f"{room.about.title} has no source {source_id}.")
    return HttpResponseRedirect(room.place_of(found))


@public
@require_safe
def guidance(request: HttpRequest, edition: str) -> HttpResponse:
    """Guidance and reference points outside the procedure, with what rests on each."""
    room = Room(edition)
    entries = [(each, room.uses(room.reading.uses_of([each.id]))) for each in room.content.guidance]
    return room.page(request, "guidance", "Guidance and other sources", entries=entries)
