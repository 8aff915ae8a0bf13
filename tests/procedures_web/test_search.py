"""Searching: what people call things leads to what the procedure calls them; what was typed is shown safely."""

import pytest
from django.test import Client

from procedures.editions import get_edition
from procedures.reading import Reading
from procedures.searching import Found, search, segments, tidy

EDITIONS = ["cumbria", "north-east-lincolnshire"]


def found(name: str, query: str) -> Found:
    return search(Reading(get_edition(name)), query)


@pytest.mark.parametrize(
    ("name", "query", "paragraph"),
    [
        ("cumbria", "sexting", "1.12"),
        ("cumbria", "dick pics", "1.12"),
        ("cumbria", "deepfake", "7.3"),
        ("cumbria", "MASH", "4.7"),
        ("cumbria", "sextortion", "5.11"),
        ("cumbria", "C-054", "4.6"),
        ("north-east-lincolnshire", "sexting", "7.8"),
        ("north-east-lincolnshire", "Dick pics", "7.5"),
        ("north-east-lincolnshire", "youth-produced sexual imagery", "7.6"),
        ("north-east-lincolnshire", "indecent imagery", "7.7"),
        ("north-east-lincolnshire", "image-based sexual abuse", "7.9"),
        ("north-east-lincolnshire", "deepfakes", "7.11"),
        ("north-east-lincolnshire", "MASH", "4.1.1"),
        ("north-east-lincolnshire", "n-060", "4.1.1"),
    ],
)
def test_other_words_for_the_same_thing_find_it(name: str, query: str, paragraph: str) -> None:
    first = [result.entry.id for result in found(name, query).results if result.entry.kind == "paragraph"]
    assert paragraph in first


@pytest.mark.parametrize("name", EDITIONS)
def test_the_words_also_looked_for_are_said(name: str) -> None:
    assert "sexting" in found(name, "nudes").also
    assert "MASH" not in found(name, "MASH").also


@pytest.mark.parametrize("name", EDITIONS)
def test_nothing_found_gives_words_to_try(name: str) -> None:
    near = found(name, "extremsm")
    assert near.total == 0
    assert "extremism" in near.suggestions
    assert found(name, "zzqqxx").suggestions[0] == "nudes"


def test_more_words_find_less_first() -> None:
    first = found("cumbria", "bail conditions").results[0].entry
    assert (first.kind, first.id) == ("paragraph", "4.17")


@pytest.mark.parametrize("query", ["", "  ", "the of", "\x00", "((", "\\", "*", "a" * 5000, "<script>", "'", "💩 ✂"])
def test_odd_queries_are_harmless(query: str) -> None:
    assert found("cumbria", query).query == tidy(query)
    assert len(tidy(query)) <= 100


def test_marked_pieces_make_up_the_text() -> None:
    for result in found("north-east-lincolnshire", "nudes").results:
        assert "".join(piece.text for piece in result.text) == result.entry.text
        assert any(piece.is_match for piece in (*result.title, *result.text))
    assert segments("text", None)[0].text == "text"


@pytest.mark.django_db
def test_the_page_escapes_what_was_typed(client: Client) -> None:
    html = client.get("/procedures/search", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.django_db
def test_the_page_marks_what_matched(client: Client) -> None:
    html = client.get("/procedures/search", {"q": "deepfake", "in": "north-east-lincolnshire"}).content.decode()
    assert "<mark>Deepfakes</mark>" in html
    assert "Cumberland" not in html.split("<main")[1].split("</main>")[0]


@pytest.mark.django_db
def test_the_page_says_that_nothing_was_found(client: Client) -> None:
    html = client.get("/procedures/search?q=extremsm&in=nowhere").content.decode()
    assert "Nothing found" in html
    assert "q=extremism" in html
