import threading
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from accounts.models import User
from accounts.roles import Permission
from audit import append_only
from audit.chain import AuditKeyError, create_audit_key, first_break
from audit.models import AppendOnlyError, Event
from audit.record import AuditRefusedError, record_alone, record_event
from tests.accounts.factories import make_user

AT = datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=UTC)


def record(verb: str = "case.read", **fields: Any) -> Event:
    return record_alone(**({"event": verb, "by": None, "at": AT} | fields))


def sql(text: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)


def verify() -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
class TestRecording:
    def test_says_what_was_done_by_whom_to_what(self) -> None:
        alice, bob = make_user(), make_user()
        event = record("account.added", by=alice, subject=bob, detail={"role": "dsl", "count": 2, "units": ["a", "b"]})
        kept = Event.objects.get(pk=event.pk)
        assert (kept.sequence, kept.at, kept.event) == (1, AT, "account.added")
        assert (kept.by_id, kept.subject_kind, kept.subject_id) == (str(alice.pk), "accounts.user", str(bob.pk))
        assert kept.detail == {"role": "dsl", "count": 2, "units": ["a", "b"]}
        assert list(Event.objects.about(bob)) == [event]

    def test_the_system_itself_can_act(self) -> None:
        assert record().by_id == "system"

    def test_a_code_of_an_enum_is_kept_as_its_text(self) -> None:
        event = record(detail={"permission": Permission.READ_PACK, "all": [Permission.READ_PACK]})
        event.refresh_from_db()
        assert event.detail == {"permission": "read_pack", "all": ["read_pack"]}
        assert first_break(Event.objects.all()) is None

    def test_is_undone_with_the_change_it_stands_with(self) -> None:
        with transaction.atomic():
            make_user("undone@example.org")
            record_event(event="account.added", by=None, at=AT)
            transaction.set_rollback(True)
        assert not Event.objects.exists()
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "detail",
        [
            {"note": "x" * 201}, {"note": "two\nlines"}, {"note": {"nested": "x"}}, {"note": [["x"]]}, {"note": [1]},
            {"note": 1.5}, {"note": None}, {"note": b"x"}, {"note": ["x" * 201]}, {"note": ["x"] * 101},
            {"Note": "x"}, {"a note": "x"}, {"note": "nul\x00"},
        ],
    )  # fmt: skip
    def test_what_could_carry_a_narrative_is_refused(self, detail: Any) -> None:
        with pytest.raises(AuditRefusedError, match="detail"):
            record(detail=detail)

    @pytest.mark.parametrize(
        "wrong",
        [{"verb": "read"}, {"verb": "Case.read"}, {"at": datetime(2026, 1, 1)}, {"by": User()}, {"subject": Event()}],  # noqa: DTZ001
    )
    def test_a_malformed_event_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(AuditRefusedError):
            record(**wrong)

    def test_without_a_key_nothing_is_recorded(self, settings: Any, tmp_path: Path) -> None:
        settings.AUDIT_KEY_FILE = tmp_path / "lost.key"
        with pytest.raises(AuditKeyError, match="Restore it"):
            record()
        (tmp_path / "lost.key").write_text("not a key")
        with pytest.raises(AuditKeyError, match="32 bytes"):
            record()

    def test_a_new_key_works_and_is_never_overwritten(self, settings: Any, tmp_path: Path) -> None:
        settings.AUDIT_KEY_FILE = tmp_path / "audit.key"
        create_audit_key(settings.AUDIT_KEY_FILE)
        record()
        with pytest.raises(FileExistsError):
            create_audit_key(settings.AUDIT_KEY_FILE)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused() -> None:
    with pytest.raises(AuditRefusedError, match=r"transaction\.atomic"):
        record_event(event="case.read", by=None, at=AT)


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain() -> None:
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(10):
                record()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failures
    assert Event.objects.count() == 40
    assert first_break(Event.objects.all()) is None


