"""What a case can be found by, and by whom: nothing finds it that its reader could not read in it."""

import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.encryption import EncryptionError, blind_token
from accounts.models import User
from referrals.actions import follow_up
from referrals.models import BlindToken, Referral
from referrals.queries import search
from referrals.search_terms import Term, births_in, handle_of, name_parts, wanted_in
from tests.referrals.people import NOW, World, answer, filled, send, sent, text


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Riley O’Hara-Jones", ["riley", "ohara", "jones"]), ("RILEY O'HARA JONES", ["riley", "ohara", "jones"]),
        ("Łukasz Żółty", ["łukasz", "zołty"]), ("Nguyễn Thị Ánh", ["nguyen", "thi", "anh"]),
        ("Null", ["null"]), ("محمد", ["محمد"]), ("van der Berg", ["van", "der", "berg"]), ("- ’ -", []),
    ],
)  # fmt: skip
def test_names_come_to_one_spelling(name: str, parts: list[str]) -> None:
    assert name_parts(name) == parts


@pytest.mark.parametrize(
    ("words", "dates"),
    [("31/5/2012", ["2012-05-31"]), ("born 2012-5-31", ["2012-05-31"]), ("31.05.2012", ["2012-05-31"]),
     ("31/2/2012", []), ("14", []), ("about 2012", [])],
)  # fmt: skip
def test_whole_dates_are_read(words: str, dates: list[str]) -> None:
    assert births_in(words) == dates


def test_a_search_says_what_it_looks_for() -> None:
    assert wanted_in("k7qf 3m2x").reference == "K7QF-3M2X"
    assert wanted_in("@Max_Il1").accounts == (Term("handle", handle_of("max_il1 ")),)
    assert Term("phone", "07700900456") in wanted_in("+44 7700 900456").accounts
    assert wanted_in("Riley 31/5/2012").terms == (Term("birth", "2012-05-31"), Term("name", "riley"))
    assert wanted_in("  ").kinds == ()


def found(user: User, words: str) -> list[Referral]:
    return search(user, words, at=NOW)


@pytest.mark.django_db
class TestFinding:
    def test_by_name_date_account_and_reference(self, world: World) -> None:
        case = sent(world)
        for words in ("riley", "NUMBER1 Riley", "max_il1", "@MAX_Il1", case.reference, case.reference.lower()):
            assert found(world.hana, words) == [case], words
        for words in ("rile", "riley smith", "max_il", "ABCD-EFGH", "", "  ", "14"):
            assert found(world.hana, words) == [], words

    def test_by_date_of_birth_together_with_a_name(self, world: World) -> None:
        draft = filled(world)
        child = draft.answers["children"][0]["key"]
        case = send(answer(draft, "child", world.alice, key=child, Q_CHI_2=text("31/5/2012")), world.alice)
        assert found(world.hana, "2012-05-31") == [case]
        assert found(world.hana, "Riley 31.5.2012") == [case]
        assert found(world.hana, "Robin 31.5.2012") == []

    def test_added_detail_is_found_by_the_account_it_names(self, world: World) -> None:
        case = sent(world)
        assert found(world.hana, "@new.name") == []
        follow_up.add_detail(
            referral=case, text="He now calls himself @New.Name.", token=uuid.uuid4(), by=world.alice, at=NOW
        )
        assert found(world.hana, "new.name") == [case]

    def test_a_draft_is_not_found(self, world: World) -> None:
        filled(world)
        assert found(world.hana, "riley") == found(world.alice, "riley") == []

    def test_nobody_finds_what_they_may_not_read(self, world: World) -> None:
        case, sealed = sent(world), sent(world, about=("hub",))
        assert found(world.hana, "riley") == [case]
        assert found(world.cleo, "riley") == [sealed]
        for stranger in (world.will, world.nell, world.pat, world.dan, world.carol, world.adam):
            assert found(stranger, "riley") == found(stranger, case.reference) == [], stranger.email

    def test_a_child_whose_record_another_hub_may_not_read_does_not_find_the_case_for_it(self, world: World) -> None:
        case = sent(world)
        full, part = "whole", "another"
        BlindToken.objects.filter(referral=case).delete()
        keys = [record["key"] for record in case.answers["children"]]
        BlindToken.objects.create(referral=case, kind="name", token=blind_token("name", full), child_key="")
        BlindToken.objects.create(referral=case, kind="name", token=blind_token("name", part), child_key="elsewhere")
        hub = world.person("hugo", "Hugo Hill", "hub_screener", unit="westmorland_and_furness_hub")
        case.routes.filter(code="hub").update(agency=_unit(hub))
        assert keys
        assert found(hub, full) == [case]
        assert found(hub, part) == []
        assert found(world.hana, part) == [case]

    def test_what_is_stored_tells_nothing(self, world: World) -> None:
        sent(world)
        with connection.cursor() as cursor:
            cursor.execute("SELECT token, kind, child_key FROM referrals_blindtoken")
            stored = " ".join(" ".join(row) for row in cursor.fetchall()).lower()
        assert stored
        assert not any(word in stored for word in ("riley", "number1", "max_il1"))

    def test_without_a_search_key_sending_and_searching_say_what_to_do(
        self, world: World, settings: Any, tmp_path: Any
    ) -> None:
        import json

        ring = json.loads(settings.KEY_RING_FILE.read_text())
        del ring["search"]
        settings.KEY_RING_FILE = tmp_path / "ring.json"
        settings.KEY_RING_FILE.write_text(json.dumps(ring))
        with pytest.raises(EncryptionError, match="make_keys"):
            found(world.hana, "riley")

    def test_the_index_is_rebuilt_to_the_same(self, world: World) -> None:
        sent(world), sent(world)
        before = set(BlindToken.objects.values_list("referral", "kind", "token", "child_key"))
        BlindToken.objects.all().delete()
        call_command("rebuild_search")
        assert before == set(BlindToken.objects.values_list("referral", "kind", "token", "child_key"))


def _unit(user: User) -> Any:
    return user.memberships.get().agency
