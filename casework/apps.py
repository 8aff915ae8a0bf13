"""Django's entry for this app."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """What happens to a referral once it has been received."""

    name = "casework"
    default_auto_field = "django.db.models.BigAutoField"
