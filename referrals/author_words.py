"""What those who receive a referral are told of an author whom nobody vouches for yet (Z-28)."""

from accounts.queries import unconfirmed_authors
from referrals.models import Referral

_RING = "Ring the setting on a number you know."
UNPROVEN = (
    "The author is not confirmed: they have not shown that the address they gave is theirs, so somebody else may have "
    f"written in their name. {_RING}"
)
UNCONFIRMED = (
    "The author is not confirmed: they have shown that they have a work address of the setting, but its safeguarding "
    f"lead has not said that they belong there. {_RING}"
)


def unconfirmed_words(referral: Referral) -> str:
    """Return what is not known of the author; nothing where their setting vouches for them. It names nobody."""
    if not referral.author.is_proven:
        return UNPROVEN
    pair = (referral.author_id, referral.organisation_id)
    return UNCONFIRMED if pair in unconfirmed_authors({referral.author_id}) else ""
