"""Django's entry for this app."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """The procedure as content: editions, reading them, and the engine that routes by them."""

    name = "procedures"
    default_auto_field = "django.db.models.BigAutoField"
