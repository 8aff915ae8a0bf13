"""What else speaks of a case to the social worker who has it: likenesses, the chronology, strategy, other hubs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Membership, User
from audit.models import Event
from casework.actions import assigning, taking
from casework.permissions import NotPermittedError, may_export, may_judge_links
from casework.queries.chronology import chronology
from casework.queries.links import count_others, seen_by
from casework.queries.notes import notes_of
from casework.queries.presence import also_reading
from casework.strategy_permissions import may_read_record, may_see, may_write
from referrals.queries import children_in_full, children_in_full_of
from tests.casework.likeness import judge
from tests.casework.reading import text_of
from tests.casework.strategy import Meeting
from tests.casework.test_assessing import handed
from tests.casework.test_chronology import linked, withdrawn
from tests.casework.two_hubs import sent_to_two_hubs
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def sol(world: World) -> User:
    return world.person("sol", "Sol Shore", "social_worker", unit="cumberland_hub")


def test_seen_elsewhere_counts_what_they_were_given_alone(world: World, as_: As, sol: User, mona: User) -> None:
    first, second = linked(world, mona)
    handed(second, sol, world)
    browser = as_(sol)
    assert count_others(seen_by(sol, second, at=LATER)) == 0
    pages = ("", "links/", "chronology", "timeline")
    assert not any(first.reference in text_of(browser.get(f"/cases/{second.pk}/{page}")) for page in pages)
    assert "Seen in" not in text_of(browser.get(f"/cases/{second.pk}/"))
    assert chronology(sol, second, at=LATER).cases == (second,)
    handed(first, sol, world)
    assert count_others(seen_by(sol, second, at=LATER)) == 1
    assert "Seen in 1 other" in text_of(browser.get(f"/cases/{second.pk}/"))
    assert set(chronology(sol, second, at=LATER).cases) == {first, second}
    assert not may_judge_links(sol, second, at=LATER)
    with pytest.raises(NotPermittedError):
        judge(second, "undo", sol)


def test_drafts_that_were_never_sent_are_not_told(world: World, sol: User, mona: User) -> None:
    _, second = linked(world, mona)
    withdrawn(world)
    handed(second, sol, world)
    assert [each for each in chronology(mona, second, at=LATER).entries if each.case is None]
    assert not [each for each in chronology(sol, second, at=LATER).entries if each.case is None]


def test_colleagues_see_each_other_reading(world: World, as_: As, sol: User, monkeypatch: pytest.MonkeyPatch) -> None:
    referral = sent(world)
    handed(referral, sol, world)
    at = NOW + timedelta(minutes=6)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    for person in (sol, world.hana):
        assert as_(person).get(f"/cases/{referral.pk}/").status_code == 200
    assert also_reading(world.hana, referral, at=at) == ["Sol Shore"]
    assert also_reading(sol, referral, at=at) == ["Hana Hale"]


def test_a_strategy_discussion_of_their_case_is_read_and_not_written(world: World, as_: As, sol: User) -> None:
    meeting = Meeting(world)
    path = f"/strategy/{meeting.discussion.pk}/"
    assert as_(sol).get(path).status_code == 404
    held = meeting.referral.takings.get(released_at__isnull=True)
    assigning.hand_over(taking=held, to=sol, note="Yours.", by=world.hana, at=LATER)
    discussion = meeting.now()
    assert as_(sol).get(path).status_code == 200
    assert may_read_record(sol, discussion, at=LATER)
    assert not may_write(sol, discussion, at=LATER)
    assert not may_export(sol, meeting.referral, at=LATER)
    assigning.assign(referral=meeting.referral, to=world.hana, by=meeting.mona, at=LATER)
    assert not may_see(sol, discussion, at=LATER)
    assert as_(sol).get(path).status_code == 404


def test_a_restricted_discussion_is_not_theirs_by_having_the_case(world: World, as_: As, sol: User) -> None:
    meeting = Meeting(world, is_restricted=True)
    held = meeting.referral.takings.get(released_at__isnull=True)
    assigning.hand_over(taking=held, to=sol, note="Yours.", by=world.hana, at=LATER)
    assert not may_see(sol, meeting.now(), at=LATER)
    assert as_(sol).get(f"/strategy/{meeting.discussion.pk}/").status_code == 404
    assert "Strategy discussion 1" not in text_of(as_(sol).get(f"/cases/{meeting.referral.pk}/"))


def test_of_two_hubs_they_know_what_the_one_was_sent_in_which_they_have_it(world: World, sol: User) -> None:
    """Somebody who assesses in two hubs reads a case for the one in which it was given to them."""
    case = sent_to_two_hubs(world)
    nell_hub = world.nell.memberships.get().agency
    Membership.objects.create(user=sol, role="social_worker", agency=nell_hub, starts_on=NOW.date())
    held = taking.take(referral=case, by=world.nell, at=LATER)
    assigning.hand_over(taking=held, to=sol, note="Sam is yours.", by=world.nell, at=LATER)
    full = children_in_full(sol, case, at=LATER)
    assert full is not None
    assert full == children_in_full(world.nell, case, at=LATER)
    assert children_in_full_of(sol, [case], at=LATER) == {case.pk: full}
    assert list(notes_of(sol, case, at=LATER)) == list(notes_of(world.nell, case, at=LATER))
    handed(case, sol, world)
    assert children_in_full(sol, case, at=LATER) is None


def test_their_reading_is_nothing_unusual(world: World, as_: As, sol: User, mona: User) -> None:
    referral = sent(world)
    handed(referral, sol, world)
    as_(sol).get(f"/cases/{referral.pk}/")
    Event.objects.get(event="case.read", at__date=NOW.date())
    assert "Sol Shore" not in text_of(as_(mona).get(f"/record/unusual?day={NOW.date()}"))


@pytest.mark.django_db
def test_an_index_finds_what_somebody_has() -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "casework_taking")
    assert any(each["index"] and each["columns"][:1] == ["taken_by_id"] for each in found.values())
