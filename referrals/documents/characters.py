"""Characters that a page cannot show as they are: invisible ones, look-alikes, runs without a place to break."""

import re
import unicodedata

BREAK = "\u200b"
LONGEST_RUN = 40
LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")
JOINERS = frozenset("\u200c\u200d")
LISTED = 40
ORDINARY = frozenset(chr(code) for code in range(0x20, 0x7F)) | {"\n", "\t"}


def printable(text: str) -> str:
    """Return `text` with control characters as their pictures and lone surrogates as U+FFFD.

    Forms refuse both; a pack is made all the same when one comes by another way.
    """
    return "".join(_printable(character) for character in text)


def _printable(character: str) -> str:
    code = ord(character)
    if code < 0x20 and character not in "\n\t":
        return chr(0x2400 + code)
    if code == 0x7F or 0x80 <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE:
        return "\ufffd"
    return character


def _may_part(before: str, after: str) -> bool:
    return not (
        unicodedata.category(after).startswith("M")
        or after in JOINERS
        or before in JOINERS
        or unicodedata.combining(before) == 9  # a virama joins two consonants
        or 0x1F3FB <= ord(after) <= 0x1F3FF  # skin tones
        or 0x1F1E6 <= ord(after) <= 0x1F1FF  # letters of a flag
        or 0xE0020 <= ord(after) <= 0xE007F  # tags of a flag
    )


def _with_breaks(match: re.Match[str]) -> str:
    run = match[0]
    parts, start = [], 0
    for index in range(1, len(run)):
        if index - start >= LONGEST_RUN and _may_part(run[index - 1], run[index]):
            parts.append(run[start:index])
            start = index
    return BREAK.join([*parts, run[start:]])


def soft_breaks(text: str) -> str:
    """Return `text` with a zero-width place to break in each run of more than 40 characters without a space.

    Without it the layout engine takes seconds over 10,000 characters (measured); it draws and extracts as nothing.
    """
    return LONG_RUN.sub(_with_breaks, text)


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed').capitalize()}"


def code_points(text: str) -> str | None:
    """Return where `text` differs from plain keyboard characters, in words, or None when it does not.

    For usernames: "2nd" of "mаx" is a Cyrillic letter that the eye takes for an a (Z-30).
    """
    unusual = [(place, character) for place, character in enumerate(text, start=1) if character not in ORDINARY]
    if not unusual:
        return None
    listed = "; ".join(f"character {place} {_name(character)}" for place, character in unusual[:LISTED])
    more = len(unusual) - LISTED
    return f"{len(text)} characters. " + listed + (f"; and {more} more, in the embedded data" if more > 0 else "")


def invisible_characters(text: str) -> str | None:
    """Return which characters of `text` show nothing or turn its direction, with their number, or None."""
    found: dict[str, int] = {}
    for before, character in zip(" " + text, text, strict=False):
        # A joiner after a picture is part of an emoji and hides nothing.
        if unicodedata.category(character) == "Cf" and unicodedata.category(before) not in ("So", "Sk", "Mn"):
            found[character] = found.get(character, 0) + 1
    if not found:
        return None
    return "Also holds characters that do not show: " + "; ".join(
        f"{_name(character)}" + (f" ({number} times)" if number > 1 else "") for character, number in found.items()
    )
