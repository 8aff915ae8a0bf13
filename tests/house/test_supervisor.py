"""Several processes run together: one that dies is started again, and stopping leaves nothing behind."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from safeguarding.supervisor import RESTART_LIMIT, Program, ProgramFailedError, Supervisor


def script(text: str) -> Callable[[], object]:
    """A program: the forked process becomes another Python, with nothing of the tests in it."""
    return lambda: os.execv(sys.executable, [sys.executable, "-c", text])


SLEEP = script("import time; time.sleep(600)")


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def has_text(path: Path) -> bool:
    return path.exists() and bool(path.read_text())


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(autouse=True)
def keep_signal_handlers() -> object:
    """The supervisor takes the process's handlers over; give them back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_stopping_ends_each_process_and_its_children(tmp_path: Path) -> None:
    pid_file = tmp_path / "grandchild"
    parent = script(
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    program = Program("parent", parent, tmp_path / "parent.log", is_ready=lambda: has_text(pid_file))
    supervisor = Supervisor([program], say=lambda line: None)
    supervisor.start(ready_within=20)
    grandchild = int(pid_file.read_text())
    assert is_alive(grandchild)
    supervisor.stop()
    assert not program.is_running()
    until(lambda: not is_alive(grandchild))


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    program = Program("worker", SLEEP, tmp_path / "worker.log")
    supervisor = Supervisor([program], say=said.append)
    supervisor.start(ready_within=20)
    assert program.pid is not None
    first = program.pid
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    os.kill(first, signal.SIGKILL)
    until(lambda: len(program.starts) == 2 and program.is_running())
    supervisor.ask_to_stop()
    watching.join(timeout=20)
    supervisor.stop()
    assert said == [f"worker ended (code -9); starting it again. Its log: {tmp_path / 'worker.log'}"]


def test_a_process_that_keeps_dying_stops_the_run_and_shows_its_log(tmp_path: Path) -> None:
    program = Program("beat", script("print('no schedule'); raise SystemExit(3)"), tmp_path / "beat.log")
    supervisor = Supervisor([program], say=lambda line: None)
    program.start()
    with pytest.raises(ProgramFailedError, match=r"(?s)beat keeps ending \(code 3\).*no schedule"):
        supervisor.watch()
    supervisor.stop()
    assert len(program.starts) == RESTART_LIMIT


def test_a_process_that_is_never_ready_is_named(tmp_path: Path) -> None:
    program = Program("web", SLEEP, tmp_path / "web.log", is_ready=lambda: False)
    supervisor = Supervisor([program], say=lambda line: None)
    with pytest.raises(ProgramFailedError, match="web was not ready in time"):
        supervisor.start(ready_within=0.3)
    supervisor.stop()
    assert not program.is_running()
