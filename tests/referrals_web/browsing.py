"""A browser without script for tests: it reads the form on a page, fills it in and sends it, as a person would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.form_client import FormClient

VOID_SKIPPED = {"script", "style"}


@dataclass
class Form:
    """One form of a page: where it is sent, its fields as they stand, and its submit buttons."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    text_names: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self.title = ""
        self.links: list[str] = []
        self.ids: list[str] = []
        self._form: Form | None = None
        self._textarea: str | None = None
        self._skipping = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag in VOID_SKIPPED:
            self._skipping += 1
        if tag == "title":
            self._in_title = True
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._form.names.add(name)
            kind = given.get("type", "text")
            if kind in ("radio", "checkbox"):
                self._form.options.setdefault(name, []).append(given.get("value", ""))
                if "checked" in given:
                    self._form.fields.append((name, given.get("value", "")))
            else:
                self._form.fields.append((name, given.get("value", "")))
                if kind != "hidden":
                    self._form.text_names.append(name)
        if tag == "textarea" and name:
            self._form.names.add(name)
            self._form.text_names.append(name)
            self._textarea = name
            self._form.fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID_SKIPPED:
            self._skipping -= 1
        if tag == "title":
            self._in_title = False
        if tag == "form":
            self._form = None
        if tag == "textarea" and self._form is not None and self._textarea:
            name, value = self._form.fields[-1]
            self._form.fields[-1] = (name, value.removeprefix("\n"))
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._textarea and self._form is not None:
            name, value = self._form.fields[-1]
            self._form.fields[-1] = (name, value + data)
        elif not self._skipping:
            self.text.append(data)


class Browser:
    """One person's browser. `page` is the last answer; `path` where it came from."""

    def __init__(self, user: Any = None) -> None:
        self.client: Client = FormClient(enforce_csrf_checks=False)
        if user is not None:
            self.client.force_login(user)
        self.pages_seen: list[str] = []
        self.path = ""

    def open(self, path: str) -> "Browser":
        self._take(self.client.get(path, follow=True), path)
        return self

    def _take(self, response: Any, path: str) -> None:
        self.response = response
        chain = getattr(response, "redirect_chain", [])
        self.path = chain[-1][0] if chain else path
        self.status = response.status_code
        self.html = response.content.decode() if "html" in response.headers.get("Content-Type", "") else ""
        self.page = _Reader()
        self.page.feed(self.html)
        self.pages_seen.append(self.path)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.page.text).split())

    def form(self, having: str | None = None) -> Form:
        """The form that holds a field of this name; without one the first that is not the portal's own."""
        for each in self.page.forms:
            if having is not None and (having in each.names or having in each.action):
                return each
            if having is None and "/referrals/" in each.action:
                return each
        raise AssertionError(f"no form with {having!r} on {self.path}: {[sorted(f.names) for f in self.page.forms]}")

    def send(self, fill: dict[str, Any] | None = None, *, having: str | None = None, follow: bool = True) -> "Browser":
        """Fill in some fields of the form, leave the others as they stand, and send it."""
        form = self.form(having or next((name for name in fill or {} if name not in ("then", "add_row")), None))
        data: dict[str, list[str]] = {}
        for name, value in form.fields:
            data.setdefault(name, []).append(value)
        for name, value in (fill or {}).items():
            data[name] = list(value) if isinstance(value, list | tuple) else [value]
        path = form.action or self.path
        self._take(self.client.post(path, data, follow=follow), path)
        return self
