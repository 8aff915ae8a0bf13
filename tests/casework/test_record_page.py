"""The record as an auditor searches it and takes it away: their own partnership's, and on record itself."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.directory import get_agency
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
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
pytestmark = pytest.mark.django_db
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}")


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
    assert f"Case {case.reference}" in words
    assert str(case.pk) not in words
    assert "Riley" not in words
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
    assert case.reference not in words
    assert other.reference in words
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


@pytest.mark.parametrize("name", ["alice", "bob", "hana", "cleo", "pat", "lena", "nora"])
def test_it_is_nobody_elses(world: World, as_: As, name: str) -> None:
    browser = as_(getattr(world, name))
    assert browser.get("/record/").status_code == 404
    assert browser.post("/record/export", {"form": "csv"}).status_code == 404
    assert browser.get("/record/sample").status_code == 404


class TestNamesAndLinks:
    def test_people_agencies_and_cases_are_named_and_nothing_is_an_identifier(
        self, world: World, as_: As, audrey: User
    ) -> None:
        case = sent(world)
        reading.read_case(referral=case, by=world.hana, at=NOW)
        reading.read_pack(pack=all_packs(case)["cumbria_police"], by=world.pat, at=NOW)
        page = as_(audrey).post("/record/", {"first_day": "2/12/2026"})
        words = text_of(page)
        assert f"The pack for {get_agency('cumbria_police').name}, case {case.reference}" in words
        assert f'href="/record/sample?case={case.pk}"' in page.content.decode()
        for _ in range(20):
            assert not IDENTIFIER.search(words)
            older = re.search(r'name="before" value="(\d+)"', page.content.decode())
            if older is None:
                break
            page = as_(audrey).post("/record/", {"first_day": "2/12/2026", "before": older[1]})
            words += text_of(page)
        assert "Hana Hale as Hub screener" in words
        assert "Example Academy" in words

    def test_a_sealed_case_and_a_draft_have_no_reference(self, world: World, as_: As, audrey: User) -> None:
        sealed, draft = sent(world, about=("hub",)), world.draft()
        reading.read_case(referral=sealed, by=world.cleo, at=NOW)
        words = text_of(as_(audrey).post("/record/", {"event": "case.read"}))
        assert "A sealed case" in words
        assert sealed.reference not in words
        started = text_of(as_(audrey).post("/record/", {"event": "draft.started"}))
        assert "A draft" in started
        assert draft.reference is None or draft.reference not in started

    def test_a_wrong_code_is_laid_at_the_door_of_whoever_tried(self, world: World, as_: As, audrey: User) -> None:
        record_alone(
            event="account.second_factor_refused", by=None, at=NOW, subject=world.hana, detail={"kind": "totp"}
        )
        words = text_of(as_(audrey).post("/record/", {"event": "account.second_factor_refused"}))
        assert "Somebody who signed in as Hana Hale" in words
        assert "Gave a wrong code" in words
        assert "The portal" not in words

    def test_a_page_holds_25_and_the_filters_are_kept(self, world: World, as_: As, audrey: User) -> None:
        case, other = sent(world), sent(world)
        for _ in range(30):
            reading.read_case(referral=case, by=world.hana, at=NOW)
        reading.read_case(referral=other, by=world.hana, at=NOW)
        browser = as_(audrey)
        first = browser.post("/record/", {"event": "case.read", "reference": case.reference})
        assert len(re.findall(r"event \d+", text_of(first))) == 25
        posted = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', first.content.decode()))
        rest = browser.post("/record/", posted)
        assert len(re.findall(r"event \d+", text_of(rest))) == 5
        assert other.reference not in text_of(rest)
        assert "The newest again" in text_of(rest)


class TestTheManagersPart:
    @pytest.fixture
    def mona(self, world: World) -> User:
        return world.person("mona", "Mona Moss", "hub_manager", unit="cumberland_hub")

    def seen(self, user: User) -> set[tuple[str, str, str]]:
        found = record.everything(user, record.Wanted(), before=10**6, at=NOW)
        return {(each.event, each.by_id, each.subject_id) for each in found}

    def test_it_is_of_their_hubs_cases_and_people(self, world: World, as_: As, mona: User) -> None:
        case = sent(world)
        reading.read_case(referral=case, by=world.hana, at=NOW)
        record_alone(event="account.signed_in", by=world.hana, at=NOW, subject=world.hana)
        record_alone(event="account.signed_in", by=world.will, at=NOW, subject=world.will)
        record_alone(event="access.denied", by=world.alice, at=NOW, detail={"view": "casework:case"})
        seen = self.seen(mona)
        assert ("case.read", str(world.hana.pk), str(case.pk)) in seen
        assert ("referral.submitted", str(world.alice.pk), str(case.pk)) in seen
        assert ("account.signed_in", str(world.hana.pk), str(world.hana.pk)) in seen
        assert not {each for each in seen if each[1] == str(world.will.pk) and each[0] != "membership.granted"}
        assert not {each for each in seen if each[0] == "access.denied"}
        page = as_(mona).post("/record/", {"event": "case.read"})
        assert f'href="/cases/{case.pk}/history"' in page.content.decode()
        assert "Sample a case" not in text_of(page)
        assert ("case.read", str(world.hana.pk), str(case.pk)) not in self.seen(world.will)

    def test_a_sealed_case_leaves_no_trace_in_it(self, world: World, as_: As, mona: User) -> None:
        before = self.seen(mona)
        sealed = sent(world, about=("hub",))
        reading.read_case(referral=sealed, by=world.cleo, at=NOW)
        record_alone(event="access.denied", by=world.hana, at=NOW, subject=sealed, detail={"view": "casework:case"})
        assert self.seen(mona) == before
        for fields in ({"reference": sealed.reference}, {"person": "cleo@example.org"}):
            page = as_(mona).post("/record/", fields)
            assert "Nothing fits this" in text_of(page)
        assert sealed.reference not in body(as_(mona).post("/record/export", {"form": "csv"}))

    def test_a_case_that_keeps_the_manager_away_leaves_no_trace_in_it(self, world: World, as_: As, mona: User) -> None:
        case, before = sent(world), self.seen(mona)
        assert any(each[2] == str(case.pk) for each in before)
        conflicts.keep_away(referral=case, person=mona, reason="Her nephew.", by=mona, at=NOW)
        reading.read_list(event="inbox.read", ids=[str(case.pk)], by=world.hana, at=NOW)
        after = self.seen(mona)
        assert not any(each[2] == str(case.pk) or each[0] in ("inbox.read", "conflict.added") for each in after)
        assert case.reference not in text_of(as_(mona).get("/record/"))


class TestTheAdministratorsPart:
    def test_it_is_of_settings_and_access_alone(self, world: World, as_: As) -> None:
        case = sent(world)
        reading.read_case(referral=case, by=world.hana, at=NOW)
        record_alone(event="account.signed_in", by=world.hana, at=NOW, subject=world.hana)
        found = list(record.everything(world.adam, record.Wanted(), before=10**6, at=NOW))
        kinds = {each.event.partition(".")[0] for each in found}
        assert {"membership", "account", "organisation", "directory"} <= kinds
        assert not kinds & {"case", "referral", "draft", "pack", "clock", "inbox", "access"}
        assert "account.signed_in" not in {each.event for each in found}
        north = get_agency("north_east_lincolnshire_hub")
        assert str(north.pk) not in {each.subject_id for each in found}
        page = as_(world.adam).get("/record/")
        words = text_of(page)
        assert "Nothing of any case is shown here" in words
        assert case.reference not in words
        assert "Sample a case" not in words
        assert f'href="/people/{world.nora.pk}"' in page.content.decode()
        assert as_(world.adam).get("/record/sample").status_code == 404
        assert as_(world.adam).get("/record/unusual").status_code == 404
        assert "Nothing fits this" in text_of(as_(world.adam).post("/record/", {"reference": case.reference}))
