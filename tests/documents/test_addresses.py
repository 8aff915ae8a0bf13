"""Web addresses become text that nothing makes a link of."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.documents import break_addresses


@pytest.mark.parametrize(
    ("written", "broken"),
    [
        ("https://example.com/a.html", "hxxps://example[.]com/a.html"),
        ("HTTP://Example.COM.", "HXXP://Example[.]COM."),
        ("(http://a.b.example/x?u=https://c.example/)", "(hxxp://a[.]b[.]example/x?u=hxxps://c[.]example/)"),
        ("www.example.com", "www[.]example[.]com"),
        ("t.me/abc and discord.gg/xyz", "t[.]me/abc and discord[.]gg/xyz"),
        ("on instagram.com he wrote", "on instagram[.]com he wrote"),
        ("192.0.2.1:8080/x", "192[.]0[.]2[.]1:8080/x"),
        ("ftp://files.example.org", "ftp[:]//files[.]example[.]org"),
        ("//evil.example/x", "//evil[.]example/x"),
        ("http:\\\\evil.example\\x", "hxxp:\\\\evil[.]example\\x"),
        ("http://user:pw@evil.example/", "hxxp://user:pw@evil[.]example/"),
        ("http://[2001:db8::1]/x", "hxxp://[2001:db8::1]/x"),
        ("http://例え。テスト/", "hxxp://例え[。]テスト/"),
        ("bücher.example/ü", "bücher[.]example/ü"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("data:text/html,hi", "data[:]text/html,hi"),
        ("file:///etc/passwd", "file[:]///etc/passwd"),
        ("seehttps://t.me/abc", "seehxxps://t[.]me/abc"),
    ],
)
def test_an_address_is_broken(written: str, broken: str) -> None:
    assert break_addresses(written) == broken
    assert break_addresses(broken) == broken


@pytest.mark.parametrize(
    "text",
    [
        "He left.It was 6.30pm, 1.2.2026, e.g. at the p.m./a.m. change and/or later",
        "sam@example.com",
        "the data: three names",
        "hxxps://example[.]com/a.b/c",
        "192.0.2.1 is the address",
        "",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert break_addresses(text) == text


WORDS = ["http", "https", "HTTP", "ftp", "hxxp", "www", "com", "a", "b1", "data", "javascript", "é", "1", "example"]
SIGNS = [":", "：", "//", "/", "\\", ".", "..", "。", "[", "]", "[.]", "@", "?", "#", " ", "\u200b", ",", "-", "\n"]
PIECES = WORDS + SIGNS


def kept(text: str) -> str:
    return text.translate(str.maketrans("", "", "[]")).lower().replace("hxxp", "http")


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_breaking_twice_is_breaking_once_and_loses_nothing(text: str) -> None:
    broken = break_addresses(text)
    assert break_addresses(broken) == broken
    assert kept(broken) == kept(text)
    assert "http:" not in broken.lower()


@pytest.mark.parametrize("piece", ["a", "a.", "a-", "/", ":", "http:", "1.", "www.", "@a.", "data:", "a.b/"])
def test_long_text_takes_no_time(piece: str) -> None:
    start = time.monotonic()
    break_addresses(piece * (10_000 // len(piece)))
    assert time.monotonic() - start < 1
