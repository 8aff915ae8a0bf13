import json
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import Value

from accounts.encryption import EncryptionError, create_key_ring, open_bytes, seal_bytes
from accounts.models import User
from tests.accounts.factories import make_user

NAME = "Zażółć O’Brien-Smith 🐑"


def ring(path: Path, current: str, **keys: str) -> str:
    path.write_text(json.dumps({"current": current, "keys": keys}), encoding="utf-8")
    return str(path)


def new_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def column(user: User) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT full_name FROM accounts_user WHERE email = %s", [user.email])
        return cursor.fetchone()[0]


def write_column(user: User, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET full_name = %s WHERE email = %s", [text, user.email])


@pytest.mark.django_db
class TestAnEncryptedField:
    def test_gives_back_what_was_saved(self) -> None:
        saved = make_user(full_name=NAME)
        assert User.objects.get(pk=saved.pk).full_name == NAME
        assert User.objects.only("email").get(pk=saved.pk).full_name == NAME
        saved.refresh_from_db()
        assert saved.full_name == NAME

    def test_keeps_a_value_that_was_not_touched(self) -> None:
        saved = make_user(full_name=NAME)
        again = User.objects.get(pk=saved.pk)
        again.is_active = False
        again.save()
        assert User.objects.get(pk=saved.pk).full_name == NAME

    def test_stands_sealed_in_its_column_and_differs_each_time(self) -> None:
        alice, bob = make_user(full_name=NAME), make_user(full_name=NAME)
        assert column(alice).startswith("v1:")
        assert "Brien" not in column(alice)
        assert column(alice) != column(bob)

    def test_does_not_open_in_another_row(self) -> None:
        alice, bob = make_user(full_name="Alice"), make_user(full_name="Bob")
        write_column(bob, column(alice))
        with pytest.raises(EncryptionError, match="moved here from another place"):
            _ = User.objects.get(pk=bob.pk).full_name

    def test_does_not_open_in_another_field(self) -> None:
        alice = make_user(full_name="Alice", job_title="Teacher")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET full_name = job_title WHERE email = %s", [alice.email])
        with pytest.raises(EncryptionError):
            _ = User.objects.get(pk=alice.pk).full_name

    @pytest.mark.parametrize("text", ["Alice in clear", "v1:test:", "v1:test:not base64!", "v1:gone:AAAA", ""])
    def test_refuses_what_was_written_past_the_portal(self, text: str) -> None:
        alice = make_user()
        write_column(alice, text)
        with pytest.raises(EncryptionError):
            _ = User.objects.get(pk=alice.pk).full_name

    def test_a_row_that_does_not_open_is_not_saved_over(self) -> None:
        alice, bob = make_user(full_name="Alice"), make_user(full_name="Bob")
        write_column(bob, column(alice))
        with pytest.raises(EncryptionError):
            User.objects.get(pk=bob.pk).save()

    def test_cannot_be_searched_or_written_past_its_row(self) -> None:
        make_user(full_name="Alice")
        for search in ({"full_name": "Alice"}, {"full_name__contains": "A"}, {"full_name__in": ["Alice"]}):
            with pytest.raises(FieldError, match="encrypted"):
                User.objects.filter(**search)
        assert User.objects.filter(full_name__isnull=False).exists()
        with pytest.raises(EncryptionError, match="saving an instance"):
            User.objects.update(full_name="Bob")
        with pytest.raises(EncryptionError, match="saving an instance"):
            User.objects.update(full_name=Value("Bob", output_field=User._meta.get_field("full_name")))

    def test_is_never_shown_sealed(self) -> None:
        make_user(full_name="Alice")
        (sealed,) = User.objects.values_list("full_name", flat=True)
        assert "v1" not in repr(sealed)
        with pytest.raises(EncryptionError, match="load the model instance"):
            str(sealed)

    def test_bulk_create_seals_too(self) -> None:
        User.objects.bulk_create([User(email="b@example.org", full_name=NAME)])
        assert User.objects.get(email="b@example.org").full_name == NAME


@pytest.mark.django_db
class TestTheKeyRing:
    def test_an_old_key_still_opens_and_the_current_one_seals(self, settings, tmp_path: Path) -> None:
        old, new = new_key(), new_key()
        settings.KEY_RING_FILE = ring(tmp_path / "ring.json", "old", old=old)
        alice = make_user(full_name=NAME)
        settings.KEY_RING_FILE = ring(tmp_path / "ring2.json", "new", old=old, new=new)
        bob = make_user(full_name=NAME)
        assert User.objects.get(pk=alice.pk).full_name == NAME
        assert column(bob).startswith("v1:new:")

    def test_a_wrong_key_fails_loudly(self, settings, tmp_path: Path) -> None:
        settings.KEY_RING_FILE = ring(tmp_path / "ring.json", "k", k=new_key())
        alice = make_user()
        settings.KEY_RING_FILE = ring(tmp_path / "wrong.json", "k", k=new_key())
        with pytest.raises(EncryptionError, match="does not open"):
            _ = User.objects.get(pk=alice.pk).full_name

    def test_a_missing_key_or_ring_fails_loudly_both_ways(self, settings, tmp_path: Path) -> None:
        alice = make_user()
        settings.KEY_RING_FILE = ring(tmp_path / "ring.json", "other", other=new_key())
        with pytest.raises(EncryptionError, match="not in the key ring"):
            _ = User.objects.get(pk=alice.pk).full_name
        settings.KEY_RING_FILE = str(tmp_path / "nothing.json")
        with pytest.raises(EncryptionError, match="cannot be read"):
            _ = User.objects.get(pk=alice.pk).full_name
        with pytest.raises(EncryptionError, match="cannot be read"):
            make_user()

    @pytest.mark.parametrize(
        "text",
        ["", "[]", '{"current": "k"}', '{"current": "k", "keys": {"k": "AAAA"}}', '{"current": "k", "keys": {}}'],
    )
    def test_a_damaged_ring_is_named(self, settings, tmp_path: Path, text: str) -> None:
        (tmp_path / "ring.json").write_text(text, encoding="utf-8")
        settings.KEY_RING_FILE = str(tmp_path / "ring.json")
        with pytest.raises(EncryptionError, match=r"ring\.json"):
            make_user()


class TestMakingAKeyRing:
    def test_works_at_once_and_is_for_its_owner_only(self, settings, tmp_path: Path) -> None:
        path = tmp_path / "keys" / "ring.json"
        create_key_ring(path)
        settings.KEY_RING_FILE = path
        assert open_bytes(seal_bytes(b"pack", context="pack|1"), context="pack|1") == b"pack"
        assert path.stat().st_mode & 0o777 == 0o600

    def test_never_overwrites_one(self, tmp_path: Path) -> None:
        create_key_ring(tmp_path / "ring.json")
        with pytest.raises(FileExistsError):
            create_key_ring(tmp_path / "ring.json")


class TestSealedFiles:
    def test_open_only_in_their_own_place(self) -> None:
        sealed = seal_bytes(b"%PDF-1.7 canary", context="pack|1")
        assert b"canary" not in sealed
        with pytest.raises(EncryptionError, match="does not open"):
            open_bytes(sealed, context="pack|2")

    @pytest.mark.parametrize("damage", [lambda d: d[:-1], lambda d: d[:20], lambda d: b"", lambda d: b"%PDF" + d])
    def test_damaged_ones_do_not_open(self, damage) -> None:
        with pytest.raises(EncryptionError):
            open_bytes(damage(seal_bytes(b"pack", context="pack|1")), context="pack|1")


@pytest.mark.django_db(transaction=True)
def test_no_clear_text_reaches_the_database() -> None:
    """Canary: what a field holds is nowhere in SQLite's files, journal included; on PostgreSQL, in no row's text."""
    make_user("canary@example.org", full_name="CanaryQuetzal", job_title="CanaryOcelot", phone="01632 960999")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA database_list")
            database = Path(cursor.fetchone()[2])
            held = b"".join(path.read_bytes() for path in database.parent.glob(database.name + "*"))
        else:
            cursor.execute("SELECT string_agg(row::text, '') FROM accounts_user AS row")
            held = cursor.fetchone()[0].encode()
    assert b"canary@example.org" in held
    for canary in (b"CanaryQuetzal", b"CanaryOcelot", b"01632 960999"):
        assert canary not in held
