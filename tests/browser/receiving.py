"""What happens after "send": the receipt as the author sees it, the packs as their recipients open them."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition

READY_WITHIN = 90_000
"""Milliseconds that a pack may wait for its worker on a busy machine."""
MODES = {
    "Call 999 first": "call_999",
    "Call 101 first": "call_101",
    "Telephone first": "call_hub",
    "A pack is sent to them": "pack",
    "for advice": "advice",
}
NO_PACK = ("advice",)


@dataclass(frozen=True)
class Going:
    """One destination: what a page says of it, or what the engine does."""

    name: str
    mode: str
    urgency: str
    marking: str
    rules: frozenset[str]


@dataclass(frozen=True)
class Receipt:
    """What the author is shown once it is sent."""

    reference: str
    goings: frozenset[Going]


def send(page: Page) -> Receipt:
    """Send the referral from the page that shows its answers, and return what the receipt says."""
    with page.expect_navigation(url="**/sent/"):
        page.get_by_role("button", name=re.compile("^Send")).click()
    return read_receipt(page)


def read_receipt(page: Page) -> Receipt:
    """Return what the page shown says of what was sent."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Referral sent")
    reference = page.locator(".govuk-panel .portal-exact").inner_text()
    return Receipt(reference, goings_on(page))


def goings_on(page: Page) -> frozenset[Going]:
    """Return the destinations that a page lists, with why."""
    return frozenset(_going(text) for text in page.locator("section[aria-labelledby^=going-]").evaluate_all(
        """found => found.map(each => ({
             heading: each.querySelector('h3').firstChild.textContent.trim(),
             tags: [...each.querySelectorAll('h3 .govuk-tag')].map(tag => tag.textContent.trim()),
             words: each.querySelector('p').textContent,
             rests: each.querySelector('details').textContent}))"""
    ))  # fmt: skip


def _going(text: Mapping[str, Any]) -> Going:
    mode = next(code for words, code in MODES.items() if words in text["words"])
    marking = next((tag for tag in text["tags"] if tag == "CHANNEL"), "")
    return Going(
        text["heading"],
        mode,
        text["tags"][0].lower(),
        marking,
        frozenset(re.findall(r"Rule ([A-Z]+-\d+)", text["rests"])),
    )


def goings_of(result: Mapping[str, Any], edition: Edition) -> frozenset[Going]:
    """Return what `manage.py route` says of the destinations, in the words of a receipt."""
    names = {unit.unit: unit.name for unit in edition.content.destinations}
    return frozenset(
        Going(
            names[each["unit"]],
            each["mode"],
            each["urgency"],
            each["marking"] or "",
            frozenset(reason["rule"] for reason in each["reasons"]),
        )
        for each in result["destinations"]
    )


def wait_for_packs(page: Page) -> None:
    """Wait, on the author's receipt, until no pack is waiting any more; the page looks by itself."""
    expect(page.locator("[data-packs] progress")).to_have_count(0, timeout=READY_WITHIN)


def open_pack(page: Page, reference: str) -> None:
    """Open the pack of a referral from the recipient's own inbox, and wait until it is made."""
    page.goto("/inbox/")
    page.get_by_role("link", name=reference).click()
    expect(page.get_by_role("button", name="Open the pack (PDF)")).to_be_visible(timeout=READY_WITHIN)


def save_pack(page: Page, folder: Path) -> Path:
    """Save the PDF of the pack that is shown, as its button does."""
    link = page.get_by_role("button", name="Open the pack (PDF)")
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.status == 200, f"The pack was answered {answer.status}"
    assert answer.headers["content-type"] == "application/pdf"
    path = folder / "pack.pdf"
    path.write_bytes(answer.body())
    return path


def text_of(pdf: Path) -> str:
    """Return the text of a PDF as `pdftotext` reads it, its lines joined."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=60)
    return one_line(done.stdout.decode())


def pages_of(pdf: Path) -> Sequence[str]:
    """Return the text of each page."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=60)
    return [one_line(page) for page in done.stdout.decode().split("\f") if page.strip()]


def one_line(text: str) -> str:
    """Return text with every run of white space as one space."""
    return " ".join(text.split())
