"""Starts several processes, keeps them running, and stops every one of them.

Used by the run command on one machine. On servers systemd or a container runtime does this work.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import BinaryIO

STOP_WITHIN = 6.0
RESTART_LIMIT = 5
RESTART_WINDOW = 60.0
LOG_LIMIT = 5_000_000
PR_SET_PDEATHSIG = 1


class ProgramFailedError(Exception):
    """A program could not be kept running; the message says which, and where its log is."""


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent ends, however the parent ends."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Program:
    """One process to keep running: its name, command, log file and how to know that it is ready."""

    name: str
    command: Sequence[str]
    log: Path
    is_ready: Callable[[], bool] = lambda: True
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def open_log(self) -> BinaryIO:
        """Open the log for adding to; one that has grown large is put aside first."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        return self.log.open("ab")

    def start(self) -> None:
        """Start the process in a group of its own, so that Ctrl-C reaches it through us alone."""
        with self.open_log() as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.starts.append(time.monotonic())

    def is_running(self) -> bool:
        """Return whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Signal the process itself; it tells its own children."""
        if self.process is not None and self.is_running():
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """End whatever is left of the process and its children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_words(self, count: int = 8) -> str:
        """Return where the log is and how it ends."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        end = "\n".join(f"    {line}" for line in text.splitlines()[-count:])
        return f"Its log {self.log} ends:\n{end}"


class Supervisor:
    """Runs programs together: if one dies it is started again, and if it keeps dying all are stopped."""

    def __init__(self, programs: Sequence[Program], say: Callable[[str], None]) -> None:
        """Take the programs, in the order to start them, and where to print."""
        self.programs = list(programs)
        self.say = say
        self.is_stopping = False

    def ask_to_stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Stop soon; a second request stops at once."""
        if self.is_stopping:
            for program in self.programs:
                program.kill_group()
        self.is_stopping = True

    def start(self, ready_within: float) -> None:
        """Start every program and wait until each says it is ready; raise ProgramFailedError if one does not."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        for program in self.programs:
            program.start()
        deadline = time.monotonic() + ready_within
        for program in self.programs:
            while not self.is_stopping and not (program.is_running() and program.is_ready()):
                if not program.is_running():
                    raise ProgramFailedError(f"{program.name} ended at once. {program.last_words()}")
                if time.monotonic() > deadline:
                    raise ProgramFailedError(f"{program.name} was not ready in time. {program.last_words()}")
                time.sleep(0.1)

    def watch(self) -> None:
        """Return when asked to stop; start again what dies, and raise ProgramFailedError if it keeps dying."""
        while not self.is_stopping:
            time.sleep(0.2)
            for program in self.programs:
                if not self.is_stopping and not program.is_running():
                    self.start_again(program)

    def start_again(self, program: Program) -> None:
        """Restart a dead program, unless it has died too often within a minute."""
        code = program.process.returncode if program.process else None
        recent = [at for at in program.starts if at > time.monotonic() - RESTART_WINDOW]
        if len(recent) >= RESTART_LIMIT:
            raise ProgramFailedError(f"{program.name} keeps ending (code {code}). {program.last_words()}")
        self.say(f"{program.name} ended (code {code}); starting it again. Its log: {program.log}")
        program.kill_group()
        program.start()

    def stop(self) -> None:
        """Stop every program, last started first, and leave nothing of any of them behind."""
        self.is_stopping = True
        for program in reversed(self.programs):
            program.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        while time.monotonic() < deadline and any(program.is_running() for program in self.programs):
            time.sleep(0.05)
        for program in self.programs:
            program.kill_group()
