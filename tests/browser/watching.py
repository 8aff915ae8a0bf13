"""What must never happen in a browser, whatever page it shows: noted as it happens, read at the end of each test."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

REFUSED_FILE = "Failed to load resource"
"""How Chromium's console speaks of an answer of 400 and above; those are counted by their status instead."""
SCRIPT = """
addEventListener('securitypolicyviolation', (event) => {
  console.error(`content policy: ${event.violatedDirective} refused ${event.blockedURI || event.sourceFile}`);
});
"""


@dataclass
class Watch:
    """Everything wrong that one browser profile met."""

    origin: str
    found: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)
    """The refusals, by status, that the test asks for."""

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a profile."""
        context.add_init_script(SCRIPT)
        context.on("console", self._console)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("page", self._page)

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"script error on {_path(page.url)}: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED_FILE):
            self.found.append(
                f"console {message.type} on {_path(message.page.url if message.page else '')}: {message.text}"
            )

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:")):
            self.found.append(f"request to another place: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.found.append(f"{response.request.method} {_path(response.url)} was answered {response.status}")


def _path(url: str) -> str:
    return urlsplit(url).path or url
