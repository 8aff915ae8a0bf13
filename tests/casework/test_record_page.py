"""The record as an auditor searches it and takes it away: their own partnership's, and on record itself."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from audit.chain import first_break
from audit.models import Event
from audit.record import record_alone
from casework.actions import reading
from casework.queries import record
from casework.web.record import safe_cell
from referrals.actions import conflicts
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
pytestmark = pytest.mark.django_db


@pytest.fixture
def audrey(world: World) -> User:
    return world.person("audrey", "Audrey Auld", "auditor", partnership="Cumbria")


@pytest.fixture
def ewan(world: World) -> User:
    return world.person("ewan", "Ewan East", "auditor", partnership="North East Lincolnshire")


def body(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_the_newest_events_are_shown_in_plain_words_and_the_search_is_recorded(
    world: World, as_: As, audrey: User
) -> None:
    case = sent(world)
    reading.read_case(referral=case, by=world.hana, at=NOW)
    words = text_of(as_(audrey).get("/record/"))
    assert "Hana Hale" in words
    assert "Read the case" in words
    assert str(case.pk) in words
    assert "Riley" not in words
    assert case.reference not in words
    assert Event.objects.filter(event="record.searched", by_id=str(audrey.pk)).count() == 1


def test_it_is_searched_by_person_day_event_and_case(world: World, as_: As, audrey: User) -> None:
    case, other = sent(world), sent(world)
    reading.read_case(referral=case, by=world.hana, at=NOW)
    reading.read_case(referral=other, by=world.hana, at=NOW)

    def rows(**fields: str) -> list[str]:
        return re.findall(r"event \d+", text_of(as_(audrey).post("/record/", fields)))

    assert len(rows(event="case.read")) == 2
    assert len(rows(event="case.read", reference=case.reference)) == 1
    assert len(rows(person="hana@example.org")) == 2
    assert len(rows(event="case.read", first_day="2/12/2026", last_day="2/12/2026")) == 2
    assert rows(event="case.read", first_day="3/12/2026") == []
    assert rows(person="nobody@example.org") == rows(reference="AAAA-AAAA") == []


def test_a_day_that_is_none_is_asked_for_again(world: World, as_: As, audrey: User) -> None:
    page = as_(audrey).post("/record/", {"first_day": "31/2/2026"})
    assert page.status_code == 400
    assert "Write the day as 31/5/2026" in text_of(page)


def test_an_auditor_on_a_conflict_list_reads_nothing_of_that_case(world: World, as_: As, audrey: User) -> None:
    case, other = sent(world), sent(world)
    for each in (case, other):
        reading.read_case(referral=each, by=world.hana, at=NOW)
    mona = world.person("mona", "Mona Moss", "hub_manager", unit="cumberland_hub")
    conflicts.keep_away(referral=case, person=audrey, reason="Her nephew.", by=mona, at=NOW)
    words = text_of(as_(audrey).get("/record/"))
    assert str(case.pk) not in words
    assert str(other.pk) in words
    for path, reference in (("/record/", {"reference": case.reference}), ("/record/export", {})):
        answer = as_(audrey).post(path, {"form": "csv", **reference})
        assert str(case.pk) not in (body(answer) if answer.streaming else answer.content.decode())
    assert not record.sampled_cases(audrey, at=NOW).filter(pk=case.pk).exists()
    assert record.sampled_cases(audrey, at=NOW).filter(pk=other.pk).exists()


def test_another_partnerships_events_are_not_shown(world: World, audrey: User, ewan: User) -> None:
    case = sent(world)
    reading.read_case(referral=case, by=world.hana, at=NOW)
    record_alone(event="account.signed_in", by=world.nell, at=NOW, subject=world.nell)

    def seen(auditor: User) -> set[tuple[str, str]]:
        found = record.everything(auditor, record.Wanted(), before=10**6, at=NOW)
        return {(each.event, each.by_id) for each in found}

    assert ("case.read", str(world.hana.pk)) in seen(audrey)
    assert ("case.read", str(world.hana.pk)) not in seen(ewan)
    assert ("account.signed_in", str(world.nell.pk)) in seen(ewan)
    assert ("account.signed_in", str(world.nell.pk)) not in seen(audrey)


def test_pages_follow_one_another_without_gap_or_repetition(
    world: World, audrey: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "PAGE", 7)
    monkeypatch.setattr(record, "_BATCH", 5)
    sent(world)
    whole = [each.sequence for each in record.everything(audrey, record.Wanted(), before=10**6, at=NOW)]
    pages: list[int] = []
    before: int | None = None
    while True:
        found = record.search(audrey, record.Wanted(), before=before, at=NOW)
        pages += [each.sequence for each in found.events]
        before = found.older
        if before is None:
            break
    assert pages == whole
    assert len(pages) > 14


def test_it_is_taken_away_as_csv_and_json_lines_and_that_is_recorded_first(world: World, as_: As, audrey: User) -> None:
    sent(world)
    answer = as_(audrey).post("/record/export", {"form": "csv"})
    event = Event.objects.get(event="record.exported")
    assert event.by_id == str(audrey.pk)
    rows = list(csv.DictReader(io.StringIO(body(answer).removeprefix("\ufeff"))))
    assert {"sequence", "at", "event", "mac"} <= set(rows[0])
    assert "referral.submitted" in {row["event"] for row in rows}
    assert "record.exported" not in {row["event"] for row in rows}
    lines = body(as_(audrey).post("/record/export", {"form": "jsonl", "event": "referral.submitted"})).splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["referral.submitted"]
    assert first_break(Event.objects.order_by("sequence")) is None


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell(12) == 12
    assert safe_cell("plain") == "plain"


@pytest.mark.parametrize("name", ["alice", "hana", "will", "cleo", "adam", "pat"])
def test_it_is_the_auditors_alone(world: World, as_: As, name: str) -> None:
    browser = as_(getattr(world, name))
    assert browser.get("/record/").status_code == 404
    assert browser.post("/record/export", {"form": "csv"}).status_code == 404
    assert browser.get("/record/sample").status_code == 404
