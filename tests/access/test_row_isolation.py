"""Row isolation (G4): every role, address, method and state; what is forbidden answers as what never was.

The addresses come from the URLconf, what each is about from `expectations.ADDRESSES`, who may from its table.
"""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.conf import settings

from accounts.models import Membership, User
from accounts.roles import ROLES
from referrals.models import Referral
from tests.access.asking import Answer
from tests.access.conftest import Scene
from tests.access.expectations import ADDRESSES, GONE, MANAGED, OF_A_REFERRAL, OPEN, filled_in, may_open, sight
from tests.access.managed import managers
from tests.access.people import PEOPLE, UNITS, person

IS_WHOLE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
"""On PostgreSQL a smaller matrix asks the same of the other database: the telling people, by GET and POST."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOBODYS = uuid.UUID("9b2f4f0e-8f0a-4c53-9d3e-0e6a1c3b5a77")
TURNS = (
    ("GET", "POST", "HEAD", "GET", "PUT", "POST", "PATCH", "GET", "DELETE", "OPTIONS") if IS_WHOLE else ("GET", "POST")
)
"""By turns over the states: every person asks every address about every state, and by every method."""
STATES = (
    "a draft", "a draft she shared", "shared, then about a colleague", "withdrawn", "sent",
    "sealed, about the hub", "sealed, she is connected", "sent, given to Sol", "sent to another hub",
)  # fmt: skip
"""Those that differ in who may; the lists (test_lists.py) are read in all."""
OF_EACH_ROLE = tuple(name for name in PEOPLE if name not in ("dan", "eve", "will", "hugo", "zoe"))
"""And those whom another place sets apart."""
TELLING = ("alice", "bob", "carol", "hana", "sol", "nell", "pat", "cleo", "adam")
ASKING = (*(OF_EACH_ROLE if IS_WHOLE else TELLING), "visitor")
CELLS = 10_000
MAKES_A_FILE = "/referrals/<uuid:pk>/copy.pdf"
"""Takes a second where it opens, so whoever may open it asks once."""

_nothing: dict[tuple[str, str, str], Answer] = {}

pytestmark = pytest.mark.django_db


class Cell(NamedTuple):
    """One question: who asks for what, and how."""

    name: str
    method: str
    pattern: str
    about: str
    pk: str
    unit: str = ""


def rows_of(scene: Scene, what: str) -> Iterator[tuple[str, str, str, str]]:
    """Give pattern, what it is about, the row's identifier and the unit of the pack, for each address of a row."""
    for pattern, about in ADDRESSES.items():
        if about == "pack":
            for unit, pack in scene.packs[what].items():
                yield pattern, about, str(pack.pk), unit
        elif about in OF_A_REFERRAL:
            yield pattern, about, str(scene.referrals[what].pk), ""


def key_of(referral: Referral, pattern: str) -> str:
    """Return the key of the child's or person's record that an address names."""
    records = (referral.answers or {}).get("persons" if "persons" in pattern else "children")
    return str(records[0]["key"]) if records else "none"


def cells_of(scene: Scene, what: str) -> Iterator[Cell]:
    """Give the cells of one state."""
    for number, (pattern, about, pk, unit) in enumerate(rows_of(scene, what)):
        place = STATES.index(what) + list(ADDRESSES).index(pattern) + (number if unit else 0)
        for person_number, name in enumerate(ASKING):
            yield Cell(name, TURNS[(place + person_number) % len(TURNS)], pattern, about, pk, unit)


def cells_of_managed_rows(scene: Scene) -> Iterator[Cell]:
    """Give the cells of people, roles, invitations, settings, agencies and sessions: each by GET or POST."""
    for pattern, about in ADDRESSES.items():
        for number, ((kind, which), pk) in enumerate(scene.rows.items()):
            if kind == about:
                for person_number, name in enumerate(ASKING):
                    yield Cell(name, ("GET", "POST")[(number + person_number) % 2], pattern, about, pk, which)


