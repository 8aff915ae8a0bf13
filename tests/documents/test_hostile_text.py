"""No accepted text is lost, stalls a pack or reaches anything from it (G8, G9, G10)."""

import select
import socket
import time
from collections.abc import Iterator

import pytest

from referrals.documents import break_addresses, render_fallback, render_pack
from tests.documents import samples
from tests.documents.hostile import TEXTS, WRAPPED_URLS
from tests.documents.reading import attachments_of, body_of, reader, squeezed

# What the portal allows is 10 seconds; a test machine may be busy with other tests.
SECONDS = 30


@pytest.mark.parametrize("render", [render_pack, render_fallback])
@pytest.mark.parametrize("kind", TEXTS)
def test_text_comes_out_as_it_went_in(kind, render, settings) -> None:
    settings.PACK_RENDER_SECONDS = SECONDS
    text = TEXTS[kind]
    pack = samples.pack(sections=[{"id": "a", "title": "A", "rows": [samples.row("Answer", "Q-1", text)]}])
    start = time.monotonic()
    rendered = render(pack)
    assert time.monotonic() - start < SECONDS + 5
    assert squeezed(text) in body_of(rendered.pdf)
    assert attachments_of(rendered.pdf)["pack-data.json"]["sections"][0]["rows"][0]["lines"] == [text]


def test_right_to_left_text_is_all_there() -> None:
    text = "قالت محمد الأحمد إنه بخير. " * 100
    pack = samples.pack(sections=[{"id": "a", "title": "A", "rows": [samples.row("Answer", "Q-1", text)]}])
    found = body_of(render_pack(pack).pdf)
    letters = {c for c in text if "\u0600" <= c <= "\u06ff"}
    assert {c: found.count(c) for c in letters} == {
        c: text.count(c) + samples.pack().model_dump_json().split('"sections"')[0].count(c) for c in letters
    }


def test_a_turned_direction_is_named() -> None:
    text = "photo\u202egpj.exe\u202c"
    pack = samples.pack(sections=[{"id": "a", "title": "A", "rows": [samples.row("Answer", "Q-1", text)]}])
    assert squeezed("U+202E Right-to-left override") in body_of(render_pack(pack).pdf)


def test_what_no_form_accepts_still_makes_a_pack() -> None:
    text = "nul\x00 escape\x1b lone\ud800"
    pack = samples.pack(sections=[{"id": "a", "title": "A", "rows": [samples.row("Answer", "Q-1", text)]}])
    assert squeezed("nul␀ escape␛ lone\ufffd") in body_of(render_pack(pack).pdf)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_web_addresses_reach_nothing_and_bring_nothing(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/etc/passwd"
    vectors = [vector.format(port=port, url=url) for vector in WRAPPED_URLS]
    assert len(vectors) >= 60
    rows = [samples.row(vector, "Q-1", vector, who=vector) for vector in vectors]
    pack = samples.pack(sections=[{"id": "a", "title": vectors[-3], "of": url, "rows": rows}], family=url)
    for render in (render_pack, render_fallback):
        rendered = render(pack)
        assert list(reader(rendered.pdf).attachments) == ["pack-data.json"]
        assert b"root:" not in rendered.pdf
        found = body_of(rendered.pdf)
        assert all(squeezed(break_addresses(vector)) in found for vector in vectors)
    assert not select.select([listener], [], [], 0)[0], "something connected"
