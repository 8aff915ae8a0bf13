"""What every page needs: the portal's name, the menu by what the person may do, and the time the session has left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import acting, own_session
from accounts.models import Membership
from accounts.permissions import Permission, held_by
from accounts.reach import waiting_for
from casework.actions.auditing import RECORD_READERS
from safeguarding.middleware import session_limits

LEAVE_URL = "https://www.bbc.co.uk/weather"


@dataclass(frozen=True)
class MenuItem:
    """A line of the menu or the footer."""

    text: str
    href: str
    is_active: bool = False


# Text, name of the address, and the permissions of which one opens it (none named: everyone who is signed in).
MENU: tuple[tuple[str, str, frozenset[Permission]], ...] = (
    ("Start a referral", "referrals:start", frozenset({Permission.START_REFERRAL})),
    ("My tasks", "casework:tasks", frozenset()),
    ("My referrals", "referrals:mine", frozenset({Permission.READ_OWN_REFERRALS})),
    ("Hub inbox", "casework:inbox", frozenset({Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES})),
    ("Today", "casework:today", frozenset({Permission.OVERSEE_WORKLOAD})),
    ("On duty", "casework:handover", frozenset({Permission.READ_HUB_CASES})),
    ("Advice given", "casework:consultations", frozenset({Permission.RECORD_CONSULTATIONS})),
    ("Open by break-glass", "casework:break_glass", frozenset({Permission.BREAK_GLASS})),
    ("Openings to review", "casework:openings", frozenset({Permission.REVIEW_BREAK_GLASS})),
    ("Packs", "casework:packs", frozenset({Permission.READ_AGENCY_INBOX})),
    ("Prevent advice", "casework:prevent_advice", frozenset({Permission.READ_PREVENT_ADVICE})),
    ("The record", "casework:record", frozenset(RECORD_READERS)),
    ("Unusual reading", "casework:unusual", frozenset({Permission.READ_AUDIT, Permission.OVERSEE_WORKLOAD})),
    ("People", "people:people", frozenset({Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS})),
    ("Settings", "directory:organisations", frozenset({Permission.MANAGE_DIRECTORY})),
    ("Agencies", "directory:agencies", frozenset({Permission.MANAGE_DIRECTORY})),
    ("Procedures", "procedures:index", frozenset()),
)
CONFIRMS = frozenset({Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS})
FOOTER = (
    ("Help and telephone numbers", "web:help"),
    ("What happens to pictures", "web:pictures"),
    ("Privacy", "web:privacy"),
    ("Accessibility", "web:accessibility"),
    ("Procedures", "procedures:index"),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return {"portal": …}. An answer given before the session is opened has no user: no menu, no sign-in."""
    user = getattr(request, "user", None)
    is_signed_in = bool(user and user.is_authenticated)
    is_confined = getattr(request, "is_confined", False)
    memberships = held_by(user, at=timezone.now()) if is_signed_in else ()
    return {
        "portal": {
            "name": settings.PORTAL_NAME,
            "start_url": address("web:start"),
            "leave_url": LEAVE_URL,
            "sign_in_url": address("account_login") if user and not is_signed_in else "",
            "account_url": address("own_account") if is_signed_in else "",
            "role": acting.active(request, memberships) if is_signed_in else None,
            "role_url": address("own_role") if len(memberships) > 1 and not is_confined else "",
            "sign_out_url": address("account_logout") if is_signed_in else "",
            # Until the second step is done every line of the menu would lead back to it.
            "navigation": menu(request, memberships) if is_signed_in and not is_confined else [],
            "footer": [MenuItem(text, href) for text, name in FOOTER if (href := address(name))],
            "session": session(request) if is_signed_in else None,
        }
    }


def menu(request: HttpRequest, memberships: Sequence[Membership]) -> list[MenuItem]:
    """Return what this person may open; the longest address that the current one begins with is the active one."""
    held = {permission for membership in memberships for permission in membership.role_data.permissions}
    allowed = [(text, href) for text, name, opens in MENU if (not opens or opens & held) and (href := address(name))]
    if (people := address("people:people")) and held & CONFIRMS:
        waiting = waiting_for(request.user, at=timezone.now()).count()
        allowed = [(f"{text} ({waiting} to confirm)" if href == people and waiting else text, href)
                   for text, href in allowed]  # fmt: skip
    here = max((href for _, href in allowed if request.path.startswith(href)), key=len, default=None)
    return [MenuItem(text, href, href == here) for text, href in allowed]


def session(request: HttpRequest) -> dict[str, Any] | None:
    """Return what the idle warning needs, or None where nobody is signed in."""
    own = own_session.of(request)
    if own is None:
        return None
    return {
        "seconds_left": session_limits.seconds_left(own, at=timezone.now()),
        "warn_seconds": int(settings.SESSION_WARNING_BEFORE.total_seconds()),
        "idle_minutes": int(own.idle_limit.total_seconds() // 60),
        "left_url": reverse("web:session_left"),
        "extend_url": reverse("web:session_extend"),
        "ended_url": reverse("web:session_ended"),
    }


def address(name: str) -> str:
    """Return the path of a named address, or nothing where that app is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
