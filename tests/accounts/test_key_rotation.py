"""A new key: everything is sealed under it, what was interrupted goes on, and what does not open is named."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.actions.printed_codes import make_printed_codes, use_printed_code
from accounts.models import User
from accounts.sealing import create_key_ring, key_ring
from accounts.web.adapters import MFAAdapter
from audit.models import Event
from safeguarding.rotation import under_other_keys
from tests.accounts.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ring(settings: Any, tmp_path: Path) -> Path:
    settings.KEY_RING_FILE = tmp_path / "ring.json"
    create_key_ring(settings.KEY_RING_FILE)
    return settings.KEY_RING_FILE


def rotate(*words: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *words, stdout=out)
    return out.getvalue()


def stored_name(user: User) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT full_name FROM accounts_user WHERE id = %s",
            [User._meta.pk.get_db_prep_value(user.pk, connection)],
        )
        return str(cursor.fetchone()[0])


def test_everything_is_sealed_anew_and_reads_as_before(ring: Path) -> None:
    alice = make_user(full_name="Alice Appleby", phone="01632 960001")
    secret = Authenticator.objects.create(
        user=alice, type=Authenticator.Type.TOTP, data={"secret": MFAAdapter().encrypt("JBSWY3DP")}
    )
    (code, *_) = make_printed_codes(by=alice, at=alice.created_at)
    old, before = key_ring().current, stored_name(alice)
    assert "nothing is left under an older key" in rotate()
    assert key_ring().current != old
    assert stored_name(alice) != before
    assert stored_name(alice).startswith(f"v1:{key_ring().current}:")
    alice.refresh_from_db()
    secret.refresh_from_db()
    assert (alice.full_name, alice.phone) == ("Alice Appleby", "01632 960001")
    assert MFAAdapter().decrypt(secret.data["secret"]) == "JBSWY3DP"
    assert use_printed_code(by=alice, code=code, at=alice.created_at)
    assert not under_other_keys()
    event = Event.objects.get(event="keys.rotated")
    assert event.detail["anew"] >= 3
    assert old in json.loads(ring.read_text())["keys"]


def test_what_was_interrupted_goes_on_without_another_key() -> None:
    make_user()
    rotate()
    current = key_ring().current
    assert "0 values sealed anew" in rotate("--resume")
    assert key_ring().current == current


def test_a_value_that_does_not_open_stops_it_and_is_named(ring: Path) -> None:
    alice, bob = make_user(full_name="Alice"), make_user(full_name="Bob")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET full_name = %s WHERE id = %s",
            [stored_name(alice), User._meta.pk.get_db_prep_value(bob.pk, connection)],
        )
    with pytest.raises(CommandError, match=f"accounts.user.{bob.pk}.full_name does not open") as failed:
        rotate()
    assert "Alice" not in str(failed.value)
    assert not Event.objects.filter(event="keys.rotated").exists()


def test_a_lost_key_is_asked_for(ring: Path) -> None:
    make_user()
    ring.unlink()
    create_key_ring(ring)
    with pytest.raises(CommandError, match="Put that key back into the ring"):
        rotate()


def test_the_search_key_is_not_changed(ring: Path) -> None:
    before = json.loads(ring.read_text())["search"]
    rotate()
    assert json.loads(ring.read_text())["search"] == before
    assert ring.stat().st_mode & 0o777 == 0o600
