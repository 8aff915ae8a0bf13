"""The small edition and the named people that every test of referrals stands on."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.referrals.people import World


@pytest.fixture(autouse=True)
def small_editions(settings: Settings) -> None:
    settings.EDITIONS_DIR = Path(__file__).parent / "content"


@pytest.fixture
def world(db: None) -> World:
    return World()
