"""Pages that everyone may read before signing in. They hold no personal data and set none."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.permissions import Permission, has_permission
from safeguarding.web.context import address
from safeguarding.web.numbers import HELP_LINES, numbers_open_now


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What the portal is for, whom to call now, what to say, and what never to do with pictures (Z-28)."""
    now = timezone.now()
    context = {
        "now": now,
        "areas": numbers_open_now(at=now),
        "help_lines": HELP_LINES,
        "referral_url": address("referrals:start") if _may_start(request, at=now) else "",
        "sign_in_url": address("account_login"),
        "procedures_url": address("procedures:index"),
    }
    return render(request, "start/start.html", context)


def _may_start(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the way in is offered: to visitors, who are asked to sign in, and to whoever may refer."""
    return not request.user.is_authenticated or has_permission(request.user, Permission.START_REFERRAL, at=at)


@public
@require_safe
def help_contacts(request: HttpRequest) -> HttpResponse:
    """Telephone numbers, and what to do when the portal itself does not work."""
    now = timezone.now()
    return render(request, "start/help.html", {"now": now, "areas": numbers_open_now(at=now), "help_lines": HELP_LINES})


@public
@require_safe
def pictures(request: HttpRequest) -> HttpResponse:
    """Why no picture can be sent, and what to do with one."""
    return render(request, "start/pictures.html")


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, who sees it, and for how long: a summary."""
    return render(request, "start/privacy.html")


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement: what was tested, and what was not."""
    return render(request, "start/accessibility.html")
