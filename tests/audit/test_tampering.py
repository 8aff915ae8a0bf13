"""Two thousand ways of tampering with the record, each of them found (security goal G13)."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit import append_only
from audit.anchors import Anchor
from audit.examining import examine
from audit.models import Event
from tests.audit.tampering import COLUMNS, MUTATIONS, Mutation, Row, rows

IN_MEMORY, IN_THE_DATABASE = 1800, 200
LENGTH = 24


def published(record: Sequence[Row]) -> list[Anchor]:
    """The anchors of a record that was published now and then, last at its end."""
    return [Anchor(row.sequence, row.mac, "a test") for row in record if row.sequence % 5 == 0 or row is record[-1]]


def unfound(mutation: Mutation, number: int) -> str:
    return f"{mutation.__name__} with seed {number} was not found"


def test_an_untouched_record_is_whole() -> None:
    record = rows(LENGTH, random=random.Random(1))
    found = examine([row.as_event() for row in record], published(record))
    assert found.is_whole
    assert (found.last, found.mac, found.missing_at_end) == (LENGTH, record[-1].mac, 0)


def test_each_of_1800_mutations_is_found() -> None:
    record = rows(LENGTH, random=random.Random(2))
    anchors = published(record)
    kinds: Counter[str] = Counter()
    for number in range(IN_MEMORY):
        mutation = MUTATIONS[number % len(MUTATIONS)]
        changed = mutation(record, random.Random(number))
        assert changed != record
        assert not examine([row.as_event() for row in changed], anchors).is_whole, unfound(mutation, number)
        kinds[mutation.__name__] += 1
    assert min(kinds.values()) >= IN_MEMORY // len(MUTATIONS)


def test_without_anchors_a_cut_end_is_not_seen_which_is_what_they_are_for() -> None:
    record = rows(LENGTH, random=random.Random(3))
    cut = [row.as_event() for row in record[:-4]]
    assert examine(cut).is_whole
    found = examine(cut, published(record))
    assert found.missing_at_end == 4
    assert not found.is_whole


def write(record: Sequence[Row]) -> None:
    """Put rows into the table past the portal, as somebody would who has the database."""
    columns = ("sequence", *COLUMNS)
    marks = ", ".join(["%s"] * len(columns))
    values = [
        tuple(_value(column, getattr(row, column)) for column in columns)
        for row in record
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event")
        cursor.executemany(f"INSERT INTO audit_event ({', '.join(columns)}) VALUES ({marks})", values)


def _value(column: str, value: Any) -> Any:
    if column == "detail":
        return json.dumps(value)
    return connection.ops.adapt_datetimefield_value(value) if column == "at" else value


@pytest.mark.django_db
def test_each_of_200_mutations_made_in_the_database_is_found() -> None:
    record = rows(LENGTH, random=random.Random(4))
    anchors = published(record)
    append_only.remove(connection)
    for number in range(IN_THE_DATABASE):
        mutation = MUTATIONS[number % len(MUTATIONS)]
        write(mutation(record, random.Random(number)))
        found = examine(Event.objects.order_by("sequence").iterator(), anchors)
        assert not found.is_whole, unfound(mutation, number)
    write(record)
    assert examine(Event.objects.order_by("sequence").iterator(), anchors).is_whole
    append_only.install(connection)


ATTACKS = {
    "update": "UPDATE audit_event SET event = 'x.y'",
    "delete": "DELETE FROM audit_event",
    "replace": "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE sequence = 1",
    "update or replace": "UPDATE OR REPLACE audit_event SET sequence = 2 WHERE sequence = 1",
    "upsert": (
        "INSERT INTO audit_event SELECT * FROM audit_event WHERE sequence = 1 "
        "ON CONFLICT (sequence) DO UPDATE SET event = 'x.y'"
    ),
    "truncate": "TRUNCATE audit_event",
    "truncate cascade": "TRUNCATE audit_event CASCADE",
}


def refused(attack: str) -> None:
    record = rows(3, random=random.Random(5))
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * (len(COLUMNS) + 1))
        for row in record:
            values = [row.sequence, *(_value(column, getattr(row, column)) for column in COLUMNS)]
            cursor.execute(f"INSERT INTO audit_event (sequence, {', '.join(COLUMNS)}) VALUES ({marks})", values)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack])
    assert examine(Event.objects.order_by("sequence")).is_whole
    assert Event.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.sqlite_only
@pytest.mark.parametrize("attack", ["update", "delete", "replace", "update or replace"])
def test_sqlite_refuses(attack: str) -> None:
    refused(attack)


@pytest.mark.django_db
@pytest.mark.sqlite_only
def test_sqlite_refuses_to_replace_with_recursive_triggers_off() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
    try:
        refused("replace")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = ON")


@pytest.mark.django_db
@pytest.mark.postgresql_only
@pytest.mark.parametrize("attack", ["update", "delete", "upsert", "truncate", "truncate cascade"])
def test_postgresql_refuses(attack: str) -> None:
    refused(attack)
