"""A wrong key, a missing key or a value moved from another row: the page fails loudly, and never shows garbage."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models

from accounts.encryption import seal_bytes
from audit.models import Event
from referrals.actions import jobs
from referrals.models import Job, Pack
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

pytestmark = [pytest.mark.django_db, pytest.mark.queue_not_compared]  # the keys are gone


class Cases:
    """Two sent referrals, a pack of each, and who looks at them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.case, self.other = sent(world), sent(world)
        self.pack, self.other_pack = (all_packs(each)["cumbria_police"] for each in (self.case, self.other))

    def make_packs(self) -> None:
        """Have the files of the two packs made."""
        for job in Job.objects.filter(subject_id__in=[self.pack.pk, self.other_pack.pk]):
            jobs.run(job_id=job.pk, at=NOW)
        self.pack.refresh_from_db()
        self.other_pack.refresh_from_db()


@pytest.fixture
def cases(world: World) -> Cases:
    return Cases(world)


Door = Callable[[Cases, FormClient], Any]
DOORS: dict[str, tuple[str, Door]] = {
    "inbox": ("hana", lambda cases, browser: browser.get("/hub/")),
    "search": ("hana", lambda cases, browser: browser.post("/hub/search", {"text": "max_Il1"})),
    "case": ("hana", lambda cases, browser: browser.get(f"/cases/{cases.case.pk}/")),
    "receipt": ("alice", lambda cases, browser: browser.get(f"/referrals/{cases.case.pk}/sent/")),
    "pack's page": ("pat", lambda cases, browser: browser.get(f"/packs/{cases.pack.pk}/")),
    "pack's data": ("pat", lambda cases, browser: browser.get(f"/packs/{cases.pack.pk}.json")),
    "packs": ("pat", lambda cases, browser: browser.get("/inbox/")),
    "people": ("adam", lambda cases, browser: browser.get("/people/")),
    "the record": ("audrey", lambda cases, browser: browser.get("/record/")),
}


def column(row: models.Model, name: str, anew: str | None = None) -> str:
    """Return what stands in a column, past the field; with `anew` write it there first."""
    quote, meta = connection.ops.quote_name, type(row)._meta
    key = meta.pk.get_db_prep_value(row.pk, connection)
    with connection.cursor() as cursor:
        if anew is not None:
            cursor.execute(
                f"UPDATE {quote(meta.db_table)} SET {quote(name)} = %s WHERE {quote(meta.pk.column)} = %s", [anew, key]
            )
        cursor.execute(f"SELECT {quote(name)} FROM {quote(meta.db_table)} WHERE {quote(meta.pk.column)} = %s", [key])
        return str(cursor.fetchone()[0])


def swap(one: models.Model, other: models.Model, name: str) -> None:
    first, second = column(one, name), column(other, name)
    column(one, name, second)
    column(other, name, first)


def visit(cases: Cases, name: str) -> Any:
    """Open a page as whoever it is for, with failures answered as the portal answers them."""
    who, door = DOORS[name]
    person = getattr(cases.world, who, None)
    if person is None:
        person = cases.world.person("audrey", "Audrey Auld", "auditor", partnership="Cumbria")
    browser = FormClient(raise_request_exception=False)
    browser.force_login(person)
    return lambda: door(cases, browser)


def assert_refused(answer: Any, name: str) -> None:
    words = answer.content.decode()
    assert answer.status_code == 500, name
    assert "something went wrong" in words.lower(), name
    for leak in ("Riley", "v1:", "max_Il1", "Appleby", "field-keys", "accounts.user"):
        assert leak not in words, f"{name} shows {leak}"


RINGS = {
    "a wrong key under the same name": {"current": "test", "keys": {"test": "another"}, "search": "search"},
    "the key gone from the ring": {"current": "new", "keys": {"new": "another"}, "search": "search"},
}


def write_ring(path: Path, ring: dict[str, Any]) -> None:
    def key(purpose: str) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(f"test key: {purpose}".encode()).digest()).decode()

    keys = {name: key(purpose) for name, purpose in ring["keys"].items()}
    path.write_text(json.dumps({**ring, "keys": keys, "search": key(ring["search"])}))


@pytest.mark.parametrize("ring", RINGS)
def test_another_ring_opens_no_page(cases: Cases, settings: Any, tmp_path: Path, ring: str) -> None:
    cases.make_packs()
    visits = {name: visit(cases, name) for name in DOORS}
    settings.KEY_RING_FILE = tmp_path / "ring.json"
    write_ring(settings.KEY_RING_FILE, RINGS[ring])
    for name, door in visits.items():
        before = Event.objects.filter(event="sealed.not_opened").count()
        assert_refused(door(), name)
        assert Event.objects.filter(event="sealed.not_opened").count() == before + 1, name


