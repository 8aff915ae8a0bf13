"""Heads of the record, published outside the database, and what they tell when the record was cut or exchanged."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from audit import append_only
from audit.anchors import AnchorBrokenError, AnchorFileError, printed_anchor, read_file
from audit.models import Event
from audit.publishing import publish_anchor, send_daily_anchor
from audit.record import record_alone

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anchor_file(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR_FILE = tmp_path / "elsewhere" / "anchors.txt"
    return settings.AUDIT_ANCHOR_FILE


def record(count: int = 1) -> None:
    for _ in range(count):
        record_alone(event="case.read", by=None, at=AT)


def verify(*words: str) -> str:
    out = StringIO()
    call_command("verify_audit", *words, stdout=out)
    return out.getvalue()


def cut(after: int) -> None:
    """Remove the newest events as somebody would who has the database."""
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE sequence > %s", [after])
    append_only.install(connection)


class TestPublishing:
    def test_the_head_is_appended_once_for_what_is_new(self, anchor_file: Path) -> None:
        assert publish_anchor(at=AT) is None
        record(3)
        publish_anchor(at=AT)
        assert publish_anchor(at=AT) is None
        record(2)
        publish_anchor(at=AT + timedelta(minutes=5))
        assert [(each.sequence, each.mac) for each in read_file()] == [
            (number, Event.objects.get(sequence=number).mac) for number in (3, 5)
        ]
        assert anchor_file.stat().st_mode & 0o777 == 0o600

    def test_nothing_is_published_over_an_anchor_that_no_longer_fits(self) -> None:
        record(4)
        publish_anchor(at=AT)
        cut(after=2)
        with pytest.raises(AnchorBrokenError, match=r"Event 4 was published .* is not in the record"):
            publish_anchor(at=AT)
        for _ in range(3):
            record_alone(event="case.taken", by=None, at=AT)
        with pytest.raises(AnchorBrokenError, match="Event 4 does not carry the hash"):
            publish_anchor(at=AT)
        assert len(read_file()) == 1

    def test_a_file_that_cannot_be_written_says_what_to_do(self, anchor_file: Path) -> None:
        record()
        anchor_file.mkdir(parents=True)
        with pytest.raises(AnchorFileError, match="cannot be"):
            publish_anchor(at=AT)

    def test_a_line_that_is_no_anchor_is_named(self, anchor_file: Path) -> None:
        record()
        publish_anchor(at=AT)
        with anchor_file.open("a") as file:
            file.write("nonsense\n")
        with pytest.raises(AnchorFileError, match="Line 2"):
            read_file()


class TestTheDailyMessage:
    def test_goes_out_once_a_day_and_names_nobody(self, settings: Any) -> None:
        settings.DATA_PROTECTION_EMAIL = "dpo@council.example.org"
        record(2)
        assert send_daily_anchor(at=AT)
        assert not send_daily_anchor(at=AT + timedelta(hours=1))
        assert send_daily_anchor(at=AT + timedelta(hours=24))
        first = mail.outbox[0]
        assert (len(mail.outbox), first.to) == (2, ["dpo@council.example.org"])
        assert f"event 2, chain head {Event.objects.get(sequence=2).mac}" in first.body

    def test_says_so_where_the_record_was_cut(self, settings: Any) -> None:
        settings.DATA_PROTECTION_EMAIL = "dpo@council.example.org"
        record(4)
        publish_anchor(at=AT)
        cut(after=2)
        send_daily_anchor(at=AT)
        assert "MUST BE LOOKED AT" in mail.outbox[0].subject
        assert "Event 4 was published" in mail.outbox[0].body

    def test_goes_to_nobody_where_nobody_is_named(self) -> None:
        record()
        assert not send_daily_anchor(at=AT)
        assert not mail.outbox


class TestVerifying:
    def test_a_record_that_fits_its_anchors_is_whole(self) -> None:
        record(3)
        publish_anchor(at=AT)
        assert "1 anchors fit; the newest is of event 3" in verify("--anchors")

    def test_a_cut_end_is_seen_with_anchors_alone(self, anchor_file: Path) -> None:
        record(5)
        publish_anchor(at=AT)
        cut(after=2)
        assert "2 events, each as written" in verify()
        with pytest.raises(CommandError, match="At least 3 events are missing at the end: the newest present is 2"):
            verify("--anchors")
        with pytest.raises(CommandError, match="At least 3 events are missing"):
            verify("--anchors", str(anchor_file))

    def test_an_older_copy_that_grew_again_is_seen(self) -> None:
        record(5)
        publish_anchor(at=AT)
        cut(after=2)
        for _ in range(6):
            record_alone(event="case.taken", by=None, at=AT)
        with pytest.raises(CommandError, match="exchanged or rewritten: event 5"):
            verify("--anchors")

    def test_a_lost_anchor_file_is_no_good_news(self) -> None:
        record()
        with pytest.raises(CommandError, match="holds no anchor"):
            verify("--anchors")

    def test_what_is_printed_on_a_pack_can_be_given(self) -> None:
        record(3)
        mac = Event.objects.get(sequence=3).mac
        printed = f"event 3, chain head {mac[:16]}"
        assert "anchors fit" in verify("--printed", printed)
        cut(after=1)
        with pytest.raises(CommandError, match="2 events are missing"):
            verify("--printed", printed)
        with pytest.raises(CommandError, match="is no anchor"):
            verify("--printed", "see page 2")

    @pytest.mark.parametrize("words", ["event 12, chain head 0123456789abcdef", "12:0123456789ABCDEF"])
    def test_an_anchor_is_read_as_it_is_printed(self, words: str) -> None:
        anchor = printed_anchor(words)
        assert anchor is not None
        assert (anchor.sequence, anchor.mac) == (12, "0123456789abcdef")
