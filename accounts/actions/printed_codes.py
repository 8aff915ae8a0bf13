"""Codes on paper: a second factor where phones are banned, and a way in for whoever lost theirs.

Only digests are kept, sealed: nobody, the portal included, can show the list a second time. The sign-in library's
own recovery codes are not used, because it keeps the seed from which they can all be made again.
"""

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from audit.record import record_event

HOW_MANY = 10
GROUPS, GROUP_LENGTH = 3, 4
# Without the letters and digits that are mistaken for one another on paper: about 59 bits in twelve of them.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@transaction.atomic
def make_printed_codes(*, by: Any, at: datetime) -> list[str]:
    """Make this person's codes anew and return them, the only time they can be had. Earlier codes end."""
    Authenticator.objects.filter(user=by, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = [_new_code() for _ in range(HOW_MANY)]
    factor = Authenticator(user=by, type=Authenticator.Type.RECOVERY_CODES, created_at=at)
    _keep(factor, [_digest(by, code) for code in codes], confirmed=False)
    record_event(event="account.printed_codes_made", by=by, at=at, subject=by, detail={"codes": len(codes)})
    return codes


@transaction.atomic
def use_printed_code(*, by: Any, code: str, at: datetime) -> bool:
    """Cross out this code, if it is one of this person's that was not used yet. Returns whether it was."""
    kind = Authenticator.Type.RECOVERY_CODES
    # On SQLite a transaction has the database to itself from its start; elsewhere the row is locked.
    factor = Authenticator.objects.select_for_update().filter(user=by, type=kind).first()
    if factor is None:
        return False
    kept = _kept(factor)
    digest = _digest(by, code)
    if digest not in kept:
        return False
    kept.remove(digest)
    _keep(factor, kept, confirmed=True)
    record_event(event="account.printed_code_used", by=by, at=at, subject=by, detail={"left": len(kept)})
    return True


def _new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def _digest(user: Any, code: str) -> str:
    typed = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(f"{user.pk}|{typed}".encode()).hexdigest()


def _kept(factor: Authenticator) -> list[str]:
    return list(json.loads(decrypt(factor.data["codes"])))


def _keep(factor: Authenticator, digests: list[str], *, confirmed: bool) -> None:
    factor.data = {"codes": encrypt(json.dumps(digests)), "left": len(digests), "confirmed": confirmed}
    factor.save()
