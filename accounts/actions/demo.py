from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import second_factor
from accounts.actions.memberships import grant
from accounts.actions.organisations import add_organisation
from accounts.actions.people import add_person
from accounts.demo import DEMO_PASSWORD, ORGANISATIONS, STARTS_ON, DemoAccount, demo_accounts
from accounts.demo_codes import DEMO_MARK
from accounts.models import Agency, Membership, Organisation, User
from accounts.roles import ROLES, Target


@transaction.atomic
def load_demo_partnership(*, at: datetime) -> list[str]:
    """Load what is not there yet of the invented partnership. Returns the unit codes that the directory lacks.

    Safe to repeat: whatever somebody changed in the meantime (a role ended, a password) stays changed.
    """
    organisations = {demo.key: _organisation(demo.key, at=at) for demo in ORGANISATIONS}
    agencies = {agency.unit: agency for agency in Agency.objects.all()}
    missing: list[str] = []
    # One hash for all: hashing as slowly as a real password deserves, forty times over, would delay the first run.
    is_complete = User.objects.filter(email__in=[account.email for account in demo_accounts()]).count() == len(
        demo_accounts()
    )
    password = "" if is_complete else make_password(DEMO_PASSWORD)
    with_factor = set(Authenticator.objects.values_list("user_id", flat=True))
    for number, account in enumerate(demo_accounts()):
        target = ROLES[account.role].target
        if target is Target.AGENCY and account.place not in agencies:
            missing.append(account.place)
            continue
        user = _person(account, number, password=password, at=at)
        if second_factor.is_needed_in(ROLES[account.role]) and user.pk not in with_factor:
            _give_app(user, at=at)
        if Membership.objects.filter(user=user, role=account.role).exists():
            continue
        grant(
            user=user,
            role=account.role,
            organisation=organisations[account.place] if target is Target.ORGANISATION else None,
            agency=agencies[account.place] if target is Target.AGENCY else None,
            partnership=account.place if target is Target.PARTNERSHIP else "",
            starts_on=STARTS_ON,
            by=None,
            at=at,
        )
    return sorted(set(missing))


def _organisation(key: str, *, at: datetime) -> Organisation:
    demo = next(demo for demo in ORGANISATIONS if demo.key == key)
    present = Organisation.objects.filter(name=demo.name, area=demo.area).first()
    return present or add_organisation(
        name=demo.name, kind=demo.kind, area=demo.area, email_domain=demo.email_domain, by=None, at=at
    )


def _person(account: DemoAccount, number: int, *, password: str, at: datetime) -> User:
    present = User.objects.filter(email=account.email).first()
    if present:
        return present
    person = add_person(
        email=account.email,
        full_name=account.full_name,
        job_title=account.job_title,
        phone=f"01632 960{number:03d}",
        by=None,
        at=at,
    )
    person.password = password
    person.save(update_fields=["password"])
    return person


def _give_app(user: User, *, at: datetime) -> None:
    """Set up an authenticator app that nobody holds: `manage.py demo_code` says what it would show."""
    secret = encrypt(generate_totp_secret())
    data = {"secret": secret, DEMO_MARK: True}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data, created_at=at)
