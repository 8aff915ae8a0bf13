"""The pictures of the portal in docs/images/, of invented people. Rewritten only with PORTAL_PICTURES=yes."""

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from tests.browser.conftest import PHONE, SignedIn, Visitors
from tests.browser.filling import CALL_PAGE, Filling
from tests.browser.journeys import CUMBRIA, GROOMING, everyday, everyday_child
from tests.browser.people import RECIPIENTS, TEACHER
from tests.browser.portal_process import ROOT
from tests.browser.receiving import open_pack, save_pack, send, wait_for_packs

pytestmark = pytest.mark.browser

SIZE = {"width": 1120, "height": 900}
START_SIZE = {"width": 1120, "height": 1050}
"""High enough for the button that starts a referral."""
FEWEST_BYTES = 5_000
TOLD = (
    "On Monday after school a pupil told me that somebody in a game asks for pictures and wants to meet. "
    "The pupil said: “He says I must not tell.” I have not looked at the phone."
)
MORE_CASES = (["extremism"], ["nudes_sharing"], ["ai_imagery"])


IS_ASKED = os.environ.get("PORTAL_PICTURES") == "yes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the pictures go: beside the documents when asked for, else away."""
    return ROOT / "docs" / "images" if IS_ASKED else tmp_path


def take(page: Page, path: Path) -> None:
    """Take a picture of what the window shows, from the top."""
    page.evaluate("document.fonts.ready.then(() => scrollTo(0, 0))")
    page.screenshot(path=path, animations="disabled", caret="hide")
    assert path.stat().st_size > FEWEST_BYTES


def test_pictures_of_the_portal(
    visitors: Visitors, signed_in: SignedIn, cumbria: Edition, folder: Path, tmp_path: Path
) -> None:
    # The start page, as anybody sees it
    anybody = visitors.anybody(viewport=START_SIZE)
    anybody.goto("/")
    take(anybody, folder / "start.png")

    # A referral: a question, the danger page, the answers
    page = signed_in(TEACHER, viewport=SIZE)
    answers = everyday(CUMBRIA) | dict(GROOMING.answers) | {
        "Q-WOR-1": TOLD,
        "Q-SAF-4": Answer(chosen=("now_or_today",), details={"when": "At six", "where": "The bus station"}),
        "Q-SAF-12": Answer(chosen=("yes",), details={"at": "15:40", "incident_number": "INV-123"}),
    }  # fmt: skip
    child = everyday_child(CUMBRIA) | {"Q-CHI-1": Answer(chosen=("known",), details={"name": "Rowan Example"})}
    filling = Filling(page, cumbria, answers, [child], by_hand=False)
    filling.start()
    filling.until("concerns")
    filling.fill()
    take(page, folder / "question.png")
    small = signed_in(TEACHER, viewport=PHONE, device_scale_factor=2)
    small.goto(page.url)
    take(small, folder / "question-phone.png")
    filling.until(CALL_PAGE)
    take(page, folder / "danger.png")
    filling.through()
    take(page, folder / "check-answers.png")
    receipt = send(page)
    wait_for_packs(page)

    # The hub's inbox, with a few cases more where somebody will look at it
    for concerns in MORE_CASES if IS_ASKED else ():
        more = Filling(page, cumbria, everyday(CUMBRIA) | {"Q-WOR-1": TOLD, "Q-SAF-6": concerns}, by_hand=False)
        more.start()
        more.to_send_now()
        send(page)
    hub = signed_in(RECIPIENTS["cumberland_hub"], viewport=SIZE)
    hub.goto("/hub/")
    take(hub, folder / "hub-inbox.png")
    hub.get_by_role("link", name=receipt.reference).click()
    take(hub, folder / "case.png")

    # The first page of its pack
    open_pack(hub, receipt.reference)
    pdf = save_pack(hub, tmp_path)
    subprocess.run(
        ["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile", str(pdf), str(folder / "pack-page")],
        check=True, timeout=60,
    )  # fmt: skip
    assert (folder / "pack-page.png").stat().st_size > FEWEST_BYTES
