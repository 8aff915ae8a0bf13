"""Two databases that differ by one hidden case show the same pages: lists, counts, filters, search, history, record.

The hidden case is taken and read as a real one would be: the traces of that must not show either.
"""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import transaction

from casework.actions import reading, taking
from casework.queries.cases import readable_cases
from referrals.actions import conflicts, draft_ends
from referrals.models import Referral
from tests.access.asking import Answer
from tests.access.conftest import Scene
from tests.access.expectations import LISTS
from tests.access.people import PEOPLE, person
from tests.casework.reading import CASE_PAGES
from tests.referrals.people import NOW, World, filled, sent

NIGHT = NOW - timedelta(hours=8)
"""Two in the morning: reading at that hour is put on the list of unusual reading."""
FILTERS = (
    "/hub/?show=new", "/hub/?assignee=me", "/hub/?after=0", "/hub/?concern=grooming&overdue=1", "/inbox/?page=2",
    "/procedures/search?q=grooming",
    f"/record/unusual?day={NOW.date()}", f"/record/unusual?day={(NOW - timedelta(days=1)).date()}",
)  # fmt: skip
SEARCHES = ("Riley Number1", "Riley", "max_Il1", "Alice Appleby", "14/05/2012")
LOOKING = (
    "alice", "bob", "carol", "sara", "hana", "mona", "sol", "nell", "will", "nora", "pat", "prue", "lena", "cleo",
    "adam", "ada",
)  # fmt: skip
HIDDEN = ("a draft", "a draft she shared", "sealed", "connected", "another hub's", "about her own setting", "kept away")

pytestmark = pytest.mark.django_db


def hidden_case(world: World, what: str) -> Referral:
    match what:
        case "a draft":
            return filled(world)
        case "a draft she shared":
            draft = filled(world)
            return draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
        case "sealed":
            return sent(world, about=("hub",))
        case "connected":
            return sent(world, connected="yes")
        case "another hub's":
            return sent(world, area="north_east_lincolnshire")
        case "about her own setting":
            return sent(world, about=("own_setting",))
    referral = sent(world)
    for name in ("bob", "nora", "pat", "ada", "adam", "mona"):
        conflicts.keep_away(referral=referral, person=person(world, name), reason="x", by=person(world, "mona"), at=NOW)
    return referral


def read(world: World, referral: Referral) -> None:
    """Do what is done with a case: somebody takes it, and whoever may reads it again and again at night."""
    for name in PEOPLE:
        user = person(world, name)
        if readable_cases(user, at=NOW).filter(pk=referral.pk).exists():
            for minutes in range(5):
                reading.read_case(referral=referral, by=user, at=NIGHT + timedelta(minutes=minutes))
            if name in ("hana", "cleo", "nell"):
                taking.take(referral=referral, by=user, at=NOW)


def questions(scene: Scene, name: str) -> Iterator[tuple[str, str, str]]:
    """Give method, address and form of all that a person may look through, and of the cases that they may open."""
    for path in (*LISTS, *FILTERS):
        yield "GET", path, ""
    for text in (*SEARCHES, scene.referrals["sent"].reference):
        yield "POST", "/hub/search", urlencode({"text": text})
        yield "POST", "/people/", urlencode({"search": text})
    yield "POST", "/record/", urlencode({"person": person(scene.world, "alice").email})
    yield "POST", "/record/", urlencode({"event": "case.taken"})
    for what in ("sent", "sent, about her own setting", "sealed, about the hub", "sent, given to Sol"):
        pk = scene.referrals[what].pk
        for page in (*CASE_PAGES, "history", "conflicts/", "links/", "chronology"):
            yield "GET", f"/cases/{pk}/{page}", ""
        yield "GET", f"/referrals/{pk}/sent/", ""
    for other in ("alice", "hana", "cleo", "nell"):
        yield "GET", f"/people/{person(scene.world, other).pk}", ""
        yield "GET", f"/people/{person(scene.world, other).pk}/stop", ""


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, ...], Answer]:
    """What each person is shown without the hidden case: only what opens for them."""
    return {}


def without(scene: Scene, seen: dict[tuple[str, ...], Answer]) -> dict[tuple[str, ...], Answer]:
    if not seen:
        for name in LOOKING:
            for question in questions(scene, name):
                answer = scene.asker.ask(person(scene.world, name), *question)
                if answer.status == 200:
                    seen[name, *question] = answer
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("what", HIDDEN)
def test_a_hidden_case_changes_no_page(scene: Scene, seen: dict[tuple[str, ...], Answer], what: str) -> None:
    before = without(scene, seen)
    assert len(before) > 150
    differ = []
    with transaction.atomic():
        referral = hidden_case(scene.world, what)
        if referral.is_sent:
            read(scene.world, referral)
        knows = {n for n in PEOPLE if Referral.objects.visible_to(person(scene.world, n), at=NOW).filter(
            pk=referral.pk).exists()}  # fmt: skip
        for (name, *question), answer in before.items():
            if name in knows or (what != "kept away" and may_be_told(name, question[1])):
                continue
            if scene.asker.ask(person(scene.world, name), *question) != answer:
                differ.append((name, *question))
        transaction.set_rollback(True)
    assert differ == [], differ
    assert len(knows) < 8


def may_be_told(name: str, path: str) -> bool:
    """Whether this person is told by their office that something happened, as long as no conflict list holds them.

    Ada audits Cumbria: the record and its unusual reading. Adam ends somebody's access: how many unsent drafts and
    cases they would leave behind, sealed ones apart (tests/casework/test_left_behind.py).
    """
    return (name == "ada" and path.startswith("/record")) or (name == "adam" and path.endswith("/stop"))
