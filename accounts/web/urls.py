"""Addresses of signing in and of the own account. Ours come first and so replace the library's of the same name."""

from django.urls import include, path

from accounts.access import public
from accounts.web.own_account import own_account, own_email
from accounts.web.sign_out import SignOutView

urlpatterns = [
    path("", own_account, name="own_account"),
    path("logout/", public(SignOutView.as_view()), name="account_logout"),
    path("email/", own_email, name="account_email"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
