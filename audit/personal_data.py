"""What personal data a stored field holds, and what happens to it at the end of its life.

Every model of ours carries ``PERSONAL_DATA: ClassVar[dict[str, PersonalData]]``, one entry for each of its columns, and
where a column ends otherwise than its class says ``AT_END: ClassVar[dict[str, AtEnd]]``. Models of libraries stand in
``safeguarding/library_data.py``. ``tests/accounts/test_personal_data.py`` fails on a field without.
"""

from enum import Enum


class AtEnd(Enum):
    """What becomes of a column when the case, the account or the value it belongs to ends."""

    KEPT = "kept"
    """It stays as it is: it says nothing about anybody once what it leads to is gone."""
    TOMBSTONED = "tombstoned"
    """It is emptied, and its row stays as the tombstone that says something was here and who ended it."""
    DELETED = "deleted"
    """Its row goes."""


class PersonalData(Enum):
    """The class of one column. The value is (code, what it is, what happens at the end, in words)."""

    NONE = ("none", "says nothing about any person", AtEnd.KEPT, "kept with its row")
    LINK = (
        "link",
        "an opaque identifier that leads to a person's row",
        AtEnd.KEPT,
        "kept; leads nowhere once that row is gone",
    )
    STAFF = (
        "staff",
        "name, work contact or activity of someone using or named by the service",
        AtEnd.TOMBSTONED,
        "erased with account",
    )
    CASE = (
        "case",
        "identifies or describes a child, family member or person of concern",
        AtEnd.TOMBSTONED,
        "erased with the case",
    )
    NARRATIVE = (
        "narrative",
        "free text that may say anything about anybody",
        AtEnd.TOMBSTONED,
        "erased with the case",
    )
    SPECIAL = (
        "special",
        "health, belief, ethnicity, sex life or criminal-offence data",
        AtEnd.TOMBSTONED,
        "erased with the case",
    )
    INDEX = (
        "index",
        "a keyed hash of a name, date or handle in a case, to search by",
        AtEnd.DELETED,
        "erased with the case",
    )
    SECRET = (
        "secret",
        "a credential, or a key to one",
        AtEnd.DELETED,
        "erased as soon as it is replaced or its owner leaves",
    )

    def __init__(self, code: str, meaning: str, at_end: AtEnd, in_words: str) -> None:
        self.code = code
        self.meaning = meaning
        self.at_end = at_end
        self.in_words = in_words
