"""The database's own guard over the audit table: triggers that refuse UPDATE, DELETE and TRUNCATE.

A migration that lets Django remake the table on SQLite (any AlterField there) loses its triggers: such a
migration must end with ``install``. ``manage.py verify_audit`` reports a missing trigger.
"""

from typing import Any

TABLE = "audit_event"
_REFUSAL = "audit events are append-only"

_SQLITE = {
    "audit_event_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    "audit_event_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    # INSERT OR REPLACE removes the older row without firing the DELETE trigger unless recursive_triggers is on,
    # and another program's connection may have it off; a BEFORE INSERT trigger runs ahead of the replacing.
    "audit_event_no_replace": (
        f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE sequence = NEW.sequence) "  # noqa: S608
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    ),
}

_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation';
END
$$
"""

_POSTGRESQL = {
    "audit_event_no_change": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()",
    "audit_event_no_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()",
}


def install(connection: Any) -> None:
    """Put the guard in place (again). Refuses a database it has no guard for."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, body in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
        elif connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
            for name, body in _POSTGRESQL.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
                cursor.execute(f"CREATE TRIGGER {name} {body}")
                # ALWAYS: session_replication_role = replica must not switch it off.
                cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}")
        else:
            raise NotImplementedError(
                f"No append-only guard is written for {connection.vendor}: use PostgreSQL or SQLite."
            )


def remove(connection: Any) -> None:
    """Take the guard away: for reversing the migration, and for a test database that must be emptied."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for name in _POSTGRESQL:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
            cursor.execute("DROP FUNCTION IF EXISTS audit_event_refuse()")


def missing(connection: Any) -> list[str]:
    """The names of guards that are absent or, on PostgreSQL, not enabled ALWAYS. Empty when all is well."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
            wanted = list(_SQLITE)
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'A'",
                [TABLE],
            )
            wanted = list(_POSTGRESQL)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name not in present]


def harden_sqlite_connection(sender: object, connection: Any, **kwargs: object) -> None:
    """Make REPLACE fire DELETE triggers on every connection of ours; the second line behind ``no_replace``."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = ON")
