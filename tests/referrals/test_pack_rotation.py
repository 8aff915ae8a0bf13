"""The files of packs under a new key: sealed anew, opened as before, and never one in the place of another."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.resealing import key_of_bytes
from accounts.sealing import key_ring
from audit.models import Event
from referrals.actions import jobs, packs
from referrals.models import Job, Pack
from tests.referrals.people import NOW, World, all_packs, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ring(settings: Any, tmp_path: Path) -> Path:
    """Return a copy of the ring, which a rotation may change."""
    copy = tmp_path / "ring.json"
    copy.write_bytes(Path(settings.KEY_RING_FILE).read_bytes())
    settings.KEY_RING_FILE = copy
    return copy


@pytest.fixture
def made(world: World) -> list[Pack]:
    """Return the packs of one referral, with their files."""
    case = sent(world, works="work")
    for job in Job.objects.all():
        jobs.run(job_id=job.pk, at=NOW)
    return list(all_packs(case).values())


def stored(pack: Pack) -> bytes:
    with default_storage.open(pack.storage_name) as file:
        return bytes(file.read())


def rotate(*words: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *words, stdout=out)
    return out.getvalue()


def forget(ring: Path, key_id: str) -> None:
    held = json.loads(ring.read_text())
    del held["keys"][key_id]
    ring.write_text(json.dumps(held))


def test_old_packs_open_with_the_new_ring_even_once_the_old_key_is_gone(
    world: World, made: list[Pack], ring: Path
) -> None:
    before = {pack.pk: packs.open_file(pack=pack, by=world.hana, at=NOW) for pack in made}
    old, names = key_ring().current, [pack.storage_name for pack in made]
    rotate()
    forget(ring, old)
    for pack in made:
        pack.refresh_from_db()
        assert key_of_bytes(stored(pack)) == key_ring().current != old
        assert packs.open_file(pack=pack, by=world.hana, at=NOW) == before[pack.pk]
    assert not any(default_storage.exists(name) for name in names)
    assert Event.objects.get(event="keys.rotated").detail["anew"] > len(made)


def test_a_pack_made_under_the_old_key_meanwhile_opens_and_is_taken_up_next_time(
    world: World, made: list[Pack]
) -> None:
    late = sent(world)
    assert "nothing is left" in rotate()
    for job in Job.objects.filter(done_at__isnull=True):
        jobs.run(job_id=job.pk, at=NOW)
    assert "0 values sealed anew" in rotate("--resume")
    for pack in (*made, *all_packs(late).values()):
        pack.refresh_from_db()
        assert packs.open_file(pack=pack, by=world.hana, at=NOW).startswith(b"%PDF")


def test_a_rotation_stops_at_the_file_of_another_pack(made: list[Pack]) -> None:
    one, other = made[:2]
    content = stored(other)
    path = Path(default_storage.path(one.storage_name))
    path.write_bytes(content)
    with pytest.raises(CommandError, match=f"pack|{one.pk}".replace("|", r"\|")):
        rotate()
    assert path.read_bytes() == content
    assert not Event.objects.filter(event="keys.rotated").exists()
