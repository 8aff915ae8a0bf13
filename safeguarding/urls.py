"""Every address of the portal, by the app that answers it."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from safeguarding.health import healthz


def exists(module: str) -> bool:
    """Return whether a dotted module can be imported."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [path("healthz", healthz, name="healthz")]
for prefix, module in [
    ("", "safeguarding.web.urls"),
    ("accounts/", "accounts.web.urls"),
    ("accounts/", "allauth.urls"),
    ("procedures/", "procedures.web.urls"),
    ("referrals/", "referrals.web.urls"),
    ("", "casework.web.urls"),
]:
    if exists(module):
        urlpatterns.append(path(prefix, include(module)))
