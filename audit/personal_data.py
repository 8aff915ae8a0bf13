"""What personal data a stored field holds, and what happens to it at the end of its life.

Every model of ours carries ``PERSONAL_DATA: ClassVar[dict[str, PersonalData]]``, one entry for each of its
columns; ``tests/accounts/test_personal_data.py`` walks all our models and fails on a field without one.
"""

from enum import Enum


class PersonalData(Enum):
    """The class of one column. The value is (code, what it is, what happens at the end)."""

    NONE = ("none", "says nothing about any person", "kept with its row")
    LINK = ("link", "an opaque identifier that leads to a person's row", "kept; leads nowhere once that row is gone")
    STAFF = ("staff", "name, work contact or activity of someone using or named by the service", "erased with account")
    CASE = ("case", "identifies or describes a child, family member or person of concern", "erased with the case")
    NARRATIVE = ("narrative", "free text that may say anything about anybody", "erased with the case")
    SPECIAL = ("special", "health, belief, ethnicity, sex life or criminal-offence data", "erased with the case")
    SECRET = ("secret", "a credential, or a key to one", "erased as soon as it is replaced or its owner leaves")

    def __init__(self, code: str, meaning: str, at_end: str) -> None:
        self.code = code
        self.meaning = meaning
        self.at_end = at_end
