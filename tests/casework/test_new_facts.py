"""What the hub found out leads on under the pinned edition: proposed with reasons, sent or left out, never silently."""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from audit.models import Event
from casework.permissions import NotPermittedError
from procedures import editions
from referrals.actions import corrections, overrides, rerouting
from referrals.actions.corrections import CorrectionRefusedError
from referrals.actions.overrides import OverrideRefusedError
from referrals.actions.rerouting import LEAVE_OUT, SEND, ConfirmationRefusedError
from referrals.models import Clock, Correction, Override, Pack, Referral, Route
from referrals.queries import live_routes, search
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
HOW = "The employer said so on the telephone."
WORKS = {"Q-ADU-4": {"chosen": ["work"], "details": {"employer": "Example Minibuses"}}}
IN_DANGER = {"Q-SAF-1": {"chosen": ["yes"]}}


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def correct(
    case: Referral, by: User, answers: Mapping[str, Any] = WORKS, *, page: str = "person", how: str = HOW
) -> Correction:
    key = case.answers["persons"][0]["key"] if page == "person" else ""
    key = case.answers["children"][0]["key"] if page == "child" else key
    return corrections.correct(
        referral=case, page=page, key=key, answers=answers, how_known=how, token=uuid.uuid4(), by=by, at=LATER
    )


def proposed(case: Referral) -> list[str]:
    return [f"{each.destination.code}:{each.destination.unit}" for each in rerouting.rerouting(case).proposed]


def confirm(case: Referral, by: User, answers: Mapping[str, str]) -> list[Route]:
    shown = rerouting.rerouting(case).fingerprint
    return rerouting.confirm(referral=case, expected=shown, answers=answers, by=by, at=LATER)


def test_a_new_fact_proposes_a_destination_and_sends_nothing(world: World) -> None:
    case = sent(world)
    assert proposed(case) == []
    correct(case, world.hana)
    assert proposed(case) == ["lado:cumberland_lado"]
    assert case.routings.count() == 1
    assert "cumberland_lado" not in all_packs(case)
    assert not Referral.objects.visible_to(world.lena, at=LATER).filter(pk=case.pk).exists()


def test_what_is_confirmed_is_sent_with_its_pack_clock_and_reason(world: World, as_: As) -> None:
    case = sent(world)
    before = {pack.pk for pack in all_packs(case).values()}
    correct(case, world.hana)
    routes = confirm(case, world.hana, {"answer_0": SEND})
    assert [(route.code, route.unit, route.state) for route in routes] == [("lado", "cumberland_lado", "pack")]
    assert case.routings.count() == 2
    pack = all_packs(case)["cumberland_lado"]
    assert [reason["rule"] for reason in pack.snapshot["reasons"]] == ["M-04"]
    assert {each.pk for each in all_packs(case).values()} - {pack.pk} == before
    assert Clock.objects.filter(referral=case, kind="K-15", agency__unit="cumberland_lado").count() == 1
    assert Clock.objects.filter(referral=case, kind="K-03").count() == 1
    assert proposed(case) == []
    assert as_(world.lena).get(f"/packs/{pack.pk}/").status_code == 200


def test_the_hub_stands_as_the_source_of_what_it_found_out(world: World) -> None:
    case = sent(world)
    correct(case, world.hana)
    confirm(case, world.hana, {"answer_0": SEND})
    rows = [row for section in all_packs(case)["cumberland_lado"].snapshot["sections"] for row in section["rows"]]
    said = next(row for row in rows if row["question"] == "Q-ADU-4")
    assert (said["telling"], said["who"]) == ("Recorded by", "the hub")
    assert "Paid work" in said["lines"]


def test_a_stronger_call_replaces_the_weaker_pack(world: World) -> None:
    case = sent(world)
    correct(case, world.hana, IN_DANGER, page="danger")
    assert proposed(case) == ["hub:cumberland_hub", "police:cumbria_police"]
    confirm(case, world.hana, {"answer_0": SEND, "answer_1": SEND})
    live = live_routes(case)[("police", "cumbria_police")]
    assert (live.mode, live.urgency) == ("call_999", "emergency")
    packs = Pack.objects.system(reason="a test").filter(referral=case, route__unit="cumbria_police")
    assert sorted(packs.values_list("number", "is_current")) == [(1, False), (2, True)]
    assert Referral.objects.system(reason="a test").get(pk=case.pk).urgency == "emergency"


