"""The reading pages in a browser: accessible at both widths, nothing wider than the screen, the picture drawn."""

import pytest

from tests.browser.accessibility import violations
from tests.browser.conftest import DESKTOP, PHONE, Visitors

pytestmark = pytest.mark.browser
PAGES = [
    "",
    "search?q=deepfake",
    "search?q=extremsm",
    "cumbria/",
    "cumbria/sections/action",
    "north-east-lincolnshire/sections/definition",
    "cumbria/print",
    "cumbria/routing/grooming",
    "north-east-lincolnshire/routing/nudes_sharing",
    "cumbria/questions",
    "cumbria/questions/Q-SAF-6",
    "cumbria/rules",
    "cumbria/rules/M-02",
    "north-east-lincolnshire/rules/NU-3",
    "cumbria/checklists",
    "cumbria/legislation",
    "north-east-lincolnshire/resources",
    "cumbria/decisions",
    "cumbria/clocks",
    "cumbria/packs",
    "cumbria/directory",
    "cumbria/guidance",
]
SAME_WHEN_NARROW = {"cumbria/print", "cumbria/checklists", "cumbria/guidance", "cumbria/questions", "cumbria/rules"}
"""Long pages that hold nothing which the others do not: the slow check is made once."""


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_pages_are_accessible_and_fit(visitors: Visitors, size: dict[str, int]) -> None:
    page = visitors.anybody(viewport=size)
    found: list[str] = []
    for path in PAGES:
        page.goto(f"/procedures/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        if size is DESKTOP or path not in SAME_WHEN_NARROW:
            found += violations(page, path)
    assert found == [], "\n".join(found)


def test_the_picture_is_drawn(visitors: Visitors) -> None:
    page = visitors.anybody()
    page.goto("/procedures/cumbria/routing/grooming")
    assert page.evaluate("document.querySelector('.procedures-picture img').naturalWidth") > 600
    page.goto("/procedures/cumbria/routing/grooming/picture.svg")
    assert page.evaluate("document.documentElement.querySelectorAll('text').length") > 50
