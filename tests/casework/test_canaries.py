"""Data stays where it belongs: canaries in every field, forty forced faults, and a look everywhere else (goal G12)."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.db import DatabaseError

from referrals.actions import jobs
from referrals.models import Job, Referral
from tests.casework.canaries import CANARY, Watched, stored
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, answer, filled, send, text

NARRATIVE = f"{CANARY} told their teacher. {CANARY}."
pytestmark = pytest.mark.django_db


def full_of_canaries(world: World) -> Referral:
    """Return a draft in which whatever can be typed holds the canary."""
    by = world.alice
    draft = filled(world, connected="no")
    draft = answer(draft, "worry", by, Q_WOR_1=text(NARRATIVE))
    draft = answer(draft, "you", by, Q_REF_1=text(f"{CANARY} Appleby"), Q_REF_9="no", Q_REF_13="no")
    person, child = draft.answers["persons"][0]["key"], draft.answers["children"][0]["key"]
    draft = answer(
        draft, "person", by, key=person,
        Q_ADU_4={"chosen": ["work"], "details": {"employer": f"{CANARY} Minibuses"}},
        Q_EVI_5={"rows": [{"username": CANARY.lower(), "site": f"{CANARY}.example.com"}]},
    )  # fmt: skip
    return answer(
        draft, "child", by, key=child, Q_CHI_1=text(f"{CANARY} Riley"), Q_CHI_2=text("14"), Q_CHI_9=text(NARRATIVE),
        Q_CHI_15=text(NARRATIVE),
    )  # fmt: skip


class Fault(Exception):
    """Something of ours that quotes what upset it, as exceptions do."""


def chained() -> Exception:
    try:
        int(NARRATIVE)
    except ValueError as error:
        fault = Fault(NARRATIVE)
        fault.__cause__ = error
        return fault
    raise AssertionError


EXCEPTIONS: dict[str, Callable[[], Exception]] = {
    "of ours": lambda: Fault(NARRATIVE),
    "of the database": lambda: DatabaseError(f"value too long: {NARRATIVE}"),
    "of a key": lambda: KeyError(NARRATIVE),
    "of a character": lambda: UnicodeEncodeError("ascii", NARRATIVE, 0, 1, NARRATIVE),
    "with a cause": chained,
}


def draft_page(world: World, draft: Referral, browser: FormClient) -> Any:
    return browser.get(f"/referrals/{draft.pk}/pages/worry/")


def draft_saved(world: World, draft: Referral, browser: FormClient) -> Any:
    return browser.post(f"/referrals/{draft.pk}/pages/worry/", {"version": draft.version, "Q-WOR-1": NARRATIVE})


def draft_checked(world: World, draft: Referral, browser: FormClient) -> Any:
    return browser.get(f"/referrals/{draft.pk}/check/")


def sent_page(world: World, case: Referral, browser: FormClient) -> Any:
    return browser.get(f"/referrals/{case.pk}/sent/")


def detail_added(world: World, case: Referral, browser: FormClient) -> Any:
    return browser.post(
        f"/referrals/{case.pk}/add/", {"text": NARRATIVE, "token": "9b0d8a52-6f0b-4a0e-9a39-5ad1c5a0f3aa"}
    )


def hub_inbox(world: World, case: Referral, browser: FormClient) -> Any:
    return browser.get("/hub/")


def hub_search(world: World, case: Referral, browser: FormClient) -> Any:
    return browser.post("/hub/search", {"text": f"{CANARY} Riley"})


POINTS: list[tuple[str, str, Callable[..., Any], str]] = [
    ("alice", "referrals.facts.parse_sheet", draft_page, "draft"),
    ("alice", "referrals.actions.drafts.checked_answer", draft_saved, "draft"),
    ("alice", "referrals.summary.summarise", draft_checked, "draft"),
    ("alice", "audit.record.mac_of", draft_saved, "draft"),
    ("alice", "referrals.facts.parse_sheet", sent_page, "sent"),
    ("alice", "referrals.actions.follow_up.clean_text", detail_added, "sent"),
    ("hana", "casework.queries.inbox.child_name", hub_inbox, "sent"),
    ("hana", "referrals.search_terms.name_parts", hub_search, "sent"),
]


def test_forty_faults_leave_no_trace_of_what_was_typed(
    world: World, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, case = full_of_canaries(world), send(full_of_canaries(world), world.alice)
    faults = 0
    for (who, point, door, state), kind in product(POINTS, EXCEPTIONS):
        browser = FormClient(raise_request_exception=False)
        browser.force_login(getattr(world, who))
        reached: list[bool] = []

        def fail(*args: Any, reached: list[bool] = reached, kind: str = kind, **more: Any) -> Any:
            reached.append(True)
            raise EXCEPTIONS[kind]()

        with monkeypatch.context() as patch:
            patch.setattr(point, fail)
            subject = draft if state == "draft" else case
            reply = door(world, subject, browser)
        assert reached, f"{door.__name__} never came to {point}"
        assert reply.status_code == 500, f"{door.__name__} with {point} failing {kind}"
        assert CANARY.encode() not in reply.content
        faults += 1
    assert faults == 40
    assert "text withheld" in watched.log.getvalue()
    watched.assert_clean()


def test_packs_that_fail_and_packs_that_are_made_leave_no_trace(
    world: World, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = send(full_of_canaries(world), world.alice)
    packs = all_packs(case)
    with monkeypatch.context() as patch:
        patch.setattr("referrals.actions.packs.render_pack", lambda snapshot: (_ for _ in ()).throw(Fault(NARRATIVE)))
        failing = Job.objects.get(subject_id=packs["cumbria_police"].pk)
        jobs.run(job_id=failing.pk, at=NOW)
    for job in Job.objects.exclude(pk=failing.pk):
        jobs.run(job_id=job.pk, at=NOW)
    assert {pack.state for pack in all_packs(case).values()} == {"ready", "failed"}
    sealed = [path.read_bytes() for path in Path(portal.PACK_ROOT).rglob("*.sealed")]
    assert not any(CANARY.encode() in each for each in sealed)
    watched.assert_clean()


def test_the_canary_is_really_there_where_it_may_be(world: World) -> None:
    draft = full_of_canaries(world)
    again = Referral.objects.system(reason="a test looks").get(pk=draft.pk)
    assert str(again.answers).lower().count(CANARY.lower()) >= 9
    assert CANARY not in stored()
