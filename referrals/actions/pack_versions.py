"""A further version of a pack: when detail is added after sending, for those who were given the worry itself, and when
a part is released (`part_release`).

What was sent stays as it was: the new version repeats its frozen snapshot and adds to it. Nobody is given by an
addition what their pack was made to leave out, so a recipient without the worry gets no version (6.2).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from referrals import outbox
from referrals.actions.pack_snapshots import anchor
from referrals.documents.snapshot import PackSnapshot
from referrals.models import Addition, Job, Pack, Referral
from referrals.queries import dropped_routes

WORRY_QUESTION = "Q-WOR-1"
SECTION = "added_detail"
NOTE = "The referrer added detail after sending. It stands at the end of what was reported."


def after_addition(*, addition: Addition, at: datetime) -> list[Pack]:
    """Queue a new version of each pack that holds the worry, in the caller's transaction; return them."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A pack's new version belongs to the addition's transaction.")
    # Two additions at once would both make "version 2". SQLite, which ignores this lock, has one writer anyway.
    Referral.objects.system(reason="number the versions of its packs").select_for_update().get(pk=addition.referral_id)
    current = Pack.objects.system(reason="repeat a pack with what was added").filter(
        referral=addition.referral_id, is_current=True
    )
    current = current.exclude(route__in=dropped_routes(addition.referral)).select_related("route")
    return [_next(pack, addition, at=at) for pack in current if has_worry(pack.snapshot)]


def _next(pack: Pack, addition: Addition, *, at: datetime) -> Pack:
    changed = {
        "change_note": NOTE,
        "generated_by": "the portal, when detail was added",
        "sections": with_addition(pack.snapshot["sections"], addition),
        "times": [*pack.snapshot["times"], {"label": "Detail added", "at": addition.added_at.isoformat()}],
    }
    return further_version(pack, changed, at=at)


def further_version(pack: Pack, changed: Mapping[str, Any], *, at: datetime) -> Pack:
    """Queue a version that repeats a current pack's snapshot with these of its fields changed, for its recipient to
    acknowledge anew, in the caller's transaction; the caller has locked the referral."""
    Pack.objects.system(reason="a later version replaces it").filter(pk=pack.pk).update(is_current=False)
    later = Pack(referral=pack.referral, route=pack.route, number=pack.number + 1, created_at=at)
    changed = {
        **pack.snapshot,
        **changed,
        "reference": later.file_reference,
        "pack_version": later.number,
        "generated_at": at.isoformat(),
        "audit_anchor": anchor(),
    }
    later.snapshot = PackSnapshot.model_validate(changed).model_dump(mode="json")
    later.save(force_insert=True)
    outbox.enqueue(kind=Job.Kind.RENDER_PACK, subject_id=later.pk, at=at)
    return later


def has_worry(snapshot: Mapping[str, Any]) -> bool:
    """Whether a pack holds the worry itself, so that what is added belongs in it too."""
    return any(row["question"] == WORRY_QUESTION for section in snapshot["sections"] for row in section["rows"])


def with_addition(sections: list[dict[str, Any]], addition: Addition) -> list[dict[str, Any]]:
    """Return the sections with one addition at the end of what was added."""
    earlier = [row for section in sections if section["id"] == SECTION for row in section["rows"]]
    row = {
        "label": f"Added detail {len(earlier) + 1}",
        "question": "Added after sending",
        "state": "answered",
        "lines": addition.in_full.split("\n"),
        "telling": "Told by",
        "who": "the referrer",
        "mono": False,
    }
    others = [section for section in sections if section["id"] != SECTION]
    return [*others, {"id": SECTION, "title": "Added after sending", "of": None, "rows": [*earlier, row]}]
