"""What a referrer's pages read of a sent case: an allow-list of columns. A new one of the hub's work fails here first.

Before adding to the list, ask: may the referrer, and whoever looks over their shoulder at the setting, know this?
"""

import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from casework.actions import taking
from tests.access.conftest import Scene
from tests.access.people import person
from tests.referrals.people import NOW

PAGES = ("", "sent/", "sent/print/", "packs/", "add/", "copy.txt")
COLUMN = re.compile(r'"((?:casework|referrals)_\w+)"\."(\w+)"')

# All that the referrer wrote, and where the portal stands with it: no note, no decision, no name of the hub's.
MAY_READ = {
    "referrals_referral": None,
    "referrals_checkliststep": None,
    "referrals_addition": None,
    "referrals_routing": None,
    "referrals_route": {
        "id", "referral_id", "routing_id", "position", "code", "unit", "agency_id", "mode", "urgency", "marking",
        "children", "state",
    },
    "referrals_pack": {
        "id", "referral_id", "route_id", "number", "is_current", "state", "file_reference", "storage_name",
        "data_sha256", "file_sha256", "pages", "is_fallback", "attempts", "failure", "created_at", "rendering_since",
        "ready_at", "failed_at", "acknowledged_at", "acknowledged_by_id",
    },
    "referrals_clock": {
        "id", "referral_id", "route_id", "kind", "recipient", "agency_id", "source", "starts_at", "due_at",
        "computation", "ended_at", "ended_by_id",
    },
    "referrals_milestone": None,
    "referrals_reply": {
        "id", "referral_id", "agency_id", "number", "children", "outcome", "reason", "who_leads", "what_to_do",
        "family", "family_words", "is_withheld", "sent_at",
    },
    "referrals_notice": {"id", "to_id", "kind", "referral_id", "created_at", "seen_at", "emailed_at"},
}  # fmt: skip

pytestmark = pytest.mark.django_db


def columns_read(scene: Scene, name: str, path: str) -> Iterator[tuple[str, str]]:
    """Give table and column of everything selected to answer a page. Scope conditions alone select nothing."""
    with CaptureQueriesContext(connection) as queries:
        scene.asker.read(person(scene.world, name), path)
    for query in queries:
        sql = query["sql"]
        if sql.startswith("SELECT"):
            yield from COLUMN.findall(sql.split(" FROM ")[0])


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_a_referrers_pages_read_only_what_is_allowed(scene: Scene, name: str) -> None:
    referral = scene.referrals["sent"]
    paths = [f"/referrals/{referral.pk}/{rest}" for rest in PAGES] + ["/referrals/mine/", "/referrals/start/"]
    read = {found for path in paths for found in columns_read(scene, name, path)}
    assert ("referrals_clock", "due_at") in read
    beyond = {
        (table, column)
        for table, column in read
        if table not in MAY_READ or (MAY_READ[table] is not None and column not in MAY_READ[table])
    }
    assert beyond == set()


def test_a_referrers_page_names_nobody_at_the_hub(scene: Scene) -> None:
    referral = scene.referrals["sent"]
    with transaction.atomic():
        taking.take(referral=referral, by=scene.world.hana, at=NOW)
        for rest in PAGES:
            page = scene.asker.read(scene.world.alice, f"/referrals/{referral.pk}/{rest}")
            assert "Hana" not in page, rest
        transaction.set_rollback(True)
