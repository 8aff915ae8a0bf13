"""The project as a Django app, so that it may have commands of its own."""

from django.apps import AppConfig


class SafeguardingConfig(AppConfig):
    """The house that the other apps live in."""

    name = "safeguarding"
    verbose_name = "Portal"
