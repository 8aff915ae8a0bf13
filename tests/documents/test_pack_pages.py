"""What a recipient finds in a pack, on its pages and in the file."""

import hashlib
import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from referrals.documents import PackSnapshot, RenderedPack, pack_data, render_pack
from referrals.documents.snapshot import NO_IMAGE
from tests.documents import samples
from tests.documents.reading import attachments_of, reader, squeezed, tags_of, text_of

MARKING = "OFFICIAL-SENSITIVE"
CODES = {"code", "unit", "urgency", "mode", "state", "telling", "id", "generated_at", "at", "ticked_at"}


def leaves(value: Any, key: str = "") -> list[str]:
    """Return the words of a snapshot's JSON, without codes and instants, which pages put into words."""
    if isinstance(value, str):
        return [] if key in CODES else [value]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item, key)]
    if isinstance(value, dict):
        return [leaf for name, item in value.items() for leaf in leaves(item, name)]
    return []


def words_of(leaf: str) -> list[str]:
    """Return the words of `leaf`, but the right-to-left ones: pdftotext turns their ligatures round."""
    return [squeezed(word) for word in re.findall(r"\w+", leaf) if not re.search(r"[\u0590-\u06ff]", word)]


def test_everything_in_the_data_stands_on_the_pages(hub_pack: RenderedPack) -> None:
    found = squeezed(text_of(hub_pack.pdf, "-layout"))
    for leaf in leaves(json.loads(pack_data(samples.pack()))):
        assert all(word in found for word in words_of(leaf)), leaf


def test_the_pack_carries_its_data_and_nothing_else(hub_pack: RenderedPack) -> None:
    attachments = reader(hub_pack.pdf).attachments
    assert list(attachments) == ["pack-data.json"]
    assert attachments["pack-data.json"] == [pack_data(samples.pack())]
    assert hashlib.sha256(attachments["pack-data.json"][0]).hexdigest() == hub_pack.data_sha256
    assert hub_pack.data_sha256 in squeezed(text_of(hub_pack.pdf))
    assert hashlib.sha256(hub_pack.pdf).hexdigest() == hub_pack.file_sha256


def test_each_page_has_its_marking_twice_and_says_whose_it_is(hub_pack: RenderedPack) -> None:
    pages = text_of(hub_pack.pdf, "-layout").split("\f")[:-1]
    assert len(pages) == hub_pack.pages >= 2
    for number, page in enumerate(pages, start=1):
        assert page.count(MARKING) == 2
        assert "CHANNEL" not in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Copy for Cumberland Safeguarding Hub. Do not copy or forward" in page
        for said in ("OS-KQ7-M4T", "Cumbria Safeguarding Children Partnership", "Purpose: to decide", "GMT by the"):
            assert said in page


def test_the_first_page_says_what_to_do_and_why(hub_pack: RenderedPack) -> None:
    first = text_of(hub_pack.pdf, "-layout").split("\f")[0]
    for said in (
        "URGENT", "Call first", "01632 960 142", "Take the case", "Riley Nguyễn-O’Brien", "Why this came to you",
        "Rule GR-1 · cumbria@v27 · procedure", "C-055", "Nothing yet. The hub will say",
    ):  # fmt: skip
        assert said in first


def test_missing_answers_are_named_and_answers_say_who_told(hub_pack: RenderedPack) -> None:
    text = text_of(hub_pack.pdf, "-layout")
    for said in ("Not known", "Not asked", "Preferred not to say", "Seen by Ms Adeyemi", "Opinion of Ms Adeyemi",
                 "Recorded by the school’s register", "Told by the referrer", "child 2 of 2"):  # fmt: skip
        assert said in text
    assert squeezed(NO_IMAGE) in squeezed(text)


def test_usernames_show_their_look_alikes(hub_pack: RenderedPack) -> None:
    text = text_of(hub_pack.pdf, "-layout")
    assert "character 2 U+0430 Cyrillic small letter a" in text
    assert "character 10 U+1F642 Slightly smiling face" in text
    assert any("DejaVu-Sans-Mono" in name for name in fonts_of(hub_pack.pdf))


