"""Django's entry for this app."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """One referral, from its first page to its packs."""

    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"
