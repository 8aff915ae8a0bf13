"""The process in which documents are rendered: a warm parent that forks one limited child for each.

Run by path with `python -I`, so that it holds WeasyPrint and nothing of the portal: no settings, no database, no keys.
Frames on standard input and output: eight bytes of length (header, body), a JSON header, a body. Nothing is ever
written to standard error or to a file, because what passes through here is case text.
"""

import contextlib
import ctypes
import json
import logging
import os
import resource
import select
import shutil
import signal
import struct
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from xml.sax.saxutils import escape

FONTS = Path(__file__).resolve().parent / "fonts"
FRAME = struct.Struct(">II")
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_DUMPABLE = 4
LARGEST_FILE = 64 * 1024 * 1024

FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>emoji</family><prefer><family>Noto Emoji</family></prefer></alias>
</fontconfig>
"""

# PDF/A-3a because it is tagged, made to carry data and says what the attachment is to the pages; PDF/UA-1, as the
# library writes it, leaves that relation out. The library's own statement with its name is replaced: the metadata
# hold the reference alone.
XMP = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="3" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF>"""


def write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def write_frame(descriptor: int, header: dict[str, Any], body: bytes = b"") -> None:
    """Write one frame: lengths, header as JSON, body."""
    head = json.dumps(header).encode()
    write_all(descriptor, FRAME.pack(len(head), len(body)) + head + body)


def read_exactly(descriptor: int, size: int, until: float | None = None) -> bytes | None:
    """Return `size` bytes, or None when the other end closed or the monotonic moment `until` passed first."""
    parts: list[bytes] = []
    while size:
        if until is not None and not select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            return None
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame(descriptor: int, until: float | None = None) -> tuple[dict[str, Any], bytes] | None:
    """Return (header, body) of one frame, or None as `read_exactly` does."""
    lengths = read_exactly(descriptor, FRAME.size, until)
    if lengths is None:
        return None
    head_size, body_size = FRAME.unpack(lengths)
    head = read_exactly(descriptor, head_size, until)
    body = read_exactly(descriptor, body_size, until) if head is not None else None
    return None if head is None or body is None else (json.loads(head), body)


def leave_the_network() -> bool:
    """Move into a network namespace without a way out, where the machine allows it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    return libc.unshare(CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0


def refuse_reach(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook of the forked child: no sockets, no programs, no file but the libraries' and the fonts'."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "shutil.")):
        raise PermissionError(event)
    if event == "open" and isinstance(arguments[0], str | bytes):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or not path.startswith(READABLE):
            raise PermissionError(event)


READABLE = tuple(
    os.path.realpath(folder) + os.sep
    for folder in {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), str(FONTS)}
)


def limit(seconds: float, memory: int) -> None:
    """Lower this process's limits: address space, processor seconds, no file written, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    cpu = max(1, int(seconds) + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def render(job: dict[str, Any], data: bytes) -> tuple[bytes, int]:
    """Return (PDF, number of pages). `job`: html, css, reference, generated_at (ISO), attachment (name or None)."""
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.urls import URLFetcher

    class Refusing(URLFetcher):
        """A document is complete in itself, so every address is refused."""

        def fetch(self, url: str, headers: object = None) -> NoReturn:
            raise PermissionError("address refused")

    refusing = Refusing()
    html = HTML(string=job["html"], base_url=None, url_fetcher=refusing)
    css = CSS(string=job["css"], base_url=None, url_fetcher=refusing)
    document = html.render(stylesheets=[css])
    reference = job["reference"]
    document.metadata.title = reference
    document.metadata.generate_rdf_metadata = lambda *_: XMP.format(title=escape(reference)).encode()
    attachments = []
    if job["attachment"]:
        moment = datetime.fromisoformat(job["generated_at"])
        attachments.append(
            Attachment(
                string=data, name=job["attachment"], description="The data of this document", relationship="Data",
                created=moment, modified=moment, url_fetcher=refusing,
            )
        )  # fmt: skip
    pdf = document.write_pdf(
        pdf_variant="pdf/a-3a",
        attachments=attachments,
        pdf_identifier=reference.encode(),
        finisher=lambda _document, pdf: pdf.info.pop("Producer", None),
    )
    return pdf, len(document.pages)


def work(job: dict[str, Any], data: bytes, out: int) -> None:
    """What the forked child does, from limits to answer."""
    try:
        limit(job["seconds"], job["memory"])
        sys.addaudithook(refuse_reach)
        pdf, pages = render(job, data)
        write_frame(out, {"pages": pages}, pdf)
    except BaseException as error:
        # The class alone: an exception's own words may quote the document.
        with contextlib.suppress(OSError):
            write_frame(out, {"failed": type(error).__name__})


def serve(job: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Fork a child for one job and return its frame, or one that says how it ended."""
    until = time.monotonic() + job["seconds"]
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(receive)
        os.close(0)
        os.close(1)
        work(job, data, send)
        os._exit(0)
    os.close(send)
    answer = read_frame(receive, until)
    late = answer is None and time.monotonic() >= until
    os.kill(pid, signal.SIGKILL)
    os.close(receive)
    _, status = os.waitpid(pid, 0)
    if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return {"timeout": True}, b""
    if answer is None:
        return {"failed": f"ended by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "ended early"}, b""
    return answer


def make_warm(folder: Path) -> None:
    """Import the library under our own font list and render once, so that no job pays for it."""
    (folder / "fonts.conf").write_text(FONTCONFIG.format(fonts=FONTS, cache=folder / "cache"), encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
    logging.disable(logging.CRITICAL)
    render({"html": "<html lang=en-GB><p>Ready", "css": "", "reference": "ready", "attachment": None}, b"")


def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def main() -> None:
    """Serve jobs until standard input closes or the process that started this one is gone."""
    signal.signal(signal.SIGTERM, stop)
    owner = os.getppid()
    folder = Path(tempfile.mkdtemp(prefix="pack-fonts-"))
    try:
        isolated = leave_the_network()
        make_warm(folder)
        write_frame(1, {"ready": True, "network_namespace": isolated})
        while os.getppid() == owner:
            if not select.select([0], [], [], 5)[0]:
                continue
            frame = read_frame(0)
            if frame is None:
                break
            write_frame(1, *serve(*frame))
    except BrokenPipeError:
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
