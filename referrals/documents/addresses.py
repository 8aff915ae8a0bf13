"""Web addresses as text that nothing turns into a link: `https://example.com/a` → `hxxps://example[.]com/a`."""

import re

# Browsers take these four as the dot between the labels of a host, and these two as the colon after a scheme.
DOT = ".。．｡"
COLON = ":："
# Characters that show nothing and can stand inside a host without the eye seeing them.
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
LABEL = rf"[\w{UNSEEN}-]+"
NOT_INSIDE_A_WORD = rf"(?<![\w@{DOT}\[\]{UNSEEN}/-])"
# Without a path only endings that are no English word count: "He left.It was late" is not an address.
USUAL_ENDINGS = "com|org|net|info|biz|io|gg|tv|ly|xyz|onion|uk|eu|ru|de|fr|pl|dev|invalid|example"

WEB_SCHEME = re.compile(rf"([hH])([tT])([tT])([pP][sS]?)(?=[{COLON}])")
OTHER_SCHEME = re.compile(
    rf"(?<=[A-Za-z0-9])(?<![hH][xX][xX][pP])(?<![hH][xX][xX][pP][sS])([{COLON}])(?=//)"
    rf"|(?<=\bjavascript)([{COLON}])(?=\S)|(?<=\bvbscript)([{COLON}])(?=\S)|(?<=\bblob)([{COLON}])(?=\S)"
    rf"|(?<=\bfilesystem)([{COLON}])(?=\S)|(?<=\bdata)([{COLON}])(?=[\w.+-]*[/;,])",
    re.IGNORECASE,
)
HOSTS = (
    # after a scheme, or after the two slashes that take the page's own scheme
    re.compile(rf"(?:(?<=[{COLON}])[\\/]+|(?<![\w{COLON}\]/\\])//)[^\s/\\?#<>\"']+"),
    re.compile(rf"(?<=[pP][{COLON}])[^\s/\\?#<>\"']+|(?<=[pP][sS][{COLON}])[^\s/\\?#<>\"']+"),
    re.compile(rf"(?<![\w@{DOT}\[\]{UNSEEN}-])www\d{{0,3}}(?:[{DOT}]{LABEL})+", re.IGNORECASE),
    # before a path, a query or a port
    re.compile(rf"{NOT_INSIDE_A_WORD}(?:{LABEL}[{DOT}])+[^\W\d_][\w-]+(?=(?:[{COLON}]\d{{1,5}})?[/\\?#])"),
    re.compile(rf"{NOT_INSIDE_A_WORD}(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?=[{COLON}]\d{{1,5}}|/)"),
    re.compile(rf"{NOT_INSIDE_A_WORD}(?:{LABEL}[{DOT}])+(?:{USUAL_ENDINGS})(?![\w@-])", re.IGNORECASE),
)
HOST_DOT = re.compile(rf"(?<=[^\s\[{DOT}])[{DOT}]+(?=[^\s\]{DOT}])")


def _without_http(match: re.Match[str]) -> str:
    first, *letters, rest = match.groups()
    return first + "".join("X" if letter == "T" else "x" for letter in letters) + rest


def _in_brackets(match: re.Match[str]) -> str:
    return f"[{match[0]}]"


def _without_dots(match: re.Match[str]) -> str:
    return HOST_DOT.sub(_in_brackets, match[0])


def break_addresses(text: str) -> str:
    """Return `text` with every web address broken, and every other character as it was.

    `http` becomes `hxxp` in the case it was written in, the dots of the host become `[.]`, another scheme's colon
    becomes `[:]`, that of `javascript:` and `data:` too. Hosts are found after a scheme, after `www.`, before a path
    or a port, and by themselves when they end as addresses usually do. Email addresses, times and sentences stay.
    Idempotent: text that is already broken is left alone.
    """
    text = WEB_SCHEME.sub(_without_http, text)
    for host in HOSTS:
        text = host.sub(_without_dots, text)
    return OTHER_SCHEME.sub(_in_brackets, text)
