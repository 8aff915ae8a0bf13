"""A case of two children in two areas: what each hub reads of the other's child."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from casework.actions import asking
from casework.models import ChildCase
from referrals.actions import corrections
from referrals.models import Referral
from tests.casework.reading import case_text, text_of
from tests.casework.two_children import sent_to_two
from tests.form_client import FormClient
from tests.referrals.people import NOW, World

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def case(world: World) -> Referral:
    return sent_to_two(world)


def child(case: Referral, number: int) -> ChildCase:
    return ChildCase.objects.get(referral=case, number=number)


def test_what_was_found_out_of_the_others_child_is_not_read(world: World, case: Referral, as_: As) -> None:
    for record, words in zip(case.answers["children"], ("Riley found out", "Sam found out"), strict=True):
        corrections.correct(
            referral=case, page="child", key=record["key"], answers={"Q-CHI-9": {"text": words}},
            how_known=f"{words} by telephone.", token=uuid.uuid4(), by=world.hana, at=LATER,
        )  # fmt: skip
    owners, others = (case_text(as_(person), case.pk) for person in (world.hana, world.nell))
    assert ("Riley found out" in owners, "Sam found out" in owners) == (True, True)
    assert ("Riley found out" in others, "Sam found out" in others) == (False, True)


def test_what_was_asked_about_the_others_child_is_not_read(world: World, case: Referral, as_: As) -> None:
    for number, by, words in ((1, world.hana, "Is Riley home?"), (2, world.nell, "Is Sam home?")):
        asking.ask(
            case=case, children=[child(case, number)], text=words, answer_by=NOW.date(), token=uuid.uuid4(), by=by,
            at=LATER,
        )  # fmt: skip
    owners, others = (text_of(as_(person).get(f"/cases/{case.pk}/notes")) for person in (world.hana, world.nell))
    assert ("Is Riley home?" in owners, "Is Sam home?" in owners) == (True, True)
    assert ("Is Riley home?" in others, "Is Sam home?" in others) == (False, True)