@pytest.mark.django_db
class TestAppendOnly:
    def test_the_database_refuses_to_change_or_remove_an_event(self) -> None:
        record()
        statements = ["UPDATE audit_event SET event = 'x.y'", "DELETE FROM audit_event"]
        if connection.vendor == "postgresql":
            statements.append("TRUNCATE audit_event")
        for statement in statements:
            with pytest.raises(DatabaseError, match="append-only"):
                sql(statement)
        assert Event.objects.get().event == "case.read"

    def test_replacing_is_no_way_round(self) -> None:
        record()
        if connection.vendor == "sqlite":
            replace = "INSERT OR REPLACE INTO audit_event SELECT {} FROM audit_event"
        else:
            replace = (
                "INSERT INTO audit_event SELECT {} FROM audit_event ON CONFLICT (sequence) DO UPDATE SET event = 'x'"
            )
        columns = "sequence, at, 'x.y', by_id, by_role, subject_kind, subject_id, detail, previous_mac, mac"
        with pytest.raises(DatabaseError, match="append-only"):
            sql(replace.format(columns))
        if connection.vendor == "sqlite":
            # Another program's connection may not have our pragma.
            with connection.cursor() as cursor:
                assert cursor.execute("PRAGMA recursive_triggers").fetchone() == (1,)
                cursor.execute("PRAGMA recursive_triggers = OFF")
            with pytest.raises(DatabaseError, match="append-only"):
                sql(replace.format(columns))
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA recursive_triggers = ON")

    @pytest.mark.postgresql_only
    def test_playing_the_replica_is_no_way_round(self) -> None:
        """PostgreSQL skips ordinary triggers for a session that says it is a replica. The portal's own role may not say
        so, and for a role that may, ours are enabled ALWAYS."""
        record()
        with pytest.raises(DatabaseError, match="permission denied"):
            sql("SET LOCAL session_replication_role = replica")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'audit_event'::regclass AND NOT tgisinternal"
            )
            assert sorted(cursor.fetchall()) == [("audit_event_no_change", "A"), ("audit_event_no_truncate", "A")]
        with pytest.raises(DatabaseError, match="append-only"):
            sql("DELETE FROM audit_event")

    def test_so_does_the_model(self) -> None:
        event = record()
        for change in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(event="x")):
            with pytest.raises(AppendOnlyError):
                change()

    def test_the_guard_is_whole_after_migrating(self) -> None:
        assert append_only.missing(connection) == []


@pytest.fixture
def unguarded(db: None) -> Any:
    """The database as somebody has it who took the guard away."""
    for number in range(5):
        record("case.read", detail={"number": number})
    append_only.remove(connection)
    yield
    append_only.install(connection)


class TestVerifying:
    def test_an_empty_and_an_untouched_record_are_intact(self, db: None) -> None:
        assert "empty" in verify()
        for _ in range(3):
            record()
        assert "3 events" in verify()

    @pytest.mark.parametrize(
        "change",
        [
            "event = 'case.closed'", "at = '2026-03-10 12:00:01+00:00'", "by_id = 'x'", "by_role = 'auditor'",
            "subject_id = '7'", "subject_kind = 'referrals.referral'", "detail = '{\"number\": 9}'",
        ],
    )  # fmt: skip
    def test_an_edited_event_is_named(self, unguarded: None, change: str) -> None:
        sql(f"UPDATE audit_event SET {change} WHERE sequence = 3")
        with pytest.raises(CommandError, match="broken at event 3: it is not as it was written"):
            verify()

    def test_a_removed_event_is_named(self, unguarded: None) -> None:
        sql("DELETE FROM audit_event WHERE sequence = 2")
        with pytest.raises(CommandError, match="event 2: event 2 is missing"):
            verify()

    def test_two_events_that_changed_places_are_named(self, unguarded: None) -> None:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            sql("UPDATE audit_event SET sequence = %s WHERE sequence = %s", new, old)
        with pytest.raises(CommandError, match="broken at event 2"):
            verify()

    def test_a_forged_last_event_is_named(self, unguarded: None) -> None:
        sql(
            "INSERT INTO audit_event SELECT 6, at, event, by_id, by_role, subject_kind, subject_id, detail, mac, mac "
            "FROM audit_event WHERE sequence = 5"
        )
        with pytest.raises(CommandError, match="broken at event 6: it is not as it was written"):
            verify()

    def test_another_key_does_not_verify(self, unguarded: None, settings: Any, tmp_path: Path) -> None:
        settings.AUDIT_KEY_FILE = tmp_path / "audit.key"
        create_audit_key(settings.AUDIT_KEY_FILE)
        with pytest.raises(CommandError, match="broken at event 1"):
            verify()

    def test_a_missing_guard_is_named(self, unguarded: None) -> None:
        with pytest.raises(CommandError, match="guard is not in place"):
            verify()
