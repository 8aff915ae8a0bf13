"""From what stands in an address to the edition it names, and from ids to links."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from procedures.editions import UnknownEditionError, get_edition
from procedures.reading import Reading, Source, Use


@dataclass(frozen=True)
class Link:
    """A link, its words, and what it is said to be."""

    text: str
    href: str
    title: str = ""


class Room:
    """One edition under the name by which it was asked for, so that links keep to that version."""

    def __init__(self, name: str) -> None:
        """Raises Http404 where there is no such edition."""
        try:
            edition = get_edition(name)
        except UnknownEditionError as error:
            raise Http404(str(error)) from error
        self.name = name
        self.edition = edition
        self.content = edition.content
        self.about = edition.content.edition
        self.reading = Reading(edition)

    def url(self, page: str, *names: str) -> str:
        """Return the address of a page of this edition."""
        return reverse(f"procedures:{page}", args=[self.name, *names])

    def paragraph_url(self, number: str) -> str:
        """Return the address at which a paragraph stands in its section."""
        return f"{self.url('section', self.reading.paragraphs[number].section.id)}#p-{number}"

    def place_of(self, source: Source) -> str:
        """Return the address of what a source id stands for."""
        match source.kind:
            case "paragraph":
                return self.paragraph_url(source.place)
            case "resource":
                return f"{self.url('resources')}#{source.place}"
            case "legislation":
                return f"{self.url('legislation')}#{source.place}"
            case "guidance":
                return f"{self.url('guidance')}#{source.place}"
            case "edition":
                return self.url("edition")

    def links(self, sources: Iterable[str]) -> list[Link]:
        """Return a link for each source id that this edition explains."""
        return [Link(source.id, self.place_of(source), source.title) for source in self.reading.known(sources)]

    def use_link(self, use: Use) -> Link:
        """Return the link to something that rests on a paragraph."""
        href = {
            "concern": lambda: self.url("routing", use.id),
            "question": lambda: self.url("question", use.id),
            "rule": lambda: self.url("rule", use.id),
            "checklist": lambda: f"{self.url('checklists')}#{use.id}",
            "report": lambda: f"{self.url('checklists')}#report-{use.id}",
            "resource": lambda: f"{self.url('resources')}#{use.id}",
            "legislation": lambda: f"{self.url('legislation')}#{use.id}",
            "pack": lambda: f"{self.url('packs')}#{use.id}",
            "clock": lambda: f"{self.url('clocks')}#{use.id}",
        }[use.kind]()
        return Link(f"{use.id}: {use.title}" if use.kind in ("question", "rule", "clock") else use.title, href)

    def uses(self, uses: Iterable[Use]) -> list[tuple[str, list[Link]]]:
        """Return what rests on something, in groups with a heading."""
        grouped: dict[str, list[Link]] = {}
        for use in uses:
            grouped.setdefault(HEADINGS[use.kind], []).append(self.use_link(use))
        return sorted(grouped.items(), key=lambda pair: list(HEADINGS.values()).index(pair[0]))

    def page(self, request: HttpRequest, template: str, title: str, **context: object) -> HttpResponse:
        """Return a page of this edition."""
        return render(
            request, f"procedures/{template}.html", {"room": self, "about": self.about, "title": title, **context}
        )


HEADINGS = {
    "question": "Questions",
    "rule": "Rules",
    "checklist": "Checklist items",
    "report": "Reports made outside the portal",
    "concern": "Kinds of concern",
    "pack": "Packs",
    "clock": "Clocks",
    "legislation": "Legislation",
    "resource": "Resources",
}
"""What each kind of use is called, in the order in which they are shown."""