def test_left_out_needs_a_reason_and_stays_visible(world: World, as_: As) -> None:
    case = sent(world, concerns=("grooming",))
    correct(case, world.hana, {"Q-SAF-6": {"chosen": ["grooming", "extremism"]}}, page="concerns")
    assert "prevent_spoc:cumbria_prevent" in proposed(case)
    with pytest.raises(ConfirmationRefusedError) as refused:
        confirm(case, world.hana, {"answer_0": LEAVE_OUT})
    assert "reason_0" in refused.value.faults
    every = {f"answer_{number}": LEAVE_OUT for number, _ in enumerate(proposed(case))}
    reasons = {f"reason_{number}": "He only read one article." for number, _ in enumerate(proposed(case))}
    confirm(case, world.hana, every | reasons)
    assert proposed(case) == []
    assert "cumbria_prevent" not in all_packs(case)
    page = case_text(as_(world.hana), case.pk)
    assert "proposed by the rules and not sent" in page
    assert "He only read one article." in page


def test_a_statutory_destination_is_left_out_by_a_manager_only(world: World, mona: User) -> None:
    case = sent(world)
    correct(case, world.hana)
    given = {"answer_0": LEAVE_OUT, "reason_0": "The LADO of another council has it."}
    with pytest.raises(ConfirmationRefusedError) as refused:
        confirm(case, world.hana, given)
    assert list(refused.value.faults) == ["answer_0"]
    confirm(case, mona, given)
    assert Override.objects.get().was_must
    assert proposed(case) == []


def test_what_was_shown_is_what_is_confirmed(world: World) -> None:
    case = sent(world)
    correct(case, world.hana)
    shown = rerouting.rerouting(case).fingerprint
    correct(case, world.hana, IN_DANGER, page="danger")
    with pytest.raises(rerouting.ReroutingChangedError):
        rerouting.confirm(referral=case, expected=shown, answers={"answer_0": SEND}, by=world.hana, at=LATER)
    assert case.routings.count() == 1


def test_the_referrer_sees_nothing_of_it(world: World, as_: As) -> None:
    case = sent(world)
    pages = [f"/referrals/{case.pk}/{rest}" for rest in ("sent/", "sent/print/", "packs/", "copy.txt", "questions/")]
    browser = as_(world.alice)

    def words() -> list[str]:
        return [text_of(browser.get(path)) for path in pages]

    before = words()
    correct(case, world.hana)
    confirm(case, world.hana, {"answer_0": SEND})
    overrides.add(
        referral=case, unit="cumbria_prevent", mode="pack", urgency="standard", reason="Asked.", by=world.hana, at=LATER
    )
    route = live_routes(case)[("prevent_spoc", "cumbria_prevent")]
    overrides.drop(route=route, reason="Not needed.", by=world.hana, at=LATER)
    assert words() == before


@pytest.mark.parametrize(("answers", "page", "part"), [
    ({"Q-REF-11": {"chosen": ["police"]}}, "workplace", "conflict officer"),
    ({"Q-CHI-2": {"details": {"age": "19"}}}, "child", "take a child out"),
    ({"Q-SAF-1": {"chosen": ["no"]}}, "danger", "Nothing on this page"),
])  # fmt: skip
def test_what_a_page_of_questions_may_not_do(world: World, answers: Any, page: str, part: str) -> None:
    case = sent(world)
    with pytest.raises(CorrectionRefusedError) as refused:
        correct(case, world.hana, answers, page=page)
    assert part in refused.value.faults[""]
    assert not Correction.objects.filter(referral=case, sequence__gt=1).exists()


def test_a_name_found_out_finds_the_case_and_the_old_one_too(world: World) -> None:
    case = sent(world)
    correct(case, world.hana, {"Q-CHI-1": {"text": "Rylan Newname"}}, page="child")
    for words in ("Rylan Newname", "Riley Number1"):
        assert [each.pk for each in search(world.hana, words, at=LATER)] == [case.pk]


def test_how_it_is_known_is_asked_for(world: World) -> None:
    case = sent(world)
    with pytest.raises(CorrectionRefusedError) as refused:
        correct(case, world.hana, how=" ")
    assert list(refused.value.faults) == ["how_known"]


