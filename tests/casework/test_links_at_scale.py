"""Ten thousand invented referrals with planted pairs: every pair is found, and none is shown to who may not know it."""

import uuid
from copy import copy, deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.directory import get_agency
from accounts.models import Agency
from casework.queries.links import likenesses, seen_by
from procedures.engine.answers import parse_sheet
from referrals import facts
from referrals.link_terms import accounts_in, child_terms
from referrals.models import BlindToken, Referral
from referrals.models.references import new_reference
from referrals.search_terms import Term, terms_of, token_of
from tests.referrals.people import NOW, World, sent

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.queue_not_compared]

MANY, EACH_KIND = 10_000, 16
MOST_QUERIES = 25
"""Of looking for what one case has in common with ten thousand others."""
UNITS = ("cumberland_hub", "cumberland_hub", "north_east_lincolnshire_hub", "cumberland_conflict_officer")


@dataclass(frozen=True)
class Said:
    """What one invented referral says."""

    name: str
    born: str
    handle: str


def said(number: int) -> Said:
    born = date(2009, 1, 1) + timedelta(days=number % 3000)
    return Said(f"Given{number} Family{number}", f"{born.day}/{born.month}/{born.year}", f"user.{number}")


def pairs() -> list[tuple[str, str, Said, Said]]:
    """Return kind and strength of each planted pair, with what its two referrals say."""
    found = []
    for number in range(EACH_KIND):
        one, two = said(MANY + 2 * number), said(MANY + 2 * number + 1)
        found += [
            ("handle", "strong", one, Said(two.name, two.born, f"@{one.handle.upper()}")),
            ("child", "strong", _again(one, "a"), Said(_again(one, "a").name.upper(), one.born, f"{two.handle}a")),
            ("child", "weak", _again(one, "b"), Said(f"{_again(one, 'b').name} Added", one.born, f"{two.handle}b")),
            ("child", "weak", _again(one, "c"), Said(_again(one, "c").name, "13", f"{two.handle}c")),
            ("phone", "strong", _with(_again(one, "d"), f"07700 9{number:05}"),
             _with(_again(two, "d"), f"+44 7700 9{number:05}")),
        ]  # fmt: skip
    return found


def _again(one: Said, mark: str) -> Said:
    return Said(" ".join(f"{part}{mark}" for part in one.name.split()), one.born, f"{one.handle}{mark}")


def _with(one: Said, handle: str) -> Said:
    return Said(one.name, one.born, handle)


def row_like(sample: Referral, agencies: dict[str, Agency], number: int, *, answers: object) -> Referral:
    row = copy(sample)
    row.pk, row.reference, row.submission_token = uuid.uuid4(), new_reference(), uuid.uuid4()
    unit = UNITS[number % len(UNITS)]
    row.owner_unit, row.answers = agencies[unit], answers
    row.is_sealed = row.is_about_staff = row.is_hidden_from_setting = unit.endswith("conflict_officer")
    row.sent_at = NOW - timedelta(minutes=number)
    return row


def answered(sample: Referral, one: Said) -> dict[str, object]:
    answers = deepcopy(sample.answers)
    child, person = answers["children"][0]["answers"], answers["persons"][0]["answers"]
    child["Q-CHI-1"]["text"], child["Q-CHI-2"]["text"] = one.name, one.born
    person["Q-EVI-5"]["rows"] = [{"username": one.handle, "site": ""}]
    return answers


def filler(key: str, one: Said) -> set[Term]:
    """The terms of an invented referral without reading it through the form, which would take a minute for them all."""
    day, month, year = one.born.split("/")
    terms = child_terms(one.name.casefold().split(), [f"{year}-{int(month):02}-{int(day):02}"])
    return {Term(kind, value, key) for kind, value in terms} | {Term(*each) for each in accounts_in(one.handle)}


def test_every_planted_pair_is_found_and_shown_to_those_alone_who_may_know(
    world: World, django_assert_max_num_queries: Any
) -> None:
    sample = sent(world)
    key, edition = sample.answers["children"][0]["key"], facts.form_edition(sample)
    agencies = {unit: get_agency(unit) for unit in UNITS}
    rows: list[Referral] = []
    tokens: list[tuple[Referral, Term]] = []
    planted: list[tuple[str, str, Referral, Referral]] = []
    for number in range(MANY - 10 * EACH_KIND):
        rows.append(row_like(sample, agencies, number, answers={}))
        tokens += [(rows[-1], term) for term in filler(key, said(number))]
    for place, (kind, strength, first, second) in enumerate(pairs()):
        ends = []
        for number, one in enumerate((first, second)):
            # Every way round in which the units of UNITS can meet.
            row = row_like(
                sample, agencies, place if number == 0 else place // len(UNITS), answers=answered(sample, one)
            )
            tokens += [(row, term) for term in terms_of(edition, parse_sheet(row.answers))]
            ends.append(row)
        rows += ends
        planted.append((kind, strength, ends[0], ends[1]))
    Referral.objects.system(reason="a test makes many").bulk_create(rows, batch_size=500)
    BlindToken.objects.bulk_create(
        (BlindToken(referral=row, kind=term.kind, token=token_of(term), child_key=term.child_key)
         for row, term in tokens), batch_size=2000,
    )  # fmt: skip
    assert Referral.objects.system(reason="a test counts").count() == MANY + 1

    shown = hidden = 0
    for kind, strength, left, right in planted:
        found = {(each.other, each.kind, each.strength) for each in likenesses(left)}
        assert found == {(right.pk, kind, strength)}
        for mine, other in ((left, right), (right, left)):
            assert mine.owner_unit is not None
            assert other.owner_unit is not None
            for person, unit in ((world.hana, UNITS[0]), (world.nell, UNITS[2]), (world.cleo, UNITS[3])):
                may_know = mine.owner_unit.unit == other.owner_unit.unit == unit
                seen = seen_by(person, mine, at=NOW) if mine.owner_unit.unit == unit else []
                assert [each.other for each in seen] == ([other] if may_know else [])
                shown, hidden = shown + may_know, hidden + (mine.owner_unit.unit == unit and not may_know)
    assert shown > EACH_KIND
    assert hidden > EACH_KIND
    assert all(likenesses(row) == {} for row in rows[:: MANY // 50][:40])
    assert "referrals_blind_token" in BlindToken.objects.filter(kind="child", token__in=["one", "two"]).explain()
    with django_assert_max_num_queries(MOST_QUERIES):
        seen_by(world.hana, planted[0][2], at=NOW)
