"""The named people, made once for the tests of a module: making them anew for each test took longer than the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tests.referrals.people import World

SMALL = Path(__file__).parent / "content"


@contextmanager
def undone_at_the_end(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep a transaction open around those of the tests; what was written in it is gone afterwards."""
    with blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]
        outer.__enter__()
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture(scope="module")
def editions_folder() -> Path:
    """Where the editions of a module's tests are."""
    return SMALL


@pytest.fixture(autouse=True)
def editions_at_hand(settings: Settings, editions_folder: Path) -> None:
    settings.EDITIONS_DIR = editions_folder


@pytest.fixture(scope="module")
def lasting_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker, editions_folder: Path) -> Iterator[World]:
    """The named people as every test of the module finds them. Not for a module that has tests which commit."""
    with undone_at_the_end(django_db_blocker):
        with django_db_blocker.unblock(), override_settings(EDITIONS_DIR=editions_folder):
            world = World()
        yield world


@pytest.fixture
def world(lasting_world: World, db: None) -> World:
    """The named people; what a test changes in them or in the database, the next one does not see."""
    return deepcopy(lasting_world)
