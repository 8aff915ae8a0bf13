"""Starts several processes, keeps them running, and stops every one of them.

Used by the run command on one machine. On servers systemd or a container runtime does this work.

Each process is forked from this one, which has Django loaded already: four interpreters that each load it anew
take most of ten seconds on two processors.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

STOP_WITHIN = 6.0
RESTART_LIMIT = 5
RESTART_WINDOW = 60.0
LOG_LIMIT = 5_000_000
PR_SET_PDEATHSIG = 1
HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProgramFailedError(Exception):
    """A program could not be kept running; the message says which, and where its log is."""


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent ends, however the parent ends."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Program:
    """One process to keep running: its name, what it runs, its log file and how to know that it is ready."""

    name: str
    run: Callable[[], object]
    log: Path
    is_ready: Callable[[], bool] = lambda: True
    pid: int | None = None
    exit_code: int | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the process in a group of its own, so that Ctrl-C reaches it through us alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        sys.stdout.flush()
        sys.stderr.flush()
        # Never the old process's id with a fresh exit code: who asks meanwhile would wait for a process that is gone.
        self.pid = self.exit_code = None
        pid = os.fork()
        if pid == 0:
            self.be_the_process()
        self.pid = pid
        self.starts.append(time.monotonic())

    def be_the_process(self) -> NoReturn:
        """In the new process: leave the terminal and the parent's signal handlers behind, then run."""
        code = 1
        try:
            os.setsid()
            die_with_parent()
            for number in HANDLED:
                signal.signal(number, signal.SIG_DFL)
            log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            for old, new in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
                os.dup2(old, new)
            result = self.run()
            code = result if isinstance(result, int) else 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def is_running(self) -> bool:
        """Return whether the process is alive; collects its exit code when it is not."""
        if self.pid is None or self.exit_code is not None:
            return False
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self.exit_code = os.waitstatus_to_exitcode(status)
        return not pid

    def signal(self, number: signal.Signals) -> None:
        """Signal the process itself; it tells its own children."""
        if self.pid is not None and self.is_running():
            os.kill(self.pid, number)

    def kill_group(self) -> None:
        """End whatever is left of the process and its children."""
        if self.pid is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self.exit_code is None:
            self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

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
        for number in HANDLED:
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
        recent = [at for at in program.starts if at > time.monotonic() - RESTART_WINDOW]
        if len(recent) >= RESTART_LIMIT:
            raise ProgramFailedError(f"{program.name} keeps ending (code {program.exit_code}). {program.last_words()}")
        self.say(f"{program.name} ended (code {program.exit_code}); starting it again. Its log: {program.log}")
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