def test_the_childs_area_leads_to_that_areas_own_edition(world: World) -> None:
    case = sent(world)
    correct(case, world.hana, {"Q-CHI-0": {"chosen": ["north_east_lincolnshire"]}}, page="child")
    assert "hub:north_east_lincolnshire_hub" in proposed(case)
    confirm(case, world.hana, {f"answer_{number}": SEND for number, _ in enumerate(proposed(case))})
    assert {pin["id"] for pin in case.routings.get(sequence=2).editions} == {"north-east-lincolnshire"}
    assert Referral.objects.visible_to(world.nell, at=LATER).filter(pk=case.pk).exists()
    assert [route.unit for route in rerouting.rerouting(case).no_longer] == ["cumberland_hub", "cumbria_police"]


def test_a_newer_edition_changes_nothing_and_is_told(world: World, settings: Any, tmp_path: Any, as_: As) -> None:
    import shutil

    case = sent(world)
    shutil.copytree(settings.EDITIONS_DIR, tmp_path / "content")
    newer = (tmp_path / "content" / "cumbria.yaml").read_text().replace("version: v1", "version: v2")
    newer = newer.replace("2020-01-01", "2026-12-01").replace("small/rules", "small/rules2")
    (tmp_path / "content" / "cumbria2.yaml").write_text(newer)
    rules = (tmp_path / "content" / "small" / "rules.yaml").read_text()
    rules = rules.replace("id: small/rules", "id: small/rules2").replace(
        "destinations: [{to: hub, mode: pack, urgency: standard}, {to: police, mode: pack, urgency: standard}]",
        "destinations: [{to: hub, mode: pack, urgency: standard}]",
    )
    (tmp_path / "content" / "small" / "rules2.yaml").write_text(rules)
    settings.EDITIONS_DIR = tmp_path / "content"
    assert len([each for each in editions.all_editions() if each.id == "cumbria"]) == 2
    assert proposed(case) == []
    page = case_text(as_(world.hana), case.pk)
    assert "A newer edition of the procedure is in force" in page
    assert "It would not ask for Cumbria" in page


# --- the hub's own word


def test_a_destination_is_added_with_its_reason_in_the_pack(world: World, as_: As) -> None:
    case = sent(world)
    given = {"unit": "cumbria_prevent", "mode": "pack", "urgency": "standard"}
    with pytest.raises(OverrideRefusedError) as refused:
        overrides.add(referral=case, reason="", by=world.hana, at=LATER, **given)
    assert list(refused.value.faults) == ["reason"]
    overrides.add(referral=case, reason="He met recruiters.", by=world.hana, at=LATER, **given)
    pack = all_packs(case)["cumbria_prevent"]
    assert [(each["rule"], each["because"]) for each in pack.snapshot["reasons"]] == [("hub", "He met recruiters.")]
    assert "Added by the hub: Hana Hale" in case_text(as_(world.hana), case.pk)
    assert as_(world.prue).get(f"/packs/{pack.pk}/").status_code == 200
    with pytest.raises(OverrideRefusedError):
        overrides.add(referral=case, reason="Again.", by=world.hana, at=LATER, **given)


def test_a_dropped_destination_stays_visible_and_gets_nothing_further(world: World, as_: As) -> None:
    from referrals.actions.follow_up import add_detail

    case = sent(world)
    route = live_routes(case)[("police", "cumbria_police")]
    with pytest.raises(OverrideRefusedError):
        overrides.drop(route=route, reason=" ", by=world.hana, at=LATER)
    overrides.drop(route=route, reason="They have it by 101.", by=world.hana, at=LATER)
    page = case_text(as_(world.hana), case.pk)
    assert "Dropped by the hub: Hana Hale" in page
    assert "They have it by 101." in page
    assert not Clock.objects.filter(referral=case, agency__unit="cumbria_police", ended_at__isnull=True).exists()
    add_detail(referral=case, text="More.", token=uuid.uuid4(), by=world.alice, at=LATER)
    packs = Pack.objects.system(reason="a test").filter(referral=case, route=route)
    assert packs.count() == 1
    assert as_(world.pat).get(f"/packs/{packs.get().pk}/").status_code == 200
    assert Event.objects.about(case).filter(event="destination.dropped").count() == 1
    overrides.add(
        referral=case, unit="cumbria_police", mode="pack", urgency="urgent", reason="They ask.", by=world.hana, at=LATER
    )
    assert "Dropped by the hub" not in case_text(as_(world.hana), case.pk)
    current = Pack.objects.system(reason="a test").get(referral=case, route__unit="cumbria_police", is_current=True)
    assert current.number == 2


