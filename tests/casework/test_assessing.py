"""A social worker has the cases that they were given, for as long as they have them, and finds no others."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from casework.actions import assigning, handing_on, inspecting, notes, strategy_planning, taking
from casework.actions import calls as hub_calls
from casework.actions import references as numbers
from casework.models import ChildCase
from casework.permissions import NotPermittedError
from casework.queries.audiences import people_for
from casework.queries.cases import cases_of, current_takings
from casework.queries.children import children_of
from casework.queries.tasks import tasks_of
from referrals.actions import conflicts
from referrals.models import Clock, Pack, Referral
from referrals.queries import children_in_full
from tests.access.asking import IDS, TOKENS
from tests.casework.reading import CASE_PAGES, case_text, text_of
from tests.casework.test_calls import GIVEN
from tests.casework.test_inspection import SEEN
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
READ = (*CASE_PAGES, "notes", "chronology", "links/", "inspection", "copy")
RECORDED = ("give", "release", "calls", "references", "inspection/child_seen")
MANAGERS = ("history", "transfer", "conflicts/", "parts/", "export", "ask", "reply", "destinations/add", "strategy")


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def sol(world: World) -> User:
    return world.person("sol", "Sol Shore", "social_worker", unit="cumberland_hub")


def handed(referral: Referral, sol: User, world: World) -> None:
    held = taking.take(referral=referral, by=world.hana, at=LATER)
    assigning.hand_over(taking=held, to=sol, note="Visit on Friday.", by=world.hana, at=LATER)


def status(browser: FormClient, case: Referral, path: str) -> int:
    return browser.get(f"/cases/{case.pk}/{path}").status_code


def plain(answer: Any) -> tuple[int, bytes]:
    """Return an answer without what differs between any two: tokens, and the identifier asked for."""
    return answer.status_code, IDS.sub(b"", TOKENS.sub(b"", answer.content))


def is_as_if_it_never_was(browser: FormClient, case: Referral) -> bool:
    """Whether every page of a case answers this person as one that never was."""
    never = uuid.UUID("9b2f4f0e-8f0a-4c53-9d3e-0e6a1c3b5a77")
    pages = [(f"/cases/{case.pk}/{path}", f"/cases/{never}/{path}") for path in (*READ, *RECORDED, *MANAGERS)]
    return all(plain(browser.get(one)) == plain(browser.get(other)) and browser.get(one).status_code == 404
               for one, other in pages)  # fmt: skip


def test_a_case_that_was_given_is_read_and_given_back(world: World, as_: As, sol: User) -> None:
    mine, other = sent(world), sent(world)
    browser = as_(sol)
    assert is_as_if_it_never_was(browser, mine)
    handed(mine, sol, world)
    assert [each.pk for each in cases_of(sol, at=LATER)] == [mine.pk]
    assert children_in_full(sol, mine, at=LATER) is None
    assert len(children_of(sol, mine, at=LATER)) == 1
    page = case_text(browser, mine.pk)
    assert "Visit on Friday." in page
    assert "Riley Number1" in page
    assert "My tasks" in browser.get(f"/cases/{mine.pk}/").content.decode().split('aria-label="Back"')[1][:200]
    assert "Assess the case that was given to you" in [task.what for task in tasks_of(sol, at=LATER)]
    assert mine.reference in text_of(browser.get("/tasks/"))
    assert [status(browser, mine, path) for path in (*READ, *RECORDED)] == [200] * len(READ + RECORDED)
    assert [status(browser, mine, path) for path in MANAGERS] == [404] * len(MANAGERS)
    assert is_as_if_it_never_was(browser, other)
    assert not Pack.objects.visible_to(sol, at=LATER).exists()
    for path in ("/hub/", "/hub/search", f"/packs/{all_packs(mine)['cumberland_hub'].pk}/"):
        assert browser.get(path).status_code == 404
    back = browser.post(f"/cases/{mine.pk}/release", {"reason": "On leave."}, follow=True)
    assert (back.status_code, back.redirect_chain[-1][0]) == (200, "/tasks/")
    assert "back in the queue" in text_of(back)
    assert is_as_if_it_never_was(browser, mine)
    assert not cases_of(sol, at=LATER).exists()


def test_every_link_of_the_case_leads_somewhere(world: World, as_: As, sol: User) -> None:
    referral = sent(world)
    handed(referral, sol, world)
    notes.write(case=referral, audience="hub", text="Rang the aunt.", token=uuid.uuid4(), by=sol, at=LATER)
    browser = as_(sol)
    for page in (*READ, *RECORDED):
        content = browser.get(f"/cases/{referral.pk}/{page}").content.decode()
        links = {part.split('"')[0].split("#")[0] for part in content.split('<a class="govuk-')[1:]
                 for part in part.split('href="')[1:2]}  # fmt: skip
        for link in links - {""}:
            if link.startswith("/"):
                assert browser.get(link).status_code == 200, (page, link)


def test_they_record_for_the_hub_and_decide_nothing(world: World, sol: User, mona: User) -> None:
    referral, other = sent(world), sent(world)
    taking.take(referral=other, by=world.hana, at=LATER)
    handed(referral, sol, world)
    given = {"token": uuid.uuid4(), "by": sol, "at": LATER}
    written = notes.write(case=referral, audience="hub", text="Seen at home.", **given)  # type: ignore[arg-type]
    assert written.agency.unit == "cumberland_hub"
    call = hub_calls.record(referral=referral, given=GIVEN, **given)  # type: ignore[arg-type]
    assert call.agency.unit == "cumberland_hub"
    row = numbers.keep(referral=referral, kind="police_crime", value="40/1", seen=0, by=sol, at=LATER)
    assert row is not None
    child = ChildCase.objects.get(referral=referral)
    inspecting.record(case=referral, kind="child_seen", given=SEEN, child=child, by=sol, at=LATER)
    for refused in (
        lambda: notes.write(
            case=referral, audience="partners", text="x", recipients=["cumbria_police"], token=uuid.uuid4(), by=sol,
            at=LATER,
        ),
        lambda: notes.write_to_referrer(case=referral, text="x", token=uuid.uuid4(), by=sol, at=LATER),
        lambda: taking.take(referral=referral, by=sol, at=LATER),
        lambda: strategy_planning.plan(children=[child], given={}, by=sol, at=LATER),
        lambda: numbers.keep(referral=referral, kind="council", value="1", seen=0, child=child, by=sol, at=LATER),
        lambda: notes.write(case=other, audience="hub", text="x", token=uuid.uuid4(), by=sol, at=LATER),
        lambda: hub_calls.record(referral=other, given=GIVEN, token=uuid.uuid4(), by=sol, at=LATER),
    ):  # fmt: skip
        with pytest.raises(NotPermittedError):
            refused()


def test_of_what_they_cannot_do_somebody_who_can_is_told_too(world: World, sol: User) -> None:
    case = sent(world)
    clock = Clock.objects.get(referral=case, kind="K-03")
    assert sol not in people_for("screener", clock, at=LATER)
    handed(case, sol, world)
    assert people_for("social_worker", clock, at=LATER) == [sol]
    told = people_for("screener", clock, at=LATER)
    assert told[0] == sol
    assert world.hana in told


def test_a_note_is_for_the_hub(world: World, as_: As, sol: User) -> None:
    referral = sent(world)
    handed(referral, sol, world)
    page = text_of(as_(sol).get(f"/cases/{referral.pk}/notes"))
    assert "The hub only" in page
    assert "The referrer, and so perhaps" not in page
    form = {"text": "Seen at home.", "audience": "referrer", "token": str(uuid.uuid4())}
    assert as_(sol).post(f"/cases/{referral.pk}/notes", form).status_code == 400
    as_(sol).post(f"/cases/{referral.pk}/notes", form | {"audience": "hub"})
    assert "Seen at home." in case_text(as_(world.hana), referral.pk)


def test_a_case_goes_on_to_a_colleague_and_is_gone(world: World, as_: As, sol: User, mona: User) -> None:
    referral = sent(world)
    handed(referral, sol, world)
    form = {"to": str(mona.pk), "note": "Assessed: level 2."}
    given = as_(sol).post(f"/cases/{referral.pk}/give", form, follow=True)
    assert "Mona Moor has this case now." in text_of(given)
    assert given.redirect_chain[-1][0] == "/tasks/"
    assert is_as_if_it_never_was(as_(sol), referral)
    assert "Assessed: level 2." in text_of(as_(mona).get(f"/cases/{referral.pk}/"))


def test_a_manager_takes_it_back_and_it_is_gone(world: World, as_: As, sol: User, mona: User) -> None:
    referral = sent(world)
    handed(referral, sol, world)
    assigning.assign(referral=referral, to=world.hana, by=mona, at=LATER)
    assert is_as_if_it_never_was(as_(sol), referral)
    assert referral.reference not in text_of(as_(sol).get("/tasks/"))
    assert tasks_of(sol, at=LATER) == []
    with pytest.raises(NotPermittedError):
        notes.write(case=referral, audience="hub", text="x", token=uuid.uuid4(), by=sol, at=LATER)


def test_a_new_case_is_not_for_somebody_who_cannot_take_it(world: World, as_: As, sol: User, mona: User) -> None:
    referral = sent(world)
    with pytest.raises(assigning.PersonRefusedError, match="cannot take a new case"):
        assigning.assign(referral=referral, to=sol, by=mona, at=LATER)
    browser = as_(mona)
    assert "Sol Shore" not in text_of(browser.get(f"/cases/{referral.pk}/give"))
    chosen = {"case": [str(referral.pk)], "do": "assign", "confirmed": "1", "to": str(sol.pk)}
    assert "cannot take a new case" in text_of(browser.post("/hub/chosen", chosen))
    with pytest.raises(NotPermittedError):
        taking.take(referral=referral, by=sol, at=LATER)
    taking.take(referral=referral, by=world.hana, at=LATER)
    assert "Sol Shore" in text_of(browser.get(f"/cases/{referral.pk}/give"))
    assigning.assign(referral=referral, to=sol, by=mona, at=LATER)
    assert cases_of(sol, at=LATER).filter(pk=referral.pk).exists()


def test_neither_a_sealed_case_nor_one_that_keeps_them_away_goes_to_them(world: World, sol: User, mona: User) -> None:
    kept = sent(world)
    held = taking.take(referral=kept, by=mona, at=LATER)
    conflicts.keep_away(referral=kept, person=sol, reason="A neighbour.", by=mona, at=NOW)
    with pytest.raises(assigning.PersonRefusedError, match="cannot be given this case"):
        assigning.assign(referral=kept, to=sol, by=mona, at=LATER)
    assert held.taken_by == mona
    sealed = sent(world, about=("hub",))
    taken = taking.take(referral=sealed, by=world.cleo, at=LATER)
    with pytest.raises(assigning.PersonRefusedError):
        assigning.hand_over(taking=taken, to=sol, note="Yours.", by=world.cleo, at=LATER)


def test_whom_a_case_comes_to_keep_away_has_it_no_longer(world: World, as_: As, sol: User, mona: User) -> None:
    referral = sent(world)
    handed(referral, sol, world)
    conflicts.keep_away(referral=referral, person=sol, reason="A neighbour.", by=mona, at=NOW)
    assert is_as_if_it_never_was(as_(sol), referral)
    assert tasks_of(sol, at=LATER) == []
    handing_on.hand_on_left(at=LATER)
    assert [each.taken_by for each in current_takings(referral)] == [mona]


def test_the_sweep_leaves_it_with_them_until_their_role_ends(world: World, sol: User, mona: User) -> None:
    referral = sent(world)
    handed(referral, sol, world)
    assert handing_on.hand_on_left(at=LATER) == 0
    assert [each.taken_by for each in current_takings(referral)] == [sol]
    sol.memberships.update(ends_on=LATER.date())
    assert handing_on.hand_on_left(at=LATER) == 1
    assert [each.taken_by for each in current_takings(referral)] == [mona]


def test_a_social_worker_of_another_hub_has_nothing_by_having_it(world: World, as_: As, sol: User) -> None:
    """What decides is where they work now: the role ended, the case is gone."""
    referral = sent(world)
    handed(referral, sol, world)
    sol.memberships.update(agency=world.will.memberships.get().agency)
    assert not cases_of(sol, at=LATER + timedelta(minutes=1)).exists()
    assert is_as_if_it_never_was(as_(sol), referral)


@pytest.mark.parametrize("path", ["/tasks/", "/"])
def test_a_list_costs_the_same_however_many_were_given(world: World, as_: As, sol: User, path: str) -> None:
    browser, counts = as_(sol), []
    for number in (1, 3):
        for _ in range(number):
            handed(sent(world), sol, world)
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