def test_web_addresses_are_broken_and_nothing_is_a_link(hub_pack: RenderedPack) -> None:
    assert "hxxps://chat[.]example[.]com/u/max_16?" in text_of(hub_pack.pdf, "-layout")
    assert "https://" not in json.dumps(attachments_of(hub_pack.pdf))
    assert all("/Annots" not in page for page in reader(hub_pack.pdf).pages)


def test_channel_is_in_the_first_heading_and_on_each_page_but_not_in_the_metadata(channel_pack: RenderedPack) -> None:
    pages = text_of(channel_pack.pdf, "-layout").split("\f")[:-1]
    assert all(page.count(f"{MARKING} – CHANNEL") == 2 for page in pages)
    assert "CHANNEL: Prevent referral pack" in pages[0]
    assert "EMERGENCY" in pages[0]
    assert b"CHANNEL" not in channel_pack.pdf.split(b"stream", 1)[0]
    assert_metadata_are_the_reference_alone(channel_pack.pdf)


def assert_metadata_are_the_reference_alone(pdf: bytes) -> None:
    read = reader(pdf)
    assert dict(read.metadata or {}) == {"/Title": "p-7f3k9q2m4x8c"}
    stated = read.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "p-7f3k9q2m4x8c" in stated
    for word in ("Riley", "Whitlock", "OS-KQ7", "Cumbria", "CHANNEL", "CreateDate", "Producer"):
        assert word not in stated


def test_metadata_are_the_reference_alone(hub_pack: RenderedPack, fallback_pack: RenderedPack) -> None:
    assert_metadata_are_the_reference_alone(hub_pack.pdf)
    assert_metadata_are_the_reference_alone(fallback_pack.pdf)


def test_it_is_tagged_and_in_english(hub_pack: RenderedPack, fallback_pack: RenderedPack) -> None:
    for pack in (hub_pack, fallback_pack):
        root = reader(pack.pdf).trailer["/Root"]
        assert root["/Lang"] == "en-GB"
        assert root["/MarkInfo"]["/Marked"]
        tags = tags_of(pack.pdf)
        assert tags[0] == "/Document"
        assert tags.count("/H1") == 1
        assert {"/H2", "/H3", "/P"} <= set(tags)
    assert {"/L", "/LI", "/LBody"} <= set(tags_of(hub_pack.pdf))


def fonts_of(pdf: bytes) -> set[str]:
    names: set[str] = set()
    for page in reader(pdf).pages:
        names |= {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    return names


def test_fonts_are_our_own_and_embedded_as_subsets(hub_pack: RenderedPack) -> None:
    families = {name.split("+")[1] for name in fonts_of(hub_pack.pdf)}
    assert families <= {
        "DejaVu-Sans-Semi-Condensed", "DejaVu-Sans-Bold-Semi-Condensed", "DejaVu-Sans-Mono", "Noto-Emoji"
    }  # fmt: skip


def test_the_same_snapshot_gives_the_same_bytes(hub_pack: RenderedPack) -> None:
    again = render_pack(PackSnapshot.model_validate_json(samples.pack().model_dump_json()))
    assert again == hub_pack
    assert render_pack(samples.pack(reference="p-other")).file_sha256 != hub_pack.file_sha256


def test_the_fallback_says_what_it_is_and_holds_the_same(hub_pack: RenderedPack, fallback_pack: RenderedPack) -> None:
    assert fallback_pack.is_fallback
    assert not hub_pack.is_fallback
    text = text_of(fallback_pack.pdf, "-layout")
    found = squeezed(text)
    assert "PLAIN VERSION" in text
    assert "CHANNEL: Safeguarding hub pack" in text
    assert f"{MARKING} – CHANNEL" in text
    assert list(reader(fallback_pack.pdf).attachments) == ["pack-data.json"]
    for leaf in leaves(json.loads(pack_data(samples.pack()))):
        assert all(word in found for word in words_of(leaf)), leaf


@pytest.mark.parametrize("change", [{"surprise": 1}, {"generated_at": "2026-03-02T14:06:10"}, {"urgency": "high"}])
def test_a_snapshot_refuses_what_it_does_not_know(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        samples.pack(**change)
