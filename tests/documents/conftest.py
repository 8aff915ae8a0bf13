"""Packs rendered once and looked at by many tests."""

from collections.abc import Iterator

import pytest

from referrals.documents import RenderedPack, render_fallback, render_pack
from referrals.documents.renderer import PackRenderer
from tests.documents import samples

PREVENT = {"code": "prevent_spoc", "unit": "cumbria_prevent", "name": "Cumbria Prevent"}


@pytest.fixture(scope="session")
def hub_pack() -> RenderedPack:
    return render_pack(samples.pack())


@pytest.fixture(scope="session")
def channel_pack() -> RenderedPack:
    return render_pack(samples.pack(marking="CHANNEL", recipient=PREVENT, urgency="emergency", mode="call_999"))


@pytest.fixture(scope="session")
def fallback_pack() -> RenderedPack:
    return render_fallback(samples.pack(marking="CHANNEL"))


@pytest.fixture(scope="module")
def renderer() -> Iterator[PackRenderer]:
    renderer = PackRenderer()
    yield renderer
    renderer.close()
