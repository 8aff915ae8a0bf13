"""Packs and record copies: a frozen snapshot in, a PDF out. Knows nothing of the database."""

from referrals.documents.addresses import break_addresses
from referrals.documents.errors import PackRenderError, PackRenderFailed, PackRenderTimeout
from referrals.documents.packs import (
    RenderedPack,
    pack_data,
    render_case_record,
    render_fallback,
    render_pack,
    render_record_copy,
)
from referrals.documents.record_text import record_copy_text
from referrals.documents.snapshot import CaseRecord, PackSnapshot, RecordCopy

__all__ = [
    "CaseRecord",
    "PackRenderError",
    "PackRenderFailed",
    "PackRenderTimeout",
    "PackSnapshot",
    "RecordCopy",
    "RenderedPack",
    "break_addresses",
    "pack_data",
    "record_copy_text",
    "render_case_record",
    "render_fallback",
    "render_pack",
    "render_record_copy",
]
