"""Who finds what, page by page: a table that a safeguarding lead can read and correct. Elsewhere is nowhere: 404."""

import re
from collections.abc import Callable

import pytest

from accounts.actions.memberships import grant
from accounts.models import User
from audit.models import Event
from referrals.models import Referral
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, sent

As = Callable[[User], FormClient]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PEOPLE = ["alice", "bob", "hana", "will", "nell", "nora", "pat", "stan", "prue", "lena", "cleo", "adam"]

# Alice wrote it. Bob: safeguarding lead at her school. Hana: Cumberland hub. Will, Nell: other hubs. Nora: by night.
# Pat: police. Stan: professional standards. Prue: Prevent. Lena: LADO. Cleo: conflict officer. Adam: administrator.
# C: the case is in their hub inbox and its page opens. P: a pack is in their inbox and its page opens. -: neither.
TABLE = """
                                    alice bob hana will nell nora pat stan prue lena cleo adam
grooming                            -     -   CP   -    -    C    P   -    -    -    -    -
grooming by somebody at work        -     -   CP   -    -    C    P   -    -    P    -    -
extremism                           -     -   CP   -    -    C    -   -    P    -    -    -
about her own setting               -     -   CP   -    -    C    P   -    -    -    -    -
about the police                    -     -   -    -    -    -    -   P    -    -    CP   -
about the hub                       -     -   -    -    -    -    -   P    -    -    CP   -
Alice is connected                  -     -   -    -    -    -    P   -    -    -    CP   -
"""


def make(world: World, what: str) -> Referral:
    match what:
        case "grooming":
            return sent(world)
        case "grooming by somebody at work":
            return sent(world, works="work")
        case "extremism":
            return sent(world, concerns=("extremism",))
        case "about her own setting":
            return sent(world, about=("own_setting",))
        case "about the police":
            return sent(world, about=("police",))
        case "about the hub":
            return sent(world, about=("hub",))
        case "Alice is connected":
            return sent(world, connected="yes")
    raise AssertionError(what)


def shows(browser: FormClient, path: str, words: str) -> bool:
    answer = browser.get(path)
    assert answer.status_code in (200, 404)
    return answer.status_code == 200 and words in text_of(answer)


LINES = TABLE.strip().splitlines()[1:]


@pytest.mark.parametrize("line", LINES, ids=[line[:36].strip() for line in LINES])
def test_who_finds_what(world: World, as_: As, line: str) -> None:
    what, expected = line[:36].strip(), line[36:].split()
    referral = make(world, what)
    packs = all_packs(referral).values()
    found = []
    for name in PEOPLE:
        browser = as_(getattr(world, name))
        in_hub = shows(browser, "/hub/", referral.reference)
        assert in_hub == (browser.get(f"/cases/{referral.pk}/").status_code == 200), name
        in_inbox = shows(browser, "/inbox/", referral.reference)
        opens = [pack for pack in packs if browser.get(f"/packs/{pack.pk}/").status_code == 200]
        # Nora has no inbox: from the case she opens the pack of the hub she stands in for.
        assert len(opens) == (1 if in_inbox or (name == "nora" and in_hub) else 0), name
        found.append(("C" * in_hub + "P" * in_inbox) or "-")
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


CONFLICTS = [
    ("about her own setting", ["bob", "carol"]),
    ("about the hub", ["bob", "carol", "hana", "will", "nora", "pat", "prue", "lena"]),
    ("about the police", ["bob", "carol", "hana", "will", "nora", "pat", "prue", "lena"]),
]


@pytest.mark.parametrize(("what", "kept_out"), CONFLICTS, ids=[what for what, _ in CONFLICTS])
def test_a_conflict_leaves_nothing_to_find(world: World, as_: As, what: str, kept_out: list[str]) -> None:
    referral = make(world, what)
    packs = list(all_packs(referral).values())
    assert packs
    for name in kept_out:
        browser = as_(getattr(world, name))
        for path in ("/hub/", "/hub/?show=new", "/hub/?assignee=me", "/inbox/", "/prevent-advice/"):
            answer = browser.get(path)
            assert referral.reference not in answer.content.decode()
            assert "1 case" not in text_of(answer)
            assert "1 pack" not in text_of(answer)
        paths = [f"/cases/{referral.pk}/", f"/cases/{referral.pk}/take", f"/cases/{referral.pk}/release"]
        for pack in packs:
            paths += [f"/packs/{pack.pk}{end}" for end in ("/", "/state", "/acknowledge", ".pdf", ".json")]
        for path in paths:
            for method in (browser.get, browser.post):
                # 405: the method is wrong for that address whatever stands there, which says nothing.
                status = method(path).status_code
                absent = method(UUID.sub(str(world.hana.pk), path)).status_code
                assert status == absent, (name, path)
                assert status in (404, 405), (name, path)
    assert not Event.objects.filter(event__in=["case.read", "pack.read", "case.taken", "pack.acknowledged"]).exists()


def test_a_refused_case_and_one_that_never_was_look_the_same(world: World, as_: As) -> None:
    referral = sent(world, about=("hub",))
    browser = as_(world.hana)
    refused, absent = browser.get(f"/cases/{referral.pk}/"), browser.get(f"/cases/{world.hana.pk}/")
    token = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
    assert token.sub(b"", refused.content) == token.sub(b"", absent.content)
    denied = Event.objects.filter(event="access.denied", by_id=str(world.hana.pk))
    assert [event.subject_id for event in denied] == [str(referral.pk), ""]


def test_a_hubs_own_author_of_a_sealed_referral_finds_no_case(world: World, as_: As) -> None:
    grant(user=world.hana, role="practitioner", organisation=world.school, by=None, at=NOW)
    referral = sent(world, by=world.hana, about=("hub",))
    browser = as_(world.hana)
    assert referral.reference not in browser.get("/hub/").content.decode()
    assert browser.get(f"/cases/{referral.pk}/").status_code == 404
    assert browser.post(f"/cases/{referral.pk}/take").status_code == 404


def test_a_hub_opens_its_own_pack_and_sees_only_where_the_others_stand(world: World, as_: As) -> None:
    referral = sent(world)
    packs = all_packs(referral)
    browser = as_(world.hana)
    page = browser.get(f"/cases/{referral.pk}/").content.decode()
    assert str(packs["cumberland_hub"].pk) in page
    assert str(packs["cumbria_police"].pk) not in page
    assert browser.get(f"/packs/{packs['cumbria_police'].pk}.pdf").status_code == 404


def test_the_schools_prevent_contact_is_told_no_more_than_whom_to_ask(world: World, as_: As) -> None:
    spoc = world.person("sara", "Sara Sands", "school_prevent_spoc", organisation=world.school)
    theirs, hidden = sent(world, concerns=("extremism",)), sent(world, concerns=("extremism",), about=("own_setting",))
    grooming = sent(world)
    page = text_of(as_(spoc).get("/prevent-advice/"))
    assert theirs.reference in page
    assert "Alice Appleby" in page
    assert "Prevent" in page
    assert hidden.reference not in page
    assert grooming.reference not in page
    assert "Riley" not in page
    assert "secret" not in page
    other = world.person("olga", "Olga Orr", "school_prevent_spoc", organisation=world.other_school)
    assert "Nothing from your school" in text_of(as_(other).get("/prevent-advice/"))
    assert as_(world.alice).get("/prevent-advice/").status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(world: World, client: FormClient) -> None:
    for path in ("/hub/", "/inbox/", f"/cases/{world.hana.pk}/", f"/packs/{world.hana.pk}.pdf", "/prevent-advice/"):
        assert client.get(path).status_code == 302
