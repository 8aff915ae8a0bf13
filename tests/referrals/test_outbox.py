"""Nothing promised is lost or done twice: contended claims, killed workers, brokers absent or frozen."""

import os
import signal
import socket
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from audit.models import Event
from referrals import outbox
from referrals.actions import jobs
from referrals.models import Job, Pack, Referral
from referrals.outbox import LeaseLostError
from referrals.relaying import Relay
from tests.referrals.people import NOW, World, all_packs, sent
from tests.referrals.processes import program, until

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def committed(transactional_db: None) -> World:
    """The named people where other processes can see them."""
    return World()


def promised(count: int = 1) -> list[Job]:
    return [outbox.enqueue(kind=Job.Kind.RENDER_PACK, subject_id=uuid.uuid4(), at=NOW) for _ in range(count)]


def test_the_same_promise_twice_is_one_job(db: None) -> None:
    subject = uuid.uuid4()
    found = {outbox.enqueue(kind=Job.Kind.RENDER_PACK, subject_id=subject, at=NOW).pk for _ in range(3)}
    assert len(found) == 1


def test_a_lease_is_one_workers_until_it_runs_out(db: None) -> None:
    (job,) = promised()
    first = outbox.claim(job.pk, at=NOW)
    assert first is not None
    assert outbox.claim(job.pk, at=NOW + outbox.LEASE - timedelta(seconds=1)) is None
    second = outbox.claim(job.pk, at=NOW + outbox.LEASE)
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)
    for lost in (lambda: outbox.complete(first, at=NOW), lambda: outbox.release(first, failure="x", at=NOW)):
        with pytest.raises(LeaseLostError):
            lost()
    outbox.complete(second, at=NOW)
    assert outbox.claim(job.pk, at=NOW + timedelta(days=1)) is None


def test_held_jobs_wait_until_they_are_let_go(db: None) -> None:
    promised(2)
    assert outbox.hold_all(at=NOW) == 2
    assert not outbox.due(at=NOW)
    assert not outbox.is_late(at=NOW + timedelta(days=1))
    assert outbox.let_go(at=NOW) == 2
    assert len(outbox.due(at=NOW)) == 2


def test_workers_are_told_again_of_what_nobody_did(db: None) -> None:
    (job,) = promised()
    outbox.mark_hinted([job.pk], at=NOW)
    assert not outbox.due(at=NOW + outbox.HINT_AGAIN_AFTER / 2)
    assert [each.pk for each in outbox.due(at=NOW + outbox.HINT_AGAIN_AFTER)] == [job.pk]


def test_a_failed_job_is_told_of_as_soon_as_its_time_comes(db: None) -> None:
    (job,) = promised()
    outbox.mark_hinted([job.pk], at=NOW)
    lease = outbox.claim(job.pk, at=NOW)
    assert lease is not None
    due_at = outbox.release(lease, failure="PackRenderFailed", at=NOW + timedelta(seconds=1))
    assert not outbox.due(at=due_at - timedelta(seconds=1))
    assert [each.pk for each in outbox.due(at=due_at)] == [job.pk]


