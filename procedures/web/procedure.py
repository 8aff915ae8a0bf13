"""The procedure itself: the partnerships, an edition's contents, its sections, and all of it for printing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from procedures.editions import all_editions
from procedures.engine.schema import Section
from procedures.value_words import AREAS, CONCERNS
from procedures.web.finding import Room


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every edition at hand, by partnership; the newest of each under its plain name."""
    newest: dict[str, Room] = {}
    older = []
    for edition in all_editions():
        newest.setdefault(edition.id, Room(edition.id))
    for edition in all_editions():
        if newest[edition.id].edition.version != edition.version:
            older.append(Room(f"{edition.id}@{edition.version}"))
    return render(request, "procedures/index.html", {"rooms": list(newest.values()), "older": older})


@public
@require_safe
def edition_page(request: HttpRequest, edition: str) -> HttpResponse:
    """What an edition is, and everything in it."""
    room = Room(edition)
    corrections = sum(len(each.paragraph.corrections) for each in room.reading.paragraphs.values())
    return room.page(
        request,
        "edition",
        room.about.title,
        areas=[AREAS[area].removeprefix("in ") for area in room.about.areas],
        concerns=[(code, words[0].upper() + words[1:]) for code, words in CONCERNS.items()],
        corrections=corrections,
    )


@public
@require_safe
def section_page(request: HttpRequest, edition: str, section: str) -> HttpResponse:
    """A section: each paragraph with its source, its corrections and what rests on it."""
    room = Room(edition)
    sections = room.content.sections
    at = next((index for index, each in enumerate(sections) if each.id == section), None)
    if at is None:
        raise Http404(f"There is no section {section}.")
    return room.page(
        request,
        "section",
        sections[at].title,
        section=sections[at],
        paragraphs=_paragraphs(room, sections[at]),
        before=sections[at - 1] if at else None,
        after=sections[at + 1] if at + 1 < len(sections) else None,
    )


@public
@require_safe
def whole(request: HttpRequest, edition: str) -> HttpResponse:
    """The whole procedure on one page, for printing or reading through."""
    room = Room(edition)
    sections = [(section, _paragraphs(room, section)) for section in room.content.sections]
    return room.page(request, "print", f"{room.about.title}: the whole procedure", sections=sections)


def _paragraphs(room: Room, section: Section) -> list[dict[str, object]]:
    return [
        {"paragraph": paragraph, "uses": room.uses(room.reading.paragraphs[paragraph.id].uses)}
        for paragraph in section.paragraphs
    ]
