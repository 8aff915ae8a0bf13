"""What the hub finds out after sending is looked for elsewhere too: a corrected answer, and a further child."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from casework.models import Link
from casework.queries.links import seen_by
from referrals.actions import corrections, search_index
from referrals.models import Notice, Referral
from tests.casework.likeness import LATER, only, raised
from tests.casework.reading import text_of
from tests.casework.test_links import look
from tests.form_client import FormClient
from tests.referrals.people import World

As = Callable[[User], FormClient]
HOW = "The mother showed it to the social worker."
RILEY = {"Q-CHI-1": {"text": "Riley Jones"}, "Q-CHI-2": {"text": "31/5/2012"}}


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def found_out(case: Referral, by: User, page: str, **answers: Any) -> None:
    given = {question.replace("_", "-"): answer for question, answer in answers.items()}
    key = case.answers["persons" if page == "person" else "children"][0]["key"]
    corrections.correct(
        referral=case, page=page, key=key, answers=given, how_known=HOW, token=uuid.uuid4(), by=by, at=LATER
    )


def add_riley(case: Referral, by: User) -> str:
    return corrections.add_child(
        referral=case, page="child", answers=RILEY, how_known=HOW, token=uuid.uuid4(), by=by, at=LATER
    ).record_key


def test_an_account_that_was_found_out_is_seen_in_the_words_of_the_hub(world: World, as_: As) -> None:
    first, second = raised(world, handle="max_il1"), raised(world, handle="other_one", name="Robin Roe")
    assert seen_by(world.hana, second, at=LATER) == []
    found_out(second, world.hana, "person", Q_EVI_5={"rows": [{"username": "@Max_Il1", "site": ""}]})
    seen = only(world.hana, second)
    assert (seen.other, seen.likeness.kind, seen.values) == (first, "handle", ("@Max_Il1",))
    assert "@Max_Il1" in text_of(as_(world.hana).get(f"/cases/{second.pk}/links/"))


def test_what_the_referrer_said_first_is_still_seen_and_in_its_words(world: World) -> None:
    raised(world, handle="max_il1")
    second = raised(world, handle="Max_Il1", name="Robin Roe")
    found_out(second, world.hana, "person", Q_EVI_5={"rows": [{"username": "other_one", "site": ""}]})
    assert only(world.hana, second).values == ("Max_Il1",)


def test_a_date_of_birth_that_was_found_out_makes_it_the_same_child_and_alerts(world: World, mona: User) -> None:
    first = raised(world, name="Riley Jones", born="31/5/2012")
    second = raised(world, name="Riley Roe", born="14", by=world.carol)
    look()
    assert not Notice.objects.exists()
    found_out(second, world.hana, "child", **RILEY)
    look()
    assert only(world.hana, second).likeness.strength == Link.Strength.STRONG
    assert set(Notice.objects.filter(to=mona).values_list("kind", "referral")) == {
        ("same_child", first.pk), ("same_child", second.pk),
    }  # fmt: skip


def test_a_further_child_is_looked_for_and_alerts(world: World, mona: User) -> None:
    first = raised(world, name="Riley Jones", born="31/5/2012")
    second = raised(world, name="Robin Roe", by=world.carol)
    key = add_riley(second, world.hana)
    look()
    seen = only(world.hana, second)
    assert (seen.other, seen.likeness.kind, seen.likeness.mine) == (first, "child", key)
    assert Notice.objects.filter(to=mona, kind="same_child").count() == 2


def test_a_new_search_key_finds_what_was_found_out(world: World) -> None:
    first, second = raised(world, name="Riley Jones", born="31/5/2012"), raised(world, name="Robin Roe")
    add_riley(second, world.hana)
    search_index.rebuild(by=None, at=LATER)
    assert only(world.hana, second).other == first
