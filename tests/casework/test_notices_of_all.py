"""Every notice stands on the page of tasks, which everybody has: also of those who file no referrals."""

from collections.abc import Callable

from django.urls import reverse

from accounts.models import User
from referrals.actions import break_glass, conflicts
from referrals.models import Notice
from referrals.notifications import give_notice
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
ADDRESS = "/tasks/"


def test_a_conflict_officer_reads_and_puts_away_a_notice(world: World, as_: As) -> None:
    case = sent(world, about=("hub",))
    notice = give_notice(to=world.cleo, kind=Notice.Kind.CONFLICT_MENTION, referral=case, at=NOW)
    assert notice is not None
    browser = as_(world.cleo)
    assert browser.get("/referrals/").status_code == 404
    page = browser.get(ADDRESS)
    assert "Added detail names somebody with an account" in text_of(page)
    assert reverse("casework:conflicts", args=[case.pk]) in page.content.decode()
    away = browser.post(f"/referrals/notices/{notice.pk}/seen/", {"on": "tasks"})
    assert away["Location"] == ADDRESS
    assert "Added detail" not in text_of(browser.get(ADDRESS))


def test_an_auditor_is_led_to_the_opening_that_waits_for_review(world: World, as_: As) -> None:
    case = sent(world)
    ada = world.person("ada", "Ada Avery", "auditor", partnership="Cumbria")
    wendy = world.person("wendy", "Wendy Wood", "hub_manager", unit="westmorland_and_furness_hub")
    break_glass.open_case(reference=case.reference, reason="Missing.", by=wendy, at=NOW)
    page = as_(ada).get(ADDRESS)
    assert "Somebody outside opened a case: review why" in text_of(page)
    assert reverse("casework:openings") in page.content.decode()
    assert as_(ada).get(f"/cases/{case.pk}/").status_code == 404
    conflicts.keep_away(
        referral=case, person=ada, reason="Her son.", by=world.person("mona", "Mona Moor", "hub_manager",
        unit="cumberland_hub"), at=NOW,
    )  # fmt: skip
    assert "Somebody outside" not in text_of(as_(ada).get(ADDRESS))


def test_a_notice_of_a_case_that_is_not_theirs_any_more_is_not_shown(world: World, as_: As) -> None:
    case = sent(world)
    give_notice(to=world.will, kind=Notice.Kind.TRANSFER, referral=case, at=NOW)
    assert "asks yours to take over" not in text_of(as_(world.will).get(ADDRESS))
