"""A refusal because of the conflict list is the answer for what never existed, and stands in the record as a denial."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from referrals.actions import break_glass, conflicts
from referrals.models import Pack, Referral
from tests.access.expectations import ADDRESSES
from tests.access.people import Everyone
from tests.form_client import FormClient
from tests.referrals.people import NOW, sent

LATER = NOW + timedelta(minutes=4)
PER_ANSWER = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|\'nonce-[^\']+\''
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
POSTED = {"reason": "A child is missing.", "text": "More.", "email": "zoe@example.org", "justified": "yes"}

# Who had sight of it, and of which kinds of address.
HAD_SIGHT = {
    "hana": {"case", "pack", "decides"},
    "mona": {"case", "pack", "decides", "review"},
    "pat": {"pack", "releases"},
    "lena": {"pack", "releases"},
    "bob": {"draft", "sent", "follows"},
    "ada": {"review"},
}


@pytest.fixture(autouse=True)
def doors_read_this_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


def signed_in(user: User) -> FormClient:
    browser = FormClient()
    browser.force_login(user)
    return browser


def addresses(about: set[str]) -> Iterator[str]:
    """Give the patterns of the addresses of one row that show such a thing."""
    for pattern, what in ADDRESSES.items():
        if what in about and "<uuid:" in pattern:
            yield pattern


def filled(pattern: str, row: object, own: dict[str, object]) -> str:
    """Fill the first identifier of an address with a row, and what is below it with that row's own."""
    first, *others = re.findall(r"<uuid:\w+>", pattern)
    path = pattern.replace(first, str(row))
    for other in others:
        path = path.replace(other, str(own.get(other, uuid.uuid4())))
    known = {"page": "worry", "group": "child_needs"}
    return re.sub(r"<slug:(\w+)>", lambda found: known.get(found[1], "c1"), path)


def plain(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """Return what came back, without what differs between any two answers."""
    headers = sorted((name, PER_ANSWER.sub("", value)) for name, value in answer.items() if name != "Set-Cookie")
    return answer.status_code, PER_ANSWER.sub("", answer.content.decode()), headers


def rows_for(person: User, about: str, referral: Referral) -> list[object]:
    if about in ("pack", "releases"):
        packs = Pack.objects.system(reason="a test").filter(referral=referral)
        return list(packs.values_list("pk", flat=True))
    if about == "review":
        return [each.pk for each in referral.openings.all()]
    return [referral.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("name", HAD_SIGHT)
def test_who_is_kept_away_is_answered_as_if_there_were_nothing(everyone: Everyone, name: str) -> None:
    referral, person = sent(everyone, works="work"), getattr(everyone, name)
    break_glass.open_case(reference=referral.reference, reason="Missing.", by=everyone.will, at=NOW)
    keeper = everyone.mona
    if name == "mona":
        keeper = everyone.person("mike", "Mike Marsh", "hub_manager", unit="cumberland_hub")
    kept = conflicts.keep_away(referral=referral, person=person, reason="A connection.", by=keeper, at=NOW)
    own = {"<uuid:kept_id>": kept.pk, "<uuid:route_id>": referral.routes.first().pk}
    browser, asked = signed_in(person), 0
    for pattern in addresses(HAD_SIGHT[name]):
        for row in rows_for(person, ADDRESSES[pattern], referral):
            hidden, nothing = filled(pattern, row, own), filled(pattern, uuid.uuid4(), own)
            for method in ("get", "post", "head"):
                posted = [POSTED] if method == "post" else []
                denials = Event.objects.filter(event="access.denied", by_id=str(person.pk)).count()
                answer = getattr(browser, method)(hidden, *posted)
                twin = getattr(browser, method)(nothing, *posted)
                assert plain(answer) == plain(twin), (method, hidden)
                assert answer.status_code in (404, 405), (method, hidden)
                found = Event.objects.filter(event="access.denied", by_id=str(person.pk)).count()
                assert found == denials + (2 if answer.status_code == 404 else 0), (method, hidden)
                asked += 1
    assert asked >= 3
    named = Event.objects.filter(event="access.denied", by_id=str(person.pk)).exclude(subject_id="")
    about = {str(referral.pk), *(str(pack) for pack in rows_for(person, "pack", referral))}
    about |= {str(each) for each in rows_for(person, "review", referral)}
    assert named.exists()
    assert {event.subject_id for event in named} <= about
    kept.refresh_from_db()
    assert kept.lifted_at is None


@pytest.mark.django_db
def test_lists_searches_and_forms_by_reference_say_the_same_for_hidden_and_unknown(everyone: Everyone) -> None:
    referral, other = sent(everyone), sent(everyone)
    for person in (everyone.hana, everyone.ada, everyone.will):
        conflicts.keep_away(referral=referral, person=person, reason="A connection.", by=everyone.mona, at=NOW)
    forms = [
        (everyone.hana, "/hub/search", {"text": referral.reference}, "text"),
        (everyone.ada, "/record/sample", {"reference": referral.reference, "reason": "complaint"}, "reference"),
        (everyone.ada, "/record/", {"reference": referral.reference}, "reference"),
        (everyone.will, "/break-glass/", {"reference": referral.reference, "reason": "Missing."}, "reference"),
    ]
    for person, path, posted, field in forms:
        browser = signed_in(person)
        hidden = plain(browser.post(path, posted))
        unknown = plain(browser.post(path, posted | {field: "ZZZZ-ZZZZ"}))
        said, unsaid = hidden[1].replace(referral.reference, ""), unknown[1].replace("ZZZZ-ZZZZ", "")
        assert (hidden[0], said) == (unknown[0], unsaid), path
    assert other.reference in signed_in(everyone.hana).get("/hub/").content.decode()
