"""Every address of the portal, by the app that answers it."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from safeguarding.health import healthz

handler400 = "safeguarding.web.errors.bad_request"
handler403 = "safeguarding.web.errors.permission_denied"
handler404 = "safeguarding.web.errors.page_not_found"
handler500 = "safeguarding.web.errors.server_error"


def exists(module: str) -> bool:
    """Return whether a dotted module can be imported."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("safeguarding.web.urls")),
    path("accounts/", include("accounts.web.urls")),
    path("accounts/other/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("referrals/", include("referrals.web.urls")),
]
for prefix, module in [
    ("procedures/", "procedures.web.urls"),
    ("", "casework.web.urls"),
]:
    if exists(module):
        urlpatterns.append(path(prefix, include(module)))
