"""Which text is accepted, and why another is not. What is refused is named; nothing is changed silently but the form
of composed letters (NFC) and line ends."""

import re
import unicodedata

LONGEST = 10_000
MOST_LINES = 400
LONGEST_LINE = 500
"""For a field of one line: a name, a number, a username."""

BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029|\u0085")
_LINE_BREAK = "\n"


class TextRefusedError(ValueError):
    """Text that cannot be kept as it stands; the message says what is wrong with it and how to mend it."""


def clean_text(text: str, *, limit: int = LONGEST, one_line: bool = False, exactly: bool = False) -> str:
    """Return the text as it is kept, or raise TextRefusedError.

    `limit` is the number of characters, line breaks counted as one. `one_line`: no line break and no control over
    writing direction, for names and the like. `exactly`: a username or an address, kept character for character
    (Z-30): not composed, and writing-direction marks allowed.
    """
    text = _LINE_ENDS.sub(_LINE_BREAK, text).strip(" \t\n")
    if not exactly:
        text = unicodedata.normalize("NFC", text)
    for position, character in enumerate(text, start=1):
        fault = _fault(character)
        if fault:
            raise TextRefusedError(f"Character {position} is {fault}, which cannot be kept. Take it out.")
    if one_line and _LINE_BREAK in text:
        raise TextRefusedError("Write this on one line.")
    if one_line and not exactly and BIDI.search(text):
        raise TextRefusedError("This holds an unseen mark that changes the direction of writing. Type it again.")
    if len(text) > limit:
        raise TextRefusedError(f"This is {len(text):,} characters long. Shorten it to {limit:,} or fewer.")
    if text.count(_LINE_BREAK) > MOST_LINES:
        raise TextRefusedError(f"This has more than {MOST_LINES} line breaks. Take some out.")
    return text


def _fault(character: str) -> str | None:
    number = ord(character)
    if character in "\n\t":
        return None
    if number < 0x20 or 0x7F <= number < 0xA0:
        return "a control character"
    if 0xD800 <= number < 0xE000:
        return "half of a character"
    if 0xFDD0 <= number < 0xFDF0 or number & 0xFFFE == 0xFFFE:
        return "no character of any script"
    return None
