"""Who else is reading a case: said to colleagues of the same unit for two minutes, and to nobody who may not know."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from casework.queries.presence import also_reading
from referrals.actions import break_glass, conflicts
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
WORDS = "Hana Hale is reading this too."


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


def test_a_colleague_is_told_for_two_minutes_after_each_reading(
    world: World, as_: As, mona: User, clock: Callable[[datetime], None]
) -> None:
    referral = sent(world)
    path = f"/cases/{referral.pk}/"
    hana, manager = as_(world.hana), as_(mona)
    clock(NOW + timedelta(minutes=5))
    assert "reading this too" not in text_of(hana.get(path))
    clock(NOW + timedelta(minutes=6, seconds=30))
    assert WORDS in text_of(manager.get(path))
    assert "Mona Moor is reading this too." in text_of(hana.get(path))
    clock(NOW + timedelta(minutes=8, seconds=20))
    assert WORDS in text_of(manager.get(path))
    clock(NOW + timedelta(minutes=11))
    assert "reading this too" not in text_of(manager.get(path))


def test_nobody_of_another_unit_and_nobody_who_is_kept_away_is_named(world: World, as_: As, mona: User) -> None:
    referral = sent(world)
    at = NOW + timedelta(minutes=5)
    for name in ("nora", "hana"):
        as_(getattr(world, name)).get(f"/cases/{referral.pk}/")
    assert also_reading(mona, referral, at=at) == ["Hana Hale"]
    for person in (world.pat, world.will, world.nell, world.alice, world.lena):
        assert also_reading(person, referral, at=at) == []
    conflicts.keep_away(referral=referral, person=world.hana, reason="A neighbour.", by=mona, at=NOW)
    assert also_reading(mona, referral, at=at) == []


def test_of_a_sealed_case_nothing_is_said(world: World, as_: As) -> None:
    other = world.person("colin", "Colin Cole", "conflict_officer", unit="cumberland_conflict_officer")
    referral = sent(world, about=("hub",))
    for person in (world.cleo, other):
        assert "reading this too" not in case_text(as_(person), referral.pk)


def test_a_reader_by_break_glass_neither_sees_nor_is_seen(world: World, as_: As, mona: User) -> None:
    referral = sent(world)
    at = NOW + timedelta(minutes=5)
    as_(world.hana).get(f"/cases/{referral.pk}/")
    assert as_(world.will).get(f"/cases/{referral.pk}/").status_code == 404
    break_glass.open_case(reference=referral.reference, reason="A child is missing.", by=world.will, at=NOW)
    assert as_(world.will).get(f"/cases/{referral.pk}/").status_code == 200
    assert also_reading(world.will, referral, at=at) == []
    assert "Will West" not in also_reading(mona, referral, at=at)
