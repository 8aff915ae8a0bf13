"""The heads of the audit chain that stand in the packs: what a recipient holds in print, nobody here can take back."""

from collections.abc import Iterator

from audit.anchors import Anchor, printed_anchor
from referrals.models import Pack


def anchors_in_packs() -> Iterator[Anchor]:
    """Return the anchor of every stored pack's snapshot. Raises EncryptionError where a snapshot does not open."""
    packs = Pack.objects.system(reason="hold the audit record against what the packs say").only("pk", "snapshot")
    for pack in packs.order_by("pk").iterator(chunk_size=200):
        printed = pack.snapshot.get("audit_anchor") if isinstance(pack.snapshot, dict) else None
        anchor = printed_anchor(printed or "")
        if anchor is not None:
            yield Anchor(anchor.sequence, anchor.mac, f"pack {pack.pk}")
