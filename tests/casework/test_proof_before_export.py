"""Taking data away asks who it is; reading, and taking along what one wrote oneself, do not."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.actions.people import set_password
from accounts.models import User
from audit.models import Event
from referrals.actions import jobs
from referrals.models import Job
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

PASSWORD = "correct horse battery"
LATER = NOW + timedelta(minutes=12)
pytestmark = pytest.mark.django_db


@pytest.fixture
def in_for_a_while(monkeypatch: pytest.MonkeyPatch) -> Callable[[User], FormClient]:
    """Return the browser of somebody who signed in seven minutes ago."""

    def browser_of(user: User) -> FormClient:
        set_password(user=user, password=PASSWORD, by=user, at=NOW)
        browser = FormClient()
        monkeypatch.setattr(timezone, "now", lambda: LATER - timedelta(minutes=7))
        browser.force_login(user)
        monkeypatch.setattr(timezone, "now", lambda: LATER)
        return browser

    return browser_of


def prove(browser: FormClient, answer: Any) -> str:
    """Give the password on the page that asks for it; return where that leads."""
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/reauthenticate/?next="), answer.url
    page = browser.get(answer.url)
    return browser.post(page.request["PATH_INFO"], {"password": PASSWORD, "next": page.wsgi_request.GET["next"]}).url


def test_the_record_is_taken_away_with_a_recent_proof_and_what_was_asked_is_kept(
    world: World, in_for_a_while: Callable[[User], FormClient]
) -> None:
    sent(world)
    audrey = world.person("audrey", "Audrey Auld", "auditor", partnership="Cumbria")
    browser = in_for_a_while(audrey)
    asked = {"form": "jsonl", "event": "referral.submitted"}
    back = prove(browser, browser.post("/record/export", asked))
    assert back == "/record/export"
    assert not Event.objects.filter(event="record.exported").exists()
    kept = browser.get(back).content.decode()
    assert 'name="event" value="referral.submitted"' in kept
    assert "referral.submitted" in b"".join(browser.post(back, asked).streaming_content).decode()
    assert browser.get("/record/export").url == "/record/"


def test_a_packs_data_asks_and_leads_back_to_the_pack_while_reading_it_does_not_ask(
    world: World, in_for_a_while: Callable[[User], FormClient]
) -> None:
    pack = all_packs(sent(world))["cumbria_police"]
    for job in Job.objects.all():
        jobs.run(job_id=job.pk, at=NOW)
    browser = in_for_a_while(world.pat)
    page, data = reverse("casework:pack", args=[pack.pk]), reverse("casework:pack_data", args=[pack.pk])
    assert browser.get(page).status_code == 200
    assert browser.get(reverse("casework:pack_file", args=[pack.pk]))["Content-Type"] == "application/pdf"
    assert prove(browser, browser.get(data)) == page
    assert browser.get(data)["Content-Disposition"].startswith("attachment")
    assert in_for_a_while(world.nell).get(data).status_code == 404


def test_a_lead_proves_before_taking_anothers_copy_the_author_does_not(
    world: World, in_for_a_while: Callable[[User], FormClient]
) -> None:
    referral = sent(world)
    copy, receipt = (reverse(f"referrals:{name}", args=[referral.pk]) for name in ("copy_text", "sent"))
    assert in_for_a_while(world.alice).get(copy).status_code == 200
    lead = in_for_a_while(world.bob)
    assert prove(lead, lead.get(copy)) == receipt
    assert lead.get(copy).status_code == 200


MUST_ASK = {
    "casework:break_glass",
    "casework:record_export",
    "own_session_end",
    "own_sessions_end_others",
    "people:invite",
    "people:end_role",
    "people:move_role",
    "people:give_role",
    "people:stop",
    "directory:close_organisation",
}


def names(patterns: Any, space: str = "") -> Iterator[tuple[str, Any]]:
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from names(each.url_patterns, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}", each.callback


def test_exports_and_changes_of_role_stand_behind_the_proof() -> None:
    asking = {name for name, view in names(get_resolver().url_patterns) if getattr(view, "recently_authenticated", 0)}
    assert asking >= MUST_ASK, MUST_ASK - asking
