"""Which part after the @ belongs to which setting."""

import re

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import Organisation

_DOMAIN = re.compile(r"(?=.{4,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z]")
OPEN_TO_ANYBODY = frozenset(
    (
        *("aol.com", "btinternet.com", "gmail.com", "gmx.co.uk", "gmx.com", "googlemail.com", "hotmail.co.uk"),
        *("hotmail.com", "icloud.com", "live.co.uk", "live.com", "mail.com", "me.com", "msn.com", "outlook.com"),
        *("proton.me", "protonmail.com", "sky.com", "talktalk.net", "virginmedia.com", "yahoo.co.uk", "yahoo.com"),
    )
)
"""Where anybody can have an address, so that having one there proves no work anywhere."""


def clean_domain(text: str) -> str:
    """Return a domain as it is kept, or nothing for nothing. Raises ValidationError saying what is wrong with it."""
    domain = text.strip().lower().removeprefix("@")
    if not domain:
        return ""
    if not _DOMAIN.fullmatch(domain):
        raise ValidationError({"email_domain": "Write only what stands after the @, such as school.example.org."})
    if domain in OPEN_TO_ANYBODY:
        raise ValidationError(
            {"email_domain": f"Anybody can have an address at {domain}. Leave this empty and invite people instead."}
        )
    return domain


def owners_of(email: str) -> QuerySet[Organisation]:
    """The open settings whose own domain this address is at; a part of that domain does not count as it."""
    domain = email.rpartition("@")[2].strip().lower()
    if not domain or domain in OPEN_TO_ANYBODY:
        return Organisation.objects.none()
    return Organisation.objects.filter(email_domain=domain, closed_at__isnull=True)
