"""Refuses passwords that leaked elsewhere or that are made of what leaked, from lists on this machine alone.

The lists are Django's (20,000, by its own validator) and those of the zxcvbn package (30,000 from leaks, names, and
the commonest words); zxcvbn also sees through "P@ssw0rd2024!", keyboard rows, dates and repetition.
"""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

# So many tries an attacker who knows these lists needs; with argon2 that takes years.
GUESSES = 10**8
# Judging takes longer the longer the text is, and past this a password is not guessed but known.
LOOKED_AT = 64


class LeakedPasswordValidator:
    """Counts how many guesses a password is worth to somebody with the lists and with what they know of the person."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError (code ``password_leaked``) for a password that is soon guessed."""
        if zxcvbn(password[:LOOKED_AT], user_inputs=known_of(user))["guesses"] < GUESSES:
            raise ValidationError(
                "This password, or what it is made of, is in lists of passwords that have leaked. "
                "Choose another: four words that have nothing to do with each other are easy to keep in mind.",
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        """Say beforehand what is refused."""
        return "Your password must not be one that is in lists of leaked passwords."


def known_of(user: Any) -> list[str]:
    """Return the words that anybody knows of this person and this portal."""
    told = [settings.PORTAL_NAME, getattr(user, "email", ""), getattr(user, "full_name", "")]
    return [word for text in told for word in re.split(r"[^\w]+", text or "") if len(word) > 2]
