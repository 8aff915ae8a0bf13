"""Response headers that neither Django nor django-csp sets, on every answer, refusals and errors included."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Everything a browser could lend a page, denied: no page here uses any of it.
FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
# Passkeys are the exception: the sign-in pages need them, of this origin only.
PASSKEYS = "publickey-credentials-get=(self), publickey-credentials-create=(self)"
PERMISSIONS_POLICY = ", ".join([f"{feature}=()" for feature in FEATURES] + [PASSKEYS])

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: under it browsers send "Origin: null" with every form, and the CSRF check refuses them all.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class SecurityHeadersMiddleware:
    """Outermost of all, so that an answer given early by another middleware carries the same headers.

    A page may be private even before sign-in is looked at, so nothing but static files may be stored by a
    browser or a proxy: that also empties the Back button after sign-out (security.md, "Headers").
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        is_static = request.path_info.startswith(f"/{settings.STATIC_URL.strip('/')}/") and response.status_code < 400
        if not is_static and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response
