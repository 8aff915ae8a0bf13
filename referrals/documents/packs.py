"""The documents themselves: a pack for a recipient, its plain fallback, the filer's record copy, an exported case."""

from dataclasses import dataclass, field

from django.conf import settings

from referrals.documents import pages
from referrals.documents.renderer import Document, shared
from referrals.documents.snapshot import CaseRecord, PackSnapshot, RecordCopy

ATTACHMENT = "pack-data.json"
RENDER_SECONDS = 10.0
FALLBACK_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class RenderedPack:
    """A pack's file with what is stored beside it. `data_sha256` stands on its pages; `file_sha256` is of `pdf`."""

    pdf: bytes = field(repr=False)
    data_sha256: str
    file_sha256: str
    is_fallback: bool
    pages: int


def pack_data(snapshot: PackSnapshot) -> bytes:
    """Return the JSON that the pack embeds: what its pages show, in canonical form. Its SHA-256 is `data_sha256`."""
    return pages.canonical_json(pages.shown(snapshot))


def render_pack(snapshot: PackSnapshot) -> RenderedPack:
    """Return the pack of `snapshot`, the same bytes for the same snapshot.

    Raises PackRenderTimeout (setting PACK_RENDER_SECONDS, 10) or PackRenderFailed. After two failures the caller asks
    for `render_fallback`.
    """
    return _pack(snapshot, is_fallback=False)


def render_fallback(snapshot: PackSnapshot) -> RenderedPack:
    """Return a plain pack with the same content and data, flagged on its first page. Raises as `render_pack`."""
    return _pack(snapshot, is_fallback=True)


def _pack(snapshot: PackSnapshot, *, is_fallback: bool) -> RenderedPack:
    tree = pages.shown(snapshot)
    data = pages.canonical_json(tree)
    data_sha256 = pages.sha256(data)
    html = pages.fallback_html if is_fallback else pages.pack_html
    rendered = shared.render(
        Document(
            html=html(snapshot, tree, data_sha256),
            css=pages.style("fallback.css" if is_fallback else "pack.css"),
            reference=snapshot.reference,
            generated_at=snapshot.generated_at,
            data=data,
            attachment=ATTACHMENT,
        ),
        seconds=FALLBACK_SECONDS if is_fallback else getattr(settings, "PACK_RENDER_SECONDS", RENDER_SECONDS),
    )
    return RenderedPack(
        pdf=rendered.pdf,
        data_sha256=data_sha256,
        file_sha256=pages.sha256(rendered.pdf),
        is_fallback=is_fallback,
        pages=rendered.pages,
    )


def render_record_copy(snapshot: RecordCopy) -> bytes:
    """Return the filer's record copy as PDF, without an attachment. Raises as `render_pack`."""
    tree = pages.shown(snapshot)
    return shared.render(
        Document(
            html=pages.record_copy_html(snapshot, tree, pages.sha256(pages.canonical_json(tree))),
            css=pages.style("pack.css"),
            reference=snapshot.reference,
            generated_at=snapshot.generated_at,
        ),
        seconds=getattr(settings, "PACK_RENDER_SECONDS", RENDER_SECONDS),
    ).pdf


def render_case_record(snapshot: CaseRecord, *, is_plain: bool = False) -> bytes:
    """Return an exported case as PDF, without an attachment; a long one takes its time (60 s at most). Raises as
    `render_pack`. `is_plain`: with nothing left for the layout engine to decide, after the usual layout failed."""
    tree = pages.shown(snapshot)
    html = pages.plain_case_record_html if is_plain else pages.case_record_html
    return shared.render(
        Document(
            html=html(snapshot, tree, pages.sha256(pages.canonical_json(tree))),
            css=pages.style("fallback.css" if is_plain else "pack.css"),
            reference=snapshot.reference,
            generated_at=snapshot.generated_at,
        ),
        seconds=FALLBACK_SECONDS,
    ).pdf
