"""How to tell that posted bytes hold a picture: pure, so that each kind can be tested by itself.

Only the marks of picture, film and document files are looked for. Words about pictures, web addresses and
hostile text are ordinary answers and pass.
"""

import re
from html import unescape
from urllib.parse import unquote

# The first bytes of files. The first group is looked for anywhere, because no text holds it by chance; the
# second only at the start, because its bytes can also be typed.
ANYWHERE = (
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"II*\x00",  # TIFF
    b"MM\x00*",  # TIFF
    b"\x1aE\xdf\xa3",  # WebM and Matroska film
    b"8BPS\x00",  # Photoshop
    b"\xff\x0a\xfa\x7f",  # JPEG XL
    b"\x00\x00\x00\x0cjP  ",  # JPEG 2000
)
AT_START = (b"GIF87a", b"GIF89a", b"%PDF-")
# RIFF....WEBP and RIFF....AVI; ....ftyp for HEIC, AVIF, MP4 and MOV.
SHAPES = re.compile(
    rb"RIFF.{4}(?:WEBP|AVI )|.{4}ftyp(?:heic|heix|heim|hevc|hevx|mif1|msf1|avif|avis|isom|iso2|mp4|MSNV|qt  |M4V)",
    re.DOTALL,
)

DATA_URL = re.compile(
    r"data:(?:image|video|audio|application|font)/|data:text/[a-z0-9.+-]{1,40}[;,]|data:[^,\s]{0,100};base64,",
    re.IGNORECASE,
)
# The same file beginnings as base64, without "data:" before them; the run after makes it no chance word.
BASE64_PICTURE = re.compile(
    r"(?:iVBORw0KGgo|/9j/[0-9A-Za-z+/]{2}|R0lGOD[dl]h|UklGR[0-9A-Za-z+/]{2}|AAAA[GIH][0-9A-Za-z+/]Z0eXB|JVBERi0)[0-9A-Za-z+/\s]{48}"
)


def is_picture_file(data: bytes) -> bool:
    """Return whether the bytes hold the beginning of a picture, film or PDF file."""
    if any(mark in data for mark in ANYWHERE) or data.startswith(AT_START) or SHAPES.search(data):
        return True
    # A script may post each byte as the character of that number: "ÿØÿ" is then the beginning of a JPEG.
    return b"\xc2\x89PNG" in data or "ÿØÿ".encode() in data


def holds_picture_text(text: str) -> bool:
    """Return whether text holds a data URL or a picture written as base64, also when percent- or HTML-escaped."""
    forms = {text, unquote(text)} if "%" in text else {text}
    if "&" in text:
        forms.add(unescape(text))
    return any(DATA_URL.search(form) or BASE64_PICTURE.search(form) for form in forms)
