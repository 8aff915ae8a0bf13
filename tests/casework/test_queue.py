"""The hub's queue: what stands under which tab, in what order, behind which filter; and that it is always right."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from casework import states
from casework.actions import deciding, moving, queue, replying, taking
from casework.apps import _fill_queue
from casework.models import ChildCase, QueueEntry
from casework.queries import queue as queries
from casework.queries.cases import cases_of
from casework.queries.queue import Wanted, page_of
from referrals.actions import conflicts
from referrals.models import Referral
from tests.casework.deciding import DECISION, NO_FURTHER_ACTION, REPLY
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, answer, filled, send, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
TABS = ("new", "triage", "waiting", "strategy", "others", "closed")


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def listed(user: User, *, at: Any = LATER, **wanted: Any) -> list[str]:
    """Return the references of the first page, in their order."""
    return [each.reference for each in page_of(user, Wanted(**wanted), at=at).referrals]


def where(user: User, referral: Referral) -> list[str]:
    return [tab for tab in TABS if referral.reference in listed(user, tab=tab)]


def child_of(referral: Referral) -> ChildCase:
    return ChildCase.objects.get(referral=referral, number=1)


def test_a_case_stands_under_the_tab_of_its_most_urgent_child(world: World, mona: User) -> None:
    referral = sent(world)
    assert where(world.hana, referral) == ["new"]
    taken = taking.take(referral=referral, by=world.hana, at=LATER)
    assert where(world.hana, referral) == ["triage"]
    moving.move(child=child_of(referral), verb=states.ASK, by=world.hana, at=LATER)
    assert where(world.hana, referral) == ["waiting"]
    taking.release(taking=taken, reason="On leave.", by=world.hana, at=LATER)
    assert where(world.hana, referral) == ["new"]
    taking.take(referral=referral, by=mona, at=LATER + timedelta(minutes=1))
    deciding.decide(child=child_of(referral), code="strategy_discussion", given=DECISION, by=mona, at=LATER)
    assert where(world.hana, referral) == ["triage"]
    replying.reply(children=[child_of(referral)], given=REPLY, by=mona, at=LATER)
    assert where(world.hana, referral) == ["strategy"]


def test_what_is_closed_leaves_the_open_list(world: World, mona: User) -> None:
    referral = sent(world)
    taking.take(referral=referral, by=world.hana, at=LATER)
    proposed = deciding.decide(
        child=child_of(referral), code="no_further_action", given=NO_FURTHER_ACTION, by=world.hana, at=LATER
    )
    deciding.agree(decision=proposed, version=child_of(referral).version, by=mona, at=LATER)
    replying.reply(children=[child_of(referral)], given=REPLY, by=mona, at=LATER)
    assert where(world.hana, referral) == ["closed"]
    assert listed(world.hana) == []
    assert listed(world.hana, level="level_1", tab="closed") == [referral.reference]


def test_the_most_urgent_comes_first_then_what_is_due_then_what_was_sent_first(world: World) -> None:
    second = sent(world, concerns=("other",), at=NOW + timedelta(minutes=1))
    first = sent(world, concerns=("other",))
    danger = sent(world, danger="yes", at=NOW + timedelta(minutes=2))
    assert listed(world.hana) == [danger.reference, first.reference, second.reference]


def test_the_pages_lead_forward_and_back_without_counting(
    world: World, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    made = [sent(world, at=NOW + timedelta(minutes=minute)).reference for minute in range(5)]
    seen, page = [], page_of(world.hana, Wanted(), at=LATER)
    assert page.before == ""
    while True:
        seen.append([each.reference for each in page.referrals])
        if not page.after:
            break
        page = page_of(world.hana, Wanted(), after=page.after, at=LATER)
    assert seen == [made[:2], made[2:4], made[4:]]
    back = page_of(world.hana, Wanted(), before=page.before, at=LATER)
    assert [each.reference for each in back.referrals] == made[2:4]
    assert back.after
    assert [each.reference for each in page_of(world.hana, Wanted(), before=back.before, at=LATER).referrals] == made[
        :2
    ]
    browser = as_(world.hana)
    with CaptureQueriesContext(connection) as statements:
        shown = browser.get("/hub/").content.decode()
    assert "after=" in shown
    assert not any("COUNT(" in each["sql"] or "OFFSET" in each["sql"] for each in statements)
    assert browser.get(f"/hub/?after={'9' * 80}").headers["Location"] == "/hub/?"


def test_the_number_of_queries_is_the_same_however_many_there_are(world: World, as_: As) -> None:
    browsers = [(as_(world.hana), "/hub/?show=new&urgency=emergency&area=cumberland"), (as_(world.nora), "/hub/")]
    for browser, path in browsers:
        browser.get(path)
    counts: list[list[int]] = []
    for _ in range(2):
        sent(world, danger="yes")
        sent(world, danger="yes", works="work")
        counts.append([])
        for browser, path in browsers:
            with CaptureQueriesContext(connection) as statements:
                assert "Case" in text_of(browser.get(path))
            counts[-1].append(len(statements))
    assert counts[0] == counts[1]


def test_each_filter_leaves_what_fits_and_they_narrow_each_other(world: World, as_: As) -> None:
    calm = sent(world, concerns=("other",)).reference
    danger = sent(world, danger="yes", by=world.carol).reference
    mine = sent(world)
    taking.take(referral=mine, by=world.hana, at=LATER)
    fits: dict[str, list[str]] = {
        "concern=other": [calm],
        "concern=grooming": [danger, mine.reference],
        "urgency=emergency": [danger],
        "area=cumberland": [calm, danger, mine.reference],
        "area=outside_england": [],
        f"setting={world.school.pk}": [calm, danger, mine.reference],
        f"setting={world.other_school.pk}": [],
        "assignee=me": [mine.reference],
        f"assignee={world.hana.pk}": [mine.reference],
        "assignee=nobody": [calm, danger],
        "looked_after=1": [],
        "level=level_4": [],
        "show=new&concern=grooming": [danger],
        "concern=grooming&assignee=me&urgency=emergency": [],
        "concern=<b>&urgency=nonsense&assignee=x&setting=1&show=nowhere": [calm, danger, mine.reference],
    }
    browser = as_(world.hana)
    for query, expected in fits.items():
        page = browser.get(f"/hub/?{query}").content.decode()
        assert {each for each in (calm, danger, mine.reference) if each in page} == set(expected), query
    page = text_of(browser.get("/hub/?area=outside_england&overdue=1"))
    assert "No case under this tab fits the filters. Clear the filters" in page
    assert "Area: Outside England Remove" in page


def test_a_row_says_why_it_is_urgent_and_by_when_something_is_due(world: World, as_: As) -> None:
    sent(world, danger="yes")
    sent(world, concerns=("other",))
    page = text_of(as_(world.hana).get("/hub/"))
    assert page.count("Why ") == 1
    assert "Why emergency: Danger." in page


def test_what_could_not_be_ruled_out_is_said_to_be_so(world: World, as_: As) -> None:
    sent(world, danger="unknown")
    page = text_of(as_(world.hana).get("/hub/"))
    assert "Not ruled out: danger." in page


def test_what_is_overdue_is_found_by_the_clock_that_runs_out_next(world: World) -> None:
    referral = sent(world, danger="yes")
    assert listed(world.hana, is_overdue=True, at=NOW + timedelta(minutes=1)) == []
    assert listed(world.hana, is_overdue=True, at=NOW + timedelta(days=3)) == [referral.reference]


def test_the_queue_shows_just_the_cases_that_exist_for_a_person(world: World, mona: User) -> None:
    made = [sent(world), sent(world, about=("hub",)), sent(world, about=("police",)), sent(world, connected="yes")]
    for name in ("hana", "will", "nell", "nora", "cleo", "pat", "alice", "adam"):
        person = getattr(world, name)
        known = {each.reference for each in cases_of(person, at=LATER)}
        assert set(listed(person)) == known, name
    assert len(made) == 4
    for sealed in QueueEntry.objects.filter(referral__is_sealed=True).select_related("agency"):
        assert sealed.agency.kind == "conflict_officer"


def test_whoever_is_kept_away_finds_neither_the_case_nor_its_setting(world: World, as_: As, mona: User) -> None:
    referral = sent(world)
    browser = as_(world.hana)
    assert "Example Academy" in text_of(browser.get("/hub/"))
    conflicts.keep_away(referral=referral, person=world.hana, reason="A neighbour.", by=mona, at=NOW)
    page = browser.get("/hub/").content.decode()
    assert referral.reference not in page
    assert "Example Academy" not in page
    assert listed(mona) == [referral.reference]


def test_a_hub_that_was_sent_one_child_finds_nothing_of_the_others(world: World) -> None:
    draft = filled(world)
    key = draft.answers["children"][0]["key"]
    referral = send(answer(draft, "child", world.alice, key=key, Q_CHI_2={"text": "15"}), world.alice)
    lines = QueueEntry.objects.filter(referral=referral)
    assert [line.agency.unit for line in lines] == ["cumberland_hub"]
    assert lines[0].is_owner


def test_lines_that_are_missing_are_made_and_wrong_ones_mended(world: World) -> None:
    referral = sent(world)
    sent(world, about=("hub",))
    QueueEntry.objects.filter(referral=referral).delete()
    assert listed(world.hana) == []
    assert queue.make_missing(by=None, at=NOW) == 1
    assert queue.make_missing(by=None, at=NOW) == 0
    QueueEntry.objects.update(tab="closed", sort_key="9")
    out = StringIO()
    call_command("rebuild_queue", stdout=out)
    assert "2 referrals" in out.getvalue()
    assert listed(world.hana, tab="new") == [referral.reference]


def test_initials_are_switched_off_for_one_person(world: World, as_: As) -> None:
    sent(world)
    hana, nora = as_(world.hana), as_(world.nora)
    assert "R N" in text_of(hana.get("/hub/"))
    answer = hana.post("/hub/initials", {"shown": "0", "query": "show=new&x=<b>"})
    assert answer.headers["Location"] == "/hub/?show=new"
    assert "R N" not in text_of(hana.get("/hub/"))
    assert "No child known" not in text_of(hana.get("/hub/"))
    assert "R N" in text_of(nora.get("/hub/"))
    hana.post("/hub/initials", {"shown": "1"})
    assert "R N" in text_of(hana.get("/hub/"))


def test_a_list_is_saved_under_a_name_and_is_ones_own(world: World, as_: As, mona: User) -> None:
    hana = as_(world.hana)
    assert "Give the list a name" in text_of(hana.post("/hub/views", {"name": " "}, follow=True))
    kept = hana.post("/hub/views", {"name": "Late in Cumberland", "query": "overdue=1&area=cumberland"}, follow=True)
    assert "Late in Cumberland" in text_of(kept)
    assert 'href="?area=cumberland&amp;overdue=1" aria-current="page"' in kept.content.decode()
    view = queries.saved_views(world.hana)[0]
    other = as_(mona)
    assert "Late in Cumberland" not in text_of(other.get("/hub/"))
    assert other.post(f"/hub/views/{view.pk}/remove").status_code == 404
    assert "was removed" in text_of(hana.post(f"/hub/views/{view.pk}/remove", follow=True))
    assert queries.saved_views(world.hana) == []


def test_the_upgrade_that_brings_the_queue_fills_it_once(world: World) -> None:
    referral = sent(world)
    QueueEntry.objects.all().delete()
    brings = SimpleNamespace(app_label="casework", name="0006_queue")
    _fill_queue(using="default", plan=[(brings, True)])
    assert not QueueEntry.objects.exists()
    _fill_queue(using="default", plan=[(brings, False)])
    assert listed(world.hana) == [referral.reference]
