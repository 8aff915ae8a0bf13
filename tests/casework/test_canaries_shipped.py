"""A canary in every field that the shipped questions know, through packs and mail: nowhere but sealed (goal G12)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal

from accounts.models import Organisation, User
from procedures.engine.loading import SHIPPED
from procedures.engine.schema import Option, Question
from referrals import facts
from referrals.actions import drafts, jobs
from referrals.answer_checks import checked_answer
from referrals.models import Job, Referral
from tests.casework.canaries import CANARY, Watched, stored
from tests.referrals.people import NOW, World, all_packs, send

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# What decides whether the referral can be sent, to whom, and in whose sight.
SAID = {"Q-SAF-1": "no", "Q-SAF-3": "no", "Q-REF-11": "no", "Q-REF-9": "no", "Q-REF-13": "no"}


@pytest.fixture(scope="module")
def editions_folder() -> Path:
    """The shipped editions instead of the small one."""
    return Path(SHIPPED)


def choices_of(question: Question) -> list[list[Option]]:
    """Return what to choose in turn, so that every field which an option opens is there once."""
    alone = [option for option in question.options if option.exclusive or question.kind != "choices"]
    together = [option for option in question.options if option not in alone]
    found = [together] if together else []
    return found + [[option] for option in alone if option.details] or [question.options[:1]]


def chosen_in(question: Question, said: Mapping[str, str], turn: int) -> list[Option]:
    """Return what to choose in this turn; in the first one, which is sent, what `said` asks for."""
    if turn == 0 and question.id in said:
        return [option for option in question.options if option.value == said[question.id]]
    ways = choices_of(question)
    return ways[turn % len(ways)]


def canary_in(question: Question, said: Mapping[str, str], turn: int) -> dict[str, Any]:
    """Return an answer that holds the canary wherever something can be typed."""
    chosen = chosen_in(question, said, turn)
    own = {"when": ("date", "time", "about"), "age": ("date_of_birth", "age")}.get(question.kind, ())
    columns = [column.id for column in question.columns]
    fields = [*own, *(detail.id for option in chosen for detail in option.details)]
    fields += [] if question.kind == "rows" else columns
    return {
        "chosen": [option.value for option in chosen],
        "text": "" if question.options and question.kind in ("choice", "choices", "confirm") else CANARY,
        "details": dict.fromkeys(fields, CANARY),
        "rows": [dict.fromkeys(columns, CANARY)] if question.kind == "rows" else [],
    }


def fill(by: User, setting: Organisation, area: str, turn: int) -> Referral:
    """Return a draft in which every question is answered, shown or not.

    One page is saved as pages are; a hundred saved one by one say nothing more of where text goes.
    """
    said = {**SAID, "Q-SAF-5": area}
    draft = drafts.start(by=by, organisation=setting, at=NOW)
    edition = facts.form_edition(draft)
    for add in (drafts.add_child, drafts.add_person):
        if not draft.answers["children" if add is drafts.add_child else "persons"]:
            add(referral=draft, version=draft.version, by=by, at=NOW)
            draft.refresh_from_db()
    stores = {
        "case": draft.answers["case"],
        "child": draft.answers["children"][0]["answers"],
        "person": draft.answers["persons"][0]["answers"],
    }
    for question in edition.questions.values():
        stores[question.scope][question.id] = checked_answer(question, canary_in(question, said, turn))
    draft.save(update_fields=["answers"])
    worry = {each: canary_in(edition.questions[each], said, turn) for each in edition.pages["worry"].questions}
    return drafts.save_answers(referral=draft, version=draft.version, page="worry", answers=worry, by=by, at=NOW)


def fields_known(edition: Any) -> set[tuple[str, str]]:
    """Return every field in which something can be typed, by its question."""
    found = set()
    for question in edition.questions.values():
        found |= {(question.id, column.id) for column in question.columns}
        found |= {(question.id, detail.id) for option in question.options for detail in option.details}
        if not question.options and question.kind in ("text", "long_text", "phone", "email"):
            found.add((question.id, "text"))
    return found


def fields_filled(answers: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the fields that hold the canary."""
    stores = [answers["case"], *(record["answers"] for kind in ("children", "persons") for record in answers[kind])]
    found = set()
    for question, answer in ((question, answer) for store in stores for question, answer in store.items()):
        found |= {(question, "text")} if CANARY in answer["text"] else set()
        for fields in (answer["details"], *answer["rows"]):
            found |= {(question, name) for name, text in fields.items() if CANARY in text}
    return found


@pytest.mark.parametrize("area", ["cumberland", "north_east_lincolnshire"])
def test_no_shipped_field_leaks_what_was_typed(world: World, watched: Watched, area: str) -> None:
    setting = world.setting("Sample College", area)
    by = world.person("greta", "Greta Gill", "practitioner", organisation=setting)
    turns = 0
    filled: set[tuple[str, str]] = set()
    wanted: set[tuple[str, str]] = set()
    cases: list[Referral] = []
    while turns < 12 and (not wanted or wanted - filled):
        draft = fill(by, setting, area, turns)
        wanted = wanted or fields_known(facts.form_edition(draft))
        filled |= fields_filled(draft.answers)
        cases.append(draft)
        turns += 1
    assert not wanted - filled, f"fields that no turn has filled: {sorted(wanted - filled)}"
    assert len(wanted) > 100
    watched.assert_clean()

    case = send(cases[0], by)
    packs = {pack.route.code: pack for pack in all_packs(case).values()}
    made = [packs["hub"], packs["police"]]
    for job in Job.objects.filter(subject_id__in=[pack.pk for pack in made]):
        at = NOW
        while job.done_at is None:  # a slow machine may need a second attempt
            assert jobs.run(job_id=job.pk, at=at)
            job.refresh_from_db()
            at = max(at, job.due_at)
    for job in Job.objects.exclude(kind=Job.Kind.RENDER_PACK):
        jobs.run(job_id=job.pk, at=NOW)
    assert sum(CANARY in json.dumps(pack.snapshot) for pack in made) == 2, "packs without the canary show nothing"
    watched.assert_clean()
    sealed = [path.read_bytes() for path in Path(portal.PACK_ROOT).rglob("*.sealed")]
    assert not any(CANARY.encode() in each for each in sealed)
    assert CANARY.lower() not in stored().lower()
