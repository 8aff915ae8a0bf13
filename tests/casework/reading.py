"""A page as text: what a reader finds on it, spaces made single."""

import html
import re
from typing import Any


def text_of(answer: Any) -> str:
    """Return the words of a page's main part."""
    page = answer.content.decode()
    main = page.split('id="main-content">')[-1].split("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
