"""Through Redis go identifiers of jobs and nothing else: all that a real worker and relay say to it is read (G12)."""

import base64
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as portal

from referrals.models import Job, Pack
from tests.casework.canaries import CANARY
from tests.casework.test_canaries import full_of_canaries
from tests.referrals.people import World, send
from tests.referrals.processes import program, until

pytestmark = [pytest.mark.server, pytest.mark.redis_only, pytest.mark.slow]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
WORKER = ("-m", "celery", "-A", "safeguarding", "worker", "-c", "1", "--loglevel", "INFO")
# A canary may also pass in base64, which reads in three ways, by where in the text it begins.
HIDDEN = [base64.b64encode(CANARY.encode()[start : start + 6]).decode() for start in range(3)]


@pytest.fixture
def committed(transactional_db: None) -> World:
    """The named people where other processes can see them."""
    return World()


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Return every command that anybody sends to Redis while the block lasts."""
    client = redis.Redis.from_url(portal.CELERY_BROKER_URL, socket_timeout=None)
    said: list[str] = []
    end = f"end {uuid.uuid4()}"
    with client.monitor() as monitor:

        def listen() -> None:
            for each in monitor.listen():
                said.append(str(each["command"]))
                if end in said[-1]:
                    return

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            yield said
        finally:
            client.echo(end)
            listener.join(10)
    client.close()


def kept() -> str:
    """Return all that stands in Redis now."""
    with redis.Redis.from_url(portal.CELERY_BROKER_URL) as client:
        read: dict[bytes, Any] = {
            b"string": client.get,
            b"list": lambda key: client.lrange(key, 0, -1),
            b"set": client.smembers,
            b"hash": client.hgetall,
            b"zset": lambda key: client.zrange(key, 0, -1),
        }
        return "\n".join(f"{key} {read[client.type(key)](key)}" for key in client.scan_iter())


def assert_clean(words: str, place: str) -> None:
    for trace in (CANARY, CANARY.lower(), *HIDDEN):
        assert trace not in words, f"the canary is in the {place}"


def bodies(said: list[str]) -> list[Any]:
    """Return the arguments of every task that was sent."""
    found = []
    for command in said:
        start = command.find('{"body"')
        if command.upper().startswith("LPUSH") and start >= 0:
            envelope = json.loads(command[start:].encode().decode("unicode_escape"))
            found.append(json.loads(base64.b64decode(envelope["body"]))[0])
    return found


def work(said_by: list[str], done: Any, what: str, **more: str) -> None:
    """Have a worker and a relay at work until something is so, and keep what they wrote."""
    with program(*WORKER, **more) as worker, program("manage.py", "relay", **more) as relay:
        until(done, what, within=120)
        for each in (relay, worker):
            each.terminate()
            written, _ = each.communicate(timeout=60)
            said_by.append(written.decode(errors="replace"))


def test_nothing_that_was_typed_passes_through_redis(committed: World, tmp_path: Path) -> None:
    case = send(full_of_canaries(committed), committed.alice)
    Job.objects.update(created_at=LONG_AGO, due_at=LONG_AGO)
    packs = Pack.objects.system(reason="a test").filter(referral=case)
    written: list[str] = []
    temporary, blocked = tmp_path / "temporary", tmp_path / "no folder"
    temporary.mkdir()
    blocked.write_text("a file where the packs should be")
    with overheard() as said:
        fault = {"PORTAL_PACK_ROOT": str(blocked), "TMPDIR": str(temporary)}
        work(written, lambda: packs.filter(state=Pack.State.FAILED).exists(), "a pack failing", **fault)
        assert_clean(kept(), "keys of Redis")
        Job.objects.update(due_at=LONG_AGO)
        work(
            written,
            lambda: not packs.exclude(state=Pack.State.READY).exists(),
            "every pack being made",
            TMPDIR=str(temporary),
        )
        assert_clean(kept(), "keys of Redis")
    assert_clean("\n".join(said), "commands to Redis")
    assert_clean("\n".join(written), "logs")
    files = [path for path in temporary.rglob("*") if path.is_file()]
    assert_clean("\n".join(path.read_bytes().decode("latin-1") + path.name for path in files), "temporary files")
    jobs = {str(pk) for pk in Job.objects.values_list("pk", flat=True)}
    sent_ids = [argument for arguments in bodies(said) for argument in arguments]
    assert sent_ids, "nothing was overheard"
    assert set(sent_ids) <= jobs