def asked_by(scene: Scene, name: str) -> User | None:
    return None if name == "visitor" else person(scene.world, name)


def nothing_there(scene: Scene, cell: Cell, key: str) -> Answer:
    """Return the answer for a row that never was, asked for once."""
    known = (cell.name, cell.method, cell.pattern + key if cell.name == "visitor" else cell.pattern)
    if known not in _nothing:
        path = filled_in(cell.pattern, NOBODYS, page="danger", key=key)
        _nothing[known] = scene.asker.ask(asked_by(scene, cell.name), cell.method, path)
    return _nothing[known]


@pytest.mark.slow
@pytest.mark.parametrize("what", STATES)
def test_what_is_forbidden_answers_as_what_never_was(scene: Scene, what: str) -> None:
    referral, letters = scene.referrals[what], sight()[what]
    leaks, refused = [], []
    for cell in cells_of(scene, what):
        own = cell.unit in UNITS.get(cell.name, ())
        expected = may_open(cell.about, letters.get(cell.name, "-"), referral.status, own_pack=own)
        if cell.pattern == MAKES_A_FILE and expected != GONE and cell.method != "HEAD":
            continue
        key = key_of(referral, cell.pattern)
        path = filled_in(cell.pattern, cell.pk, page="danger", key=key)
        answer = scene.asker.ask(asked_by(scene, cell.name), cell.method, path)
        assert answer.status < 500, (cell, answer.body[:500])
        if expected == GONE and answer != (absent := nothing_there(scene, cell, key)):
            leaks.append((cell, answer.status, absent.status))
        if expected == OPEN and answer.is_gone:
            refused.append(cell)
    assert leaks == []
    assert refused == []


@pytest.mark.slow
def test_people_places_and_sessions_exist_for_whoever_manages_them(scene: Scene) -> None:
    leaks, refused = [], []
    for cell in cells_of_managed_rows(scene):
        path = filled_in(cell.pattern, cell.pk, page="", key="")
        answer = scene.asker.ask(asked_by(scene, cell.name), cell.method, path)
        assert answer.status < 500, (cell, answer.body[:500])
        is_managed = cell.name in managers()[cell.about, cell.unit]
        if not is_managed and answer != (absent := nothing_there(scene, cell, "")):
            leaks.append((cell, answer.status, absent.status))
        if is_managed and answer.is_gone and cell.about != "role":  # of a role some may only be kept, not moved
            refused.append(cell)
    assert leaks == []
    assert refused == []


@pytest.mark.sqlite_only
def test_the_matrix_is_as_large_as_promised(scene: Scene) -> None:
    """Cells about what there is, and the same about what never was, which they are held against."""
    cells = [cell for what in STATES for cell in cells_of(scene, what)] + list(cells_of_managed_rows(scene))
    asked = {cell[:3] for cell in cells}
    ours = [pattern for pattern, about in ADDRESSES.items() if about in OF_A_REFERRAL | MANAGED]
    assert {(name, pattern) for name, _, pattern in asked} == {(name, pattern) for name in ASKING for pattern in ours}
    of_a_referral = [pattern for pattern in ours if ADDRESSES[pattern] in OF_A_REFERRAL]
    every = {(method, pattern) for method in METHODS for pattern in of_a_referral}
    assert every <= {(method, pattern) for _, method, pattern in asked}
    assert {(name, method) for name in ASKING for method in METHODS} == {cell[:2] for cell in asked}
    assert len(cells) + len(asked) >= CELLS, (len(cells), len(asked))


@pytest.mark.sqlite_only
def test_every_role_takes_part(scene: Scene) -> None:
    held = set(Membership.objects.values_list("role", flat=True))
    assert held == set(ROLES)
    asking = Membership.objects.filter(user__in=[person(scene.world, name) for name in ASKING if name != "visitor"])
    assert set(asking.values_list("role", flat=True)) == set(ROLES)
