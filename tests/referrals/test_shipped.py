"""The shipped editions end to end: a referral sent with the least that "send now" needs, in each area and concern."""

import json
from pathlib import Path

import pytest

from procedures import editions
from procedures.engine import journey
from procedures.engine.loading import SHIPPED
from procedures.engine.schema import Question
from procedures.engine.vocabulary import CONCERNS
from referrals import facts
from referrals.actions import drafts, jobs
from referrals.models import Job, Referral
from tests.referrals.people import NOW, World, all_packs, send


@pytest.fixture(scope="module")
def editions_folder() -> Path:
    """The shipped editions instead of the small one."""
    return Path(SHIPPED)


def least(question: Question, wanted: dict[str, str]) -> dict[str, object]:
    """Return an answer to a question that "send now" needs."""
    if question.options:
        values = [option.value for option in question.options]
        usual = next((value for value in ("no", "not_needed") if value in values), values[0])
        option = next(option for option in question.options if option.value == wanted.get(question.id, usual))
        return {
            "chosen": [option.value],
            "details": {detail.id: "10:00" for detail in option.details if detail.required},
        }
    return {"text": "07700 900123" if question.kind == "phone" else "Something happened online."}


@pytest.mark.parametrize("area", ["cumberland", "north_east_lincolnshire"])
@pytest.mark.parametrize("concern", CONCERNS)
def test_every_concern_can_be_sent_now(world: World, area: str, concern: str) -> None:
    draft = world.draft()
    for _ in range(30):
        missing = journey.missing(facts.form_edition(draft), facts.sheet_of(draft), quick=True)
        if not missing:
            break
        question = missing[0].question
        draft = drafts.save_answers(
            referral=draft,
            version=draft.version,
            page=missing[0].page.id,
            key=missing[0].key,
            answers={question.id: least(question, {"Q-SAF-5": area, "Q-SAF-6": concern})},
            by=world.alice,
            at=NOW,
        )
    referral = send(draft, world.alice, quick=True)
    assert referral.owner_unit is not None
    assert referral.owner_unit.area == area
    assert referral.routes.exists()
    for pack in all_packs(referral).values():
        assert pack.snapshot["reasons"]
        told = "Something happened online." in json.dumps(pack.snapshot)
        groups = {plan.recipient: plan.contents for plan in facts.form_edition(referral).content.packs}
        amount = next(each.amount for each in groups[pack.route.code] if each.group == "worry")
        assert told is (amount != "none"), pack.route.code


def test_every_recipient_has_a_plan_and_every_group_its_words(db: None) -> None:
    for edition in editions.all_editions():
        assert {plan.recipient for plan in edition.content.packs} == {"police", "hub", "prevent_spoc", "lado"}
        groups = {question.pack_group for question in edition.questions.values()}
        assert groups <= {group.id for group in edition.content.pack_groups}
        for plan in edition.content.packs:
            assert groups <= {content.group for content in plan.contents}, (edition.id, plan.recipient)


def test_one_shipped_pack_is_made(world: World) -> None:
    test_every_concern_can_be_sent_now(world, "cumberland", "grooming")
    job = Job.objects.first()
    assert job is not None
    assert jobs.run(job_id=job.pk, at=NOW)
    job.refresh_from_db()
    assert job.done_at is not None
    assert Referral.objects.system(reason="a test").get().is_quick
