"""Django's entry for this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only, chained record of what was done and read."""

    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"
