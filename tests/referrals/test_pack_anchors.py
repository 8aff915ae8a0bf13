"""A pack carries the head of the record of its time: an older copy of the record does not fit it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import append_only
from audit.publishing import publish_anchor
from referrals.pack_anchors import anchors_in_packs
from tests.referrals.people import NOW, World, all_packs, sent


@pytest.mark.django_db
def test_a_record_cut_back_behind_a_pack_is_found_by_the_pack(world: World, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_FILE = tmp_path / "anchors.txt"
    publish_anchor(at=NOW)
    referral = sent(world)
    anchors = list(anchors_in_packs())
    assert len(anchors) == len(all_packs(referral))
    call_command("verify_audit", "--anchors")
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE sequence >= %s", [anchors[0].sequence])
    append_only.install(connection)
    with pytest.raises(CommandError, match=rf"event {anchors[0].sequence} \(pack "):
        call_command("verify_audit", "--anchors")
