"""Reminders while worker, beat and relay are killed and started again among them: nothing lost, nothing twice (5.5)."""

from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Membership, User
from audit.models import Event
from casework.models import Reminder
from casework.queries.audiences import people_for
from referrals.models import Clock, Job
from tests.referrals.people import World, sent
from tests.referrals.processes import program, until

pytestmark = [pytest.mark.server, pytest.mark.redis_only, pytest.mark.slow]
ROUNDS = 4
QUICK = {"DJANGO_SETTINGS_MODULE": "tests.quick_beat"}
CELERY = ("-m", "celery", "-A", "safeguarding")


@pytest.fixture(autouse=True)
def doors_read_this_clock() -> None:
    """The programs read the machine's clock, so this test does too."""


@pytest.fixture
def committed(transactional_db: None) -> World:
    """The named people where other processes can see them."""
    world = World()
    world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")
    world.person("sven", "Sven Sale", "service_manager", unit="cumberland_hub")
    # The programs read the machine's clock, which may stand before the day from which these people have their roles.
    Membership.objects.update(starts_on=date(2020, 1, 1))
    return world


def put_off(clocks: list[Clock]) -> list[list[tuple[Clock, dict[str, Any]]]]:
    """Move every stage of these clocks far ahead; return them in their order, in as many parts as there are rounds."""
    stages = sorted(((stage["at"], clock, stage) for clock in clocks for stage in clock.plan), key=lambda row: row[0])
    for minutes, (_, _, stage) in enumerate(stages):
        stage["at"] = (timezone.now() + timedelta(days=1, minutes=minutes)).isoformat()
    for clock in clocks:
        Clock.objects.filter(pk=clock.pk).update(plan=clock.plan, next_stage_at=clock.plan[0]["at"])
    size = -(-len(stages) // ROUNDS)
    return [[(clock, stage) for _, clock, stage in stages[n : n + size]] for n in range(0, len(stages), size)]


def bring_forward(part: list[tuple[Clock, dict[str, Any]]]) -> None:
    """Let these stages be reached now, while no program runs that could be reading their clocks."""
    now = timezone.now()
    for clock, stage in part:
        stage["at"] = now.isoformat()
        rows = Clock.objects.filter(pk=clock.pk)
        rows.update(plan=clock.plan)
        # What a killed program had still to tell of stays the next.
        rows.filter(next_stage_at__gt=now).update(next_stage_at=now)


def stages_told() -> Counter[tuple[str, str]]:
    """How often each stage of each kind of clock was told of, by the record."""
    told: Counter[tuple[str, str]] = Counter()
    for event in Event.objects.filter(event="clock.reminded"):
        told.update((kind, stage) for kind in event.detail["kinds"] for stage in event.detail["stages"])
    return told


def emails() -> list[str]:
    """The Message-IDs of every email of a reminder that left."""
    found = []
    for path in Path(settings.EMAIL_FILE_PATH).glob("*"):
        for part in path.read_bytes().split(b"-" * 79 + b"\n"):
            name = message_from_bytes(part.lstrip())["Message-ID"]
            if name and name.startswith("<reminder-"):
                found.append(name.removeprefix("<reminder-").partition("@")[0])
    return found


def programs(folder: Path) -> tuple[tuple[str, ...], ...]:
    beat = (*CELERY, "beat", "--loglevel", "INFO", "--schedule", str(folder / "beat"), "--pidfile=")
    return ((*CELERY, "worker", "-c", "1", "--loglevel", "INFO"), beat, ("manage.py", "relay"))


def test_killed_and_started_again_nothing_is_lost_or_told_twice(committed: World, tmp_path: Path) -> None:
    referral = sent(committed, danger="yes")
    clocks = list(Clock.objects.filter(referral=referral).select_related("referral__owner_unit", "agency"))
    parts = put_off(clocks)
    wanted = Counter((clock.kind, stage["stage"]) for clock in clocks for stage in clock.plan)
    for part in parts:
        before = sum(stages_told().values())
        bring_forward(part)
        with ExitStack() as running:
            for each in programs(tmp_path):
                running.enter_context(program(*each, **QUICK))
            # Left by SIGKILL as soon as the first of them is told, whatever each program is in the middle of.
            until(lambda before=before: sum(stages_told().values()) > before, "a reminder", within=120)
    with ExitStack() as running:
        # Of a lease whose worker was killed the two minutes are not waited for.
        Job.objects.filter(done_at__isnull=True).update(lease_token=None, lease_until=None, due_at=timezone.now())
        for each in programs(tmp_path):
            running.enter_context(program(*each, **QUICK))
        until(lambda: stages_told() == wanted, "every stage", within=120)
        until(lambda: not Reminder.objects.filter(emailed_at__isnull=True).exists(), "every email", within=180)
    assert stages_told() == wanted
    for clock in clocks:
        newest: dict[User, str] = {}
        for stage in clock.plan:
            for audience in stage["to"]:
                newest |= dict.fromkeys(people_for(audience, clock, at=timezone.now()), stage["stage"])
        told = set(Reminder.objects.filter(clock=clock).values_list("to", "stage"))
        assert {(person.pk, stage) for person, stage in newest.items()} <= told, clock.kind
    left = Counter(emails())
    assert set(left) == {str(pk) for pk in Reminder.objects.values_list("pk", flat=True)}
    assert sum(left.values()) - len(left) <= len(parts), "a message may leave again only where its worker was killed"
