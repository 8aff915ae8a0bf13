"""Human references: short enough to read out on the telephone, neither sequential nor guessable."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that nothing is misheard or misread."""
_GROUP = 4


def new_reference() -> str:
    """Return a reference such as `K7QF-3M2X`: 40 random bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(2 * _GROUP))
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"
