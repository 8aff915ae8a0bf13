"""Sending: all or nothing, once, and what each recipient is sent."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from audit.models import Event
from procedures import editions
from procedures.engine.facts import kept_facts
from procedures.engine.joining import route_by_area
from referrals import facts
from referrals.actions import submission
from referrals.actions.holding import DraftClosedError
from referrals.documents import PackSnapshot
from referrals.models import Clock, Job, Pack, Referral, Route, Routing
from referrals.permissions import NotPermittedError
from tests.referrals.people import NOW, World, all_packs, answer, filled, send, sent, text


def printed(pack: Pack) -> str:
    return PackSnapshot.model_validate(pack.snapshot).model_dump_json()


def test_everything_that_must_be_so_is_so_at_once(world: World) -> None:
    referral = sent(world, works="work")
    assert (referral.status, referral.urgency, referral.owner_unit.unit) == ("sent", "standard", "cumberland_hub")
    assert [(route.unit, route.mode, route.state) for route in referral.routes.all()] == [
        ("cumberland_hub", "pack", "pack"),
        ("cumbria_police", "pack", "pack"),
        ("cumberland_lado", "pack", "pack"),
    ]
    assert {pack.state for pack in referral.packs.all()} == {"waiting"}
    jobs = set(Job.objects.values_list("kind", "subject_id"))
    assert jobs == {("look_for_links", referral.pk)} | {("render_pack", pack.pk) for pack in referral.packs.all()}
    assert [step.code for step in referral.checklist_steps.all()] == ["tell_hub_first", "never_look"]
    last = Event.objects.order_by("-sequence").first()
    assert last is not None
    assert (last.event, last.detail["owner"]) == ("referral.submitted", "cumberland_hub")


def test_a_stored_routing_can_be_replayed(world: World) -> None:
    routing = sent(world, works="work").routings.get()
    replayed = route_by_area(editions.editions_in_force(on=NOW.date()), kept_facts(routing.facts))
    assert replayed.as_data() == routing.result
    assert [pin["id"] for pin in routing.editions] == ["cumbria"]


def test_the_same_form_twice_gives_the_same_receipt(world: World) -> None:
    draft = filled(world)
    shown = submission.preview(referral=draft, at=NOW)
    token = uuid.uuid4()
    receipts = [
        submission.submit(referral=draft, token=each, expected=shown.fingerprint, by=world.alice, at=NOW)
        for each in (token, token, uuid.uuid4())
    ]
    assert {receipt.referral.pk for receipt in receipts} == {draft.pk}
    assert [receipt.is_new for receipt in receipts] == [True, False, False]
    assert Routing.objects.count() == 1
    assert Event.objects.filter(event="referral.submitted").count() == 1
    another = filled(world)
    shown = submission.preview(referral=another, at=NOW)
    again = submission.submit(referral=another, token=token, expected=shown.fingerprint, by=world.alice, at=NOW)
    assert (again.referral.pk, again.is_new) == (draft.pk, False)


def test_what_was_shown_is_what_is_sent(world: World) -> None:
    draft = filled(world)
    shown = submission.preview(referral=draft, at=NOW)
    draft = answer(draft, "danger", world.alice, Q_SAF_1="yes")
    with pytest.raises(submission.RoutingChangedError) as caught:
        submission.submit(referral=draft, token=uuid.uuid4(), expected=shown.fingerprint, by=world.alice, at=NOW)
    assert caught.value.preview.routing.urgency == "emergency"
    assert not Routing.objects.exists()


def test_an_edition_that_comes_into_force_meanwhile_is_shown_first(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    draft = filled(world)
    shown = submission.preview(referral=draft, at=NOW)
    own = Path(__file__).parent / "content"
    (tmp_path / "small").mkdir()
    for path in own.rglob("*.yaml"):
        words = path.read_text(encoding="utf-8")
        if path.name == "rules.yaml":
            words = words.replace(
                "{to: police, mode: pack, urgency: standard}", "{to: police, mode: call_101, urgency: urgent}"
            )
        (tmp_path / path.relative_to(own)).write_text(words, encoding="utf-8")
    settings.EDITIONS_DIR = tmp_path
    with pytest.raises(submission.RoutingChangedError) as caught:
        submission.submit(referral=draft, token=uuid.uuid4(), expected=shown.fingerprint, by=world.alice, at=NOW)
    assert caught.value.preview.routing.urgency == "urgent"


def test_nothing_is_sent_while_something_needed_is_missing(world: World) -> None:
    draft = filled(world)
    draft = answer(draft, "worry", world.alice, Q_WOR_1=text(""))
    shown = submission.preview(referral=draft, at=NOW)
    with pytest.raises(submission.AnswersMissingError) as caught:
        submission.submit(referral=draft, token=uuid.uuid4(), expected=shown.fingerprint, by=world.alice, at=NOW)
    assert [each.question.id for each in caught.value.missing] == ["Q-WOR-1"]


def test_send_now_prints_what_was_not_reached_as_not_asked(world: World) -> None:
    draft = world.draft()
    for page, given in (
        ("danger", {"Q_SAF_1": "no"}),
        ("workplace", {"Q_REF_11": ["no"]}),
        ("worry", {"Q_WOR_1": text("A man online.")}),
        ("area", {"Q_SAF_5": "cumberland"}),
        ("concerns", {"Q_SAF_6": ["grooming"]}),
        ("phone", {"Q_REF_4": text("07700 900123")}),
        ("self_harm", {"Q_SAF_3": "unknown"}),
    ):
        draft = answer(draft, page, world.alice, **given)
    referral = send(draft, world.alice, quick=True)
    rows = {
        row["question"]: row["state"]
        for section in all_packs(referral)["cumberland_hub"].snapshot["sections"]
        for row in section["rows"]
    }
    assert (rows["Q-SAF-3"], rows["Q-REF-9"], rows["Q-CHI-1"]) == ("not_known", "not_asked", "not_asked")
    assert referral.is_quick


def test_a_hidden_answer_is_neither_shown_nor_sent(world: World) -> None:
    draft = filled(world, concerns=("extremism",))
    draft = answer(draft, "travel", world.alice, Q_EX_4="yes")
    draft = answer(draft, "concerns", world.alice, Q_SAF_6=["grooming"])
    assert draft.answers["case"]["Q-EX-4"], "kept, in case the concern is chosen again"
    referral = send(draft, world.alice)
    assert all("Q-EX-4" not in printed(pack) for pack in all_packs(referral).values())


def test_each_recipient_gets_what_section_six_gives_it(world: World) -> None:
    packs = all_packs(sent(world, works="work", concerns=("grooming", "extremism")))
    has = {
        unit: (
            "max_Il1" in printed(pack),  # usernames
            "Example Minibuses" in printed(pack),  # the employer
            "Q-EX-4" in printed(pack),  # signs of extremism
            "Sleeps badly" in printed(pack),  # the child's needs
            "Alice Appleby" in printed(pack),  # the referrer
            "Q-CHI-0" in printed(pack),  # not in a summary
        )
        for unit, pack in packs.items()
    }
    assert has == {
        "cumberland_hub": (True, True, True, True, True, True),
        "cumbria_police": (True, False, False, False, True, True),
        "cumberland_lado": (False, True, False, False, True, False),
        "cumbria_prevent": (False, False, True, False, True, True),
    }
    assert packs["cumbria_prevent"].snapshot["marking"] == "CHANNEL"
    assert packs["cumbria_police"].snapshot["marking"] is None
    assert "Work with children: it goes to the designated officer" in packs["cumbria_police"].snapshot["withheld"]


def test_a_referrer_at_risk_is_named_to_the_hub_alone(world: World) -> None:
    packs = all_packs(sent(world, at_risk="yes", works="work", danger="yes"))
    for unit, pack in packs.items():
        named = (
            "Alice Appleby" in printed(pack) or "07700 900123" in printed(pack) or "Example Academy" in printed(pack)
        )
        assert named is (unit == "cumberland_hub"), unit


def test_each_hub_gets_its_own_child_in_full_and_the_other_in_summary(world: World) -> None:
    from referrals.actions import drafts

    draft = filled(world)
    second = drafts.add_child(referral=draft, version=draft.version, by=world.alice, at=NOW)
    draft = Referral.objects.system(reason="a test").get(pk=draft.pk)
    draft = answer(
        draft, "child", world.alice, key=second, Q_CHI_1=text("Sam Second"), Q_CHI_2=text("13"),
        Q_CHI_9=text("Is new at school."), Q_CHI_0="north_east_lincolnshire",
    )  # fmt: skip
    draft = answer(draft, "child", world.alice, key=second, Q_CHI_15=text("Said it happens at night."))
    referral = send(draft, world.alice)
    packs = all_packs(referral)
    assert [pin["id"] for pin in referral.editions] == ["cumbria", "north-east-lincolnshire"]
    cumbria, nel = printed(packs["cumberland_hub"]), printed(packs["north_east_lincolnshire_hub"])
    assert ("Sleeps badly" in cumbria, "Is new at school" in cumbria, "Sam Second" in cumbria) == (True, False, True)
    assert ("Sleeps badly" in nel, "Is new at school" in nel, "Riley Number1" in nel) == (False, True, True)
    assert ("Said it happens at night" in cumbria, "Said it happens at night" in nel) == (False, True)


def test_children_of_the_facts_are_matched_with_their_records(world: World) -> None:
    from referrals.actions import drafts

    draft = filled(world)
    for age in ("19", "12"):
        key = drafts.add_child(referral=draft, version=draft.version, by=world.alice, at=NOW)
        draft = Referral.objects.system(reason="a test").get(pk=draft.pk)
        draft = answer(draft, "child", world.alice, key=key, Q_CHI_2=text(age))
    edition, sheet = facts.form_edition(draft), facts.sheet_of(draft)
    records = [record["key"] for record in draft.answers["children"]]
    assert facts.child_keys(edition, sheet, today=NOW.date()) == [records[0], records[2]]
    assert len(facts.facts_of_referral(draft, today=NOW.date()).children) == 2


def test_no_child_known_is_owned_by_the_hub_of_the_setting(world: World) -> None:
    referral = sent(world, area="no_child_known", concerns=("other",))
    assert [(route.unit, route.state) for route in referral.routes.all()] == [("cumberland_hub", "advice")]
    assert not referral.packs.exists()


CLOCKS = [
    # sent, urgency asked by danger, clock, due
    (datetime(2026, 12, 24, 15, 0, tzinfo=UTC), "no", "K-03", datetime(2026, 12, 29, 17, 0, tzinfo=UTC)),
    (datetime(2026, 12, 2, 10, 0, tzinfo=UTC), "no", "K-03", datetime(2026, 12, 3, 17, 0, tzinfo=UTC)),
    (datetime(2026, 12, 3, 10, 0, tzinfo=UTC), "no", "K-03", datetime(2026, 12, 4, 16, 30, tzinfo=UTC)),
    (datetime(2026, 12, 2, 10, 0, tzinfo=UTC), "yes", "K-04", datetime(2026, 12, 2, 10, 30, tzinfo=UTC)),
    (datetime(2026, 12, 2, 16, 50, tzinfo=UTC), "yes", "K-04", datetime(2026, 12, 3, 8, 20, tzinfo=UTC)),
]


@pytest.mark.parametrize(("at", "danger", "kind", "due"), CLOCKS)
def test_clocks_count_in_the_owners_own_hours(
    world: World, at: datetime, danger: str, kind: str, due: datetime
) -> None:
    referral = send(filled(world, danger=danger), world.alice, at=at)
    (clock,) = Clock.objects.filter(referral=referral, kind=kind)
    assert (clock.due_at, clock.agency) == (due, referral.owner_unit)
    assert clock.computation


def test_nobody_else_sends_it_and_nothing_that_has_ended(world: World) -> None:
    draft = filled(world)
    shown = submission.preview(referral=draft, at=NOW)
    more: dict[str, Any] = {"token": uuid.uuid4(), "expected": shown.fingerprint, "at": NOW}
    for person in (world.bob, world.hana):
        with pytest.raises(NotPermittedError):
            submission.submit(referral=draft, by=person, **more)
    from referrals.actions import draft_ends

    draft_ends.expire_due(at=NOW + timedelta(days=29))
    with pytest.raises((DraftClosedError, NotPermittedError)):
        submission.submit(referral=draft, by=world.alice, **more)


def test_a_failure_at_the_last_step_leaves_nothing_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = filled(world)
    shown = submission.preview(referral=draft, at=NOW)

    def cannot(**_: object) -> None:
        raise OSError("the audit key is gone")

    monkeypatch.setattr(submission, "record_event", cannot)
    with pytest.raises(OSError, match="audit key"):
        submission.submit(referral=draft, token=uuid.uuid4(), expected=shown.fingerprint, by=world.alice, at=NOW)
    assert Referral.objects.system(reason="a test").get(pk=draft.pk).status == "draft"
    assert not Job.objects.exists()
    assert not Route.objects.system(reason="a test").exists()
