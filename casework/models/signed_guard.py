"""The database's own guard over a signed strategy record: triggers that refuse to change or delete it.

Sealed columns are left out, or a new key could not seal them anew; what stands in them is held by the digest that was
taken at signing (`actions.strategy_signing`). A migration that lets Django remake one of these tables on SQLite loses
its triggers, and must end with `install`.
"""

from typing import Any

REFUSAL = "a signed strategy record is final"
_DISCUSSION = "casework_strategydiscussion"
_COLUMNS = {
    _DISCUSSION: (
        "id", "referral_id", "agency_id", "number", "kind", "previous_id", "status", "version", "planned_for",
        "method", "chair_id", "is_restricted", "held_at", "recorded_at", "recorded_by_id", "quoracy", "missing",
        "signed_at", "signed_by_id", "seal",
    ),
    "casework_strategychild": ("id", "discussion_id", "child_id", "place", "section_47"),
    "casework_strategypart": ("id", "discussion_id", "section", "place", "version", "saved_at", "saved_by_id"),
    "casework_strategyaction": ("id", "discussion_id", "number", "owner_id", "due_on", "agreed_at", "agreed_by_id"),
    "casework_strategyinvitee": (
        "id", "discussion_id", "person_id", "agency_kind", "reply", "replied_at", "information_at", "attendance",
        "is_senior_enough", "invited_at", "invited_by_id", "withdrawn_at", "withdrawn_by_id",
    ),
    "casework_strategyaddendum": ("id", "discussion_id", "number", "added_at", "added_by_id"),
}  # fmt: skip


def _is_signed(table: str) -> str:
    if table == _DISCUSSION:
        return "OLD.status = 'signed'"
    return f"EXISTS (SELECT 1 FROM {_DISCUSSION} d WHERE d.id = OLD.discussion_id AND d.status = 'signed')"  # noqa: S608


def install(connection: Any) -> None:
    """Put the guard in place (again). Refuses a database it has no guard for."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table, columns in _COLUMNS.items():
                for name, what in (("change", f"UPDATE OF {', '.join(columns)}"), ("delete", "DELETE")):
                    cursor.execute(
                        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{name} BEFORE {what} ON {table} "
                        f"WHEN {_is_signed(table)} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                    )
        elif connection.vendor == "postgresql":
            for table, columns in _COLUMNS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {_is_signed(table)} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; "
                    "END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
                )
                for name, what in (("change", f"UPDATE OF {', '.join(columns)}"), ("delete", "DELETE")):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name} ON {table}")
                    cursor.execute(
                        f"CREATE TRIGGER {table}_no_{name} BEFORE {what} ON {table} "
                        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
                    )
                    cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_{name}")
        else:
            raise NotImplementedError(f"No guard is written for {connection.vendor}: use PostgreSQL or SQLite.")


def remove(connection: Any) -> None:
    """Take the guard away: for reversing the migration."""
    with connection.cursor() as cursor:
        for table in _COLUMNS:
            for name in ("change", "delete"):
                suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}{suffix}")
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse()")
