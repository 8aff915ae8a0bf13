"""What is seen elsewhere: found by name and date of birth, account, number and address; shown to those who may know."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import linking
from casework.models import Link, LinkAct
from casework.permissions import NotPermittedError
from casework.queries import links as queries
from casework.queries.links import count_others, seen_by
from referrals.actions import conflicts, follow_up, jobs
from referrals.models import BlindToken, Job, Notice, Referral
from referrals.text import TextRefusedError
from tests.casework.likeness import judge, only, raised
from tests.casework.reading import text_of
from tests.casework.two_hubs import sent_to_two_hubs
from tests.form_client import FormClient
from tests.referrals.people import NOW, World
from tests.referrals.test_phone_contacts import CALLER, called

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def look(*, at: Any = LATER) -> None:
    for job in Job.objects.filter(kind=Job.Kind.LOOK_FOR_LINKS, done_at__isnull=True):
        jobs.run(job_id=job.pk, at=at)


def seen(user: User, case: Referral) -> list[tuple[Referral, str, str]]:
    return [(each.other, each.likeness.kind, each.likeness.strength) for each in seen_by(user, case, at=LATER)]


class TestFinding:
    @pytest.mark.parametrize(
        ("name", "born", "strength"),
        [
            ("RILEY O’Hara-Jones", "31/5/2012", "strong"),
            ("ohara jones riley", "2012-05-31", "strong"),
            ("Riley Ohara Johns", "31/5/2012", "weak"),
            ("Riley Jones", "31/5/2012", "weak"),
            ("Riley Anne O'Hara Jones", "31/5/2012", "weak"),
            ("Riley O'Hara Jones", "13", "weak"),
            ("Riley O'Hara Jones", "30/5/2012", None),
            ("Robin Smith", "31/5/2012", None),
        ],
    )
    def test_the_same_child_and_one_nearly_so(self, world: World, name: str, born: str, strength: str | None) -> None:
        first = raised(world, name="Riley O'Hara-Jones", born="31/5/2012")
        second = raised(world, name=name, born=born)
        expected = [] if strength is None else [(first, "child", strength)]
        assert seen(world.hana, second) == expected
        assert seen(world.hana, first) == [(second, *each[1:]) for each in expected]

    def test_day_and_month_the_other_way_round(self, world: World) -> None:
        first = raised(world, name="Riley Jones", born="5/6/2012")
        second = raised(world, name="Riley Jones", born="6/5/2012")
        assert seen(world.hana, second) == [(first, "child", "weak")]

    def test_a_name_without_a_date_on_either_side(self, world: World) -> None:
        first, second = raised(world, name="Riley Jones"), raised(world, name="Riley Jones")
        assert seen(world.hana, second) == [(first, "child", "weak")]
        raised(world, name="Riley")
        assert seen(world.hana, raised(world, name="Riley")) == []

    @pytest.mark.parametrize(
        ("mine", "theirs", "kind"),
        [
            ("@Max_Il1", "max_il1", "handle"), ("07700 900 456", "+44 (0)7700 900456", "phone"),
            ("Max@Example.ORG", "max@example.org", "email"),
            ("hxxps://www.Example[.]com/Max/", "http://example.com/Max#top", "web"),
        ],
    )  # fmt: skip
    def test_the_same_account_number_and_address(self, world: World, mine: str, theirs: str, kind: str) -> None:
        first, second = raised(world, handle=mine), raised(world, handle=theirs, name="Robin Roe")
        assert seen(world.hana, second) == [(first, kind, "strong")]
        assert only(world.hana, second).values == (theirs,)

    def test_what_says_nothing_links_nothing(self, world: World) -> None:
        raised(world, handle="not known|N/A|-")
        assert seen(world.hana, raised(world, handle="not known|N/A|-", name="Robin Roe")) == []

    def test_the_referrers_own_number_links_nothing(self, world: World) -> None:
        raised(world, handle="one")
        second = raised(world, handle="two", name="Robin Roe")
        assert seen(world.hana, second) == []

    def test_added_detail_links_too(self, world: World) -> None:
        first, second = raised(world, handle="07700 900456"), raised(world, name="Robin Roe")
        follow_up.add_detail(
            referral=second, text="He rang from 07700 900456.", token=uuid.uuid4(), by=world.alice, at=NOW
        )
        assert seen(world.hana, second) == [(first, "phone", "strong")]

    def test_old_rows_are_covered_by_the_rebuild(self, world: World) -> None:
        from referrals.actions import search_index

        first, second = raised(world, handle="max_il1"), raised(world, handle="max_il1", name="Robin Roe")
        BlindToken.objects.all().delete()
        assert seen(world.hana, second) == []
        search_index.rebuild(by=None, at=LATER)
        assert seen(world.hana, second) == [(first, "handle", "strong")]


class TestWhoIsShown:
    def test_only_what_the_viewer_may_open_counts(self, world: World, as_: As) -> None:
        mine = raised(world, handle="max_il1")
        raised(world, handle="max_il1", name="Robin Roe", area="north_east_lincolnshire")
        raised(world, handle="max_il1", name="Robin Roe", about=("hub",))
        other = raised(world, handle="max_il1", name="Robin Roe")
        assert seen(world.hana, mine) == [(other, "handle", "strong")]
        page = text_of(as_(world.hana).get(f"/cases/{mine.pk}/"))
        assert "Seen in 1 other " in page
        listed = as_(world.hana).get(f"/cases/{mine.pk}/links/").content.decode()
        assert other.reference in listed
        assert listed.count("as in case") == 1

    def test_whoever_is_kept_away_from_the_other_sees_nothing_of_it(self, world: World, mona: User, as_: As) -> None:
        mine, other = raised(world, handle="max_il1"), raised(world, handle="max_il1", name="Robin Roe")
        conflicts.keep_away(referral=other, person=world.hana, reason="Her nephew.", by=mona, at=NOW)
        assert seen(world.hana, mine) == []
        assert "Seen in" not in text_of(as_(world.hana).get(f"/cases/{mine.pk}/"))
        assert seen(mona, mine) == [(other, "handle", "strong")]

    def test_nobody_outside_the_hub_has_the_page(self, world: World, as_: As) -> None:
        mine = raised(world, handle="max_il1")
        raised(world, handle="max_il1", name="Robin Roe")
        for person in (world.alice, world.bob, world.pat, world.lena, world.will, world.adam, world.cleo):
            assert as_(person).get(f"/cases/{mine.pk}/links/").status_code == 404, person.email

    def test_a_record_that_another_hub_may_not_read_shows_nothing(self, world: World) -> None:
        both = sent_to_two_hubs(world)  # Riley of Cumberland, and Sam of North East Lincolnshire
        of_riley = raised(world, area="north_east_lincolnshire")
        of_sam = raised(world, area="north_east_lincolnshire", name="Sam Second", born="13")
        assert seen(world.nell, of_riley) == []
        assert seen(world.nell, of_sam) == [(both, "child", "weak")]
        assert seen(world.nell, both) == [(of_sam, "child", "weak")]

    def test_one_account_in_many_does_not_crowd_out_the_child(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = raised(world, name="Riley Jones", born="31/5/2012")
        for name in ("Robin Roe", "Roan Ray", "Rory Rue"):
            raised(world, name=name, handle="instagram")
        monkeypatch.setattr(queries, "MOST_OF_EACH", 2)
        found = seen(world.hana, raised(world, name="Riley Jones", born="31/5/2012", handle="instagram"))
        assert (first, "child", "strong") in found
        assert [kind for _, kind, _ in found].count("handle") == 2


class TestAlerts:
    def test_two_people_raising_the_same_child_alert_the_manager(self, world: World, mona: User) -> None:
        first = raised(world, name="Riley Jones", born="31/5/2012")
        second = raised(world, name="Riley Jones", born="31/5/2012", by=world.carol)
        look()
        assert set(Notice.objects.filter(to=mona).values_list("kind", "referral")) == {
            ("same_child", first.pk), ("same_child", second.pk),
        }  # fmt: skip
        assert not Notice.objects.exclude(to=mona).exists()

    def test_two_callers_alert_the_manager_though_one_worker_wrote_both_down(
        self, world: World, mona: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        called(world, monkeypatch)
        called(world, monkeypatch)
        look()
        assert not Notice.objects.exists()
        monkeypatch.setitem(CALLER, "name", "Dora Drew")
        third = called(world, monkeypatch)
        look()
        assert Notice.objects.filter(to=mona, kind="same_child", referral=third).exists()

    def test_one_person_raising_a_child_twice_alerts_nobody(self, world: World, mona: User) -> None:
        raised(world, name="Riley Jones", born="31/5/2012")
        raised(world, name="Riley Jones", born="31/5/2012")
        look()
        assert not Notice.objects.exists()

    def test_a_case_elsewhere_alerts_without_saying_which(self, world: World, mona: User, as_: As) -> None:
        mine = raised(world, handle="max_il1")
        other = raised(world, handle="max_il1", name="Robin Roe", area="north_east_lincolnshire")
        look()
        assert Notice.objects.get(to=mona).kind == "seen_elsewhere"
        assert Notice.objects.get(to=mona).referral == mine
        page = as_(mona).get("/referrals/mine/")
        assert "also in a case of another unit" in text_of(page)
        for path in ("/referrals/mine/", f"/cases/{mine.pk}/links/", f"/cases/{mine.pk}/", f"/cases/{mine.pk}/history"):
            content = as_(mona).get(path).content.decode()
            assert other.reference not in content
            assert str(other.pk) not in content

    def test_a_sealed_case_is_no_reason_to_tell_the_hub_anything(self, world: World, mona: User) -> None:
        raised(world, handle="max_il1")
        sealed = raised(world, handle="max_il1", name="Robin Roe", about=("hub",), by=world.carol)
        look()
        assert {(each.to, each.referral) for each in Notice.objects.filter(kind="seen_elsewhere")} == {
            (world.cleo, sealed)
        }
        about = Event.objects.filter(event__startswith="link.")
        assert {each.subject_id for each in about} == {""}

    def test_whoever_is_kept_away_is_not_told(self, world: World, mona: User) -> None:
        raised(world, name="Riley Jones", born="31/5/2012")
        second = raised(world, name="Riley Jones", born="31/5/2012", by=world.carol)
        conflicts.keep_away(referral=second, person=mona, reason="Her nephew.", by=_another(world), at=NOW)
        look()
        assert not Notice.objects.filter(to=mona).exists()


def _another(world: World) -> User:
    return world.person("milo", "Milo Mann", "hub_manager", unit="cumberland_hub")


class TestJudging:
    def test_confirmed_rejected_and_taken_back_with_reasons(self, world: World, mona: User) -> None:
        first, second = raised(world, handle="max_il1"), raised(world, handle="max_il1", name="Robin Roe")
        judge(second, "reject", mona)
        assert count_others(seen_by(mona, second, at=LATER)) == count_others(seen_by(mona, first, at=LATER)) == 0
        with pytest.raises(linking.LinkRefusedError):
            judge(first, "confirm", mona)
        judge(first, "undo", mona)
        link = judge(second, "confirm", mona)
        assert link.standing == "confirmed"
        assert only(world.hana, first).standing == "confirmed"
        assert list(LinkAct.objects.values_list("verb", flat=True)) == ["reject", "undo", "confirm"]
        assert Event.objects.filter(event="link.confirmed", subject_id=str(link.pk), by_id=str(mona.pk)).count() == 1
        with pytest.raises(TextRefusedError):
            judge(second, "undo", mona, " ")

    def test_only_whoever_decides_judges(self, world: World, mona: User) -> None:
        raised(world, handle="max_il1")
        second = raised(world, handle="max_il1", name="Robin Roe")
        code = only(mona, second).code
        for person in (world.hana, world.alice, world.will, world.pat, world.cleo, world.adam):
            with pytest.raises(NotPermittedError):
                linking.judge(
                    referral=second, code=code, verb="confirm", version=0, reason="Same.", by=person, at=LATER
                )
        assert not Link.objects.exists()

    def test_of_two_at_once_the_second_is_told(self, world: World, mona: User) -> None:
        raised(world, handle="max_il1")
        second = raised(world, handle="max_il1", name="Robin Roe")
        judge(second, "confirm", mona)
        with pytest.raises(linking.LinkChangedError):
            judge(second, "reject", mona, version=0)
        assert LinkAct.objects.count() == 1

    def test_in_the_browser(self, world: World, mona: User, as_: As) -> None:
        first, second = raised(world, handle="max_il1"), raised(world, handle="max_il1", name="Robin Roe")
        code = only(mona, second).code
        page = f"/cases/{second.pk}/links/{code}/confirm"
        assert as_(world.hana).get(page).status_code == 404
        assert as_(mona).post(page, {"version": "0", "reason": ""}).status_code == 400
        done = as_(mona).post(page, {"version": "0", "reason": "The same boy."}, follow=True)
        assert "Confirmed, and on record" in text_of(done)
        lost = as_(mona).post(page, {"version": "0", "reason": "Kept words."})
        assert lost.status_code == 400
        assert "Kept words." in lost.content.decode()
        assert "The same boy." in text_of(as_(world.hana).get(f"/cases/{first.pk}/links/"))
