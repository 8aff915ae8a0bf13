from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = "People, organisations, agencies and the directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import factor_audit, sign_in_audit

        sign_in_audit.connect()
        factor_audit.connect()
