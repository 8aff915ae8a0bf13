"""What shows that two referrals speak of the same child, account, number or address, each in one spelling.

Of a child: name and date of birth together, and beside them what is nearly so, as terms of their own, because a keyed
hash can be told to be equal and never to be close (Z-30, H-22).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

HANDLE, PHONE, EMAIL, WEB = "handle", "phone", "email", "web"
CHILD, CLOSE, SWAPPED, NAMED, UNDATED = "child", "close", "swapped", "named", "undated"
"""Name and date of birth; the same with one part of the name left out; with day and month the other way round; the
name alone; the name of a child whose date of birth is not known."""
ACCOUNT_KINDS = (HANDLE, PHONE, EMAIL, WEB)
CHILD_KINDS = (CHILD, CLOSE, SWAPPED, NAMED, UNDATED)
MEETS = {kind: kind for kind in (*ACCOUNT_KINDS, CHILD, CLOSE, SWAPPED)} | {NAMED: UNDATED, UNDATED: NAMED}
"""Which kind of term of another referral each kind is compared with: a name alone only where one date is missing."""
KEYED_AS = {UNDATED: NAMED}
"""Kinds that are hashed as another, so that the two can be compared."""

_SEVERAL = re.compile(r"[,;\n]|\s+(?:and|or|/)\s+")
_EMAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\W\d_]{2,}")
_WEB = re.compile(r"(?:(?:h(?:tt|xx)ps?://)|www\.)[^\s<>\"]+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.+])(?:\+|0)[\d\s().-]{7,18}\d(?!\w)")
_HOST = re.compile(
    r"(?:h(?:tt|xx)ps?://)?(?:www\.)?([^\s/?#]+\.[^\W\d_]{2,})(:\d+)?(/[^\s#]*|\?[^\s#]*)?(?:#\S*)?", re.I
)
_PHONE_MARKS = re.compile(r"[\s().-]")
_SAYS_NOTHING = {
    "", "?", "-", "na", "nil", "no", "none", "nonegiven", "nonknown", "notknown", "noname", "private", "same", "tbc",
    "unknown", "various", "yes", "dontknow", "idontknow", "notapplicable",
}  # fmt: skip
FEWEST, MOST = 8, 15
"""Digits of a phone number."""


def handle_of(text: str) -> str:
    """Return an account's name in one spelling: without the @ before it and without regard to capitals."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("@").casefold()


def phone_of(text: str) -> str:
    """Return a phone number as its digits, a British one from its 0; blank where the text is no number."""
    bare = _PHONE_MARKS.sub("", unicodedata.normalize("NFKC", text).replace("(0)", ""))
    if bare.startswith("+44"):
        bare = "0" + bare[3:].removeprefix("0")
    elif bare.startswith("0044"):
        bare = "0" + bare[4:].removeprefix("0")
    digits = bare.removeprefix("+")
    is_number = digits.isascii() and digits.isdigit() and FEWEST <= len(digits) <= MOST
    return digits if is_number and bare[:1] in "+0" else ""


def email_of(text: str) -> str:
    """Return an email address without regard to capitals; blank where the text is none."""
    bare = unicodedata.normalize("NFKC", text).strip().removeprefix("mailto:").casefold()
    return bare if _EMAIL.fullmatch(bare) else ""


def web_of(text: str, *, surely: bool = False) -> str:
    """Return a web address without scheme, `www.` and fragment, its host in small letters; blank where it is none.

    Broken addresses (`hxxps://example[.]com`) are read as what they stand for. `surely`: the field asks for a web
    address, so that a host alone is one.
    """
    bare = text.strip().replace("[.]", ".").replace("(.)", ".").replace("[:]", ":")
    is_said = surely or bool(_WEB.match(bare)) or "/" in bare
    match = _HOST.fullmatch(bare) if is_said and "@" not in bare.split("/")[0] else None
    return f"{match[1].casefold()}{match[2] or ''}{match[3] or ''}".rstrip("/") if match else ""


def says_nothing(handle: str) -> bool:
    """Whether what stands in a field for an account is no account: "not known", "n/a"."""
    return re.sub(r"[\W_]", "", handle) in _SAYS_NOTHING


def accounts_in(text: str) -> Iterator[tuple[str, str]]:
    """Return kind and value of each account in a field for accounts: a name, number, email or web address."""
    for kind, value, _ in accounts_as_typed(text):
        yield kind, value


def accounts_as_typed(text: str) -> Iterator[tuple[str, str, str]]:
    """Return the same, each with its spelling as it was typed (Z-30)."""
    for part in _SEVERAL.split(text):
        for kind, value in _account(part):
            yield kind, value, part.strip()


def _account(part: str) -> Iterable[tuple[str, str]]:
    if email := email_of(part):
        return [(EMAIL, email)]
    if phone := phone_of(part):
        return [(PHONE, phone)]
    if web := web_of(part):
        return [(WEB, web)]
    handle = handle_of(part)
    return [] if says_nothing(handle) else [(HANDLE, handle)]


def accounts_said_in(text: str) -> Iterator[tuple[str, str]]:
    """Return the numbers and addresses that stand out in free text."""
    readable = text.replace("[.]", ".").replace("(.)", ".")
    yield from ((EMAIL, email) for found in _EMAIL.findall(readable) if (email := email_of(found.rstrip("."))))
    yield from ((WEB, web) for found in _WEB.findall(readable) if (web := web_of(found.rstrip(".,;:)!?’”'"))))
    yield from ((PHONE, phone) for found in _PHONE.findall(readable) if (phone := phone_of(found)))


def child_terms(parts: Iterable[str], births: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return what a child of this name and these dates of birth is found by again; a part of a name alone is nothing.

    `parts` are those of one name in one spelling, `births` dates as 2012-05-31.
    """
    names = tuple(sorted(set(parts)))
    whole, is_full = " ".join(names), len(names) > 1
    if not names:
        return
    dated = False
    for birth in births:
        dated = True
        if is_full:
            yield CHILD, f"{whole}|{birth}"
            yield from ((SWAPPED, f"{whole}|{either}") for either in _either_way(birth))
            yield from ((CLOSE, f"{' '.join(_without(names, each))}|{birth}") for each in names)
        yield CLOSE, f"{whole}|{birth}"
    if is_full:
        yield NAMED, whole
        if not dated:
            yield UNDATED, whole


def _without(names: tuple[str, ...], left_out: str) -> list[str]:
    return [each for each in names if each != left_out]


def _either_way(birth: str) -> list[str]:
    """Return a date with the smaller of day and month first, where it can be read both ways."""
    day = date.fromisoformat(birth)
    low, high = sorted((day.month, day.day))
    return [f"{day.year}|{low}|{high}"] if high <= 12 and low != high else []