def test_without_a_ring_no_page_opens(cases: Cases, settings: Any, tmp_path: Path) -> None:
    cases.make_packs()
    visits = {name: visit(cases, name) for name in DOORS}
    settings.KEY_RING_FILE = tmp_path / "lost.json"
    for name, door in visits.items():
        assert_refused(door(), name)
    assert Event.objects.filter(event="sealed.not_opened").count() == len(DOORS)


def moved_answers(cases: Cases) -> None:
    swap(cases.case, cases.other, "answers")


def moved_names(cases: Cases) -> None:
    swap(cases.world.hana, cases.world.bob, "full_name")
    swap(cases.world.alice, cases.world.carol, "full_name")


def moved_snapshots(cases: Cases) -> None:
    swap(cases.pack, cases.other_pack, "snapshot")


def answers_in_clear(cases: Cases) -> None:
    column(cases.case, "answers", json.dumps(cases.case.answers))


def answers_damaged(cases: Cases) -> None:
    sealed = column(cases.case, "answers")
    column(cases.case, "answers", sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:])


def answers_cut(cases: Cases) -> None:
    column(cases.case, "answers", column(cases.case, "answers")[:-3])


@pytest.mark.parametrize("harm", [moved_answers, answers_in_clear, answers_damaged, answers_cut])
@pytest.mark.parametrize("name", ["inbox", "search", "case", "receipt"])
def test_answers_that_are_not_this_rows_are_not_shown(cases: Cases, harm: Callable[[Cases], None], name: str) -> None:
    door = visit(cases, name)
    harm(cases)
    assert_refused(door(), name)
    event = Event.objects.get(event="sealed.not_opened")
    assert event.detail["place"] == "referrals.referral.answers"
    assert event.detail["row"] in {str(cases.case.pk), str(cases.other.pk)}
    assert event.by_id == str(getattr(cases.world, DOORS[name][0]).pk)


@pytest.mark.parametrize("name", ["people", "the record", "case"])
def test_names_that_are_not_this_persons_are_not_shown(cases: Cases, name: str) -> None:
    door = visit(cases, name)
    moved_names(cases)
    assert_refused(door(), name)
    assert Event.objects.get(event="sealed.not_opened").detail["place"] == "accounts.user.full_name"


def test_the_data_of_another_pack_is_not_handed_out(cases: Cases) -> None:
    cases.make_packs()
    door = visit(cases, "pack's data")
    moved_snapshots(cases)
    assert_refused(door(), "pack's data")
    assert Event.objects.get(event="sealed.not_opened").detail["row"] == str(cases.pack.pk)


def stored(pack: Pack) -> bytes:
    with default_storage.open(pack.storage_name) as file:
        return bytes(file.read())


def store(pack: Pack, content: bytes) -> None:
    default_storage.delete(pack.storage_name)
    assert default_storage.save(pack.storage_name, ContentFile(content)) == pack.storage_name


def test_the_file_of_another_pack_is_not_handed_out(cases: Cases) -> None:
    cases.make_packs()
    browser = FormClient()
    browser.force_login(cases.world.pat)
    mine, other = stored(cases.pack), stored(cases.other_pack)
    store(cases.pack, other)
    store(cases.other_pack, mine)
    for pack in (cases.pack, cases.other_pack):
        answer = browser.get(f"/packs/{pack.pk}.pdf")
        assert answer.status_code == 500
        assert b"%PDF" not in answer.content
        assert b"This pack cannot be opened" in answer.content
        event = Event.objects.about(pack).get(event="pack.file_refused")
        assert (event.by_id, event.detail) == (str(cases.world.pat.pk), {"cause": "EncryptionError"})


def test_an_earlier_file_of_the_same_pack_is_not_handed_out(cases: Cases) -> None:
    """Sealed under the right key for this very place, but not what was made: its own hash says so."""
    cases.make_packs()
    store(cases.pack, seal_bytes(b"%PDF-1.7 another", context=cases.pack.file_context))
    browser = FormClient()
    browser.force_login(cases.world.pat)
    answer = browser.get(f"/packs/{cases.pack.pk}.pdf")
    assert answer.status_code == 500
    assert b"%PDF" not in answer.content
    assert Event.objects.about(cases.pack).get(event="pack.file_refused").detail == {"cause": "PackDamagedError"}


def test_what_stays_right_stays_open(cases: Cases) -> None:
    cases.make_packs()
    moved_answers(cases)
    for name in ("people", "packs", "pack's page", "pack's data", "the record"):
        assert visit(cases, name)().status_code == 200, name
    assert not Event.objects.filter(event="sealed.not_opened").exists()
