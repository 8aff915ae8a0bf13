from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    label = "audit"
    verbose_name = "The record of what was done and read"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from audit.append_only import harden_sqlite_connection

        connection_created.connect(harden_sqlite_connection, dispatch_uid="audit.harden_sqlite_connection")
