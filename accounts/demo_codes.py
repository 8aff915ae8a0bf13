"""The codes with which invented people sign in. Nobody else's can be had: the mark is in the demo factor's own row."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt

from accounts import second_factor
from accounts.demo import demo_accounts
from accounts.roles import ROLES

DEMO_MARK = "demo"


class NoDemoCodeError(Exception):
    """There is no code to print; the text says why and what to do."""


@dataclass(frozen=True)
class DemoCode:
    code: str
    seconds_left: int


def code_now(email: str, *, at: datetime) -> DemoCode:
    """Return the code that this invented person would see in their app at this moment. Raises NoDemoCodeError."""
    account = next((each for each in demo_accounts() if each.email == email.strip().lower()), None)
    if account is None:
        raise NoDemoCodeError(
            "Codes can be printed for invented people only, and that is none of them. "
            "They are listed by: python manage.py load_demo --list-all"
        )
    factor = Authenticator.objects.filter(user__email=account.email, type=Authenticator.Type.TOTP).first()
    if factor is None and not second_factor.is_needed_in(ROLES[account.role]):
        raise NoDemoCodeError(f"{account.email} ({account.role_label}) signs in with the password alone.")
    if factor is None or not factor.data.get(DEMO_MARK):
        raise NoDemoCodeError(
            "The invented partnership's code for this person is not in this database: it was not loaded, or somebody "
            "has set up an app of their own in its place. Load what is missing with: python manage.py load_demo"
        )
    period = app_settings.TOTP_PERIOD
    seconds = int(at.timestamp())
    value = hotp_value(decrypt(factor.data["secret"]), seconds // period)
    return DemoCode(format_hotp_value(value), period - seconds % period)
