"""Pages as text: what a reader finds on them, spaces made single."""

import html
import re
from typing import Any


def text_of(answer: Any) -> str:
    """Return the words of a page's main part."""
    page = answer.content.decode()
    main = page.split('id="main-content">')[-1].split("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


CASE_PAGES = ("", "where", "since", "answers", "timeline")


def case_text(browser: Any, case_id: Any) -> str:
    """Return the words of all pages of a case, the first page first."""
    found = [browser.get(f"/cases/{case_id}/{page}") for page in CASE_PAGES]
    assert [answer.status_code for answer in found] == [200] * len(CASE_PAGES)
    return " ".join(text_of(answer) for answer in found)