def test_lateness_is_said_after_three_minutes(db: None) -> None:
    promised()
    assert outbox.oldest_waiting(at=NOW + timedelta(minutes=2)) == timedelta(minutes=2)
    assert [outbox.is_late(at=NOW + timedelta(minutes=minutes)) for minutes in (2, 4)] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_gets_the_job() -> None:
    rounds, workers = promised(20), 6
    won: list[uuid.UUID] = []
    together = threading.Barrier(workers)

    def work() -> None:
        try:
            for job in rounds:
                together.wait(30)
                if outbox.claim(job.pk, at=NOW) is not None:
                    won.append(job.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(won) == sorted(job.pk for job in rounds)
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


RUN_JOB = (
    "import sys, uuid, django; from datetime import datetime; django.setup(); "
    "from referrals.actions import jobs; "
    "jobs.run(job_id=uuid.UUID(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]))"
)


@pytest.mark.server
def test_a_worker_killed_in_mid_pack_loses_nothing_and_doubles_nothing(committed: World) -> None:
    referral = sent(committed)
    pack = all_packs(referral)["cumbria_police"]
    job = Job.objects.get(subject_id=pack.pk)

    def is_rendering() -> bool:
        pack.refresh_from_db()
        return pack.state == "rendering"

    for attempt in (1, 2):
        at = NOW + (attempt - 1) * outbox.LEASE
        with program("-c", RUN_JOB, str(job.pk), at.isoformat()) as worker:
            until(lambda attempt=attempt: is_rendering() and pack.attempts == attempt, "rendering")  # type: ignore[misc]
            os.kill(worker.pid, signal.SIGKILL)
    assert not jobs.run(job_id=job.pk, at=NOW + outbox.LEASE), "the dead worker's lease still runs"
    assert jobs.run(job_id=job.pk, at=NOW + 2 * outbox.LEASE)
    assert not jobs.run(job_id=job.pk, at=NOW + 3 * outbox.LEASE)
    pack.refresh_from_db()
    assert (pack.state, pack.attempts, pack.is_fallback) == ("ready", 3, True), "what kills workers is made plainly"
    assert Event.objects.filter(event="pack.rendered", subject_id=str(pack.pk)).count() == 1
    assert [name for name in default_storage.listdir(pack.pk.hex[:2])[1] if pack.pk.hex in name] == [
        pack.storage_name.rpartition("/")[2]
    ]


@pytest.fixture
def no_broker() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{probe.getsockname()[1]}/0"


@pytest.fixture
def frozen_broker() -> Iterator[str]:
    """A broker that takes the connection and then says nothing, ever."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.mark.server
@pytest.mark.parametrize("broker", ["no_broker", "frozen_broker"])
def test_without_a_broker_the_relay_does_the_work_itself(
    committed: World, broker: str, request: pytest.FixtureRequest
) -> None:
    referral = sent(committed)
    Job.objects.update(created_at=LONG_AGO, due_at=LONG_AGO)
    address = request.getfixturevalue(broker)
    with program("manage.py", "relay", "--alone-after", "1", CELERY_BROKER_URL=address) as relay:
        until(lambda: not Job.objects.filter(done_at__isnull=True).exists(), "every pack being made")
        relay.terminate()
        assert relay.wait(20) == 0
    assert set(referral.packs.values_list("state", "attempts")) == {("ready", 1)}


@pytest.mark.server
def test_relay_and_worker_make_each_pack_once(committed: World) -> None:
    referrals = [sent(committed) for _ in range(2)]
    Job.objects.update(created_at=LONG_AGO, due_at=LONG_AGO)
    worker = ("-m", "celery", "-A", "safeguarding", "worker", "-c", "1", "--loglevel", "WARNING")
    broker = {"CELERY_BROKER_URL": "filesystem://"}
    from django.conf import settings

    for folder in ("messages", "control"):
        (settings.DATA_DIR / "broker" / folder).mkdir(parents=True, exist_ok=True)
    with program(*worker, **broker), program("manage.py", "relay", **broker), program("manage.py", "relay", **broker):
        until(lambda: not Job.objects.filter(done_at__isnull=True).exists(), "every pack being made", within=120)
    made = Pack.objects.system(reason="a test").filter(referral__in=referrals)
    assert set(made.values_list("state", "attempts")) == {("ready", 1)}
    assert Event.objects.filter(event="pack.rendered").count() == made.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_one_submits() -> None:
    from referrals.actions import submission
    from tests.referrals.people import filled

    world = World()
    draft = filled(world)
    shown = submission.preview(referral=draft, at=NOW)
    token = uuid.uuid4()
    together, receipts = threading.Barrier(4), []

    def click() -> None:
        try:
            together.wait(30)
            receipts.append(
                submission.submit(referral=draft, token=token, expected=shown.fingerprint, by=world.alice, at=NOW)
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [receipt.is_new for receipt in receipts].count(True) == 1
    assert {receipt.referral.pk for receipt in receipts} == {draft.pk}
    assert len(receipts) == 4
    assert Referral.objects.system(reason="a test").filter(status="sent").count() == 1
    assert Event.objects.filter(event="referral.submitted").count() == 1


class Broker:
    """A stand-in for the broker at the relay's own edge, switched on and off by hand."""

    def __init__(self) -> None:
        self.is_there = False
        self.told: list[uuid.UUID] = []

    def send(self, job: uuid.UUID) -> None:
        if not self.is_there:
            raise ConnectionError
        self.told.append(job)


@pytest.mark.django_db(transaction=True)
def test_the_relay_waits_half_a_minute_before_it_works_alone() -> None:
    (job,) = promised()
    broker, done, seconds, said = Broker(), [], [0.0], []
    relay = Relay(send=broker.send, do=done.append, clock=lambda: seconds[0], now=lambda: NOW, say=said.append)
    relay.is_stopping.wait = lambda timeout=None: False  # type: ignore[method-assign,assignment]
    for second in (0.0, 29.0):
        seconds[0] = second
        relay.turn()
    assert not done
    seconds[0] = 30.0
    relay.turn()
    assert done == [job.pk]
    broker.is_there = True
    relay.turn()
    relay.turn()
    assert broker.told == [job.pk], "told once, then left to the workers"
    assert len(said) == 2
