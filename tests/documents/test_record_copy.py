"""The filer's own copy, as PDF and as text."""

from referrals.documents import record_copy_text, render_record_copy
from tests.documents import samples
from tests.documents.reading import reader, squeezed, tags_of, text_of


def test_the_record_copy_says_where_it_went_and_what_was_said() -> None:
    pdf = render_record_copy(samples.record_copy())
    text = text_of(pdf, "-layout")
    for said in (
        "Record copy of a safeguarding referral", "Cumberland Safeguarding Hub", "Call 101 now.", "Rule GR-1",
        "Nothing yet.", "Not asked", "hxxps://chat[.]example[.]com", "Ticked off Monday 2 March 2026, 14:20 GMT",
    ):  # fmt: skip
        assert squeezed(said) in squeezed(text)
    assert all(page.count("OFFICIAL-SENSITIVE") == 2 for page in text.split("\f")[:-1])
    assert dict(reader(pdf).metadata or {}) == {"/Title": "r-2m9x7k4q8c3f"}
    assert not reader(pdf).attachments
    assert "/H1" in tags_of(pdf)


def test_the_text_copy_holds_the_same() -> None:
    text = record_copy_text(samples.record_copy())
    for said in (
        "OFFICIAL-SENSITIVE", "Case OS-KQ7-M4T", "Call 101 now.", "rule GR-1, cumbria@v27, procedure: C-055",
        "  Preferred not to say", "  Not asked", "  Not known", "Opinion of Ms Adeyemi", "  محمد الأحمد (Mohammed)",
        "hxxps://chat[.]example[.]com/u/max_16?ref=home", "(not ticked off)", "Sent: Monday 2 March 2026, 14:05 GMT",
    ):  # fmt: skip
        assert said in text
    assert "https://" not in text
