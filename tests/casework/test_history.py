"""Who did and read what in a case: for whoever decides on it, and for an auditor with a reason."""

from collections.abc import Callable

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import reading, taking
from casework.queries.history import history
from referrals.actions.packs import acknowledge
from referrals.models import Referral
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
pytestmark = pytest.mark.django_db


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moss", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def audrey(world: World) -> User:
    return world.person("audrey", "Audrey Auld", "auditor", partnership="Cumbria")


def mona_of(world: World) -> User:
    return world.person("mona", "Mona Moss", "hub_manager", unit="cumberland_hub")


def address(case: Referral) -> str:
    return f"/cases/{case.pk}/history"


def test_a_manager_reads_who_did_and_read_what(world: World, as_: As, mona: User) -> None:
    case = sent(world)
    reading.read_case(referral=case, by=world.hana, at=NOW)
    taking.take(referral=case, by=world.hana, at=NOW)
    acknowledge(pack=all_packs(case)["cumbria_police"], by=world.pat, at=NOW)
    words = text_of(as_(mona).get(address(case)))
    for line in ("Hana Hale, ", "Read the case", "Took the case", "Acknowledged a pack for", "Alice Appleby"):
        assert line in words
    assert "Mona Moss" in words
    assert "Read the history of the case" in words
    assert "Riley" not in words


def test_the_case_page_leads_there_for_a_manager_alone(world: World, as_: As, mona: User) -> None:
    case = sent(world)
    assert address(case) in as_(mona).get(f"/cases/{case.pk}/timeline").content.decode()
    assert address(case) not in as_(world.hana).get(f"/cases/{case.pk}/timeline").content.decode()


def test_nobody_else_finds_it(world: World, as_: As, mona: User, audrey: User) -> None:
    case, sealed = sent(world), sent(world, about=("hub",))
    for person in (world.alice, world.bob, world.hana, world.will, world.pat, world.adam, audrey):
        assert as_(person).get(address(case)).status_code == 404, person.email
    assert as_(mona).get(address(sealed)).status_code == 404
    assert as_(world.cleo).get(address(sealed)).status_code == 200


def test_a_long_history_is_read_in_pages(world: World) -> None:
    case = sent(world)
    for _ in range(7):
        reading.read_case(referral=case, by=world.hana, at=NOW)
    first = history(case, size=5)
    assert first.older is not None
    rest = history(case, before=first.older, size=50)
    assert rest.older is None
    numbers = [each.sequence for each in (*first.entries, *rest.entries)]
    assert numbers == sorted(numbers, reverse=True)
    assert sum(each.what == "read the case" for each in (*first.entries, *rest.entries)) == 7


class TestSampling:
    def test_an_auditor_gives_a_reason_and_the_manager_sees_it(
        self, world: World, as_: As, mona: User, audrey: User
    ) -> None:
        case = sent(world)
        page = as_(audrey).post("/record/sample", {"reference": case.reference.lower(), "reason": "complaint"})
        assert "Sent the referral" in text_of(page)
        assert "Riley" not in text_of(page)
        event = Event.objects.get(event="case.sampled")
        assert (event.subject_id, event.detail) == (str(case.pk), {"reason": "complaint"})
        assert "Cumbria, as Auditor or data protection officer Read the history" in text_of(
            as_(mona).get(address(case))
        )

    def test_the_answers_are_shown_only_where_they_are_asked_for_and_that_is_recorded(
        self, world: World, as_: As, mona: User, audrey: User
    ) -> None:
        case = sent(world)
        browser = as_(audrey)
        form = browser.get(f"/record/sample?case={case.pk}")
        assert f'value="{case.reference}"' in form.content.decode()
        page = text_of(
            browser.post("/record/sample", {"reference": case.reference, "reason": "review", "answers": "yes"})
        )
        assert "Riley Number1" in page
        assert "A man online asked Riley to keep a secret" in page
        assert "Sent the referral" in page
        event = Event.objects.get(event="case.answers_sampled")
        assert (event.by_id, event.subject_id, event.detail) == (str(audrey.pk), str(case.pk), {"reason": "review"})
        assert not Event.objects.filter(event="case.sampled").exists()
        assert "Read the answers of the case as a sample" in text_of(as_(mona).get(address(case)))

    def test_no_answer_of_a_case_that_may_not_be_sampled_is_shown(self, world: World, as_: As, audrey: User) -> None:
        sealed, draft = sent(world, about=("hub",)), world.draft()
        for case in (sealed, draft):
            form = as_(audrey).get(f"/record/sample?case={case.pk}")
            assert form.status_code == 200
            assert 'name="reference" value=""' in form.content.decode()
        asked = {"reference": sealed.reference, "reason": "review", "answers": "yes"}
        assert as_(audrey).post("/record/sample", asked).status_code == 400
        assert as_(mona_of(world)).post("/record/sample", asked).status_code == 404
        assert not Event.objects.filter(event="case.answers_sampled").exists()

    def test_without_a_reason_nothing_is_shown(self, world: World, as_: As, audrey: User) -> None:
        case = sent(world)
        page = as_(audrey).post("/record/sample", {"reference": case.reference})
        assert page.status_code == 400
        assert "Select why" in text_of(page)
        assert not Event.objects.filter(event="case.sampled").exists()

    def test_a_sealed_case_and_anothers_case_are_as_if_they_were_not(self, world: World, as_: As, audrey: User) -> None:
        sealed = sent(world, about=("hub",))
        elsewhere = world.person("ewan", "Ewan East", "auditor", partnership="North East Lincolnshire")
        case = sent(world)
        none = as_(audrey).post("/record/sample", {"reference": "AAAA-AAAA", "reason": "review"}).content
        for person, reference in ((audrey, sealed.reference), (elsewhere, case.reference)):
            page = as_(person).post("/record/sample", {"reference": reference, "reason": "review"})
            assert page.status_code == 400
            assert text_of(page).count("No case of your partnership") == 2
        assert b"No case of your partnership" in none