def test_what_the_rules_insist_on_is_dropped_by_a_manager_only(world: World, mona: User, as_: As) -> None:
    case = sent(world, works="work")
    route = live_routes(case)[("lado", "cumberland_lado")]
    with pytest.raises(NotPermittedError):
        overrides.drop(route=route, reason="Not needed.", by=world.hana, at=LATER)
    told = as_(world.hana).get(f"/cases/{case.pk}/destinations/{route.pk}/drop", follow=True)
    assert "Only a manager of the hub may drop it" in text_of(told)
    overrides.drop(route=route, reason="The LADO said so.", by=mona, at=LATER)
    assert Override.objects.get().was_must


def test_the_owning_hub_is_never_dropped(world: World, mona: User) -> None:
    case = sent(world)
    with pytest.raises(OverrideRefusedError):
        overrides.drop(route=live_routes(case)[("hub", "cumberland_hub")], reason="No.", by=mona, at=LATER)


def test_a_seal_lets_nobody_in_by_the_hubs_word(world: World) -> None:
    case = sent(world, about=("police",))
    with pytest.raises(OverrideRefusedError) as refused:
        overrides.add(
            referral=case,
            unit="humberside_police",
            mode="pack",
            urgency="urgent",
            reason="So.",
            by=world.cleo,
            at=LATER,
        )
    assert list(refused.value.faults) == ["unit"]


@pytest.mark.parametrize("name", ["alice", "bob", "will", "nell", "pat", "lena", "cleo", "adam", "nora"])
def test_nobody_else_changes_where_a_case_goes(world: World, as_: As, name: str) -> None:
    case, person = sent(world), getattr(world, name)
    route = live_routes(case)[("police", "cumbria_police")]
    with pytest.raises(NotPermittedError):
        correct(case, person)
    with pytest.raises(NotPermittedError):
        overrides.drop(route=route, reason="No.", by=person, at=LATER)
    with pytest.raises(NotPermittedError):
        overrides.add(
            referral=case, unit="cumbria_prevent", mode="pack", urgency="urgent", reason="So.", by=person, at=LATER
        )
    browser = as_(person)
    for path in (
        "facts/",
        "facts/danger/",
        "destinations/proposed",
        "destinations/add",
        f"destinations/{route.pk}/drop",
    ):
        assert browser.get(f"/cases/{case.pk}/{path}").status_code == 404, path
    assert not Correction.objects.exists()


def test_the_whole_way_in_the_browser(world: World, as_: As) -> None:
    case, browser = sent(world), as_(world.hana)
    key = case.answers["persons"][0]["key"]
    here = f"/cases/{case.pk}/facts/person/{key}/"
    assert here in browser.get(f"/cases/{case.pk}/facts/").content.decode()
    assert "Do they work with children?" in text_of(browser.get(here))
    works = {"Q-ADU-4-chosen": "work", "Q-ADU-4-of-work-employer": "Example Minibuses"}
    refused = browser.post(here, works)
    assert refused.status_code == 400
    assert "Write how this is known" in text_of(refused)
    assert "Example Minibuses" in refused.content.decode()
    done = browser.post(here, works | {"how_known": HOW, "token": str(uuid.uuid4())}, follow=True)
    page = done.content.decode()
    assert "The person works with children." in page
    assert " checked" not in page
    missing = browser.post(f"/cases/{case.pk}/destinations/proposed", {})
    assert missing.status_code == 400
    shown = rerouting.rerouting(case).fingerprint
    settled = browser.post(
        f"/cases/{case.pk}/destinations/proposed", {"answer_0": SEND, "fingerprint": shown}, follow=True
    )
    assert "Settled, and on record" in text_of(settled)
    assert "Works with children: Paid work; Employer: Example Minibuses (before: No" in text_of(settled)


def test_what_is_happening_says_what_was_found_out(world: World, as_: As) -> None:
    case = sent(world)
    correct(case, world.hana, IN_DANGER, page="danger")
    page = case_text(as_(world.hana), case.pk)
    assert page.count("Yes Recorded by the hub") == 2, "at the top, and among all answers"
    assert "Recorded by the hub" not in text_of(as_(world.alice).get(f"/referrals/{case.pk}/sent/"))
