"""The rendering process: what it may not do, how it is stopped, and that the next document is made all the same."""

import os
import resource
import select
import socket
import threading

import pytest
from pydantic import ValidationError

from referrals.documents import PackRenderFailed, PackRenderTimeout
from referrals.documents.renderer import Document, PackRenderer
from tests.documents import samples
from tests.documents.reading import text_of

NOW = "2026-03-02T14:06:10+00:00"


def document(body: str, css: str = "") -> Document:
    return Document(
        html=f"<html lang=en-GB><title>x</title><body>{body}</body></html>", css=css, reference="p-1", generated_at=NOW
    )


def children_of(pid: int) -> list[str]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return children.read().split()


def address_space_of(pid: int) -> int:
    """Return how many bytes of address space a process has."""
    with open(f"/proc/{pid}/statm") as sizes:
        return int(sizes.read().split()[0]) * resource.getpagesize()


# Quadratic in the layout engine, which is why packs never look like this.
SLOW = document(f"<table><tr><td>{'x' * 20_000}</td><td>y</td></tr></table>", "td { overflow-wrap: anywhere }")


def test_a_document_that_takes_too_long_is_stopped_and_the_next_is_made(renderer: PackRenderer) -> None:
    renderer.start()
    assert renderer._process is not None
    pid = renderer._process.pid
    with pytest.raises(PackRenderTimeout) as caught:
        renderer.render(SLOW, seconds=0.5)
    assert "xxx" not in str(caught.value)
    assert children_of(pid) == []
    assert renderer.render(document("<p>Next"), seconds=10).pages == 1
    assert renderer._process.pid == pid


def test_a_document_that_needs_too_much_memory_fails_alone(renderer: PackRenderer) -> None:
    # A first document, so that what is measured is the warm process and not one that is still starting.
    assert renderer.render(document("<p>First"), seconds=10).pages == 1
    assert renderer._process is not None
    # Eight megabytes more than the warm process has: not nearly enough for a hundred pages.
    memory = address_space_of(renderer._process.pid) + 8 * 1024 * 1024
    with pytest.raises(PackRenderFailed) as caught:
        renderer.render(document("<p>secret " * 3_000), seconds=60, memory=memory)
    assert "secret" not in str(caught.value)
    assert renderer.render(document("<p>Next"), seconds=10).pages == 1


def test_a_killed_process_is_started_again(renderer: PackRenderer) -> None:
    renderer.start()
    assert renderer._process is not None
    renderer._process.kill()
    renderer._process.wait()
    assert renderer.render(document("<p>Next"), seconds=10).pages == 1


def test_html_that_asks_for_addresses_gets_none(renderer: PackRenderer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        asking = document(
            f'<link rel=stylesheet href="{url}"><link rel=attachment href="{url}"><img src="{url}" alt="none">'
            f'<img src="file:///etc/passwd" alt="none"><a rel=attachment href="file:///etc/passwd">a</a><p>Text',
            f"@import url({url}); @font-face {{ font-family: x; src: url({url}) }} p {{ background: url({url}) }}",
        )
        rendered = renderer.render(asking, seconds=10)
        assert not select.select([listener], [], [], 0)[0]
    assert "Text" in text_of(rendered.pdf)
    assert b"EmbeddedFile" not in rendered.pdf


def test_nothing_written_about_a_document_shows_it() -> None:
    pack = samples.pack()
    shown = f"{document('<p>Riley')!r} {pack!r} {pack.sections[0].rows[0]!r}"
    assert "Riley" not in shown
    with pytest.raises(ValidationError) as caught:
        samples.pack(family=["Riley"])
    assert "Riley" not in str(caught.value)


def test_after_a_fork_the_process_is_not_shared(renderer: PackRenderer) -> None:
    renderer.start()
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        renderer._forget_after_fork()
        pages = renderer.render(document("<p>In the child"), seconds=20).pages
        renderer.close()
        os.write(send, bytes([pages]))
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert os.read(receive, 1) == b"\x01"
    assert renderer.render(document("<p>In the parent"), seconds=10).pages == 1
    os.close(receive)
    os.close(send)


def test_threads_share_one_process_and_get_their_own_documents(renderer: PackRenderer) -> None:
    found: dict[int, str] = {}

    def render(number: int) -> None:
        found[number] = text_of(renderer.render(document(f"<p>Number {number}."), seconds=20).pdf)

    threads = [threading.Thread(target=render, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"Number {number}." in text for number, text in found.items())
    assert len(found) == 6


def test_the_process_ends_with_its_renderer() -> None:
    renderer = PackRenderer()
    renderer.start()
    assert renderer._process is not None
    pid = renderer._process.pid
    renderer.close()
    assert not os.path.exists(f"/proc/{pid}")


def test_the_process_knows_nothing_of_the_portal(renderer: PackRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET", "hush")
    renderer.start()
    assert renderer._process is not None
    with open(f"/proc/{renderer._process.pid}/cmdline") as arguments:
        assert "child.py" in arguments.read()
    try:
        with open(f"/proc/{renderer._process.pid}/environ") as environment:
            assert "hush" not in environment.read()
    except PermissionError:
        pass  # not even we may look: better still
