"""One world for a whole module: everybody, and a referral in every state. Each request is undone."""

import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from referrals.models import Pack, Referral
from tests.access import managed
from tests.access.asking import SESSIONS, Asker, middleware
from tests.access.expectations import sight
from tests.access.people import PEOPLE, Everyone, make, packs_of, person
from tests.referrals.lasting import SMALL, editions_at_hand, undone_at_the_end
from tests.referrals.people import NOW

__all__ = ["editions_at_hand"]


@dataclass
class Scene:
    """Everybody signed in, each state's referral and its packs by unit, and the rows that are no referrals."""

    world: Everyone
    asker: Asker
    referrals: dict[str, Referral]
    packs: dict[str, dict[str, Pack]]
    rows: dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Everything that the cells of a matrix ask about."""
    patch = pytest.MonkeyPatch()
    patch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=5))
    logging.disable(logging.CRITICAL)
    with undone_at_the_end(django_db_blocker), override_settings(EDITIONS_DIR=SMALL, SESSION_ENGINE=SESSIONS):
        with django_db_blocker.unblock():
            world, asker = Everyone(), Asker()
            for name in PEOPLE:
                asker.sign_in(person(world, name))
            referrals = {what: make(world, what) for what in sight()}
            packs = {what: packs_of(each) for what, each in referrals.items()}
            others = managed.rows(world)
        with override_settings(MIDDLEWARE=middleware()):
            yield Scene(world, asker, referrals, packs, others)
    logging.disable(logging.NOTSET)
    patch.undo()


@pytest.fixture(scope="module")
def editions_folder() -> Path:
    return SMALL


@pytest.fixture(scope="module")
def lasting_everyone(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Everyone]:
    """Everybody, made once for a module."""
    with undone_at_the_end(django_db_blocker):
        with django_db_blocker.unblock(), override_settings(EDITIONS_DIR=SMALL):
            everyone = Everyone()
        yield everyone


@pytest.fixture
def everyone(lasting_everyone: Everyone, editions_at_hand: None, db: None) -> Everyone:
    """Everybody; what a test changes, the next one does not see."""
    return deepcopy(lasting_everyone)
