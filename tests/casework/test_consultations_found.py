"""A child about whom advice was asked is found again: by search, in the chronology of their case, and the other way."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from audit.models import Event
from casework.models import ChildCase, Consultation, ConsultationReferral, ConsultationTerm
from casework.queries import consultations_about as about
from casework.queries.chronology import chronology
from casework.queries.contacts import before_no_further_action
from casework.queries.links import seen_by
from referrals.actions import conflicts
from tests.casework.likeness import raised
from tests.casework.reading import text_of
from tests.casework.test_chronology import nothing_further
from tests.casework.test_consultations import POSTED, recorded
from tests.casework.two_hubs import sent_to_two_hubs
from tests.form_client import FormClient
from tests.referrals.people import NOW, World

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
BORN = date(2012, 5, 31)
RILEY: dict[str, Any] = {"is_named": "yes", "child_name": "Riley Jones", "child_birth": BORN}


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def told(user: User, case: Any) -> list[str]:
    return [each.what for each in chronology(user, case, at=LATER).entries if each.consultation is not None]


def test_advice_about_a_child_stands_in_the_chronology_of_their_case(world: World, as_: As) -> None:
    first = recorded(world.hana, **RILEY)
    recorded(world.hana, is_named="yes", child_name="Sam Smith", child_birth=BORN)
    recorded(world.hana)
    case = raised(world, name="Riley Jones", born="31/5/2012", handle="u1")
    assert told(world.hana, case) == [
        f"Cumberland Safeguarding Hub gave advice without a referral, consultation {first.reference}"
    ]
    page = as_(world.hana).get(f"/cases/{case.pk}/chronology")
    assert first.reference in text_of(page)
    assert "Perhaps about this child" not in text_of(page)
    assert f'href="/consultations/{first.key}/"' in page.content.decode()


def test_what_is_alike_but_not_certain_says_so(world: World) -> None:
    recorded(world.hana, is_named="yes", child_name="Riley Jones")
    recorded(world.hana, is_named="yes", child_name="Riley Ann Jones", child_birth=BORN)
    case = raised(world, name="Riley Jones", born="31/5/2012", handle="u1")
    found = about.advice_about(world.hana, case, at=LATER)
    assert [each.is_certain for each in found] == [False, False]
    words = [each.words for each in chronology(world.hana, case, at=LATER).entries if each.consultation is not None]
    assert all(each.startswith("Perhaps about this child") for each in words)


def test_the_consultation_names_the_cases_and_the_others_about_the_same_child(world: World, as_: As) -> None:
    case = raised(world, name="Riley Jones", born="31/5/2012", handle="u1")
    other = recorded(world.hana, **RILEY)
    row = recorded(world.hana, is_named="yes", child_name="jones, RILEY", child_birth=BORN)
    page = text_of(as_(world.hana).get(f"/consultations/{row.key}/"))
    assert "This child is spoken of elsewhere too" in page
    assert case.reference in page
    assert other.reference in page
    read = Event.objects.get(event="consultation.read", by_id=str(world.hana.pk))
    assert read.detail == {"shown": [str(case.pk), str(other.key)]}
    recorded(world.hana, is_named="yes", child_name="not known", child="Mrs Smith, the mother")
    for about_another in ({"child_name": "Sam Smith"}, {"child_name": "Not known"}, {"child": "Mr Jones"}):
        alone = recorded(world.hana, is_named="yes", **about_another)
        assert "elsewhere" not in text_of(as_(world.hana).get(f"/consultations/{alone.key}/"))


def test_nobody_learns_of_a_case_that_is_not_open_to_them(world: World, mona: User, as_: As) -> None:
    case = raised(world, name="Riley Jones", born="31/5/2012", handle="u1")
    row = recorded(world.hana, **RILEY)
    conflicts.keep_away(referral=case, person=world.hana, reason="Her nephew.", by=mona, at=LATER)
    assert about.cases_about(world.hana, row, at=LATER) == []
    assert [each.case for each in about.cases_about(mona, row, at=LATER)] == [case]
    assert case.reference not in as_(world.hana).get(f"/consultations/{row.key}/").content.decode()


def test_another_hub_learns_of_no_advice(world: World, as_: As) -> None:
    case = sent_to_two_hubs(world)
    name = case.answers["children"][0]["answers"]["Q-CHI-1"]["text"]
    row = recorded(world.hana, is_named="yes", child_name=name)
    assert about.find(world.hana, name, at=LATER) == [row]
    for person in (world.will, world.nell):
        assert told(person, case) == []
        assert about.find(person, name, at=LATER) == []
        assert row.reference not in as_(person).post("/hub/search", {"text": name}).content.decode()


@pytest.mark.parametrize("words", ["Riley", "jones riley", "31/5/2012", "Riley 31.5.2012"])
def test_search_finds_it_by_the_childs_name_and_date_of_birth(world: World, as_: As, words: str) -> None:
    row = recorded(world.hana, **RILEY)
    recorded(world.hana, is_named="yes", child_name="Sam Smith")
    page = as_(world.hana).post("/hub/search", {"text": words})
    assert "No case of yours fits this, but somebody asked for advice." in text_of(page)
    assert row.reference in text_of(page)
    assert "1 case" not in text_of(page)
    assert Event.objects.get(event="case.searched").detail["shown"] == [str(row.key)]
    assert as_(world.hana).post("/hub/search", {"text": row.reference}).content.decode().count(str(row.key)) == 1
    assert row.reference not in text_of(as_(world.hana).post("/hub/search", {"text": "Riley Smith"}))


def test_a_correction_changes_what_it_is_found_by(world: World) -> None:
    first = recorded(world.hana, is_named="yes", child_name="Rhys Jones")
    recorded(world.hana, corrects=first, correction_why="I misheard the name.", **RILEY)
    assert about.find(world.hana, "Rhys", at=LATER) == []
    assert len(about.find(world.hana, "Riley", at=LATER)) == 1
    terms = set(ConsultationTerm.objects.values_list("kind", "token"))
    ConsultationTerm.objects.all().delete()
    call_command("rebuild_search")
    assert set(ConsultationTerm.objects.values_list("kind", "token")) == terms


def test_what_it_became_is_not_told_twice(world: World) -> None:
    row = recorded(world.hana, **RILEY)
    case = raised(world, name="Riley Jones", born="31/5/2012", handle="u1")
    assert len(told(world.hana, case)) == 1
    ConsultationReferral.objects.create(referral=case, key=row.key, started_at=LATER, started_by=world.hana)
    entries = [each.what for each in chronology(world.hana, case, at=LATER).entries if row.reference in each.what]
    assert entries == [f"Cumberland Safeguarding Hub gave advice, consultation {row.reference}"]
    assert about.cases_about(world.hana, row, at=LATER) == []


def test_advice_counts_among_what_came_before_a_decision_to_do_nothing(world: World, mona: User, as_: As) -> None:
    row = recorded(world.hana, **RILEY)
    recorded(world.hana, is_named="yes", child_name="Riley Jones")
    case = raised(world, name="Riley Jones", born="31/5/2012", handle="u1")
    nothing_further(world, case, mona)
    [before] = before_no_further_action(
        mona, case, list(ChildCase.objects.filter(referral=case)), seen_by(mona, case, at=LATER), at=LATER
    )
    assert [each.key for each in before.advice] == [row.key]
    assert row.reference in text_of(as_(mona).get(f"/cases/{case.pk}/"))
    assert row.reference in text_of(as_(mona).get(f"/cases/{case.pk}/inspection"))


def test_the_form_keeps_the_date_of_birth_and_says_what_is_wrong(world: World, as_: As) -> None:
    browser = as_(world.hana)
    born = {"child_birth_0": "31", "child_birth_1": "5", "child_birth_2": "2012"}
    refused = browser.post("/consultations/new", POSTED | born | {"is_named": "yes"})
    assert refused.status_code == 400
    assert "Write the child’s name, or below" in text_of(refused)
    assert 'value="2012"' in refused.content.decode()
    for part, number, words in (("1", "2", "“When was the child born?” needs a day that exists"),
                                ("2", "", "“When was the child born?” needs a year"),
                                ("0", "one", "The day of “When was the child born?” must be a number")):  # fmt: skip
        wrong = POSTED | born | {f"child_birth_{part}": number, "is_named": "yes", "child_name": "Riley Jones"}
        again = browser.post("/consultations/new", wrong)
        assert again.status_code == 400
        assert words in text_of(again)
    answer = browser.post("/consultations/new", POSTED | born | {"is_named": "yes", "child_name": "Riley Jones"})
    assert answer.status_code == 302, text_of(answer)
    row = Consultation.objects.get()
    assert (row.child_name, row.child_birth) == ("Riley Jones", "2012-05-31")
    assert "Riley Jones, born 31 May 2012" in text_of(browser.get(f"/consultations/{row.key}/"))
    corrected = browser.get(f"/consultations/{row.key}/correct").content.decode()
    assert 'value="Riley Jones"' in corrected
    assert 'value="31"' in corrected
