from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = "People, organisations, agencies and the directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import delivering, factor_audit, sign_in_audit
        from accounts.actions import deliveries
        from accounts.models import Delivery

        delivering.hurry_with(Delivery.Kind.TASK, deliveries.hurry_letter)
        delivering.hurry_with(Delivery.Kind.NEW_PASSWORD, deliveries.hurry_letter)
        delivering.hurry_with(Delivery.Kind.INVITATION, deliveries.hurry_invitation)

        sign_in_audit.connect()
        factor_audit.connect()
