"""Django's entry for this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, the organisations they refer from, the agencies that receive, and the live directory."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
