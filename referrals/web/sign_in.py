"""Nobody opens a first page before it is known which referrals name them."""

from typing import Any

from django.utils import timezone

from referrals.actions import matching


def match_at_sign_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """Match whoever signs in with whom the referrals name, where their name or address is new; else nothing is done.

    An error here is an error of the sign-in: without the match it would not be known what to keep from them.
    """
    matching.match_person(person=user, at=timezone.now())
