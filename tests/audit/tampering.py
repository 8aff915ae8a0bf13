"""What somebody with the database can do to the record, at random, as changes of a list of rows or as SQL."""

import hashlib
import hmac
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.chain import GENESIS, canonical, mac_of
from audit.models import Event

COLUMNS = ("at", "event", "by_id", "by_role", "subject_kind", "subject_id", "detail", "previous_mac", "mac")
START = datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=UTC)
EVENTS = ("case.read", "case.taken", "referral.submitted", "pack.downloaded", "access.denied")


@dataclass(frozen=True)
class Row:
    """One stored event, with the values as they are."""

    sequence: int
    at: datetime
    event: str
    by_id: str
    by_role: str
    subject_kind: str
    subject_id: str
    detail: Any
    previous_mac: str
    mac: str

    def as_event(self) -> Event:
        return Event(**self.__dict__)

    def sealed(self, key: bytes | None = None) -> "Row":
        """The row with the hash it must carry, under the portal's key or another."""
        event = self.as_event()
        mac = mac_of(event) if key is None else hmac.new(key, canonical(event), hashlib.sha256).hexdigest()
        return replace(self, mac=mac)


def rows(count: int, *, random: random.Random) -> list[Row]:
    """Return a record of `count` events as the portal writes it."""
    written: list[Row] = []
    for sequence in range(1, count + 1):
        row = Row(
            sequence=sequence,
            at=START + timedelta(seconds=sequence * 7),
            event=random.choice(EVENTS),
            by_id=f"person-{random.randrange(9)}",
            by_role=random.choice(("", "hub_manager")),
            subject_kind=random.choice(("referrals.referral", "referrals.pack")),
            subject_id=f"{random.randrange(10**8):08}",
            detail={"count": random.randrange(9), "units": ["a", "b"], "sealed": bool(random.randrange(2))},
            previous_mac=written[-1].mac if written else GENESIS,
            mac="",
        )
        written.append(row.sealed())
    return written


def change_a_column(record: Sequence[Row], random: random.Random) -> list[Row]:
    changed = list(record)
    index = random.randrange(len(changed))
    row, column = changed[index], random.choice(COLUMNS)
    value: Any = getattr(row, column)
    if column == "at":
        new: Any = value + timedelta(microseconds=random.choice((1, -1, 10**6, -3600 * 10**6)))
    elif column == "detail":
        new = random.choice([{}, {**value, "count": value["count"] + 1}, {**value, "more": "x"}, {"units": ["b", "a"]}])
    elif column in ("previous_mac", "mac"):
        place = random.randrange(64)
        new = value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
    else:
        new = random.choice([value + "x", "x" + value, value[:-1] if value else "y", value.upper() + " "])
    changed[index] = replace(row, **{column: new})
    return changed


def change_and_seal_with_another_key(record: Sequence[Row], random: random.Random) -> list[Row]:
    """Rewrite one event and every hash after it, as somebody would who has all but the key."""
    index = random.randrange(len(record))
    key = random.randbytes(32)
    changed = list(record[:index])
    for row in record[index:]:
        before = changed[-1].mac if changed else GENESIS
        by_id = row.by_id + "x" if len(changed) == index else row.by_id
        changed.append(replace(row, by_id=by_id, previous_mac=before).sealed(key))
    return changed


def delete_one(record: Sequence[Row], random: random.Random) -> list[Row]:
    gone = random.randrange(len(record))
    return [row for index, row in enumerate(record) if index != gone]


def delete_one_and_close_up(record: Sequence[Row], random: random.Random) -> list[Row]:
    """Delete an event and number the later ones anew, so that no number is missing."""
    left = delete_one(record[:-1], random)
    return [replace(row, sequence=number) for number, row in enumerate([*left, record[-1]], start=1)]


def insert_one(record: Sequence[Row], random: random.Random) -> list[Row]:
    """Put a made-up event in between, and move the later ones up."""
    place = random.randrange(1, len(record))
    made_up = replace(random.choice(record), previous_mac=record[place - 1].mac, mac=random.randbytes(32).hex())
    together = [*record[:place], made_up, *record[place:]]
    return [replace(row, sequence=number) for number, row in enumerate(together, start=1)]


def add_one_at_the_end(record: Sequence[Row], random: random.Random) -> list[Row]:
    last = record[-1]
    return [*record, replace(last, sequence=last.sequence + 1, previous_mac=last.mac, mac=random.randbytes(32).hex())]


def swap_two(record: Sequence[Row], random: random.Random) -> list[Row]:
    first, second = sorted(random.sample(range(len(record)), 2))
    changed = list(record)
    changed[first] = replace(record[second], sequence=record[first].sequence)
    changed[second] = replace(record[first], sequence=record[second].sequence)
    return changed


def cut_the_end(record: Sequence[Row], random: random.Random) -> list[Row]:
    return list(record[: random.randrange(len(record))])


def put_back_an_older_copy(record: Sequence[Row], random: random.Random) -> list[Row]:
    """Put the table back as it was, and let the portal go on writing, beyond what had been published even."""
    kept = list(record[: random.randrange(len(record) - 1)])
    for _ in range(random.randrange(len(record) * 2)):
        before = kept[-1] if kept else None
        row = Row(
            sequence=before.sequence + 1 if before else 1,
            at=START + timedelta(days=1, seconds=len(kept)),
            event="case.read",
            by_id="person-after",
            by_role="",
            subject_kind="",
            subject_id="",
            detail={},
            previous_mac=before.mac if before else GENESIS,
            mac="",
        )
        kept.append(row.sealed())
    return kept


Mutation = Callable[[Sequence[Row], random.Random], list[Row]]
MUTATIONS: tuple[Mutation, ...] = (
    change_a_column,
    change_a_column,
    change_a_column,
    change_and_seal_with_another_key,
    delete_one,
    delete_one_and_close_up,
    insert_one,
    add_one_at_the_end,
    swap_two,
    cut_the_end,
    put_back_an_older_copy,
)
