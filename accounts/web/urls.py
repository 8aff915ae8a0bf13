"""Addresses of signing in and of the own account. Ours come first and so replace the library's of the same name."""

from django.urls import include, path

from accounts.access import public
from accounts.web import second_factor, single_sign_on
from accounts.web.own_account import own_account, own_email
from accounts.web.own_role import own_role
from accounts.web.own_sessions import end_one, end_others, own_sessions, sign_in_again
from accounts.web.sign_out import SignOutView

urlpatterns = [
    path("", own_account, name="own_account"),
    path("logout/", public(SignOutView.as_view()), name="account_logout"),
    path("role/", own_role, name="own_role"),
    path("sessions/", own_sessions, name="own_sessions"),
    path("sessions/others/end", end_others, name="own_sessions_end_others"),
    path("sessions/<uuid:pk>/end", end_one, name="own_session_end"),
    path("sign-in-again/", sign_in_again, name="own_sign_in_again"),
    path("oidc/<str:provider_id>/login/", single_sign_on.begin, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", single_sign_on.callback, name="openid_connect_callback"),
    path("email/", own_email, name="account_email"),
    path("second-step/", second_factor.second_step, name="second_step"),
    path("2fa/printed-codes/", second_factor.printed_codes, name="printed_codes"),
    path("2fa/totp/activate/", second_factor.set_up_app, name="mfa_activate_totp"),
    path("2fa/webauthn/add/", second_factor.add_key, name="mfa_add_webauthn"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
