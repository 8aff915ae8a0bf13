"""Several people take the same case at the same moment."""

import threading

import pytest
from django.db import connections

from accounts.models import User
from audit.models import Event
from casework.actions import taking
from tests.casework.test_taking import LATER, urgent
from tests.referrals.people import World


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_wins(transactional_db: None) -> None:
    world = World()
    people = [world.person(f"h{n}", f"Hub Person {n}", "hub_screener", unit="cumberland_hub") for n in range(4)]
    referral = urgent(world)
    gate = threading.Barrier(len(people))
    won: list[User] = []
    lost: list[User] = []
    other: list[BaseException] = []

    def attempt(person: User) -> None:
        gate.wait()
        try:
            taking.take(referral=referral, by=person, at=LATER)
            won.append(person)
        except taking.AlreadyTakenError as error:
            lost.append(error.taking.taken_by)
        except BaseException as error:
            other.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not other
    assert len(won) == 1
    assert lost == won * 3
    assert Event.objects.filter(event="case.taken").count() == 1
