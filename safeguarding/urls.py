"""Every address of the portal, by the app that answers it."""

from django.urls import URLPattern, URLResolver, include, path

from safeguarding.health import healthz

handler400 = "safeguarding.web.errors.bad_request"
handler403 = "safeguarding.web.errors.permission_denied"
handler404 = "safeguarding.web.errors.page_not_found"
handler500 = "safeguarding.web.errors.server_error"


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("safeguarding.web.urls")),
    path("accounts/", include("accounts.web.urls")),
    path("accounts/other/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("join/", include("accounts.web.joining.urls")),
    path("people/", include("accounts.web.people.urls")),
    path("directory/", include("accounts.web.directory.urls")),
    path("referrals/", include("referrals.web.urls")),
    path("procedures/", include("procedures.web.urls")),
    path("", include("casework.web.urls")),
]
