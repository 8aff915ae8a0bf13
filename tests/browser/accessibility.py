"""axe over a page, with a message that says which rule, and which piece of the page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Only what is wrong comes back: what is right, and axe itself, would be half a megabyte on every page.
_AXE = f"{Axe().axe_script}\n;undefined"
_RUN = """(contrast) => axe.run({resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}}})
  .then((found) => found.violations)"""


def violations(page: Page, where: str, *, contrast: bool = True) -> list[str]:
    """Return what axe finds wrong with the page shown, one line each, by all its rules.

    `contrast`: no, for a page whose every text is looked at in another state too: that rule takes half the time.
    """
    page.evaluate(_AXE)
    return [
        f"{where}: {rule['id']} ({rule['impact']}): {rule['help']}\n    {node['html'][:300]}"
        for rule in page.evaluate(_RUN, contrast)
        for node in rule["nodes"]
    ]
