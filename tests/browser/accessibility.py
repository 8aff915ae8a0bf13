"""axe over a page, with a message that says which rule, and which piece of the page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()


def violations(page: Page, where: str) -> list[str]:
    """Return what axe finds wrong with the page shown, one line each; nothing is left out of its rules."""
    found = _AXE.run(page).response["violations"]
    return [
        f"{where}: {rule['id']} ({rule['impact']}): {rule['help']}\n    {node['html'][:300]}"
        for rule in found
        for node in rule["nodes"]
    ]
