"""Every list holds what exists for its reader and nothing else, in every state; each is read once by each person."""

import uuid
from collections.abc import Iterator

import pytest

from casework.queries.record import may_sample
from referrals.models import Notice
from tests.access.conftest import Scene
from tests.access.expectations import ADDRESSES, LISTS, sight
from tests.access.managed import managers
from tests.access.people import PEOPLE, UNITS, person
from tests.access.test_row_isolation import NOBODYS
from tests.referrals.people import NOW

pytestmark = pytest.mark.django_db
RECORD_READERS = {
    "/record/": {"ada", "mona", "will", "adam"},
    "/record/export": {"ada", "mona", "will", "adam"},
    "/record/sample": {"ada"},
    "/record/unusual": {"ada", "mona", "will", "sven", "hedy"},
}
"""Auditors; managers, of their own hub; administrators, of access and settings alone."""
NARROWS_THE_QUEUE = {
    ("person", "hana"): {"mona", "sven", "hedy", "nora"},
    ("person", "nell"): set(),
    ("setting", "school"): {"hana", "mona", "sven", "hedy", "nell", "nora", "cleo"},
}
"""Whose queue can be narrowed by a row: by colleagues who take cases there, and settings that sent one they know of."""
Pages = dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def _read() -> Pages:
    return {}


@pytest.fixture
def pages(scene: Scene, _read: Pages) -> Pages:
    """Each list as each person reads it."""
    if not _read:
        _read |= {(name, path): scene.asker.read(person(scene.world, name), path) for name, path in everything()}
    return _read


def everything() -> Iterator[tuple[str, str]]:
    for name in PEOPLE:
        for path in LISTS:
            yield name, path


@pytest.mark.parametrize("what", sight())
def test_a_list_holds_only_what_exists_for_its_reader(scene: Scene, pages: Pages, what: str) -> None:
    referral = scene.referrals[what]
    packs = {unit: str(pack.pk) for unit, pack in scene.packs[what].items()}
    for name, letters in sight()[what].items():
        for path in LISTS:
            page = pages[name, path]
            shown = referral.reference in page or str(referral.pk) in page
            assert not (shown and letters == "-"), (name, path)
            for unit, pk in packs.items():
                assert pk not in page or ("p" in letters and unit in UNITS[name]), (name, path, unit)
        if "c" in letters:
            assert referral.reference in pages[name, "/hub/"], name
        if "g" in letters:
            assert referral.reference in pages[name, "/tasks/"], name
        if letters in ("a", "l"):
            assert str(referral.pk) in pages[name, "/referrals/mine/"] or referral.status == "withdrawn"


def test_a_list_names_only_the_rows_that_its_reader_manages(scene: Scene, pages: Pages) -> None:
    may_see_own = {(kind, name) for kind in ("person", "role") for name in PEOPLE}
    for row, names in managers().items():
        if row[0] == "factor":  # the same identifier as the person's
            continue
        for name in PEOPLE:
            for path in LISTS:
                if scene.rows[row] in pages[name, path] and name not in names:
                    if path == "/hub/" and name in NARROWS_THE_QUEUE.get(row, ()):
                        continue
                    assert row in may_see_own, (name, path, row)
                    assert row[1] == name, (name, path, row)


def test_those_who_manage_find_it_in_a_list(scene: Scene, pages: Pages) -> None:
    paths = {"person": "/people/", "invitation": "/people/", "role": "/people/review", "setting": "/directory/settings",
             "agency": "/directory/agencies", "session": "/accounts/sessions/"}  # fmt: skip
    for (kind, which), names in managers().items():
        for name in names if kind in paths else ():
            shown = scene.rows[kind, which] in pages[name, paths[kind]]
            assert shown or kind == "session", (name, kind, which)  # of their only session there is nothing to end


def test_pages_about_nothing_name_no_referral(scene: Scene) -> None:
    words = {each.reference for each in scene.referrals.values()} | {str(each.pk) for each in scene.referrals.values()}
    for pattern in (each for each, about in ADDRESSES.items() if about == "nothing"):
        for name in ("alice", "bob", "hana", "mona", "pat", "cleo", "adam", "ada"):
            page = scene.asker.read(person(scene.world, name), pattern)
            assert not any(word in page for word in words), (name, pattern)


def test_the_record_is_for_its_readers_and_names_only_their_cases(scene: Scene) -> None:
    shown = {what: each.reference.encode() for what, each in scene.referrals.items()}
    beyond = []
    for pattern in (each for each, about in ADDRESSES.items() if about == "record"):
        for name in PEOPLE:
            answer = scene.asker.ask(person(scene.world, name), "POST" if "export" in pattern else "GET", pattern)
            reads = name in RECORD_READERS[pattern]
            assert answer.is_gone != reads, (name, pattern)
            beyond += [(name, pattern, what) for what, reference in shown.items()
                       if reference in answer.body and "c" not in sight()[what][name]
                       and not may_sample(person(scene.world, name), scene.referrals[what], at=NOW)]  # fmt: skip
    assert beyond == []


def test_a_notice_is_for_whom_it_was_written_alone(scene: Scene) -> None:
    by_pk = {each.pk: what for what, each in scene.referrals.items()}
    for notice in Notice.objects.all():
        reader = next(name for name in PEOPLE if person(scene.world, name).pk == notice.to_id)
        for name in {reader, "alice", "bob", "hana", "pat", "ada"}:
            answer = asked(scene, name, notice.pk)
            if name != reader or sight()[by_pk[notice.referral_id]][name] == "-":
                assert answer == asked(scene, name, NOBODYS), name
            else:
                assert answer.status == 302


def asked(scene: Scene, name: str, pk: uuid.UUID):
    return scene.asker.ask(person(scene.world, name), "POST", f"/referrals/notices/{pk}/seen/")
