"""What counts as a picture, and what is only text about one."""

import base64
from io import BytesIO

import pytest
from PIL import Image

from safeguarding.middleware.picture_marks import holds_picture_text, is_picture_file


def picture(kind: str) -> bytes:
    """Return a small invented picture, a plain grey square."""
    out = BytesIO()
    Image.new("RGB", (24, 24), "grey").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "AVIF", "PDF"])
def test_files_are_known_by_their_beginning(kind: str) -> None:
    assert is_picture_file(picture(kind))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_bytes_posted_as_characters_are_known(kind: str) -> None:
    assert is_picture_file(picture(kind).decode("latin-1").encode())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "PDF"])
def test_base64_is_known_without_its_prefix(kind: str) -> None:
    assert holds_picture_text("look: " + base64.b64encode(picture(kind)).decode())


@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64,iVBORw0KGgo=",
        "see DATA:IMAGE/SVG+XML;utf8,<svg/> here",
        "data:;base64,AAAA",
        "data:text/html;charset=utf-8,<p>x</p>",
        "data:video/mp4;base64,AAAA",
        "data%3Aimage%2Fpng%3Bbase64%2CiVBO",
        "data&#58;image/jpeg;base64,/9j/",
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    ],
)
def test_data_urls_are_known(text: str) -> None:
    assert holds_picture_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "He sent her a picture; the data: images of her at the pool, a video too.",
        "The file was called IMG_0042.png and he said GIF89a was his username",
        "https://example.com/photo.jpg?size=large&data=1",
        "<script>alert(1)</script><svg onload=alert(1)>",
        "metadata: image/jpeg was mentioned",
        "O’Brien-Smith, Zażółć gęślą jaźń, Nguyễn Thị Ánh, عبد الله, 👩‍👧",
        "100% sure & 50% not; a=b&c=d",
        "data:\nThe school’s data: base64, whatever that is",
        "update: he wrote iVBORw0KGgo once",
    ],
)
def test_words_about_pictures_pass(text: str) -> None:
    assert not holds_picture_text(text)
    assert not is_picture_file(text.encode())


def test_long_text_is_looked_at_quickly() -> None:
    import time

    for text in ("data:" * 50_000, "UklGR" * 50_000, "%25" * 80_000, "&amp;" * 50_000):
        begun = time.process_time()
        holds_picture_text(text)
        assert time.process_time() - begun < 2
