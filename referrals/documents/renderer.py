"""The portal's end of the rendering process: starts it, gives it one document at a time, kills it when it hangs."""

import atexit
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from referrals.documents import child
from referrals.documents.errors import PackRenderFailed, PackRenderTimeout

START_SECONDS = 60.0
GRACE_SECONDS = 5.0
# The warm process stands at 260 MB of address space and a pack of 300,000 characters adds 60 (measured).
MEMORY_BYTES = 600 * 1024 * 1024
CHILD = Path(child.__file__).resolve()


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole document ready to be rendered: HTML and CSS that name nothing outside themselves.

    Its `repr` leaves the content out, since a traceback may print it.
    """

    html: str = field(repr=False)
    css: str = field(repr=False)
    reference: str
    generated_at: str
    data: bytes = field(default=b"", repr=False)
    attachment: str | None = None


@dataclass(frozen=True)
class Rendered:
    pdf: bytes = field(repr=False)
    pages: int


class PackRenderer:
    """Renders documents in a child process. Safe to share between threads; after a fork each process gets its own.

    The child is a separate program that forks for each document (see `child`), because forking this process, which may
    have threads and open database connections, would not be safe. It starts at the first document (about two seconds)
    and ends with this process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def render(self, document: Document, *, seconds: float, memory: int = MEMORY_BYTES) -> Rendered:
        """Return the PDF of `document`.

        `seconds`: wall-clock limit, and to the next second the processor limit; `memory`: address space in bytes.
        Raises PackRenderTimeout or PackRenderFailed; neither message holds case text.
        """
        header = {
            "html": document.html,
            "css": document.css,
            "reference": document.reference,
            "generated_at": document.generated_at,
            "attachment": document.attachment,
            "seconds": seconds,
            "memory": memory,
        }
        with self._lock:
            process = self._started()
            assert process.stdin is not None  # noqa: S101
            assert process.stdout is not None  # noqa: S101
            until = time.monotonic() + seconds + GRACE_SECONDS
            try:
                child.write_frame(process.stdin.fileno(), header, document.data)
            except OSError as error:
                self._kill()
                raise PackRenderFailed("the rendering process had ended") from error
            answer = child.read_frame(process.stdout.fileno(), until)
            if answer is None:
                self._kill()
                if time.monotonic() >= until:
                    raise PackRenderTimeout(seconds)
                raise PackRenderFailed("the rendering process ended")
        head, pdf = answer
        if "timeout" in head:
            raise PackRenderTimeout(seconds)
        if "failed" in head:
            raise PackRenderFailed(str(head["failed"]))
        return Rendered(pdf=pdf, pages=int(head["pages"]))

    def start(self) -> None:
        """Start the child now, so that the first document does not wait for it."""
        with self._lock:
            self._started()

    def close(self) -> None:
        """End the child. The next document starts a new one."""
        with self._lock:
            self._kill()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._owner != os.getpid() or self._process.poll() is not None):
            self._kill()
        if self._process is None:
            # -I: no site of the user, no PYTHON* variable, nothing of the portal on the path. No environment: the
            # child has no use for keys or addresses, and cannot show what it was not given.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # One arena of memory, or the second that a thread may or may not open would count as 64 MB more.
                env={"LANG": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath), "MALLOC_ARENA_MAX": "1"},
                start_new_session=True,
                bufsize=0,
            )
            self._owner = os.getpid()
            assert self._process.stdout is not None  # noqa: S101
            if child.read_frame(self._process.stdout.fileno(), time.monotonic() + START_SECONDS) is None:
                self._kill()
                raise PackRenderFailed(
                    "the rendering process did not start: check that Pango is installed, "
                    "with `apt install libpango-1.0-0 libpangoft2-1.0-0`"
                )
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        if self._owner != os.getpid():
            process.returncode = 0  # another process's child: not ours to end or to wait for
            return
        try:
            process.wait(timeout=0.5)  # it ends by itself when its input closes
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _forget_after_fork(self) -> None:
        self._lock = threading.Lock()


shared = PackRenderer()
atexit.register(shared.close)
os.register_at_fork(after_in_child=shared._forget_after_fork)
