"""What the answer of an identity provider must say before anybody is let in by it. Values in, value out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from django.db.models import TextChoices

LEEWAY = timedelta(minutes=1)
# RFC 8176. "mfa" says it all; else one thing that is known together with one that is held or measured.
_KNOWN = {"pwd", "pin", "kba"}
_HELD = {"otp", "hwk", "swk", "sc", "fido", "face", "fpt", "iris"}


@dataclass(frozen=True)
class Policy:
    """What is believed of one provider.

    ``email_domains``: the domains whose addresses it may speak for. ``vouches_for_email``: its tenant gives out
    those addresses itself, so they need no ``email_verified``. ``tenant``: the ``tid`` that must be there; blank
    where the provider has none. ``acr_values``: the context classes that mean a second step.
    """

    issuer: str
    client_id: str
    email_domains: frozenset[str]
    tenant: str = ""
    vouches_for_email: bool = False
    acr_values: frozenset[str] = frozenset()
    needs_second_step: bool = True


class Refusal(TextChoices):
    """Why somebody was not let in: the code in the record, and what they read. {name} is the provider's name."""

    NOT_FINISHED = "not_finished", "{name} did not finish signing you in. Try again."
    UNREACHABLE = "unreachable", "{name} does not answer. Try again in a few minutes, or sign in with your password."
    SIGNATURE = "signature", "The answer of {name} did not carry its signature. Try again."
    ISSUER = "issuer", "The answer did not come from {name}. Try again."
    AUDIENCE = "audience", "The answer of {name} was meant for another service. Try again."
    EXPIRED = "expired", "The answer of {name} came too late. Try again."
    NONCE = "nonce", "The answer of {name} belongs to another sign-in. Try again."
    TENANT = "tenant", "That account belongs to another organisation than the one that may use {name} here."
    EMAIL = "email", "{name} did not vouch for your work email address. Ask those who look after your account there."
    DOMAIN = "domain", "{name} cannot vouch for an address at that organisation."
    AUTH_TIME = (
        "auth_time",
        "It is too long since you signed in at {name}. Sign out there and in again, then try again.",
    )
    SECOND_STEP = "second_step", "{name} did not say that you used a second step. Set one up there, or sign in here."
    UNKNOWN_PERSON = (
        "unknown_person",
        "There is no account here for your address. Ask your safeguarding lead or your partnership’s administrator.",
    )
    OTHER_PERSON = (
        "other_person",
        "The account here belongs to somebody else at {name}. Tell your partnership’s administrator.",
    )


def show_second_step(claims: Mapping[str, Any], policy: Policy) -> bool:
    """Whether ``amr`` or ``acr`` say that more than one factor was used."""
    listed = claims.get("amr")
    amr = {each for each in listed if isinstance(each, str)} if isinstance(listed, list) else set()
    acr = claims.get("acr")
    return "mfa" in amr or bool(amr & _KNOWN and amr & _HELD) or (isinstance(acr, str) and acr in policy.acr_values)


def email_of(claims: Mapping[str, Any]) -> str:
    """The address that the claims name, in lower case; blank if none."""
    email = claims.get("email")
    return email.strip().lower() if isinstance(email, str) else ""


def refusal_of(
    claims: Mapping[str, Any], policy: Policy, *, nonce: str, longest: timedelta, at: datetime
) -> Refusal | None:
    """Return why these claims let nobody in, or None when they do. Their signature has been checked already.

    ``nonce``: what this browser's sign-in began with. ``longest``: how long ago, at most, the person may have signed
    in at the provider.
    """
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    email = email_of(claims)
    checks = (
        (Refusal.ISSUER, claims.get("iss") == policy.issuer),
        (
            Refusal.AUDIENCE,
            policy.client_id in audiences and claims.get("azp", policy.client_id) == policy.client_id,
        ),
        (Refusal.EXPIRED, _is_current(claims, at=at)),
        (Refusal.NONCE, bool(nonce) and claims.get("nonce") == nonce),
        (Refusal.TENANT, not policy.tenant or claims.get("tid") == policy.tenant),
        (Refusal.EMAIL, bool(email) and (policy.vouches_for_email or claims.get("email_verified") is True)),
        (Refusal.DOMAIN, email.rpartition("@")[2] in policy.email_domains),
        (Refusal.AUTH_TIME, _is_within(claims.get("auth_time"), longest=longest, at=at)),
        (Refusal.SECOND_STEP, not policy.needs_second_step or show_second_step(claims, policy)),
    )
    return next((refusal for refusal, is_right in checks if not is_right), None)


def _is_current(claims: Mapping[str, Any], *, at: datetime) -> bool:
    expires, issued = claims.get("exp"), claims.get("iat")
    return (
        _is_time(expires)
        and _is_time(issued)
        and at.timestamp() < expires + LEEWAY.total_seconds()
        and issued - LEEWAY.total_seconds() <= at.timestamp()
    )


def _is_within(moment: Any, *, longest: timedelta, at: datetime) -> bool:
    if not _is_time(moment):
        return False
    age = at.timestamp() - moment
    return -LEEWAY.total_seconds() <= age <= (longest + LEEWAY).total_seconds()


def _is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
