"""Writing a draft."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.letter_words import TASK_SUBJECT
from audit.models import Event
from referrals import notifications
from referrals.actions import danger, draft_ends, drafts, jobs
from referrals.actions.holding import DraftChangedError, DraftClosedError
from referrals.answer_checks import AnswerRefusedError
from referrals.models import Job, Notice, Referral
from referrals.permissions import NotPermittedError
from tests.referrals.people import NOW, World, answer, filled, text


def again(referral: Referral) -> Referral:
    return Referral.objects.system(reason="a test reads it again").get(pk=referral.pk)


def test_a_draft_is_private_known_by_its_reference_and_kept_for_28_days(world: World) -> None:
    draft = world.draft()
    assert len(draft.reference) == 9
    assert draft.is_hidden_from_setting
    assert draft.setting_area == "cumberland"
    assert draft.expires_at == NOW + timedelta(days=28)
    assert draft.answers["case"]["Q-REF-1"]["text"] == "Alice Appleby"
    assert "Q-REF-4" not in draft.answers["case"]
    assert [pin["id"] for pin in draft.editions] == ["cumbria", "north-east-lincolnshire"]


def test_two_windows_never_overwrite_each_other(world: World) -> None:
    draft = world.draft()
    answer(draft, "worry", world.alice, Q_WOR_1=text("First window"))
    with pytest.raises(DraftChangedError) as caught:
        answer(draft, "worry", world.alice, Q_WOR_1=text("Second window"))
    assert caught.value.current.answers["case"]["Q-WOR-1"]["text"] == "First window"
    assert caught.value.yours["Q-WOR-1"]["text"] == "Second window"
    assert again(draft).answers["case"]["Q-WOR-1"]["text"] == "First window"


def test_only_the_author_answers_until_it_is_shared(world: World) -> None:
    draft = filled(world)
    for person in (world.bob, world.carol, world.hana):
        with pytest.raises(NotPermittedError):
            answer(draft, "worry", person, Q_WOR_1=text("Not mine"))
    shared = draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
    assert answer(shared, "worry", world.bob, Q_WOR_1=text("Taken over")).version == shared.version + 1
    assert Notice.objects.get().to == world.bob


def test_what_is_about_a_colleague_cannot_be_shared(world: World) -> None:
    unanswered = world.draft()
    own = filled(world, about=("own_setting",))
    for draft in (unanswered, own):
        with pytest.raises(draft_ends.ShareRefusedError, match="where you work"):
            draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("page", "given", "part"),
    [
        ("danger", {"Q-SAF-1": {"chosen": ["perhaps"]}}, "chosen"),
        ("danger", {"Q-SAF-1": {"chosen": ["yes", "no"]}}, "chosen"),
        ("workplace", {"Q-REF-11": {"chosen": ["police", "no"]}}, "chosen"),
        ("danger", {"Q-WOR-1": {"text": "Another page's"}}, "chosen"),
        ("worry", {"Q-WOR-1": {"text": "a\x00b"}}, "text"),
        ("worry", {"Q-WOR-1": {"text": "x" * 10_001}}, "text"),
        ("worry", {"Q-WOR-1": {"text": "\ud800"}}, "text"),
        ("worry", {"Q-WOR-1": {"text": "\n".join("ab" for _ in range(402))}}, "text"),
        ("you", {"Q-REF-1": {"text": "Ali\u202ece"}}, "text"),
        ("you", {"Q-REF-1": {"text": "two\nlines"}}, "text"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_changes(
    world: World, page: str, given: dict[str, dict[str, object]], part: str
) -> None:
    draft = world.draft()
    with pytest.raises(AnswerRefusedError) as caught:
        drafts.save_answers(referral=draft, version=draft.version, page=page, answers=given, by=world.alice, at=NOW)
    assert caught.value.part == part
    assert again(draft).version == draft.version


def test_usernames_are_kept_character_for_character(world: World) -> None:
    draft = world.draft()
    username = "mаx\u200d_Il1\u202e🙂e\u0301"
    draft = answer(
        draft, "person", world.alice, key=draft.answers["persons"][0]["key"], Q_EVI_5={"rows": [{"username": username}]}
    )
    assert again(draft).answers["persons"][0]["answers"]["Q-EVI-5"]["rows"] == [{"username": username}]


def test_children_come_and_go(world: World) -> None:
    draft = answer(world.draft(), "area", world.alice, Q_SAF_5="cumberland")
    first = draft.answers["children"][0]["key"]
    second = drafts.add_child(referral=draft, version=draft.version, by=world.alice, at=NOW)
    draft = again(draft)
    draft = answer(draft, "child", world.alice, key=second, Q_CHI_1=text("Sam"))
    draft = drafts.remove_child(referral=draft, version=draft.version, key=first, by=world.alice, at=NOW)
    assert [record["key"] for record in draft.answers["children"]] == [second]
    draft = answer(draft, "area", world.alice, Q_SAF_5="no_child_known")
    assert len(draft.answers["children"]) == 1, "what was written about a child stays until it is taken out"
    draft = drafts.remove_child(referral=draft, version=draft.version, key=second, by=world.alice, at=NOW)
    assert draft.answers["children"] == []


def test_a_withdrawn_draft_leaves_a_tombstone_without_content(world: World) -> None:
    draft = filled(world)
    gone = draft_ends.withdraw(referral=draft, version=draft.version, reason="told_by_phone", by=world.alice, at=NOW)
    kept = again(gone)
    assert (kept.status, kept.answers, kept.ended_by, kept.end_reason) == (
        "withdrawn",
        {},
        world.alice,
        "told_by_phone",
    )
    with pytest.raises(DraftClosedError):
        answer(kept, "worry", world.alice, Q_WOR_1=text("Too late"))


def test_drafts_are_warned_of_once_and_then_expire(world: World) -> None:
    draft = filled(world)
    soon = NOW + timedelta(days=26)
    assert [draft_ends.warn_expiring(at=soon) for _ in range(2)] == [1, 0]
    assert draft_ends.expire_due(at=soon) == 0
    assert [draft_ends.expire_due(at=NOW + timedelta(days=28)) for _ in range(2)] == [1, 0]
    kept = again(draft)
    assert (kept.status, kept.answers, kept.ended_by) == ("expired", {}, None)


def test_saving_gives_a_draft_its_28_days_again(world: World) -> None:
    later = NOW + timedelta(days=10)
    draft = answer(world.draft(), "worry", world.alice, at=later, Q_WOR_1=text("More"))
    assert draft.expires_at == later + timedelta(days=28)


def test_unsent_danger_alerts_the_author_then_the_lead_who_was_chosen(world: World) -> None:
    draft = filled(world, danger="yes")
    draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
    Notice.objects.all().delete()
    minutes = [danger.alert_unsent(at=NOW + timedelta(minutes=minute)) for minute in (29, 30, 31, 60, 61)]
    assert minutes == [0, 1, 0, 1, 0]
    assert [(notice.to, notice.kind) for notice in Notice.objects.order_by("created_at")] == [
        (world.alice, "unsent_danger"),
        (world.bob, "unsent_danger_lead"),
    ]


def test_nobody_at_the_setting_is_told_of_what_is_hidden_from_it(world: World) -> None:
    draft = filled(world, danger="yes")
    draft = draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
    answer(draft, "workplace", world.alice, Q_REF_11=["own_setting"])
    danger.alert_unsent(at=NOW + timedelta(hours=2))
    assert notifications.unseen_notices(world.alice, at=NOW).count() == 1
    assert not notifications.unseen_notices(world.bob, at=NOW).exists()
    assert not Notice.objects.filter(to=world.bob, kind="unsent_danger_lead").exists()


def test_taking_danger_back_stops_the_alert(world: World) -> None:
    draft = answer(filled(world, danger="yes"), "danger", world.alice, Q_SAF_1="no")
    assert draft.danger_since is None
    assert danger.alert_unsent(at=NOW + timedelta(hours=2)) == 0


def test_an_email_says_nothing_and_is_known_again(world: World) -> None:
    filled(world, danger="yes")
    danger.alert_unsent(at=NOW + timedelta(minutes=30))
    job = Job.objects.get()
    assert jobs.run(job_id=job.pk, at=NOW + timedelta(minutes=31))
    assert not jobs.run(job_id=job.pk, at=NOW + timedelta(minutes=32))
    (message,) = mail.outbox
    assert (message.subject, message.body) == (TASK_SUBJECT, "You have a safeguarding task. Sign in.")
    assert message.extra_headers["Message-ID"] == f"<notice-{job.subject_id}@referrals.example>"


def test_every_change_is_in_the_record_and_none_holds_what_was_written(world: World) -> None:
    draft = filled(world)
    events = Event.objects.about(draft)
    assert events.filter(event="draft.started").count() == 1
    assert events.filter(event="draft.saved").count() == draft.version - 1
    assert "Riley" not in str([event.detail for event in events])


def test_the_database_holds_the_line(world: World) -> None:
    draft = world.draft()
    rows = Referral.objects.system(reason="a test breaks rules").filter(pk=draft.pk)
    for wrong in (
        {"status": "lost"},
        {"status": "sent"},
        {"shared_at": NOW},
        {"ended_at": NOW},
        {"is_sealed": True, "is_hidden_from_setting": False},
        {"is_about_staff": True},
        {"sent_at": NOW, "submission_token": uuid.uuid4()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
