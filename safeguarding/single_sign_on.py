"""The partnerships' identity providers, read from one file (docs/single-sign-on.md describes it)."""

import json
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from safeguarding.environment import secret

CURE = "docs/single-sign-on.md shows an example."


class Provider(BaseModel):
    """One OpenID Connect provider, as its partnership's administrators describe it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    name: str = Field(min_length=1, max_length=60)
    issuer: str = Field(pattern=r"^https?://\S+$")
    client_id: str = Field(min_length=1)
    client_secret_file: str = Field(min_length=1)
    email_domains: list[str] = Field(min_length=1)
    tenant: str = ""
    vouches_for_email: bool = False
    acr_values: list[str] = []
    needs_second_step: bool = True
    longest_sign_in_minutes: int = Field(default=600, ge=5, le=600)
    discovery: str = ""


def providers(path: Path, *, only_https: bool) -> dict[str, object]:
    """Return the file's providers as the library wants them. Raises ImproperlyConfigured, naming what is wrong."""
    try:
        described = TypeAdapter(list[Provider]).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"The identity providers in {path} cannot be read: {_why(error)}. {CURE}") from error
    codes = [each.code for each in described]
    if len(set(codes)) < len(codes):
        raise ImproperlyConfigured(f"Two identity providers in {path} have one code. Give each its own.")
    if only_https and not all(each.issuer.startswith("https://") for each in described):
        raise ImproperlyConfigured(f"An issuer in {path} does not begin with https://. Write its secure address.")
    return {"openid_connect": {"APPS": [_app(each, path.parent) for each in described]}} if described else {}


def _app(each: Provider, folder: Path) -> dict[str, object]:
    where = f"Put the client's secret of {each.code}, and nothing else, in that file."
    return {
        "provider_id": each.code,
        "name": each.name,
        "client_id": each.client_id,
        "secret": secret(folder / each.client_secret_file, cure=where),
        "settings": {
            "server_url": each.discovery or f"{each.issuer.rstrip('/')}/.well-known/openid-configuration",
            "oauth_pkce_enabled": True,
            "email_authentication": True,
            "policy": {
                "issuer": each.issuer,
                "tenant": each.tenant,
                "email_domains": [domain.strip().lower() for domain in each.email_domains],
                "vouches_for_email": each.vouches_for_email,
                "acr_values": each.acr_values,
                "needs_second_step": each.needs_second_step,
            },
            "longest_sign_in": each.longest_sign_in_minutes * 60,
        },
    }


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)
