"""Who sees which referral: a table that a safeguarding lead can read and correct.

K: knows that it exists. A: reads the answers too. -: it does not exist for them.
"""

import pytest

from referrals.actions import draft_ends
from referrals.models import Pack, Referral, Route, UnscopedReadError
from referrals.permissions import may_read_answers
from tests.referrals.people import NOW, World, answer, filled, sent

PEOPLE = ["alice", "bob", "carol", "dan", "hana", "nell", "will", "pat", "stan", "prue", "lena", "cleo", "adam", "nora"]

# Alice wrote it. Bob leads safeguarding at her school, Carol works there, Dan leads at another school.
# Hana: Cumberland hub. Nell: North East Lincolnshire hub. Will: Westmorland and Furness hub. Pat: police.
# Stan: professional standards. Prue: Prevent. Lena: LADO. Cleo: conflict officer. Adam: administrator.
# Nora: out of hours.
TABLE = """
                                    alice bob carol dan hana nell will pat stan prue lena cleo adam nora
a draft of Alice's                  A     -   -     -   -    -    -    -   -    -    -    -    -    -
a draft she shared                  A     A   -     -   -    -    -    -   -    -    -    -    -    -
shared, then about a colleague      A     -   -     -   -    -    -    -   -    -    -    -    -    -
grooming, sent                      A     A   -     -   A    -    -    K   -    -    -    -    -    A
grooming by somebody at work, sent  A     A   -     -   A    -    -    K   -    -    K    -    -    A
extremism, sent                     A     A   -     -   A    -    -    -   -    K    -    -    -    A
about her own setting, sent         A     -   -     -   A    -    -    K   -    -    -    -    -    A
about the police, sent              A     -   -     -   -    -    -    -   K    -    -    A    -    -
about the hub, sent                 A     -   -     -   -    -    -    -   K    -    -    A    -    -
about the police, extremism, sent   A     -   -     -   -    -    -    -   -    -    -    A    -    -
Alice is connected, sent            A     -   -     -   -    -    -    K   -    -    -    A    -    -
withdrawn                           A     -   -     -   -    -    -    -   -    -    -    -    -    -
"""


def make(world: World, what: str) -> Referral:
    match what:
        case "a draft of Alice's":
            return filled(world)
        case "a draft she shared":
            draft = filled(world)
            return draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
        case "shared, then about a colleague":
            draft = filled(world)
            draft = draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW)
            return answer(draft, "workplace", world.alice, Q_REF_11=["own_setting"])
        case "grooming, sent":
            return sent(world)
        case "grooming by somebody at work, sent":
            return sent(world, works="work")
        case "extremism, sent":
            return sent(world, concerns=("extremism",))
        case "about her own setting, sent":
            return sent(world, about=("own_setting",))
        case "about the police, sent":
            return sent(world, about=("police",))
        case "about the hub, sent":
            return sent(world, about=("hub",))
        case "about the police, extremism, sent":
            return sent(world, about=("police",), concerns=("extremism",))
        case "Alice is connected, sent":
            return sent(world, connected="yes")
        case "withdrawn":
            draft = filled(world)
            return draft_ends.withdraw(referral=draft, version=draft.version, reason="mistake", by=world.alice, at=NOW)
    raise AssertionError(what)


ROWS = list(TABLE.strip().splitlines()[1:])


@pytest.mark.parametrize("line", ROWS, ids=[line[:36].strip() for line in ROWS])
def test_who_sees_what(world: World, line: str) -> None:
    what, expected = line[:36].strip(), line[36:].split()
    referral = make(world, what)
    found = []
    for name in PEOPLE:
        person = getattr(world, name)
        known = Referral.objects.visible_to(person, at=NOW).filter(pk=referral.pk).exists()
        reads = may_read_answers(person, referral, at=NOW)
        assert known or not reads
        found.append("A" if reads else "K" if known else "-")
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


PACKS = """
                                    alice bob hana nell pat stan prue lena cleo adam
grooming by somebody at work, sent  0     0   3    0    1   0    0    1    0    0
extremism, sent                     0     0   2    0    0   0    1    0    0    0
about the police, sent              0     0   0    0    0   1    0    0    2    0
about the police, extremism, sent   0     0   0    0    0   0    0    0    1    0
"""


@pytest.mark.parametrize("line", PACKS.strip().splitlines()[1:], ids=lambda line: line[:36].strip())
def test_how_many_packs_each_may_open(world: World, line: str) -> None:
    what, expected = line[:36].strip(), [int(word) for word in line[36:].split()]
    referral = make(world, what)
    people = ["alice", "bob", "hana", "nell", "pat", "stan", "prue", "lena", "cleo", "adam"]
    found = [Pack.objects.visible_to(getattr(world, name), at=NOW).filter(referral=referral).count() for name in people]
    assert dict(zip(people, found, strict=True)) == dict(zip(people, expected, strict=True))


def test_a_role_that_has_ended_sees_nothing(world: World) -> None:
    referral = sent(world)
    world.hana.memberships.update(ends_on=NOW.date())
    world.alice.memberships.update(ends_on=NOW.date())
    for person in (world.hana, world.alice):
        assert not Referral.objects.visible_to(person, at=NOW).filter(pk=referral.pk).exists()


def test_a_staff_case_keeps_the_route_it_may_not_take_for_the_conflict_officer(world: World) -> None:
    referral = make(world, "about the police, extremism, sent")
    assert [(route.unit, route.state) for route in referral.routes.all()] == [
        ("cumbria_prevent", "held"),
        ("cumberland_conflict_officer", "pack"),
    ]
    assert Route.objects.visible_to(world.cleo, at=NOW).filter(referral=referral).count() == 2
    assert not Route.objects.visible_to(world.prue, at=NOW).filter(referral=referral).exists()


@pytest.mark.parametrize("model", [Referral, Route, Pack])
def test_rows_cannot_be_read_without_saying_for_whom(db: None, model: type) -> None:
    for read in ("all", "count", "first"):
        with pytest.raises(UnscopedReadError, match="visible_to"):
            getattr(model.objects, read)()  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="Say why"):
        model.objects.system(reason=" ")  # type: ignore[attr-defined]
